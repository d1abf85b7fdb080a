"""The code of conduct, the contract clause with its requirements and parameters, and the guidance."""

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import Area, Level, ParameterUnit
from codeofconduct.models.categories import PurchaseCategory
from codeofconduct.models.governing import (
    Bilingual,
    DocumentSection,
    Enterable,
    GoverningVersion,
    VersionQuerySet,
    adopted_one_at_a_time,
    fixed_when_adopted,
    locked_with,
    one_draft,
)
from portal.history.models import Record, Versioned, pair_constraint
from portal.search.ordering import swedish
from regions.models import User
from regions.models.places import dates_in_order
from regions.permissions import is_staff

# What of an adopted version can still be entered where it is empty.
SECTION_TEXTS = ("heading_en", "body_sv", "body_en")
CRITERION = ("criterion_sv", "criterion_en")


class EnterableSection(Enterable, DocumentSection):
    """A section whose text can be entered after it was adopted: the heading stands, or the area is it."""

    enterable = SECTION_TEXTS
    known_by: ClassVar[tuple[str, ...]] = ("number", "heading_sv")

    class Meta:
        abstract = True

    @property
    def missing(self) -> list[str]:
        """A section that is called what its area is lacks no heading in English."""
        return [name for name in super().missing if name != "heading_en" or self.heading_sv]


@pghistory.track()
class CodeVersion(GoverningVersion):
    """A version of the supplier code of conduct."""

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from"]
        verbose_name = _("version of the code of conduct")
        constraints = [
            models.UniqueConstraint(fields=["name"], name="code_version_unique_name"),
            dates_in_order("code_version_dates"),
            pair_constraint("code_version_adopted", "adopted"),
            adopted_one_at_a_time("code_version_one_at_a_time"),
            one_draft("code_version_one_draft"),
        ]
        triggers = [fixed_when_adopted("code_version_fixed")]


@pghistory.track()
class ClauseVersion(GoverningVersion):
    """A version of the contract clause: which requirements bind which contract."""

    level = models.CharField(_("level"), max_length=8, choices=Level, default=Level.ADVANCED)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from"]
        verbose_name = _("version of the contract clause")
        constraints = [
            models.UniqueConstraint(fields=["name"], name="clause_version_unique_name"),
            dates_in_order("clause_version_dates"),
            pair_constraint("clause_version_adopted", "adopted"),
            adopted_one_at_a_time("clause_version_one_at_a_time", "level"),
            one_draft("clause_version_one_draft", "level"),
        ]
        triggers = [fixed_when_adopted("clause_version_fixed", "level")]


class GuidanceQuerySet(models.QuerySet["Guidance"]):
    def visible_to(self, user: User) -> "GuidanceQuerySet":
        """The lines with a version that the user may see; staff also those that only have a draft, or nothing yet."""
        if is_staff(user):
            return self
        return self.filter(pk__in=GuidanceVersion.objects.visible_to(user).values("guidance"))

    def in_swedish_order(self) -> "GuidanceQuerySet":
        return self.order_by(swedish("title_sv"), "pk")


@pghistory.track()
class Guidance(Record, Bilingual):
    """A line of guidance: about one of the four areas, a purchase category, or the work as a whole."""

    title_sv = models.CharField(_("title in Swedish"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    area = models.CharField(_("area"), max_length=15, choices=Area, blank=True)
    category = models.ForeignKey(
        PurchaseCategory,
        verbose_name=_("purchase category"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="guidance",
    )

    objects = GuidanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("guidance")

    @property
    def title(self) -> str:
        return self.told("title")

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class GuidanceVersion(GoverningVersion):
    """A version of a line of guidance."""

    guidance = models.ForeignKey(Guidance, on_delete=models.PROTECT, related_name="versions")

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from"]
        verbose_name = _("version of the guidance")
        constraints = [
            models.UniqueConstraint(fields=["guidance", "name"], name="guidance_version_unique_name"),
            dates_in_order("guidance_version_dates"),
            pair_constraint("guidance_version_adopted", "adopted"),
            adopted_one_at_a_time("guidance_version_one_at_a_time", "guidance"),
            one_draft("guidance_version_one_draft", "guidance"),
        ]
        triggers = [fixed_when_adopted("guidance_version_fixed", "guidance_id")]


@pghistory.track()
class CodeSection(EnterableSection):
    """A section of a version of the code; the four areas are one section each, beside an introduction or definitions."""

    code_version = models.ForeignKey(CodeVersion, on_delete=models.PROTECT, related_name="sections")
    area = models.CharField(_("area"), max_length=15, choices=Area, blank=True)

    known_by = ("number", "heading_sv", "area")

    class Meta:
        ordering = ["code_version", "number"]
        verbose_name = _("section of the code of conduct")
        constraints = [
            models.UniqueConstraint(
                fields=["code_version", "area"],
                name="code_section_unique_area",
                condition=~Q(area=""),
                violation_error_message=_("Another section of the version is about this area."),
            ),
            models.UniqueConstraint(
                fields=["code_version", "number"],
                name="code_section_unique_number",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]
        triggers = [
            locked_with("code_section_locked", "code_version_id", "codeofconduct_codeversion", enterable=SECTION_TEXTS)
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.heading or self.get_area_display()}"


@pghistory.track()
class ClauseSection(EnterableSection):
    """A section of a version of the contract clause."""

    clause_version = models.ForeignKey(ClauseVersion, on_delete=models.PROTECT, related_name="sections")

    class Meta:
        ordering = ["clause_version", "number"]
        verbose_name = _("section of the contract clause")
        constraints = [
            models.UniqueConstraint(
                fields=["clause_version", "number"],
                name="clause_section_unique_number",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]
        triggers = [
            locked_with(
                "clause_section_locked", "clause_version_id", "codeofconduct_clauseversion", enterable=SECTION_TEXTS
            )
        ]


@pghistory.track()
class GuidanceSection(EnterableSection):
    """A section of a version of the guidance."""

    guidance_version = models.ForeignKey(GuidanceVersion, on_delete=models.PROTECT, related_name="sections")

    class Meta:
        ordering = ["guidance_version", "number"]
        verbose_name = _("section of the guidance")
        constraints = [
            models.UniqueConstraint(
                fields=["guidance_version", "number"],
                name="guidance_section_unique_number",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]
        triggers = [
            locked_with(
                "guidance_section_locked",
                "guidance_version_id",
                "codeofconduct_guidanceversion",
                enterable=SECTION_TEXTS,
            )
        ]


@pghistory.track()
class ProcessRequirement(Enterable, Bilingual):
    """A requirement of a clause version: seven process requirements from 2023, six routine requirements before."""

    clause_version = models.ForeignKey(ClauseVersion, on_delete=models.PROTECT, related_name="requirements")
    public_id = models.CharField(max_length=120, unique=True)
    number = models.PositiveSmallIntegerField(_("number"))
    title_sv = models.CharField(_("title in Swedish"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200)
    criterion_sv = models.TextField(_("assessment criterion in Swedish"), blank=True)
    criterion_en = models.TextField(_("assessment criterion in English"), blank=True)

    enterable = CRITERION
    known_by = ("number", "title_sv")

    class Meta:
        ordering = ["clause_version", "number"]
        verbose_name = _("process requirement")
        constraints = [
            models.UniqueConstraint(fields=["clause_version", "number"], name="process_requirement_unique_number")
        ]
        triggers = [
            locked_with(
                "process_requirement_locked", "clause_version_id", "codeofconduct_clauseversion", enterable=CRITERION
            )
        ]

    @property
    def title(self) -> str:
        """The title in the page's language."""
        return self.told("title")

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


@pghistory.track()
class RequirementPoint(Bilingual):
    """A sub-point of a process requirement: 2 a, 2 b …"""

    requirement = models.ForeignKey(ProcessRequirement, on_delete=models.PROTECT, related_name="points")
    letter = models.CharField(_("letter"), max_length=1)
    text_sv = models.CharField(_("text in Swedish"), max_length=500)
    text_en = models.CharField(_("text in English"), max_length=500, blank=True)

    class Meta:
        ordering = ["requirement", "letter"]
        verbose_name = _("sub-point")
        constraints = [models.UniqueConstraint(fields=["requirement", "letter"], name="requirement_point_unique")]
        triggers = [
            locked_with(
                "requirement_point_locked",
                "requirement_id",
                "codeofconduct_processrequirement",
                "clause_version_id IN (SELECT id FROM codeofconduct_clauseversion WHERE adopted_at IS NOT NULL)",
            )
        ]

    @property
    def text(self) -> str:
        return self.told("text")

    def __str__(self) -> str:
        return f"{self.letter}. {self.text}"


@pghistory.track()
class ClauseParameter(Versioned, Bilingual):
    """A number that the clause leaves open (weeks, penalty, notice). Without a default each contract states its own."""

    clause_version = models.ForeignKey(ClauseVersion, on_delete=models.PROTECT, related_name="parameters")
    key = models.SlugField(_("key"), max_length=40)
    label_sv = models.CharField(_("label in Swedish"), max_length=200)
    label_en = models.CharField(_("label in English"), max_length=200)
    unit = models.CharField(_("unit"), max_length=8, choices=ParameterUnit)
    default = models.PositiveIntegerField(_("default"), null=True, blank=True)

    class Meta:
        ordering = ["clause_version", "pk"]
        verbose_name = _("clause parameter")
        constraints = [models.UniqueConstraint(fields=["clause_version", "key"], name="clause_parameter_unique")]
        triggers = [locked_with("clause_parameter_locked", "clause_version_id", "codeofconduct_clauseversion")]

    @property
    def label(self) -> str:
        return self.told("label")

    def __str__(self) -> str:
        return self.label
