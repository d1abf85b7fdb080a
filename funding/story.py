"""The demo's funding years: 2016–2023 by the memo RS/29/2022, all of them closed, and those since then at the memo's rate.

The budgets from 2023 on, and the days of the years after it, are made up. Told once; again changes nothing.
"""

from datetime import date

from funding.actions.bases import enter_basis
from funding.actions.budget import add_line, enter_outcome, revise_line
from funding.actions.decisions import register_decision
from funding.actions.invoicing import register_payer, register_terms, register_vat
from funding.actions.steps import move_year
from funding.actions.years import open_year
from funding.enums import BasisStanding, BudgetKind, ForecastRule, YearState
from funding.models import Contribution, FundingYear
from funding.peppol import suggested_peppol_id
from funding.queries.opening import rate_of
from portal import clock
from portal.history.models import By, SystemActor
from regions.models import Region, User

ADMIN = "admin@demo.example"
MEMO = "RS/29/2022"
MEMO_YEAR = 2023
# The memo's own day. It gives no day of the region's decision, nor of what happened in the years before.
MEMO_DAY = date(2022, 4, 6)
# 31 December of the year before; there is no 2020 and no 2022 in the reference data.
BASIS_DATES = {year: date(year - 1, 12, 31) for year in range(2016, MEMO_YEAR + 1)} | {
    2021: date(2019, 12, 31),
    2023: date(2021, 12, 31),
}

BUDGET_SOURCE = "Styrgruppen, exempel på budget"
# Kind, text, budget and what is booked on each day, in kronor. They sum to 10 450 000 kr.
BUDGET = [
    (BudgetKind.STAFF, "Löner, sju tjänster", 6_300_000, [518_400] * 3 + [529_650] * 9),
    (BudgetKind.AUDITS, "Kontorsrevisioner och fabriksrevisioner", 2_600_000, []),
    (BudgetKind.TRAINING, "Utbildning av inköpare", 500_000, [88_500, 162_000, 41_250, 131_700]),
    (BudgetKind.COMMUNICATION, "Webb, vägledningar och konferens", 350_000, [22_400, 47_900, 251_300, 76_050]),
    (BudgetKind.OTHER, "Portalen, drift och utveckling", 250_000, [60_000, 57_500, 57_500, 57_500]),
    (BudgetKind.OTHER, "Resor, lokal och revision av bokslut", 450_000, [96_200, 118_650, -4_800, 153_100]),
]


def tell(*, by: SystemActor) -> None:
    """Enter each year at its registered rate and close it; 2023 with Jämtland Härjedalen's 131 418 kr until further notice.

    By the demo's administrator where there is one: the page says who opened the year.
    """
    admin = User.objects.filter(email=ADMIN).first() or by
    for number in BASIS_DATES:
        if FundingYear.objects.filter(year=number).exists():
            continue
        year = open_memo_year(by=admin) if number == MEMO_YEAR else _open(admin, number)
        if number == MEMO_YEAR:
            _spend(admin, year)
        for target in (YearState.PROPOSED, YearState.DECIDED, YearState.CLOSED):
            is_proposal = (number, target) == (MEMO_YEAR, YearState.PROPOSED)
            move_year(by=admin, funding_year=year, target=target, taken_on=MEMO_DAY if is_proposal else clock.today())
            if is_proposal:
                _decide(admin)
            if (number, target) == (MEMO_YEAR, YearState.DECIDED):
                _invoice(admin, year)
    _go_on(admin)


def _go_on(by: By) -> None:
    """From the memo's year until today, on the latest figures there are. This year and the last are decided and not closed:
    the audits of the demo are dated from today, and what they cost is theirs.
    """
    this_year = clock.today().year
    for number in range(MEMO_YEAR + 1, this_year + 1):
        if FundingYear.objects.filter(year=number).exists():
            continue
        year = _open(by, number)
        _spend(by, year)
        move_year(by=by, funding_year=year, target=YearState.PROPOSED, taken_on=date(number - 1, 11, 2))
        move_year(by=by, funding_year=year, target=YearState.DECIDED, taken_on=date(number - 1, 12, 15))
        if number < this_year - 1:
            move_year(by=by, funding_year=year, target=YearState.CLOSED, taken_on=date(number + 1, 1, 31))


def open_memo_year(*, by: By) -> FundingYear:
    """2023 at 100 öre, with the memo's 131 418 inhabitants for Jämtland Härjedalen, still open."""
    year = _open(by, MEMO_YEAR)
    enter_basis(
        by=by,
        contribution=Contribution.objects.get(funding_year=year, region__code="23"),
        version=1,
        population=131_418,
        reference_date=None,
        undated_reason="Tjänsteskrivelsen anger inget datum.",
        source=MEMO,
        standing=BasisStanding.UNSTATED,
    )
    return year


def _open(by: By, number: int) -> FundingYear:
    rate = rate_of(number)
    assert rate is not None  # noqa: S101 - the reference data begins in 2016
    return open_year(
        by=by,
        year=number,
        ore_per_inhabitant=rate.ore_per_inhabitant,
        rate_source=rate.source,
        basis_date=BASIS_DATES.get(number, BASIS_DATES[MEMO_YEAR]),
    )


def _decide(by: By) -> None:
    """The memo's second point: 131 418 kr a year from 2023."""
    register_decision(
        by=by,
        region=Region.objects.get(code="23"),
        valid_from_year=MEMO_YEAR,
        valid_to_year=None,
        amount_ore=13_141_800,
        ore_per_inhabitant=None,
        decided_on=MEMO_DAY,
        body="Regionstyrelsen",
        registration_number=MEMO,
    )


def _spend(by: By, year: FundingYear) -> None:
    """A budget and its outcome until today, booked at the end of months; 20 000 kr is moved from one line to another."""
    lines = {}
    for place, (kind, text, kronor, booked) in enumerate(BUDGET, start=1):
        line = lines[text] = add_line(
            by=by,
            funding_year=year,
            kind=kind,
            text=text,
            budget_ore=kronor * 100,
            source=BUDGET_SOURCE,
            forecast_rule=ForecastRule.PACE,
        )
        for number, amount in enumerate(booked, start=1):
            month = number * 12 // len(booked)
            if date(year.year, month, 28) > clock.today():
                break
            enter_outcome(
                by=by,
                line=line,
                booked_on=date(year.year, month, 28),
                amount_ore=amount * 100,
                voucher=f"{place}0{month:02d}",
                text="Exempel",
            )
    for text, kronor in (("Webb, vägledningar och konferens", 370_000), ("Portalen, drift och utveckling", 230_000)):
        line = lines[text]
        revise_line(
            by=by,
            line=line,
            version=line.version,
            text=text,
            budget_ore=kronor * 100,
            forecast_rule=line.forecast_rule,
            forecast_ore=None,
            revised_reason="20 000 kr flyttas från portalen till konferensen (exempel).",
        )


def _invoice(by: By, year: FundingYear) -> None:
    """Samples, and called that: nobody has said how VAT is treated, nor which references the regions want."""
    start = date(MEMO_YEAR, 1, 1)
    register_terms(
        by=by, funding_year=year, due_on=date(MEMO_YEAR, 2, 28), text=f"Finansieringsandel {MEMO_YEAR} (exempel)"
    )
    register_vat(
        by=by, valid_from=start, percent=None, ground="Exempel utan grund: värdregionen ska bekräfta momshanteringen."
    )
    for region in Region.objects.exclude(code__in=["09", "14"]):
        register_payer(
            by=by,
            region=region,
            valid_from=start,
            buyer_reference=f"EXEMPEL-{region.code}",
            peppol_id=suggested_peppol_id(region.organisation_number),
            counterparty_code="" if region.code in {"05", "24"} else f"E{region.code}",
        )
