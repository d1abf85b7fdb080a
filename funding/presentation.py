"""How the figures are shown, on pages and in the report alike."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from funding.enums import BasisStanding, YearState
from funding.models import Basis, Contribution, FundingYear, YearStep
from funding.queries.figures import YearFigures
from portal.ui.charts import Bar
from portal.ui.responses import Comparison
from portal.ui.templatetags.formats import day, integer, kronor


def contribution_bars(figures: YearFigures) -> list[Bar]:
    """A bar per region, the largest first; those with a basis of their own are marked."""
    largest_first = sorted(figures.contributions, key=lambda each: -each.computed_ore)
    return [
        Bar(each.region.name, each.computed_ore, kronor(each.computed_ore), marked=each.basis.is_exception)
        for each in largest_first
    ]


@dataclass(frozen=True)
class SourceNote:
    """A numbered note under the table: one source with its date and standing, and the contributions that rest on it."""

    number: int
    contributions: Sequence[Contribution]

    @property
    def basis(self) -> Basis:
        """Any of its bases: in what the note says they are alike."""
        return self.contributions[0].basis

    @property
    def regions(self) -> list[str]:
        return [each.region.name for each in self.contributions]


def source_notes(figures: YearFigures) -> list[SourceNote]:
    """The distinct sources of the bases, the most used first."""
    groups: dict[tuple, list[Contribution]] = defaultdict(list)
    for each in figures.contributions:
        basis = each.basis
        groups[basis.source, basis.reference_date, basis.undated_reason, basis.standing].append(each)
    most_used_first = sorted(groups.values(), key=len, reverse=True)
    return [SourceNote(number, group) for number, group in enumerate(most_used_first, start=1)]


def with_notes(figures: YearFigures, notes: Sequence[SourceNote]) -> list[tuple[Contribution, int]]:
    """The contributions in their order, each with the number of its note."""
    numbers = {each.pk: note.number for note in notes for each in note.contributions}
    return [(each, numbers[each.pk]) for each in figures.contributions]


def basis_comparisons(typed: Mapping[str, Any], stored: Basis) -> Sequence[Comparison]:
    """What was typed beside the basis that someone else entered meanwhile."""
    return [
        Comparison(_("Inhabitants"), integer(typed["population"]), integer(stored.population)),
        Comparison(
            _("Population on"),
            day(typed["reference_date"]) if typed["reference_date"] else typed["undated_reason"],
            day(stored.reference_date) if stored.reference_date else stored.undated_reason,
        ),
        Comparison(_("Source"), typed["source"], stored.source),
        Comparison(
            _("Standing of the figure"), str(BasisStanding(typed["standing"]).label), stored.get_standing_display()
        ),
    ]


@dataclass(frozen=True)
class PathStep:
    """A state on the year's way, with the day since when it holds: a step of `components/steps.html`."""

    label: str
    detail: str
    state: str


def path_of(year: FundingYear, taken: Sequence[YearStep]) -> list[PathStep]:
    """Open, proposed, decided, closed: where the year stands, and since when."""
    way = list(YearState)
    here = way.index(YearState(year.state))
    since = {YearState.OPEN: day(year.opened_at)} | {YearState(step.target): day(step.taken_on) for step in taken}
    return [
        PathStep(
            capfirst(str(state.label)),
            since.get(state, "") if number <= here else "",
            "current" if number == here else "done" if number < here else "",
        )
        for number, state in enumerate(way)
    ]
