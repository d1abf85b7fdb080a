"""How the due date of a corrective action moved."""

import pghistory
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from followups.models.actions import CorrectiveAction
from portal.history.models import Record

REASON_MAX = 2_000


@pghistory.track()
class DueDateMove(Record):
    """The trail of one move; who and when are the record's own."""

    action = models.ForeignKey(CorrectiveAction, on_delete=models.PROTECT, related_name="due_date_moves")
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"))
    reason = models.TextField(_("reason"), max_length=REASON_MAX)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("moved due date")
        constraints = [
            models.CheckConstraint(name="due_date_moves", condition=~models.Q(from_date=F("to_date"))),
            models.CheckConstraint(name="due_date_move_has_reason", condition=~models.Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.from_date} → {self.to_date}"
