"""A closed year cannot change by any path; with the protection off, each of the same attacks gets through."""

from datetime import date

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from funding.actions.steps import ask_to_reopen
from funding.models import (
    Basis,
    BriefText,
    Contribution,
    FundingYear,
    InvoicingTerms,
    Payer,
    Payment,
    RegionDecision,
    Reopening,
    VatTreatment,
    YearStep,
)
from portal.history.models import actor_of
from tests.database import connect_as_owner
from tests.factories import RegionFactory, system
from tests.funding.factories import DUE, MEMO, decided, due, moved_to, opened_year, paid, payer_of, reopened, vat
from tests.people import make_person


def closed_year() -> FundingYear:
    year = moved_to(opened_year({"23": 1000, "25": 2000}), "proposed", taken_on=date(2022, 4, 6))
    decided("23", amount_ore=900_00)
    paid("23", "4001", 900_00)
    due(year)
    payer_of("23")
    vat()
    return moved_to(year, "closed")


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def new_basis() -> Basis:
    year = FundingYear.objects.get()
    return Basis.objects.create(
        funding_year=year,
        region=RegionFactory(code="23"),
        ore_per_inhabitant=year.ore_per_inhabitant,
        created_by=system(),
        **MEMO,
    )


def saved_by_a_form() -> None:
    contribution = Contribution.objects.get(region__code="23")
    contribution.version += 1
    contribution.save()


def removed_with_its_year() -> None:
    """A cascade that someone might have declared, in the order in which Django would run it."""
    Payment.objects.all().delete()
    BriefText.objects.all().delete()
    InvoicingTerms.objects.all().delete()
    Contribution.objects.all().delete()
    Basis.objects.all().delete()
    YearStep.objects.all().delete()
    FundingYear.objects.all().delete()


EMPTY = "DELETE FROM funding_payment; DELETE FROM funding_contribution"
ATTACKS = {
    "year, update()": lambda: FundingYear.objects.update(version=9),
    "year, back to open": lambda: FundingYear.objects.update(state="open"),
    "year, back to decided": lambda: FundingYear.objects.update(state="decided"),
    "year, its rate by SQL": lambda: sql("UPDATE funding_fundingyear SET rate_source = 'x'"),
    "year, delete": lambda: sql("DELETE FROM funding_yearstep"),
    "year, cascade": removed_with_its_year,
    "year, the parts of its rate by SQL": lambda: sql("UPDATE funding_fundingyear SET rate_parts = '[1]'"),
    "basis, a new one": new_basis,
    "basis, bulk": lambda: Basis.objects.update(population=5),
    "basis, by SQL": lambda: sql("UPDATE funding_basis SET population = 5"),
    "basis, delete by SQL": lambda: sql(
        "DELETE FROM funding_payment; DELETE FROM funding_contribution; DELETE FROM funding_basis"
    ),
    "contribution, save()": saved_by_a_form,
    "contribution, update()": lambda: Contribution.objects.update(version=9),
    "contribution, delete()": lambda: Contribution.objects.filter(region__code="25").delete(),
    "contribution, by SQL": lambda: sql(EMPTY),
    "contribution, bulk_update": lambda: Contribution.objects.bulk_update(
        [Contribution(pk=each.pk, version=9) for each in Contribution.objects.all()], ["version"]
    ),
    "contribution, another decision": lambda: Contribution.objects.update(decision=None),
    "decision, its amount": lambda: RegionDecision.objects.update(amount_ore=5),
    "decision, withdrawn by SQL": lambda: sql("UPDATE funding_regiondecision SET withdrawn_reason = 'x'"),
    "decision, gone": lambda: sql(
        "DELETE FROM funding_payment; DELETE FROM funding_contribution; DELETE FROM funding_regiondecision"
    ),
    "payment, its amount": lambda: Payment.objects.update(paid_ore=5),
    "payment, moved": lambda: Payment.objects.update(region=RegionFactory(code="25")),
    "payment, gone": lambda: sql("DELETE FROM funding_payment"),
    "payment, one more": lambda: paid("25", "4002", 100_00),
    "terms, another day": lambda: InvoicingTerms.objects.update(due_on="2023-03-31"),
    "terms, by SQL": lambda: sql("UPDATE funding_invoicingterms SET text = 'x'"),
    "terms, gone": lambda: sql("DELETE FROM funding_invoicingterms"),
    "terms, later ones": lambda: InvoicingTerms.objects.create(
        funding_year=FundingYear.objects.get(), due_on=DUE, text="x", created_by=system()
    ),
    "payer, changed": lambda: Payer.objects.update(buyer_reference="x"),
    "payer, gone": lambda: sql("DELETE FROM funding_payer"),
    "payer, one more before the due date": lambda: Payer.objects.create(
        region=RegionFactory(code="25"), valid_from=DUE, buyer_reference="x", created_by=system()
    ),
    "VAT, changed": lambda: VatTreatment.objects.update(percent=6),
    "VAT, gone": lambda: sql("DELETE FROM funding_vattreatment"),
    "VAT, another before the due date": lambda: VatTreatment.objects.create(
        valid_from="2022-06-01", percent=None, ground="x", created_by=system()
    ),
    "brief, its text": lambda: BriefText.objects.update(gives_sv="x"),
    "brief, gone": lambda: sql("DELETE FROM funding_brieftext"),
    "step, one more": lambda: YearStep.objects.create(
        funding_year=FundingYear.objects.get(),
        source="closed",
        target="open",
        taken_on="2023-01-01",
        created_by=system(),
    ),
    "step, its date": lambda: YearStep.objects.update(taken_on="2020-01-01"),
    "step, gone": lambda: sql("DELETE FROM funding_yearstep"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_on_a_closed_year_fails(attack):
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


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["TRUNCATE funding_contribution", "ALTER TABLE funding_contribution DISABLE TRIGGER USER"]
)
def test_the_application_has_no_right_to_empty_a_table_or_to_disable_a_trigger(statement):
    closed_year()
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        sql(statement)


@pytest.mark.django_db(transaction=True)
def test_with_the_protection_off_every_attack_gets_through():
    """The negative control: the same attacks, while the owner has the triggers disabled."""
    closed_year()
    invoicing = (InvoicingTerms, Payer, VatTreatment)
    models = (FundingYear, YearStep, Basis, Contribution, RegionDecision, Payment, BriefText, *invoicing)
    tables = [model._meta.db_table for model in models]
    unharmed = []
    with connect_as_owner(connection.settings_dict["NAME"]) as owner:
        for table in tables:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            for name, attack in ATTACKS.items():
                before = rows_of_all(tables)
                with transaction.atomic():
                    attack()
                    unharmed += [name] if rows_of_all(tables) == before else []
                    transaction.set_rollback(True)
        finally:
            connection.close()
            for table in tables:
                owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert unharmed == []


def rows_of_all(tables: list[str]) -> list[list[tuple]]:
    found = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            found.append(cursor.fetchall())
    return found


@pytest.mark.django_db
def test_every_table_that_hangs_on_the_year_has_the_guard():
    """A table that comes later is not forgotten. Copies stay outside, and a request to reopen comes when it is closed."""
    hanging = {
        relation.related_model
        for relation in FundingYear._meta.related_objects
        if not hasattr(relation.related_model, "pgh_tracked_model")
    }
    guarded = {model for model in hanging if "closed_year_stays" in {each.name for each in model._meta.triggers}}
    assert {model.__name__ for model in hanging - guarded} == {"FundingReport", "RegionDocument", "Reopening"}


@pytest.mark.django_db
def test_a_region_with_contributions_is_not_deleted():
    closed_year()
    with pytest.raises(ProtectedError):
        RegionFactory(code="23").delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        sql("DELETE FROM regions_region WHERE code = '23'; SET CONSTRAINTS ALL IMMEDIATE")


# --- Reopening -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_database_wants_two_for_a_reopening():
    year = closed_year()
    asked = ask_to_reopen(by=make_person("admin"), funding_year=year, reason="Fel faktura.")
    gone = make_person("admin")
    gone.is_active = False
    gone.save()
    seconds = [asked.created_by, system(), *(actor_of(each) for each in (make_person("secretariat"), gone))]
    for second in seconds:
        with pytest.raises(DatabaseError, match="two_administrators"), transaction.atomic():
            Reopening.objects.update(confirmed_by=second, confirmed_at=asked.created_at)
    with pytest.raises(DatabaseError, match="closed_stays"), transaction.atomic():
        FundingYear.objects.update(state="decided")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda: Reopening.objects.update(reason="Annat"),
        lambda: Reopening.objects.all().delete(),
        lambda: Reopening.objects.update(confirmed_by=None, confirmed_at=None),
    ],
)
def test_the_trace_of_a_reopening_stays(change):
    reopened(closed_year())
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        change()


@pytest.mark.django_db
def test_a_request_is_not_born_confirmed():
    year = closed_year()
    with pytest.raises(DatabaseError, match="Cannot insert"), transaction.atomic():
        Reopening.objects.create(
            funding_year=year,
            reason="x",
            created_by=actor_of(make_person("admin")),
            confirmed_by=actor_of(make_person("admin")),
            confirmed_at=year.opened_at,
        )


@pytest.mark.django_db
def test_a_reopening_opens_once():
    """Closed again, the year takes two anew."""
    year = closed_year()
    reopened(year)
    moved_to(year, "closed")
    with pytest.raises(DatabaseError, match="closed_stays"), transaction.atomic():
        FundingYear.objects.update(state="decided")


@pytest.mark.django_db
def test_reopened_it_can_change_and_nothing_else_changes_on_the_way():
    year = closed_year()
    reopened(year)
    assert Contribution.objects.update(version=2) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["decided", "closed"])
def test_no_state_is_skipped_by_sql(step):
    opened_year({"23": 1000})
    with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
        FundingYear.objects.update(state=step)
