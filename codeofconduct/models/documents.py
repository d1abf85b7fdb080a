"""What is demanded: the code, the contract clause and the requirements that belong to a version of it."""

import pghistory
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import Area, DocumentState
from portal.history.models import Record
from regions.models.places import Dated, DatedQuerySet, dates_in_order


class GoverningVersion(Record, Dated):
    """A version of a governing document, in force from a day. A contract keeps the version it was signed under."""

    name = models.CharField(_("version"), max_length=100, unique=True)
    state = models.CharField(_("state"), max_length=8, choices=DocumentState, default=DocumentState.DRAFT)
    source = models.CharField(_("source"), max_length=300, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class CodeVersion(GoverningVersion):
    """A version of the supplier code of conduct."""

    class Meta:
        ordering = ["-valid_from"]
        verbose_name = _("version of the code of conduct")
        constraints = [dates_in_order("code_version_dates")]


@pghistory.track()
class ClauseVersion(GoverningVersion):
    """A version of the contract clause: which requirements bind which contract."""

    class Meta:
        ordering = ["-valid_from"]
        verbose_name = _("version of the contract clause")
        constraints = [dates_in_order("clause_version_dates")]


@pghistory.track()
class CodeSection(models.Model):
    """One of the four areas as a section of a version of the code."""

    code_version = models.ForeignKey(CodeVersion, on_delete=models.PROTECT, related_name="sections")
    area = models.CharField(_("area"), max_length=15, choices=Area)
    number = models.PositiveSmallIntegerField(_("number"))

    class Meta:
        ordering = ["code_version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["code_version", "area"], name="code_section_unique_area"),
            models.UniqueConstraint(fields=["code_version", "number"], name="code_section_unique_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_area_display()}"


@pghistory.track()
class ProcessRequirement(models.Model):
    """A requirement of a clause version: seven process requirements from 2023, six routine requirements before."""

    clause_version = models.ForeignKey(ClauseVersion, on_delete=models.PROTECT, related_name="requirements")
    public_id = models.CharField(max_length=20, unique=True)
    number = models.PositiveSmallIntegerField(_("number"))
    title_sv = models.CharField(_("title in Swedish"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200)

    class Meta:
        ordering = ["clause_version", "number"]
        verbose_name = _("process requirement")
        constraints = [
            models.UniqueConstraint(fields=["clause_version", "number"], name="process_requirement_unique_number")
        ]

    @property
    def title(self) -> str:
        """The title in the page's language."""
        return self.title_en if get_language() == "en" else self.title_sv

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"
