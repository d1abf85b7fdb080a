"""Funding years to test with, opened the way an administrator opens them."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from html import unescape

from funding.actions.decisions import register_decision
from funding.actions.invoicing import register_payer, register_terms, register_vat
from funding.actions.steps import ask_to_reopen, confirm_reopening, move_year
from funding.actions.years import open_year
from funding.enums import YearState
from funding.models import FundingYear, InvoicingTerms, Payer, Payment, RegionDecision, VatTreatment
from portal import clock
from portal.history.models import SystemActor
from regions.enums import Standing
from regions.models import PopulationFigure, Region
from tests.factories import RegionFactory, system
from tests.people import make_person

DAY = date(2021, 12, 31)
MEMO = {
    "population": 131_418,
    "reference_date": None,
    "undated_reason": "Tjänsteskrivelsen anger inget datum.",
    "source": "RS/29/2022",
    "standing": "unstated",
}


def population_figure(code: str, count: int, *, day: date = DAY, **values) -> PopulationFigure:
    """A figure of the region with this code, which is made if there is none."""
    values = {"source": "SCB", "standing": Standing.PRELIMINARY, **values}
    return PopulationFigure.objects.create(
        region=RegionFactory(code=code), count=count, reference_date=day, created_by=system(), **values
    )


def opened_year(populations: Mapping[str, int], *, year: int = 2023, ore: int = 100) -> FundingYear:
    """A year opened for these regions alone, county code to inhabitants."""
    for code, count in populations.items():
        population_figure(code, count)
    return open_year(
        by=SystemActor("test"), year=year, ore_per_inhabitant=ore, rate_source="RS/29/2022", basis_date=DAY
    )


def text_of(response) -> str:
    """What a page says: without tags, every kind of space one space."""
    body = re.sub(r"<(script|style|title|desc)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def moved_to(year: FundingYear, state: str, *, taken_on: date | None = None) -> FundingYear:
    """The year after the steps forward to the state, all of them on one day: today unless told."""
    way = list(YearState)
    year.refresh_from_db()
    for target in way[way.index(YearState(year.state)) + 1 : way.index(YearState(state)) + 1]:
        move_year(by=SystemActor("test"), funding_year=year, target=target, taken_on=taken_on or clock.today())
    year.refresh_from_db()
    return year


def decided(code: str, **values) -> RegionDecision:
    """A decision of the region, from 2023 until further notice unless told: give `amount_ore` or `ore_per_inhabitant`."""
    values = {
        "valid_from_year": 2023,
        "valid_to_year": None,
        "amount_ore": None,
        "ore_per_inhabitant": None,
        "decided_on": date(2022, 6, 1),
        "body": "Regionstyrelsen",
        "registration_number": "RS/29/2022",
        **values,
    }
    return register_decision(by=SystemActor("test"), region=Region.objects.get(code=code), **values)


def paid(code: str, number: str, invoiced_ore: int, *, year: int = 2023, paid_ore: int | None = 100) -> Payment:
    """An invoice to the region, as the ledger would have brought it; paid in part, or not at all where `paid_ore` is None."""
    return Payment.objects.create(
        funding_year=FundingYear.objects.get(year=year),
        region=Region.objects.get(code=code),
        invoice_number=number,
        invoiced_on=date(2023, 2, 1),
        invoiced_ore=invoiced_ore,
        paid_on=None if paid_ore is None else date(2023, 3, 1),
        paid_ore=paid_ore,
        created_by=system(),
    )


DUE = date(2023, 2, 28)


def due(year: FundingYear, **values) -> InvoicingTerms:
    """The year's invoices fall due, on 28 February 2023 unless told."""
    values = {"due_on": DUE, "text": "Finansieringsandel 2023", "reference": "Kansliet", **values}
    return register_terms(by=SystemActor("test"), funding_year=year, **values)


def payer_of(code: str, **values) -> Payer:
    """What is known of the region as payer, from 2022 unless told."""
    values = {
        "valid_from": date(2022, 1, 1),
        "buyer_reference": f"REF{code}",
        "peppol_id": "0007:2321000214",
        "counterparty_code": f"90{code}",
        **values,
    }
    return register_payer(by=SystemActor("test"), region=Region.objects.get(code=code), **values)


def vat(percent: str | None = "25", *, valid_from: date = date(2022, 1, 1), ground: str = "Beslut 1") -> VatTreatment:
    """A VAT treatment: a rate, or None where none is added."""
    rate = None if percent is None else Decimal(percent)
    return register_vat(by=SystemActor("test"), valid_from=valid_from, percent=rate, ground=ground)


def reopened(year: FundingYear) -> None:
    """A closed year, opened again by two administrators."""
    asked = ask_to_reopen(by=make_person("admin"), funding_year=year, reason="Fel faktura.")
    confirm_reopening(by=make_person("admin"), reopening=asked)
