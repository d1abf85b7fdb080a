"""What pages and PDFs of governing documents show: where a version stands, its texts in one language, its parts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from codeofconduct.comparing import Chapter, Part
from codeofconduct.enums import ParameterUnit
from codeofconduct.models import ClauseParameter, ClauseVersion, GuidanceVersion, ProcessRequirement
from codeofconduct.models.governing import Bilingual, GoverningVersion
from codeofconduct.queries.documents import kind_of
from portal.ui.prose import plain
from portal.ui.templatetags.formats import integer, kronor

# The lines that every installation has, by their address: what they are called.
LINES = {
    "code": gettext_lazy("Supplier code of conduct"),
    "clause-advanced": gettext_lazy("Contract clause, advanced level"),
    "clause-basic": gettext_lazy("Contract clause, basic level"),
}
OTHER = {"sv": "en", "en": "sv"}


def line_key(version: GoverningVersion) -> str:
    """The address of the version's line among `LINES`; "" for guidance, whose lines are rows."""
    if isinstance(version, ClauseVersion):
        return f"clause-{version.level}"
    return "" if isinstance(version, GuidanceVersion) else "code"


def line_title(version: GoverningVersion) -> str:
    """What the document is called, whichever its version."""
    return version.guidance.title if isinstance(version, GuidanceVersion) else str(LINES[line_key(version)])


def line_url(version: GoverningVersion) -> str:
    if isinstance(version, GuidanceVersion):
        return reverse("codeofconduct:guidance-detail", args=[version.guidance.public_id])
    return reverse("codeofconduct:document-detail", args=[line_key(version)])


def version_url(version: GoverningVersion) -> str:
    return reverse("codeofconduct:version-detail", args=[kind_of(version), version.public_id])


def version_title(version: GoverningVersion) -> str:
    """The document with its version."""
    return _("%(document)s, version %(version)s") % {"document": line_title(version), "version": version.name}


@dataclass(frozen=True)
class Said:
    """A text in the language asked for; `language` is set where only the other one is written."""

    text: str
    language: str = ""


def said(row: Bilingual, name: str, language: str) -> Said:
    wanted, other = (getattr(row, f"{name}_{code}") for code in (language, OTHER[language]))
    return Said(wanted) if wanted or not other else Said(other, OTHER[language])


@dataclass(frozen=True)
class ShownSection:
    row: Any
    number: int
    heading: Said
    body: Said
    area: str = ""


@dataclass(frozen=True)
class ShownRequirement:
    row: ProcessRequirement
    number: int
    title: Said
    criterion: Said
    points: list[tuple[str, Said]]


@dataclass(frozen=True)
class ShownParameter:
    row: ClauseParameter
    label: Said
    value: str


@dataclass(frozen=True)
class Shown:
    """All that a version says, in one language."""

    sections: list[ShownSection]
    requirements: list[ShownRequirement]
    parameters: list[ShownParameter]

    @property
    def is_empty(self) -> bool:
        return not (self.sections or self.requirements or self.parameters)


def shown(version: Any, language: str) -> Shown:
    """The version's texts in `language`, "sv" or "en". Its rows are fetched by `queries.documents.with_contents`."""
    is_clause = isinstance(version, ClauseVersion)
    with translation.override(language):
        return Shown(
            sections=[_section(row, language) for row in version.sections.all()],
            requirements=[_requirement(row, language) for row in version.requirements.all()] if is_clause else [],
            parameters=[_parameter(row, language) for row in version.parameters.all()] if is_clause else [],
        )


def _section(row: Any, language: str) -> ShownSection:
    """A section of the code without a heading of its own is called what its area is."""
    area = capfirst(row.get_area_display()) if getattr(row, "area", "") else ""
    heading = said(row, "heading", language)
    return ShownSection(row, row.number, heading if heading.text else Said(area), said(row, "body", language), area)


def _requirement(row: ProcessRequirement, language: str) -> ShownRequirement:
    points = [(point.letter, said(point, "text", language)) for point in row.points.all()]
    return ShownRequirement(row, row.number, said(row, "title", language), said(row, "criterion", language), points)


def _parameter(row: ClauseParameter, language: str) -> ShownParameter:
    return ShownParameter(row, said(row, "label", language), parameter_value(row))


def parameter_value(row: ClauseParameter) -> str:
    """The default with its unit: "2 weeks"; where there is none, that each contract says it."""
    if row.default is None:
        return _("stated in each contract")
    return amount_of(row.default, ParameterUnit(row.unit))


def amount_of(number: int, unit: ParameterUnit) -> str:
    """A number with its unit in the page's language."""
    if unit == ParameterUnit.KRONOR:
        return kronor(number * 100)
    counted = {
        ParameterUnit.DAYS: ngettext("%(number)s day", "%(number)s days", number),
        ParameterUnit.WEEKS: ngettext("%(number)s week", "%(number)s weeks", number),
        ParameterUnit.MONTHS: ngettext("%(number)s month", "%(number)s months", number),
        ParameterUnit.PER_CENT: _("%(number)s per cent"),
    }
    return counted[unit] % {"number": integer(number)}


def criterion_label(language: str) -> str:
    """The heading of an assessment criterion, in the language of the text around it."""
    with translation.override(language):
        return _("Assessment criterion")


def chapters_of(version: GoverningVersion, language: str) -> list[Chapter]:
    """What is compared: sections, and of a clause its requirements and parameters, in one language."""
    content = shown(version, language)
    chapters = [Chapter(_("Sections"), [_section_part(section) for section in content.sections])]
    if isinstance(version, ClauseVersion):
        chapters += [
            Chapter(_("Requirements"), [_requirement_part(each) for each in content.requirements]),
            Chapter(_("Clause parameters"), list(_parameter_parts(content.parameters))),
        ]
    return chapters


def part_of(key: str, number: int, title: Said, texts: Mapping[str, Said]) -> Part:
    """A part of a comparison from texts that may be in the other language."""
    languages = {label: each.language for label, each in {"": title, **texts}.items() if each.language}
    return Part(key, number, title.text, {label: each.text for label, each in texts.items()}, languages)


def plainly(said: Said) -> Said:
    """Its words, without the marks of Markdown, and where its links lead."""
    return Said(plain(said.text, links=True), said.language)


def _section_part(section: ShownSection) -> Part:
    """The areas of the code are the same in every version, whatever their headings say."""
    key = getattr(section.row, "area", "") or section.row.heading_sv.casefold()
    return part_of(key, section.number, section.heading, {_("Text"): plainly(section.body)})


def _requirement_part(each: ShownRequirement) -> Part:
    points = "\n".join(f"{letter}) {point.text}" for letter, point in each.points)
    borrowed = next((point.language for _letter, point in each.points if point.language), "")
    texts = {_("Assessment criterion"): plainly(each.criterion), _("Sub-points"): Said(points, borrowed)}
    title = Said(f"{each.number}. {each.title.text}", each.title.language)
    return part_of(each.row.title_sv.casefold(), each.number, title, texts)


def _parameter_parts(parameters: Iterable[ShownParameter]) -> Iterable[Part]:
    for number, each in enumerate(parameters, start=1):
        yield part_of(each.row.key, number, each.label, {_("Default"): Said(each.value)})
