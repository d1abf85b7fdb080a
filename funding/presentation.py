"""How the figures are shown, on pages and in the report alike."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.forms import BaseForm
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from funding.enums import BasisStanding, ForecastRule, YearState
from funding.models import (
    Basis,
    BriefText,
    BudgetLine,
    Contribution,
    FundingYear,
    InvoicingTerms,
    OutcomeEntry,
    Payer,
    VatTreatment,
    YearStep,
)
from funding.queries.briefs import TEXT_FIELDS
from funding.queries.budget import BudgetFigures, MonthOutcome
from funding.queries.figures import YearFigures
from funding.queries.spending import Cost
from portal.history.queries import Changes, changes_of
from portal.ui.charts import Bar
from portal.ui.responses import Comparison
from portal.ui.templatetags.formats import day, integer, kronor, per_cent
from regions.maps import Shade, drawn_map


def contribution_bars(figures: YearFigures) -> list[Bar]:
    """A bar per region, the largest first; those with a basis of their own are marked."""
    largest_first = sorted(figures.contributions, key=lambda each: -each.computed_ore)
    return [
        Bar(each.region.name, each.computed_ore, kronor(each.computed_ore), marked=each.basis.is_exception)
        for each in largest_first
    ]


def year_bars(contributions: Sequence[Contribution]) -> list[Bar]:
    """A bar per year: what is decided and, where nothing is, computed; years without a decision are marked."""
    return [
        Bar(str(each.funding_year), each.owed_ore, kronor(each.owed_ore), marked=each.decided_ore is None)
        for each in contributions
    ]


# Of the sum, in per cent: where the steps of the map's scale end. Three regions have more than half of all inhabitants.
MAP_BOUNDS = (2, 3, 5, 15)


def contribution_map(figures: YearFigures, own: Collection[int]) -> dict[str, Any]:
    """What templates/regions/_map.html draws: each region's part of the sum; the reader's own regions (ids) are marked."""
    shades = {}
    for each in figures.contributions:
        share = figures.share_of(each)
        text = f"{each.region.name}: {kronor(each.computed_ore)}, {per_cent(share)}"
        step = bisect_right(MAP_BOUNDS, share * 100) + 1
        shades[each.region.code] = Shade(step, text, marked=each.region_id in own)
    ends = [per_cent(Decimal(bound) / 100) for bound in MAP_BOUNDS]
    between = [_("%(low)s to %(high)s") % {"low": low, "high": high} for low, high in pairwise(ends)]
    return drawn_map(
        shades, [_("less than %(high)s") % {"high": ends[0]}, *between, _("%(low)s or more") % {"low": ends[-1]}]
    )


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


def with_shares(figures: YearFigures, notes: Sequence[SourceNote]) -> list[tuple[Contribution, int, Decimal]]:
    """As `with_notes`, and with what part of the sum the contribution is."""
    return [(each, number, figures.share_of(each)) for each, number in with_notes(figures, notes)]


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


def brief_comparisons(form: BaseForm, stored: BriefText) -> Sequence[Comparison]:
    """What was typed beside the texts that someone else saved meanwhile; only where they differ."""
    texts = {name: getattr(stored, name) for name in TEXT_FIELDS}
    return [
        Comparison(form.fields[name].label, form.cleaned_data[name], text)
        for name, text in texts.items()
        if form.cleaned_data[name] != text
    ]


def brief_history(text: BriefText, before: str) -> Changes:
    """Who changed the texts of the brief, and when; `before`: the cursor of an older page."""
    return changes_of(text, without={"changed_at", "changed_by"}, before=before)


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


# A longer label would run into the figure at the end of its row.
_LONGEST_LABEL = 28


def _bar(label: str, ore: int, *, marked: bool = False) -> Bar:
    return Bar(Truncator(label).chars(_LONGEST_LABEL), ore, kronor(ore), marked=marked)


def line_bars(figures: BudgetFigures) -> list[Bar]:
    """The outcome of each line in the order of the table; those that are forecast above their budget are marked."""
    return [
        _bar(capfirst(line.text), line.outcome_ore, marked=line.foreseen_ore > line.budget_ore)
        for line in figures.lines
    ]


def month_bars(months: Sequence[MonthOutcome]) -> list[Bar]:
    return [
        _bar(capfirst(date_format(each.first, "F")) if each.first else _("Month not kept"), each.outcome_ore)
        for each in months
    ]


def cost_bars(costs: Iterable[Cost]) -> list[Bar]:
    """What is invoiced, the largest first."""
    return [_bar(each.label, each.actual_ore) for each in sorted(costs, key=lambda each: -each.actual_ore)]


def line_comparisons(typed: Mapping[str, Any], stored: BudgetLine) -> Sequence[Comparison]:
    """What was typed beside the line as someone else revised it meanwhile."""
    return [
        Comparison(_("What it is for"), typed["text"], stored.text),
        Comparison(_("Budget"), kronor(typed["budget_ore"]), kronor(stored.budget_ore)),
        Comparison(_("Forecast"), str(ForecastRule(typed["forecast_rule"]).label), stored.get_forecast_rule_display()),
        Comparison(_("Our own forecast"), kronor(typed["forecast_ore"]), kronor(stored.forecast_ore)),
        Comparison(_("Reason"), typed["revised_reason"], stored.revised_reason),
    ]


def entry_comparisons(typed: Mapping[str, Any], stored: OutcomeEntry) -> Sequence[Comparison]:
    """What was typed beside the entry as someone else corrected it meanwhile."""
    return [
        Comparison(_("Budget line"), str(typed["line"]), str(stored.line)),
        Comparison(_("Booked on"), day(typed["booked_on"]), day(stored.booked_on)),
        Comparison(_("Amount"), kronor(typed["amount_ore"]), kronor(stored.amount_ore)),
        Comparison(_("Voucher"), typed["voucher"], stored.voucher),
        Comparison(_("Text"), typed["text"], stored.text),
    ]


def invoicing_comparisons(form: BaseForm, stored: InvoicingTerms | Payer | VatTreatment) -> Sequence[Comparison]:
    """What was typed beside what someone else registered meanwhile; only where they differ."""
    pairs = [
        (bound.label, form.cleaned_data[bound.name], getattr(stored, bound.name))
        for bound in form.visible_fields()
        if bound.name in form.cleaned_data
    ]
    return [Comparison(label, _told(mine), _told(theirs)) for label, mine, theirs in pairs if mine != theirs]


def _told(value: date | Decimal | str | None) -> str:
    """A number is a rate in per cent; None, that there is none."""
    if isinstance(value, date):
        return day(value)
    return per_cent(value / 100) if isinstance(value, Decimal) else value or "–"


def lacking(basis: Any) -> list[str]:
    """What a row of `funding.queries.invoicing.invoice_bases` lacks before it can become an invoice, as words.

    Without a due date that alone: it says which of what is registered by date counts.
    """
    if not basis.due_on:
        return [_("invoice due date")]
    told = {
        _("buyer reference"): basis.buyer_reference,
        _("Peppol ID"): basis.peppol_id,
        _("counterparty code"): basis.counterparty_code,
        _("how VAT is treated"): basis.vat_ground,
    }
    return [word for word, value in told.items() if not value]


def vat_words(basis: Any) -> str:
    """How VAT is treated in such a row, in short."""
    if not basis.vat_ground:
        return _("not registered")
    return _("no VAT is added") if basis.vat_percent is None else per_cent(basis.vat_percent / 100)
