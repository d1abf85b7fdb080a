"""The documents of a year of which every region has its own, as they were made, and the texts that its decision brief says."""

from typing import Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.enums import RegionDocumentKind
from funding.models.base import FundingQuerySet, closed_year_stays, regions_opened_to
from funding.models.years import FundingYear
from portal import clock
from portal.files.models import StoredFile
from portal.history.models import Record, Versioned, by_field
from portal.jobs.models import Job
from regions.models import Region, User
from regions.permissions import access_of, is_staff


class RegionDocumentQuerySet(FundingQuerySet["RegionDocument"]):
    def visible_to(self, user: User) -> Self:
        """All to the secretariat, and those of the own regions to who works for these; of other regions that are opened to
        the user all but invoicing bases.
        """
        if is_staff(user):
            return self
        opened = regions_opened_to(user)
        of_opened = Q() if opened is None else Q(region__in=opened)
        own = Q(region__in=access_of(user).regions)
        return self.filter(own | (of_opened & ~Q(kind=RegionDocumentKind.INVOICE_BASIS)))


@pghistory.track()
class RegionDocument(Record):
    """A file of a region's document as it was made. It is neither changed nor removed: made anew, it is another row.

    A closed year's documents can still be made: its money and texts stay, what stands beside them is of their moment (ADR 12).
    """

    funding_year = models.ForeignKey(FundingYear, on_delete=models.PROTECT, related_name="region_documents")
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=14, choices=RegionDocumentKind)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

    objects = RegionDocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("document of a region")
        indexes = [models.Index(fields=["funding_year", "region", "kind"], name="region_document_place")]
        triggers = [pgtrigger.Protect(name="as_made", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.file.name


@pghistory.track()
class BriefText(Record, Versioned):
    """What the secretariat writes in the decision brief of a year, alike for all regions, with a little Markdown.

    The English may be missing. The amounts aren't written: the brief itself prints them.
    """

    funding_year = models.OneToOneField(FundingYear, on_delete=models.PROTECT, related_name="brief_text")
    background_sv = models.TextField(_("background in Swedish"))
    background_en = models.TextField(_("background in English"), blank=True)
    proposal_sv = models.TextField(_("proposal in Swedish"))
    proposal_en = models.TextField(_("proposal in English"), blank=True)
    gives_sv = models.TextField(_("what it gives in Swedish"))
    gives_en = models.TextField(_("what it gives in English"), blank=True)
    changed_at = models.DateTimeField(_("changed"), default=clock.now, editable=False)
    changed_by = by_field(_("changed by"))

    objects = FundingQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of the decision brief")
        constraints = [
            models.CheckConstraint(
                name="brief_text_in_swedish", condition=~(Q(background_sv="") | Q(proposal_sv="") | Q(gives_sv=""))
            )
        ]
        triggers = [closed_year_stays()]

    def __str__(self) -> str:
        return str(self.funding_year)
