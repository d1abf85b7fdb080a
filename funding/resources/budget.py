"""Budget lines as a file, and the outcome coming in from the ledger, voucher by voucher."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.enums import BudgetKind, OutcomeOrigin, YearState
from funding.locks import lock_years
from funding.models import HIGHEST_AMOUNT_ORE, BudgetLine, FundingYear, OutcomeEntry
from funding.queries.budget import difference_of, lines_with_outcome, standings_of
from funding.queries.moment import one_moment
from funding.resources import Kronor, in_kronor, told_kronor, year_asked, years_by_number
from portal import clock
from portal.exchange.engine.columns import Column, Relation, Told
from portal.exchange.engine.finders import Finder, Listed, NotFound
from portal.exchange.engine.identity import Identity
from portal.exchange.engine.resource import ExchangeResource, visible_rows
from portal.exchange.engine.rows import ComputedRows, Row
from portal.exchange.reading.values import BadValue, day_of, decimal_of, number_text_of


class BudgetLineResource(ExchangeResource):
    """Every line with its outcome and forecast: the same query as the page of the year's budget."""

    year = Told(gettext_lazy("Year"), lambda row: row.funding_year.year, width=8)
    kind = Told(gettext_lazy("Kind"), lambda row: row.get_kind_display())
    text = Told(gettext_lazy("Budget line"), width=40)
    decided = told_kronor(gettext_lazy("Budget as decided (kr)"), "decided_ore")
    budget = told_kronor(gettext_lazy("Budget (kr)"), "budget_ore")
    outcome = told_kronor(gettext_lazy("Outcome (kr)"), "outcome_ore")
    committed = told_kronor(gettext_lazy("Ordered, not invoiced (kr)"), "committed_ore")
    foreseen = told_kronor(gettext_lazy("Forecast (kr)"), "foreseen_ore")
    difference = Told(
        gettext_lazy("Forecast above budget (kr)"), lambda row: in_kronor(difference_of(row).ore), width=16
    )
    forecast_rule = Told(gettext_lazy("How it is forecast"), lambda row: row.get_forecast_rule_display(), width=30)
    source = Told(gettext_lazy("Decision"), width=30)
    revised_reason = Told(gettext_lazy("Why it was revised"), width=30)

    class Meta:
        model = BudgetLine


def lines_by_year_and_text(resource: ExchangeResource) -> Finder:
    """ "2023 Löner": a text names a line within its year alone."""
    rows = BudgetLine.objects.select_related("funding_year")
    return Listed(rows.all, lambda line: [f"{line.funding_year} {line.text}"])


class LineOfYear(Relation):
    """A line by its text, among those of the row's year."""

    def resolve(self, row: Row) -> None:
        if self.key not in row:
            return
        text, year = row.pop(self.key), row.get("funding_year")
        if year is None:
            return
        try:
            row[self.key] = self.finder.find(f"{year} {text}")
        except NotFound as problem:
            row.refuse(self.key, str(problem), text)


def signed_ore_of(cell: Any) -> int | None:
    """Kronor as people write them, to the öre, below 0 for a credit. Raises BadValue for 0 and for what no budget holds."""
    amount = decimal_of(cell, places=2)
    if amount is None:
        return None
    if not 0 < abs(amount) * 100 <= HIGHEST_AMOUNT_ORE:
        raise BadValue(cell, _("Write an amount other than 0, at most 100 000 000 kr."))
    return int(amount * 100)


class SignedKronor(Kronor):
    """As `Kronor`, below 0 too."""

    def __init__(self, heading: Any, **kwargs: Any) -> None:
        super().__init__(heading, **kwargs)
        self.parse = signed_ore_of


class OutcomeResource(ExchangeResource):
    """A booking of the ledger. The same voucher of the year again corrects the entry."""

    funding_year = Relation(
        gettext_lazy("Funding year"),
        years_by_number,
        parse=number_text_of,
        required=True,
        expected=gettext_lazy("A year that has been opened and is not closed."),
        example="2023",
        named=lambda year: year.year,
        width=10,
        also=("år", "year", "avser år"),
    )
    line = LineOfYear(
        gettext_lazy("Budget line"),
        lines_by_year_and_text,
        required=True,
        expected=gettext_lazy("The text of a line of that year, not of audits."),
        example="Löner",
        width=40,
        also=("budgetpost", "rad"),
    )
    booked_on = Column(
        gettext_lazy("Booked"),
        parse=day_of,
        required=True,
        example="2023-02-28",
        width=12,
        also=("bokföringsdatum", "datum", "verifikationsdatum"),
    )
    amount_ore = SignedKronor(
        gettext_lazy("Amount (kr)"),
        required=True,
        example="48250,50",
        expected=gettext_lazy("Excluding VAT. With a minus for a credit."),
        also=("belopp", "utfall"),
    )
    voucher = Column(
        gettext_lazy("Voucher"),
        parse=number_text_of,
        required=True,
        example="40012345",
        also=("verifikation", "verifikationsnummer", "ver.nr", "vernr"),
    )
    text = Column(gettext_lazy("Text"), example="Löner februari", width=40, also=("beskrivning",))

    identities = (Identity("voucher", "funding_year"),)
    select = ("funding_year", "line")

    class Meta:
        model = OutcomeEntry

    def rows(self) -> "QuerySet[OutcomeEntry]":
        return visible_rows(OutcomeEntry, self.by).filter(withdrawn_at__isnull=True)

    def begin(self) -> None:
        """The file's years come in any order."""
        lock_years()

    def started(self, row: Row) -> dict[str, Any]:
        return {"origin": OutcomeOrigin.LEDGER}

    @cached_property
    def withdrawn(self) -> dict[tuple[int, str], str]:
        """By year (its key) and voucher why an entry was withdrawn: the ledger doesn't bring it back unasked."""
        rows = OutcomeEntry.objects.filter(withdrawn_at__isnull=False)
        return {(each.funding_year_id, each.voucher): each.withdrawn_reason for each in rows}

    def check(self, instance: OutcomeEntry, row: Row, *, is_new: bool) -> None:
        year = instance.funding_year
        if year.state == YearState.CLOSED:
            row.refuse("funding_year", _("This funding year is closed. Have it reopened first."), year)
        if instance.line.kind == BudgetKind.AUDITS:
            sentence = _("The outcome of audits is taken from their invoices in the follow-ups. Leave the row out.")
            row.refuse("line", sentence, instance.line)
        if instance.booked_on.year != year.year:
            row.refuse("booked_on", _("Write a date in %(year)s.") % {"year": year.year}, instance.booked_on)
        elif instance.booked_on > clock.today():
            row.refuse("booked_on", _("The date is in the future."), instance.booked_on)
        if is_new and (reason := self.withdrawn.get((year.pk, instance.voucher))):
            sentence = _("This voucher was withdrawn: “%(reason)s”. Leave the row out, or enter it by hand again.")
            row.refuse("voucher", sentence % {"reason": reason}, instance.voucher)


def lines_listed(by: Any, query: QueryDict) -> ComputedRows:
    """As on the page of the year's budget; of all years, the latest first, where the query string names none.

    Of one moment: what audits cost comes from elsewhere, and is read before the lines.
    """
    user = by if getattr(by, "is_authenticated", False) else None
    asked = year_asked(query)
    years = FundingYear.objects.filter(budget_lines__isnull=False).distinct()
    if asked:
        years = years.filter(year=asked["funding_year__year"])
    with one_moment():
        return ComputedRows(list(lines_with_outcome(standings_of(list(years)), user).filter(**asked)))


def outcomes_listed(by: Any, query: QueryDict) -> "QuerySet[OutcomeEntry]":
    """What counts, of the year that the query string names or of all: the page's sums to the öre."""
    rows = visible_rows(OutcomeEntry, by).filter(withdrawn_at__isnull=True, **year_asked(query))
    return rows.select_related("funding_year", "line").order_by("-funding_year__year", "booked_on", "voucher", "pk")
