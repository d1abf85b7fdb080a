"""Lists that only go out: each file holds what its page shows, narrowed as the page is."""

import csv
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from codeofconduct.enums import Area, RiskLevel, Stage
from codeofconduct.models import CategoryPriority, ContractingBody, DuplicateSuspicion
from portal.exchange import registry
from portal.exchange.engine.exporting import chosen, write_rows
from portal.exchange.enums import Form
from portal.exchange.reading import read_table
from tests.codeofconduct.factories_knowledge import answered, make_enquiry
from tests.codeofconduct.factories_requirements import make_adopted, make_proposal, make_set, make_topic
from tests.codeofconduct.factories_risk import AssessmentFactory, PeriodFactory, PlanFactory, TaskFactory
from tests.exchange.bringing import take_out
from tests.factories import CategoryFactory, SupplierFactory, system

pytestmark = pytest.mark.django_db
OUTGOING = [kind for kind in registry.all_kinds() if not kind.comes_in]


def told(kind: str, folder: Path, *, by, query: str = "") -> list[dict[str, str]]:
    """The rows of the file, by heading in Swedish."""
    path = take_out(kind, folder / f"{kind}.csv", by=by, query=query)
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))


def column(rows: list[dict[str, str]], heading: str) -> list[str]:
    return [row[heading] for row in rows]


def suspicion(first: str, second: str, **why) -> DuplicateSuspicion:
    return DuplicateSuspicion.objects.create(
        first=SupplierFactory(name=first), second=SupplierFactory(name=second), created_by=system(), **why
    )


def test_duplicates_tell_why_and_leave_out_what_is_dismissed(tmp_path, secretariat):
    suspicion("Norrmed AB", "Norrmed Aktiebolag", by_name=True, likeness=80)
    settled = suspicion("Sydmed AB", "Sydmed HB", by_number=True)
    DuplicateSuspicion.objects.filter(pk=settled.pk).update(dismissed_at="2026-01-01T00:00Z", dismissed_by=system())
    rows = told("duplicates", tmp_path, by=secretariat)
    assert [(row["Leverantör"], row["Trolig dubblett av"], row["Liknande namn"]) for row in rows] == [
        ("Norrmed AB", "Norrmed Aktiebolag", "ja")
    ]


def test_bodies_go_out(tmp_path, secretariat):
    ContractingBody.objects.create(name="Varuförsörjningen", created_by=system())
    assert column(told("bodies", tmp_path, by=secretariat), "Namn") == ["Varuförsörjningen"]


def test_priorities_go_out_with_their_period_and_reason(tmp_path, reader):
    period = PeriodFactory()
    for name in ("Öronproppar", "Handskar"):
        CategoryPriority.objects.create(period=period, category=CategoryFactory(name=name), reason=f"För {name}")
    rows = told("priorities", tmp_path, by=reader)
    assert [(row["Inköpskategori"], row["Period från"], row["Skäl"]) for row in rows] == [
        ("Handskar", "2026-01-01", "För Handskar"),
        ("Öronproppar", "2026-01-01", "För Öronproppar"),
    ]


def test_risks_are_those_of_the_map_or_all_of_a_category(tmp_path, reader):
    gloves, masks = CategoryFactory(name="Handskar"), CategoryFactory(name="Munskydd")
    place = (Area.ENVIRONMENT, Stage.RAW_MATERIAL)
    AssessmentFactory(category=gloves, assessed_on=date(2024, 1, 15), levels={place: RiskLevel.LOW})
    AssessmentFactory(category=gloves, levels={place: RiskLevel.HIGH})
    AssessmentFactory(category=gloves, settled=False)
    AssessmentFactory(category=masks)
    assert len(told("risks", tmp_path, by=reader)) == 24
    narrowed = told("risks", tmp_path, by=reader, query="area=environment")
    assert [row["Risknivå"] for row in narrowed if row["Inköpskategori"] == "Handskar"].count("hög") == 1
    assert len(narrowed) == 6
    ever = told("risks", tmp_path, by=reader, query=f"category={gloves.public_id}")
    assert sorted(set(column(ever, "Bedömd den"))) == ["2024-01-15", "2026-01-15"]


def test_tasks_are_the_own_open_ones(tmp_path, secretariat, buyer):
    plan = PlanFactory(title="Handskplanen")
    TaskFactory(plan=plan, text="Min uppgift", owner=buyer)
    TaskFactory(plan=plan, text="Kansliets uppgift", owner=secretariat)
    rows = told("tasks", tmp_path, by=buyer)
    assert [(row["Uppgift"], row["Handlingsplan"]) for row in rows] == [("Min uppgift", "Handskplanen")]


def test_requirements_are_those_of_the_sets_that_the_list_shows(tmp_path, buyer, reader):
    instruments = make_topic("Spårbarhet", make_set("Kirurgiska instrument"))
    make_adopted(instruments, text_sv="Kedjan är känd.")
    make_proposal(instruments, text_sv="Kedjan är karterad.")
    make_adopted(make_topic("Bomull", make_set("Textil")), text_sv="Bomullen är spårad.")
    texts = column(told("requirements", tmp_path, by=buyer, query="q=instrument"), "Krav på svenska")
    assert texts == ["Kedjan är känd.", "Kedjan är karterad."]
    assert column(told("requirements", tmp_path, by=reader), "Krav på svenska") == [
        "Kedjan är känd.",
        "Bomullen är spårad.",
    ]


def test_answers_are_told_without_their_asker(tmp_path, reader, buyer):
    answered(make_enquiry("Spårbarhet", by=buyer), "Kartan visas upp.")
    answered(make_enquiry("Sekretess"), "Bara för kansliet.", is_shared=False)
    path = take_out("answers", tmp_path / "svar.csv", by=reader, query="q=spårbar")
    assert buyer.name not in path.read_text(encoding="utf-8-sig")
    rows = told("answers", tmp_path, by=reader)
    assert [(row["Ämne"], row["Svar"]) for row in rows] == [("Spårbarhet", "Kartan visas upp.")]


def test_questions_name_their_asker_to_those_who_answer(tmp_path, secretariat, buyer):
    make_enquiry("Spårbarhet", by=buyer)
    waiting = told("waiting-questions", tmp_path, by=secretariat)
    own = told("own-questions", tmp_path, by=buyer)
    assert column(waiting, "Frågeställare") == column(own, "Frågeställare") == [buyer.name]


def test_lists_of_the_secretariat_are_not_for_others(client_of, buyer, secretariat):
    for kind in ("duplicates", "bodies", "waiting-questions"):
        assert client_of(buyer).get(f"/exchange/{kind}/export/").status_code == 404
        assert client_of(secretariat).get(f"/exchange/{kind}/export/").status_code == 200


@pytest.mark.parametrize("kind", OUTGOING, ids=lambda kind: kind.key)
def test_what_only_goes_out_is_not_brought_in(kind, client_of, secretariat, buyer, tmp_path):
    user = secretariat if kind.may_export(secretariat) else buyer
    for address in ("import/", "template.xlsx", "template/xlsx/"):
        assert client_of(user).get(f"/exchange/{kind.key}/{address}").status_code in {403, 404}
    with pytest.raises(CommandError):
        call_command("import_rows", kind.key, tmp_path / "in.csv")


@pytest.mark.parametrize("kind", OUTGOING, ids=lambda kind: kind.key)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_headings_are_told_in_the_language_and_once(kind, language, tmp_path):
    resource, path = kind.resource(by=system()), tmp_path / "ut.xlsx"
    with translation.override(language):
        write_rows(resource, kind.rows(system(), QueryDict()), chosen(resource, []), Form.XLSX, path)
    with read_table(path, path.name, expected=[]) as table:
        headings = [each.heading for each in table.columns]
    assert len(set(headings)) == len(resource.columns)


def test_queries_do_not_grow_with_rows(tmp_path, secretariat, buyer):
    def make(number: int) -> None:
        category = CategoryFactory(name=f"Kategori {number}")
        suspicion(f"Bolag {number}", f"Bolaget {number}", by_name=True)
        CategoryPriority.objects.create(period=PeriodFactory(), category=category)
        AssessmentFactory(category=category)
        TaskFactory(plan=PlanFactory(category=category), owner=secretariat)
        make_adopted(make_topic(f"Ämne {number}", make_set(f"Krav {number}")))
        answered(make_enquiry(f"Svarad {number}", by=buyer, category=category))
        make_enquiry(f"Väntar {number}", by=buyer)

    def counted() -> dict[str, int]:
        counts = {}
        for kind in OUTGOING:
            user = buyer if kind.key == "own-questions" else secretariat
            with CaptureQueriesContext(
                connection,
            ) as queries:
                take_out(kind.key, tmp_path / "ut.csv", by=user)
            counts[kind.key] = len(queries)
        return counts

    make(1)
    counted()
    first = counted()
    make(2)
    make(3)
    assert counted() == first
