"""The budget and the outcome of a closed year cannot change by any path; with the protection off, each attack gets through."""

from datetime import date

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction

from followups.models import Audit
from funding.actions.steps import ask_to_reopen, confirm_reopening
from funding.models import BudgetLine, FrozenSpending, FundingYear, OutcomeEntry
from funding.queries.budget import MonthOutcome, budget_of, outcome_by_month
from funding.queries.spending import spending_of
from portal import clock
from tests.database import connect_as_owner
from tests.factories import system
from tests.funding.budgets import WAGES, audit_of_2023, budget_line, budget_year, spent
from tests.funding.factories import moved_to, opened_year
from tests.funding.test_closed_years import rows_of_all, sql


def closed_year() -> FundingYear:
    """Closed with two lines and an entry, and another year that is open."""
    year = budget_year()
    spent(budget_line(year), 500_00)
    budget_line(year, "Resor", kind="other")
    budget_line(opened_year({}, year=2024), "Annat år")
    audit_of_2023(price_ore=90_000_00, actual_ore=85_000_00)
    return moved_to(year, "closed")


def new_line() -> None:
    values = {"kind": "other", "text": "Ny", "decided_ore": 5, "budget_ore": 5, "source": "x", "created_by": system()}
    BudgetLine.objects.create(funding_year=FundingYear.objects.get(year=2023), **values)


def new_entry() -> OutcomeEntry:
    return OutcomeEntry(
        funding_year=FundingYear.objects.get(year=2023),
        line=BudgetLine.objects.get(text=WAGES),
        booked_on=date(2023, 2, 1),
        amount_ore=5,
        voucher="ny",
        origin="typed",
        created_by=system(),
    )


def one_more_cost() -> FrozenSpending:
    row = FrozenSpending.objects.get()
    row.pk, row.public_id, row.category, row._state.adding = None, "ny", "Annat", True
    return row


def withdrawn() -> dict:
    return {"withdrawn_at": clock.now(), "withdrawn_by": system(), "withdrawn_reason": "x"}


LINES = BudgetLine.objects.filter(funding_year__year=2023)
ENTRIES = OutcomeEntry.objects.filter(funding_year__year=2023)
ATTACKS = {
    "line, one more": new_line,
    "line, update()": lambda: LINES.update(budget_ore=5),
    "line, as decided": lambda: LINES.update(decided_ore=5),
    "line, its text by SQL": lambda: sql("UPDATE funding_budgetline SET text = text || 'x'"),
    "line, its reason by SQL": lambda: sql("UPDATE funding_budgetline SET revised_reason = 'x'"),
    "line, to another year": lambda: LINES.filter(text="Resor").update(funding_year=FundingYear.objects.get(year=2024)),
    "line, into it": lambda: BudgetLine.objects.filter(text="Annat år").update(
        funding_year=FundingYear.objects.get(year=2023)
    ),
    "line, delete()": lambda: LINES.filter(text="Resor").delete(),
    "line, bulk_update": lambda: BudgetLine.objects.bulk_update(
        [BudgetLine(pk=each.pk, budget_ore=7) for each in LINES.all()], ["budget_ore"]
    ),
    "entry, one more": lambda: new_entry().save(),
    "entry, bulk_create": lambda: OutcomeEntry.objects.bulk_create([new_entry()]),
    "entry, its amount": lambda: ENTRIES.update(amount_ore=7),
    "entry, its line": lambda: ENTRIES.update(line=BudgetLine.objects.get(text="Resor")),
    "entry, withdrawn": lambda: ENTRIES.update(**withdrawn()),
    "entry, by SQL": lambda: sql("UPDATE funding_outcomeentry SET amount_ore = 7"),
    "entry, delete()": lambda: ENTRIES.all().delete(),
    "entry, delete by SQL": lambda: sql("DELETE FROM funding_outcomeentry"),
    "audits, one more": lambda: one_more_cost().save(),
    "audits, bulk_create": lambda: FrozenSpending.objects.bulk_create([one_more_cost()]),
    "audits, update()": lambda: FrozenSpending.objects.update(actual_ore=7),
    "audits, delete by SQL": lambda: sql("DELETE FROM funding_frozenspending"),
}
TABLES = [BudgetLine._meta.db_table, OutcomeEntry._meta.db_table, FrozenSpending._meta.db_table]


@pytest.mark.django_db
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_on_the_budget_of_a_closed_year_fails(attack):
    closed_year()
    with pytest.raises(DatabaseError, match=r"closed|Cannot"), transaction.atomic():
        ATTACKS[attack]()


@pytest.mark.django_db
@pytest.mark.parametrize("attack", ATTACKS)
def test_the_application_cannot_switch_the_protection_off(attack):
    closed_year()
    every = [trigger.get_pgid(model) for model, trigger in pgtrigger.registered()]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + ",".join(every) + "}"])
        with pytest.raises(DatabaseError, match=r"closed|Cannot"), transaction.atomic():
            ATTACKS[attack]()


@pytest.mark.django_db(transaction=True)
def test_with_the_protection_off_every_attack_gets_through():
    """The negative control: the same attacks, while the owner has the triggers disabled."""
    closed_year()
    unharmed = []
    with connect_as_owner(connection.settings_dict["NAME"]) as owner:
        for table in TABLES:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            for name, attack in ATTACKS.items():
                before = rows_of_all(TABLES)
                with transaction.atomic():
                    attack()
                    unharmed += [name] if rows_of_all(TABLES) == before else []
                    transaction.set_rollback(True)
        finally:
            connection.close()
            for table in TABLES:
                owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert unharmed == []


@pytest.mark.django_db
def test_an_audit_that_is_corrected_later_changes_a_closed_year_only_when_it_is_reopened(admin, person):
    year = budget_year()
    budget_line(year, "Revisioner", 100_000_00, kind="audits")
    audit = audit_of_2023(price_ore=90_000_00, actual_ore=85_000_00)
    audit_of_2023(price_ore=40_000_00)
    told, months = (budget_of(year), spending_of(year)), outcome_by_month(year, budget_of(year))
    year = moved_to(year, "closed")
    assert (budget_of(year).outcome_ore, budget_of(year).committed_ore) == (85_000_00, 40_000_00)
    Audit.objects.filter(pk=audit.pk).update(actual_ore=99_000_00)
    audit_of_2023(price_ore=1_00, actual_ore=1_00)
    after = (budget_of(year), spending_of(year))
    assert after[1] == told[1]
    assert after[0].outcome_ore == told[0].outcome_ore
    assert outcome_by_month(year, after[0]) == months == [MonthOutcome(date(2023, 5, 1), 0, 85_000_00, 85_000_00)]
    confirm_reopening(by=admin, reopening=ask_to_reopen(by=person("admin"), funding_year=year, reason="Ny faktura"))
    year.refresh_from_db()
    assert (budget_of(year).outcome_ore, FrozenSpending.objects.count()) == (99_001_00, 0)
    moved_to(year, "closed")
    year.refresh_from_db()
    assert (budget_of(year).outcome_ore, FrozenSpending.objects.count()) == (99_001_00, 2)
