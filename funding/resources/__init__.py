"""The contributions of a year as a file, and the host's ledger coming in: invoices and what is paid of them."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.enums import YearState
from funding.forms.years import SuggestionForm
from funding.locks import lock_years
from funding.models import Contribution, FundingYear, Payment
from funding.queries.figures import contributions_with_sums, share_of_sum
from portal import clock
from portal.exchange.engine.columns import Column, Relation, Told
from portal.exchange.engine.finders import Finder, Listed
from portal.exchange.engine.identity import Identity
from portal.exchange.engine.resource import ExchangeResource, visible_rows
from portal.exchange.engine.rows import Row
from portal.exchange.reading.values import BadValue, day_of, decimal_of, number_text_of
from portal.ui.templatetags.formats import day, kronor
from regions.models import Region
from regions.resources import region_names

# What an integer of the database holds, far above any contribution.
LARGEST_KRONOR = 10**10


def in_kronor(ore: int | None) -> Decimal | None:
    """Öre as a file has them: kronor, with the öre only where there are any."""
    if ore is None:
        return None
    return Decimal(ore // 100) if ore % 100 == 0 else Decimal(ore) / 100


def in_per_cent(share: Decimal | None) -> Decimal | None:
    """A share of one as a file has it: per cent with one decimal, rounded as pages do."""
    return None if share is None else (share * 100).quantize(Decimal("0.1"), ROUND_HALF_EVEN)


def ore_of(cell: Any) -> int | None:
    """Kronor as people write them, to the öre. Raises BadValue below 0 and for parts of an öre."""
    amount = decimal_of(cell, places=2)
    if amount is None:
        return None
    if amount < 0 or amount > LARGEST_KRONOR:
        raise BadValue(cell, _("Write an amount in kronor that is not less than 0."))
    return int(amount * 100)


class Kronor(Column):
    """An amount that is stored in öre and stands in kronor in files."""

    def __init__(self, heading: Any, **kwargs: Any) -> None:
        super().__init__(heading, parse=ore_of, width=16, **kwargs)

    def told(self, value: Any) -> str:
        return kronor(value) if value is not None else ""

    def exported(self, value: Any) -> Decimal | None:
        return in_kronor(value)


def told_kronor(heading: Any, name: str) -> Told:
    return Told(heading, lambda row: in_kronor(getattr(row, name)), width=16)


class ContributionResource(ExchangeResource):
    """Every contribution with what it stands on: the same query as the year's page and its report."""

    year = Told(gettext_lazy("Year"), lambda row: row.funding_year.year, width=8)
    code = Told(gettext_lazy("County code"), lambda row: row.region.code, width=8)
    region = Told(gettext_lazy("Region"), lambda row: row.region.name, width=26)
    organisation_number = Told(gettext_lazy("Organisation number"), lambda row: row.region.organisation_number)
    population = Told(gettext_lazy("Inhabitants"), lambda row: row.basis.population, width=12)
    reference_date = Told(gettext_lazy("Population on"), lambda row: row.basis.reference_date, width=12)
    undated_reason = Told(gettext_lazy("Why there is no date"), lambda row: row.basis.undated_reason, width=30)
    standing = Told(gettext_lazy("Standing"), lambda row: row.basis.get_standing_display(), width=14)
    source = Told(gettext_lazy("Source"), lambda row: row.basis.source, width=30)
    ore_per_inhabitant = Told(gettext_lazy("Rate per inhabitant (öre)"), lambda row: row.basis.ore_per_inhabitant)
    computed = told_kronor(gettext_lazy("Computed amount (kr)"), "computed_ore")
    share = Told(
        gettext_lazy("Share of the year's sum (%)"),
        lambda row: in_per_cent(share_of_sum(row, row.sum_ore)),
        width=10,
    )
    difference = told_kronor(gettext_lazy("Change since the year before (kr)"), "difference_ore")
    decided_amount = told_kronor(gettext_lazy("Decided amount (kr)"), "decided_ore")
    decided_on = Told(gettext_lazy("Decided"), lambda row: row.decision and row.decision.decided_on, width=12)
    body = Told(gettext_lazy("Decided by"), lambda row: row.decision.body if row.decision else "", width=22)
    registration_number = Told(
        gettext_lazy("Registration number"), lambda row: row.decision.registration_number if row.decision else ""
    )
    invoiced = told_kronor(gettext_lazy("Invoiced (kr)"), "invoiced_ore")
    paid = told_kronor(gettext_lazy("Paid (kr)"), "paid_ore")
    unpaid = told_kronor(gettext_lazy("Remains (kr)"), "unpaid_ore")
    overpaid = told_kronor(gettext_lazy("Paid too much (kr)"), "overpaid_ore")

    class Meta:
        model = Contribution


def years_by_number(resource: ExchangeResource) -> Finder:
    return Listed(FundingYear.objects.all, lambda year: [str(year.year)])


def regions_by_name(resource: ExchangeResource) -> Finder:
    return Listed(Region.objects.all, region_names)


@dataclass(frozen=True)
class LedgerLine:
    """For which year and region (their keys) an invoice is, what of it is invoiced and paid (öre), and when."""

    place: tuple[int, int]
    invoiced_on: date
    invoiced_ore: int
    paid_on: date | None
    paid_ore: int

    @classmethod
    def of(cls, payment: Payment) -> "LedgerLine":
        place = (payment.funding_year_id, payment.region_id)
        return cls(place, payment.invoiced_on, payment.invoiced_ore, payment.paid_on, payment.paid_ore or 0)


class PaymentResource(ExchangeResource):
    """A line of the ledger: an invoice, and what of it is paid by now. The same invoice again brings it up to date."""

    funding_year = Relation(
        gettext_lazy("Funding year"),
        years_by_number,
        parse=number_text_of,
        required=True,
        expected=gettext_lazy("A year that has been proposed to the regions and is not closed."),
        example="2023",
        named=lambda year: year.year,
        width=10,
        also=("år", "year", "avser år"),
    )
    region = Relation(
        gettext_lazy("Region"),
        regions_by_name,
        parse=number_text_of,
        required=True,
        expected=gettext_lazy("The region's name, county code or organisation number."),
        example="Region Jämtland Härjedalen",
        width=26,
        also=("kund", "motpart", "län", "länskod"),
    )
    invoice_number = Column(
        gettext_lazy("Invoice number"),
        parse=number_text_of,
        required=True,
        example="40012345",
        also=("fakturanr", "faktura", "invoice"),
    )
    invoiced_on = Column(
        gettext_lazy("Invoice date"),
        parse=day_of,
        required=True,
        expected=gettext_lazy("1 January of the year before the funding year at the earliest."),
        example="2023-02-01",
        width=14,
        also=("fakturerad", "fakturerat", "invoiced"),
    )
    invoiced_ore = Kronor(
        gettext_lazy("Invoiced (kr)"),
        required=True,
        example="131418",
        also=("fakturerad (kr)", "fakturerat belopp", "fakturabelopp", "belopp", "amount", "invoiced amount"),
    )
    paid_on = Column(
        gettext_lazy("Payment date"),
        parse=day_of,
        expected=gettext_lazy("The day of the invoice at the earliest."),
        example="2023-02-28",
        width=14,
        also=("betald", "betalt", "paid", "betalningsdatum"),
    )
    paid_ore = Kronor(
        gettext_lazy("Paid (kr)"),
        expected=gettext_lazy("At most what is invoiced in the same line."),
        example="131418",
        also=("betald (kr)", "betalt belopp", "inbetalt", "paid amount"),
    )

    identities = (Identity("invoice_number"),)
    select = ("funding_year", "region")

    class Meta:
        model = Payment

    def begin(self) -> None:
        """The file's years come in any order."""
        lock_years()

    @cached_property
    def owed(self) -> dict[tuple[int, int], int]:
        """What each region owes of each year (öre), by the keys of both."""
        rows = Contribution.objects.with_amounts()
        return {(each.funding_year_id, each.region_id): each.owed_ore for each in rows}

    @cached_property
    def ledger(self) -> dict[str, LedgerLine]:
        """By invoice number what the portal knows; the file's own lines come on top, one after the other."""
        return {each.invoice_number: LedgerLine.of(each) for each in Payment.objects.all()}

    def check(self, instance: Payment, row: Row, *, is_new: bool) -> None:
        place, year = (instance.funding_year_id, instance.region_id), instance.funding_year
        if year.state == YearState.CLOSED:
            row.refuse("funding_year", _("This funding year is closed. Have it reopened first."), year)
        elif year.state == YearState.OPEN:
            sentence = _("Funding year %(year)s has not been proposed to the regions yet.")
            row.refuse("funding_year", sentence % {"year": year}, year)
        elif place not in self.owed:
            row.refuse("region", _("This region has no contribution in that year."), instance.region)
        if (instance.paid_on is None) != (instance.paid_ore is None):
            empty = "paid_on" if instance.paid_on is None else "paid_ore"
            row.refuse(empty, _("Write both the day and the amount of the payment, or neither."))
        for key in ("invoiced_on", "paid_on"):
            self._check_day(key, getattr(instance, key), row)
        if instance.invoiced_ore == 0:
            row.refuse("invoiced_ore", _("Write what is invoiced: an amount above 0."), "0")
        if instance.paid_ore == 0:
            row.refuse("paid_ore", _("Write an amount above 0, or leave what is not paid empty."), "0")
        # Of what the file has no column for, the whole file is told.
        is_whole = not row.faults and instance.invoiced_on is not None and instance.invoiced_ore is not None
        if is_whole and LedgerLine.of(instance) != self.ledger.get(instance.invoice_number):
            self._check_invoice(instance, row)
            if not row.faults:
                self._check_owed(instance, place, row)

    def _check_day(self, key: str, told: date | None, row: Row) -> None:
        if told and told > clock.today():
            row.refuse(key, _("The date is in the future."), told)

    def _check_invoice(self, instance: Payment, row: Row) -> None:
        """An invoice is of its time, and what is paid of it comes after it and is no more than it says."""
        earliest = date(instance.funding_year.year - 1, 1, 1)
        if instance.invoiced_on < earliest:
            sentence = _("An invoice for %(year)s is from %(earliest)s or later.")
            told = {"year": instance.funding_year, "earliest": day(earliest)}
            row.refuse("invoiced_on", sentence % told, instance.invoiced_on)
        if instance.paid_on is None or instance.paid_ore is None:
            return
        if instance.paid_on < instance.invoiced_on:
            sentence = _("The invoice is from %(invoiced)s. Write that day or a later one.")
            row.refuse("paid_on", sentence % {"invoiced": day(instance.invoiced_on)}, instance.paid_on)
        if instance.paid_ore > instance.invoiced_ore:
            sentence = _("The invoice is of %(invoiced)s. No more than that can be paid.")
            row.refuse("paid_ore", sentence % {"invoiced": kronor(instance.invoiced_ore)}, kronor(instance.paid_ore))

    def _check_owed(self, instance: Payment, place: tuple[int, int], row: Row) -> None:
        """No line raises what is invoiced to the region for the year beyond what it owes, nor what is paid. What is beyond it
        already, since the region has decided on less, may stay or be put right.
        """
        line, known = LedgerLine.of(instance), self.ledger.get(instance.invoice_number)
        lines = [
            each for number, each in self.ledger.items() if number != instance.invoice_number and each.place == place
        ]
        for key in ("invoiced_ore", "paid_ore"):
            total = sum(getattr(each, key) for each in (*lines, line))
            before = getattr(known, key) if known and known.place == place else 0
            if total > self.owed[place] and getattr(line, key) > before:
                sentence = _("With this it would be %(total)s, but the region owes %(owed)s.")
                message = sentence % {"total": kronor(total), "owed": kronor(self.owed[place])}
                row.refuse(key, message, kronor(getattr(instance, key)))
                return
        self.ledger[instance.invoice_number] = line


def year_asked(query: QueryDict) -> dict[str, int]:
    form = SuggestionForm(query)
    year = form.cleaned_data["year"] if form.is_valid() else None
    return {"funding_year__year": year} if year else {}


def contributions_listed(by: Any, query: QueryDict) -> "QuerySet[Contribution]":
    """As on the year's page; of all years, the latest first, where the query string names none."""
    user = by if getattr(by, "is_authenticated", False) else None
    rows = contributions_with_sums(user).filter(**year_asked(query))
    return rows.order_by("-funding_year__year", *rows.query.order_by)


def payments_listed(by: Any, query: QueryDict) -> "QuerySet[Payment]":
    """What the ledger has brought, of the year that the query string names or of all."""
    rows = visible_rows(Payment, by).filter(**year_asked(query))
    return rows.select_related("funding_year", "region").order_by(
        "-funding_year__year", "invoiced_on", "invoice_number"
    )
