"""The supplier's right of reply: kept beside the finding wherever that is shown."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from followups.models.findings import TEXT_MAX, Finding
from portal.history.models import Record, Versioned


@pghistory.track()
class SupplierReply(Record, Versioned):
    """What the supplier says about a finding. A changed reply is a row of its own: `version` counts them from 1."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="replies")
    text = models.TextField(_("supplier's reply"), max_length=TEXT_MAX)

    class Meta:
        ordering = ["finding", "-version"]
        verbose_name = _("supplier's reply")
        constraints = [models.UniqueConstraint(fields=["finding", "version"], name="supplier_reply_versions")]

    def __str__(self) -> str:
        return self.text[:80]
