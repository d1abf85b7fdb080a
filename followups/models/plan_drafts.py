"""The supplier's own space for its action plan: what it has written and not sent. Without row history, read by nobody else."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from followups.models.actions import RESPONSIBLE_MAX, CorrectiveAction
from followups.models.findings import DESCRIPTION_MAX
from portal import clock
from portal.history.models import Versioned, by_field


class PlanDraft(Versioned):
    """The plan of one action as far as the supplier has written it; gone when it is sent.

    No page but the supplier's own, no export and no search reads it (tryckfrihetsförordningen 2:13).
    """

    action = models.OneToOneField(CorrectiveAction, on_delete=models.PROTECT, related_name="plan_draft")
    measures = models.TextField(blank=True, max_length=DESCRIPTION_MAX)
    responsible = models.CharField(blank=True, max_length=RESPONSIBLE_MAX)
    starts_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    saved_at = models.DateTimeField(default=clock.now)
    saved_by = by_field(_("saved by"))

    class Meta:
        verbose_name = _("draft of a plan")

    def __str__(self) -> str:
        return self.measures[:60]
