"""What the secretariat may spend, has spent and will have spent. The sums of the budget are made here and nowhere else."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    DecimalField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Coalesce, ExtractMonth, Greatest, NullIf, Round

from funding.enums import BudgetKind, ForecastRule
from funding.models import BudgetLine, FundingYear, OutcomeEntry
from funding.outside import Spending
from funding.queries.figures import year_figures
from funding.queries.spending import audits_by_year, audits_of
from portal import clock
from portal.search.ordering import swedish
from regions.models import User


@dataclass(frozen=True)
class Standing:
    """Where a year stands: what its audits have cost by the month of the invoice (öre), what of them is ordered and not invoiced
    (öre), and how many of its days are gone.
    """

    year: int
    audits_by_month: Mapping[int | None, int]
    ordered_ore: int
    days_gone: int
    days: int

    @property
    def audits_ore(self) -> int:
        return sum(self.audits_by_month.values())

    @property
    def has_ended(self) -> bool:
        return self.days_gone == self.days


def standing_of(year: FundingYear) -> Standing:
    """Today. A year to come has no day gone, one that has ended or is closed all of them."""
    return _standing(year, audits_of(year))


def standings_of(years: Collection[FundingYear]) -> list[Standing]:
    """The same of each of the years, in a number of statements that doesn't grow with them."""
    audits = audits_by_year(years)
    return [_standing(year, audits[year.year]) for year in years]


def _standing(year: FundingYear, spending: Sequence[Spending]) -> Standing:
    first = date(year.year, 1, 1)
    days = (date(year.year + 1, 1, 1) - first).days
    gone = days if year.is_closed else min(max(0, (clock.today() - first).days + 1), days)
    invoiced = Counter[int | None]()
    for each in spending:
        invoiced[each.month] += each.actual_ore
    ordered = sum(each.expected_ore - each.actual_ore for each in spending)
    return Standing(year.year, invoiced, ordered, gone, days)


def _big(value: Any) -> Cast:
    return Cast(value, BigIntegerField())


def _by_year(standings: Iterable[Standing], name: str) -> Case:
    known = (When(funding_year__year=each.year, then=Value(getattr(each, name))) for each in standings)
    return Case(*known, default=Value(0), output_field=BigIntegerField())


def _in_order() -> Case:
    """The kinds as `BudgetKind` lists them."""
    return Case(*(When(kind=kind, then=Value(number)) for number, kind in enumerate(BudgetKind)))


def forecast() -> Case:
    """A line's forecast for the whole year, in öre. The rule stands on the page in these words.

    What is spent and ordered, once the year has ended. Before that by the line's own rule: the typed forecast, or the outcome
    ÷ days gone × days of the year, rounded to whole kronor; before the year's first day its budget. Never less than what is
    spent and ordered already, which is a part of the pace and not counted twice.
    """
    known = F("outcome_ore") + F("committed_ore")
    day = Cast("outcome_ore", DecimalField(max_digits=30, decimal_places=0)) / NullIf(F("days_gone") * 100, 0)
    pace = _big(Round(day * F("days_of_year"), output_field=DecimalField(max_digits=30, decimal_places=0))) * 100
    return Case(
        When(days_gone__gte=F("days_of_year"), then=known),
        When(forecast_rule=ForecastRule.TYPED, then=Greatest(known, F("forecast_ore"))),
        When(days_gone=0, then=Greatest(known, F("budget_ore"))),
        default=Greatest(known, pace),
        output_field=BigIntegerField(),
    )


def lines_with_outcome(standings: Sequence[Standing], user: User | None = None) -> "QuerySet[BudgetLine]":
    """Budget lines in the order of the page, with `outcome_ore`, `committed_ore` and `foreseen_ore`, the forecast (öre).

    A line of audits has its outcome and what is ordered from the audits themselves, every other one from its entries.
    `has_own_forecast`: the forecast is the typed one; not once the year has ended, nor where more is spent and ordered.
    """
    rows = BudgetLine.objects.all() if user is None else BudgetLine.objects.visible_to(user)
    own = OutcomeEntry.objects.counting().filter(line=OuterRef("pk")).order_by().values("line")
    entered = Subquery(own.annotate(total=Sum("amount_ore")).values("total"))
    amounts: dict[str, Any] = {
        "days_gone": _by_year(standings, "days_gone"),
        "days_of_year": _by_year(standings, "days"),
        "outcome_ore": Case(
            When(kind=BudgetKind.AUDITS, then=_by_year(standings, "audits_ore")), default=Coalesce(_big(entered), 0)
        ),
        "committed_ore": Case(
            When(kind=BudgetKind.AUDITS, then=_by_year(standings, "ordered_ore")), default=_big(Value(0))
        ),
    }
    foreseen: dict[str, Any] = {"foreseen_ore": forecast()}
    own_forecast = Q(days_gone__lt=F("days_of_year"), forecast_ore=F("foreseen_ore"))
    return (
        rows.select_related("funding_year")
        .annotate(**amounts)
        .annotate(**foreseen)
        .annotate(has_own_forecast=Case(When(own_forecast, then=True), default=False, output_field=BooleanField()))
        .order_by("-funding_year__year", _in_order(), swedish("text"))
    )


@dataclass(frozen=True)
class Difference:
    """A forecast against its budget (öre): over it where `ore` is above 0. `share` of the budget, None where that is 0."""

    ore: int
    share: Decimal | None

    @classmethod
    def of(cls, budget_ore: int, foreseen_ore: int) -> "Difference":
        ore = foreseen_ore - budget_ore
        return cls(ore, Decimal(ore) / budget_ore if budget_ore else None)

    @property
    def is_over(self) -> bool:
        return self.ore > 0

    @property
    def size_ore(self) -> int:
        return abs(self.ore)

    @property
    def size_share(self) -> Decimal | None:
        return None if self.share is None else abs(self.share)


def difference_of(line: BudgetLine) -> Difference:
    """Of a line of `lines_with_outcome`."""
    return Difference.of(line.budget_ore, line.foreseen_ore)


@dataclass(frozen=True)
class BudgetFigures:
    """A year's budget lines and their sums (öre), beside what the regions owe and what of it is paid. The single source of these.

    The sums are those of the lines, as in the file. `unbudgeted_ore`: what audits cost, ordered ones included, where the year
    has no line of audits to take it up.
    """

    standing: Standing
    lines: Sequence[BudgetLine]
    owed_ore: int
    paid_ore: int
    decided_ore: int = 0
    budget_ore: int = 0
    outcome_ore: int = 0
    committed_ore: int = 0
    foreseen_ore: int = 0
    unbudgeted_ore: int = 0

    @property
    def difference(self) -> Difference:
        return Difference.of(self.budget_ore, self.foreseen_ore)

    @property
    def rows(self) -> list[tuple[BudgetLine, Difference]]:
        """Each line with its forecast against its budget."""
        return [(line, difference_of(line)) for line in self.lines]

    @property
    def has_line_of_audits(self) -> bool:
        return any(line.is_of_audits for line in self.lines)

    @property
    def booked_ore(self) -> int:
        """The outcome without that of audits."""
        return sum(line.outcome_ore for line in self.lines if not line.is_of_audits)

    @property
    def balance_ore(self) -> int:
        """What the contributions leave when the budget is spent; below 0 it isn't in balance."""
        return self.owed_ore - self.budget_ore

    @property
    def missing_ore(self) -> int:
        """What the contributions lack where the budget isn't in balance."""
        return max(0, -self.balance_ore)

    @property
    def used(self) -> Decimal | None:
        """The share of the budget that is spent."""
        return Decimal(self.outcome_ore) / self.budget_ore if self.budget_ore else None


SUMMED = ("decided_ore", "budget_ore", "outcome_ore", "committed_ore", "foreseen_ore")


def budget_of(year: FundingYear) -> BudgetFigures:
    """What the page and the files show: the lines with their sums in one statement, the contributions in one, the audits."""
    standing, contributions = standing_of(year), year_figures(year)
    summed = {f"sum_{name}": Window(Sum(name)) for name in SUMMED}
    lines = list(lines_with_outcome([standing]).filter(funding_year=year).annotate(**summed))
    sums = {name: int(getattr(lines[0], f"sum_{name}")) if lines else 0 for name in SUMMED}
    unbudgeted = 0 if any(line.is_of_audits for line in lines) else standing.audits_ore + standing.ordered_ore
    return BudgetFigures(
        standing,
        lines,
        owed_ore=contributions.owed_ore,
        paid_ore=contributions.paid_ore - contributions.overpaid_ore,
        unbudgeted_ore=unbudgeted,
        **sums,
    )


@dataclass(frozen=True)
class MonthOutcome:
    """What was booked in a month, what audits that were invoiced in it cost, and both from the year's beginning to its end (öre).

    `first`: its first day; None of audits that were copied at a closing which did not keep their month yet.
    """

    first: date | None
    booked_ore: int
    audits_ore: int
    so_far_ore: int

    @property
    def outcome_ore(self) -> int:
        return self.booked_ore + self.audits_ore


def outcome_by_month(year: FundingYear, figures: BudgetFigures) -> list[MonthOutcome]:
    """The year's months with an outcome, the first one first; they sum to that of `figures`, which `budget_of` gave."""
    rows = (
        OutcomeEntry.objects.counting()
        .filter(funding_year=year)
        .order_by()
        .values(month=ExtractMonth("booked_on"))
        .annotate(total=Sum("amount_ore"))
    )
    booked: dict[int | None, int] = {row["month"]: int(row["total"]) for row in rows}
    invoiced = figures.standing.audits_by_month if figures.has_line_of_audits else {}
    audits = {month: ore for month, ore in invoiced.items() if ore}
    months = sorted(booked | audits, key=lambda month: (month is None, month))
    pairs = [(booked.get(month, 0), audits.get(month, 0)) for month in months]
    return [
        MonthOutcome(date(year.year, month, 1) if month else None, *pair, so_far)
        for month, pair, so_far in zip(months, pairs, accumulate(map(sum, pairs)), strict=True)
    ]


def entries_of(line: BudgetLine, user: User) -> "QuerySet[OutcomeEntry]":
    """The line's entries, withdrawn ones too."""
    return OutcomeEntry.objects.visible_to(user).filter(line=line).select_related("created_by", "withdrawn_by")


def lines_taking_entries(year: FundingYear) -> "QuerySet[BudgetLine]":
    """Those whose outcome is entered."""
    return year.budget_lines.exclude(kind=BudgetKind.AUDITS).order_by(_in_order(), swedish("text"))
