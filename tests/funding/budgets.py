"""Budgets to test with: a year with lines, and what is spent on them."""

from datetime import date

from followups.models import Audit
from funding.actions.budget import add_line, enter_outcome
from funding.enums import BudgetKind, ForecastRule
from funding.models import BudgetLine, FundingYear, OutcomeEntry
from portal.history.models import SystemActor
from tests.followups.audit_factories import AuditFactory
from tests.funding.factories import opened_year

BY = SystemActor("test")
WAGES = "Löner"


def budget_year() -> FundingYear:
    """2023 with two regions that owe 381 747 kr together."""
    return opened_year({"23": 132_054, "25": 249_693})


def budget_line(year: FundingYear, text: str = WAGES, budget_ore: int = 200_000_00, **values) -> BudgetLine:
    values = {
        "kind": BudgetKind.STAFF,
        "source": "Styrgruppen 2022-11-24",
        "forecast_rule": ForecastRule.PACE,
        "forecast_ore": None,
        **values,
    }
    return add_line(by=BY, funding_year=year, text=text, budget_ore=budget_ore, **values)


def spent(line: BudgetLine, amount_ore: int, voucher: str = "4001", **values) -> OutcomeEntry:
    """What was booked on 31 January unless told."""
    values = {"booked_on": date(line.funding_year.year, 1, 31), "text": "Faktura", **values}
    return enter_outcome(by=BY, line=line, amount_ore=amount_ore, voucher=voucher, **values)


def audit_of_2023(*, price_ore: int | None = None, actual_ore: int | None = None, **values) -> Audit:
    """An audit at the cooperation's expense, ordered in 2023; with `actual_ore` invoiced there too, in May unless told."""
    if actual_ore is not None:
        number = f"F-{Audit.objects.count()}"
        invoice = {"actual_ore": actual_ore, "invoice_number": number, "invoiced_on": date(2023, 5, 2)}
        values = {**invoice, "carried_out": -10, "carried_out_on": date(2023, 3, 3), **values}
    return AuditFactory(ordered_on=date(2023, 1, 9), price_ore=price_ore, **values)
