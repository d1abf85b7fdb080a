"""The reports of a year as they were exported."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from funding.models.base import FundingQuerySet
from funding.models.years import FundingYear
from portal.files.models import StoredFile
from portal.history.models import Record
from portal.jobs.models import Job


@pghistory.track()
class FundingReport(Record):
    """The PDF of a funding year as it was exported, with the sum (öre) and the number of regions that it shows.

    It is neither changed nor removed, whether its year is closed or not.
    """

    funding_year = models.ForeignKey(FundingYear, on_delete=models.PROTECT, related_name="reports")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    sum_ore = models.BigIntegerField(_("sum (öre)"))
    regions_counted = models.PositiveSmallIntegerField(_("number of regions"))

    objects = FundingQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("funding report")
        triggers = [pgtrigger.Protect(name="as_exported", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.file.name
