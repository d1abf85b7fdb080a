"""The variants of a topic beside each other, and the adopted requirements as the text of a tender document."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from codeofconduct.enums import Level
from codeofconduct.models import RequirementSet, SustainabilityRequirement
from codeofconduct.wording import Wording
from portal import clock
from portal.ui.responses import Comparison
from portal.ui.templatetags.formats import day
from portal.ui.texts import Marked, marked_differences

# What a file's name must not hold on some system.
_NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


@dataclass(frozen=True)
class Column:
    """A variant as it stands beside the others: its texts in pieces of (text, differs from what it is compared with)."""

    variant: SustainabilityRequirement
    text: Marked
    verification: Marked
    is_measure: bool


@dataclass(frozen=True)
class Row:
    """The variants of one level, compared with the adopted one or, where none is adopted, with the first proposal.

    In the page's language where all of them are written in it, otherwise in Swedish.
    """

    level: Level
    columns: list[Column]
    language: str

    @property
    def is_marked(self) -> bool:
        return len(self.columns) > 1

    @property
    def lacks_translation(self) -> bool:
        return self.language != _page_language()


def rows_of(variants: Iterable[SustainabilityRequirement]) -> list[Row]:
    """`variants` by level, in each the adopted one first."""
    by_level = groupby(variants, key=lambda variant: variant.level)
    return [_row(Level(level), list(of_level)) for level, of_level in by_level]


def beside(variant: SustainabilityRequirement, adopted: SustainabilityRequirement | None) -> Row:
    """A proposal beside what it would replace."""
    return _row(Level(variant.level), [each for each in (adopted, variant) if each])


def _row(level: Level, variants: list[SustainabilityRequirement]) -> Row:
    is_translated = all(variant.text_en and variant.verification_en for variant in variants)
    language = "en" if is_translated and _page_language() == "en" else "sv"
    return Row(level, [_column(variant, variants[0], language) for variant in variants], language)


def _column(variant: SustainabilityRequirement, measure: SustainabilityRequirement, language: str) -> Column:
    text, verification = (
        marked_differences(getattr(variant, name), getattr(measure, name))[0]
        for name in (f"text_{language}", f"verification_{language}")
    )
    return Column(variant, text, verification, is_measure=variant.pk == measure.pk)


def _page_language() -> str:
    return "en" if translation.get_language() == "en" else "sv"


def compared(typed: Wording, stored: SustainabilityRequirement, labels: dict[str, Any]) -> list[Comparison]:
    """What was typed beside what is stored by now, where they differ. `labels` by field."""
    fields = [(name, str(getattr(typed, name)), str(getattr(stored, name))) for name in labels]
    return [Comparison(labels[name], mine or "–", theirs or "–") for name, mine, theirs in fields if mine != theirs]


def tender_text(
    requirement_set: RequirementSet, requirements: Iterable[SustainabilityRequirement], *, language: str, level: str
) -> str:
    """The requirements, numbered, each with how it is verified and where it stands in the set. Lines end with \\n.

    `requirements` are those of `level` ("" is both), in the order of their topics.
    """
    with translation.override(language):
        parts = [_head(requirement_set, level)]
        for number, (topic, of_topic) in enumerate(groupby(requirements, key=lambda each: each.topic), start=1):
            parts.append(f"{number}. {topic.title}")
            parts += [_demand(requirement, f"{number}.{sub}") for sub, requirement in enumerate(of_topic, start=1)]
        if len(parts) == 1:
            parts.append(_("No requirement is adopted."))
    return "\n\n".join(parts).replace("\r\n", "\n").replace("\r", "\n") + "\n"


def _head(requirement_set: RequirementSet, level: str) -> str:
    title = _("Sustainability requirements: %(category)s") % {"category": requirement_set.category}
    which = Level(level).label if level else _("basic and advanced level")
    adopted = _("The regions' requirement set, %(level)s, as adopted on %(date)s.")
    return f"{title}\n{adopted % {'level': which, 'date': day(clock.today())}}"


def _demand(requirement: SustainabilityRequirement, number: str) -> str:
    lines = [f"{number} {capfirst(requirement.get_level_display())}", requirement.text]
    lines += ["", _("How it is verified:"), requirement.verification]
    if translation.get_language() == "en" and not (requirement.text_en and requirement.verification_en):
        lines.append(_("(Not all of this text is translated from Swedish.)"))
    edition = {"number": requirement.topic.number, "edition": requirement.edition}
    return "\n".join([*lines, "", _("(Requirement %(number)s of the set, edition %(edition)s)") % edition])


def tender_file_name(requirement_set: RequirementSet, *, language: str) -> str:
    """As it is offered for saving: the set, its category and the day."""
    with translation.override(language):
        name = _("Requirement set %(category)s %(date)s") % {
            "category": requirement_set.category,
            "date": clock.today().isoformat(),
        }
    return f"{_NOT_IN_A_NAME.sub('-', name)}.txt"
