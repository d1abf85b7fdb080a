"""Contracts, facilities, categories and CPV codes as files: in, out, and in again."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from codeofconduct.enums import Stage
from codeofconduct.models import CategoryOwner, Contract, CpvCode, Facility, PurchaseCategory
from portal import clock
from portal.history.models import SystemActor, actor_of
from regions.models import PurchasingGroup
from tests.exchange.bringing import SYSTEM, bring, counts, faults, look, take_out
from tests.exchange.files import csv_file, xlsx_file
from tests.factories import CategoryFactory, ClauseVersionFactory, ContractFactory, RegionFactory, SupplierFactory

pytestmark = pytest.mark.django_db
HEADINGS = "region;diarienummer;titel;leverantör;kategori;cpv;clause_version;startdatum;slutdatum;yearly_value"
LINE = "23;RS/1;Handskar;5599999017;Handskar;33141420;2023;2024-01-01;20281231;1 250 000,50"


@pytest.fixture
def ground(db) -> None:
    """Two regions, a supplier, a category, a CPV code and a clause version."""
    RegionFactory(code="23")
    RegionFactory(code="25")
    SupplierFactory(name="Norrmed AB").identifiers.create(scheme="se_orgnr", value="559999-9017")
    CategoryFactory(name="Handskar")
    CpvCode.objects.create(code="33141420-0", name_sv="Operationshandskar")
    ClauseVersionFactory(name="2023")


def test_a_contract_goes_in_with_all_it_names(tmp_path, ground):
    path = csv_file(tmp_path, HEADINGS, LINE, encoding="cp1252")
    before = look("contracts", path)
    assert Contract.objects.count() == 0
    assert (counts(bring("contracts", path)), before.digest) == (
        (1, 0, 0, 0),
        look("contracts", path) and before.digest,
    )
    contract = Contract.objects.get()
    assert (contract.region.code, contract.supplier.name, contract.clause_version.name) == ("23", "Norrmed AB", "2023")
    assert (contract.starts_on, contract.ends_on, contract.yearly_value_ore) == (
        date(2024, 1, 1),
        date(2028, 12, 31),
        125_000_050,
    )
    assert [category.name for category in contract.categories.all()] == ["Handskar"]
    assert [cpv.code for cpv in contract.cpv_codes.all()] == ["33141420-0"]
    assert counts(bring("contracts", path)) == (0, 0, 1, 0)


def test_categories_of_a_contract_become_what_the_cell_says(tmp_path, ground):
    bring("contracts", csv_file(tmp_path, HEADINGS, LINE))
    CategoryFactory(name="Munskydd")
    outcome = bring(
        "contracts", csv_file(tmp_path, "id;kategori", f"{Contract.objects.get().public_id};Munskydd|Handskar")
    )
    assert outcome.changes[0].fields[0][1:] == ("Handskar", "Handskar; Munskydd")
    bring("contracts", csv_file(tmp_path, "id;kategori", f"{Contract.objects.get().public_id};Munskydd"))
    assert [category.name for category in Contract.objects.get().categories.all()] == ["Munskydd"]
    assert Contract.objects.get().version == 3


def test_what_a_contract_cannot_be_is_told_cell_by_cell(tmp_path, ground):
    path = csv_file(
        tmp_path,
        HEADINGS,
        LINE.replace("23;", "Region Atlantis;", 1),
        LINE.replace("RS/1", "RS/2").replace("5599999017", "5599999018"),
        LINE.replace("RS/1", "RS/3").replace("20281231", "2023-12-31"),
        LINE.replace("RS/1", "RS/4").replace(";Handskar;33", ";Hanskar;33"),
        LINE.replace("RS/1", "RS/5").replace("1 250 000,50", "mycket"),
        LINE.replace("RS/1", "RS/6").replace(";2023;", ";2099;"),
        LINE.replace("RS/1", "RS/7").replace("2024-01-01", "31 februari"),
    )
    outcome = bring("contracts", path)
    assert faults(outcome) == [
        (2, "region (A)", "Region Atlantis"),
        (3, "leverantör (D)", "5599999018"),
        (4, "slutdatum (I)", "2023-12-31"),
        (5, "kategori (E)", "Hanskar"),
        (6, "yearly_value (J)", "mycket"),
        (7, "clause_version (G)", "2099"),
        (8, "startdatum (H)", "31 februari"),
    ]
    assert "Handskar" in outcome.faults[3].message
    assert Contract.objects.count() == 0


def test_a_buyer_brings_the_own_regions_contracts_only(tmp_path, ground, buyer, neighbour):
    path = csv_file(tmp_path, HEADINGS, LINE, LINE.replace("23;RS/1", "25;RS/2"))
    outcome = bring("contracts", path, by=buyer)
    assert [(fault.row, fault.column) for fault in outcome.faults] == [(3, "region (A)")]
    assert Contract.objects.count() == 0
    bring("contracts", csv_file(tmp_path, HEADINGS, LINE), by=buyer)
    known = Contract.objects.get()
    theirs = look("contracts", csv_file(tmp_path, "id;titel", f"{known.public_id};Stulet"), by=neighbour)
    assert faults(theirs) == [(2, "id (A)", known.public_id)]
    moved = look("contracts", csv_file(tmp_path, "id;region", f"{known.public_id};25"), by=buyer)
    assert [fault.column for fault in moved.faults] == ["region (B)"]


def test_a_buyer_may_not_correct_the_clause_version(tmp_path, ground, buyer, secretariat):
    ClauseVersionFactory(name="2016")
    bring("contracts", csv_file(tmp_path, HEADINGS, LINE), by=buyer)
    path = csv_file(tmp_path, "id;clause_version", f"{Contract.objects.get().public_id};2016")
    assert [fault.column for fault in look("contracts", path, by=buyer).faults] == ["clause_version (B)"]
    assert counts(bring("contracts", path, by=secretariat)) == (0, 1, 0, 0)


@pytest.mark.parametrize("name", ["ut.xlsx", "ut.csv"])
def test_contracts_go_out_and_come_in_unchanged(tmp_path, ground, buyer, name):
    bring("contracts", csv_file(tmp_path, HEADINGS, LINE, LINE.replace("RS/1", "RS/2").replace("1 250 000,50", "")))
    ContractFactory(region__code="25", title="Grannens avtal")
    path = take_out("contracts", tmp_path / name, by=buyer)
    assert counts(bring("contracts", path, by=buyer)) == (0, 0, 2, 0)
    assert counts(bring("contracts", take_out("contracts", tmp_path / name))) == (0, 0, 3, 0)


def test_an_export_of_contracts_is_filtered_as_the_list(tmp_path, ground, secretariat):
    bring("contracts", csv_file(tmp_path, HEADINGS, LINE, LINE.replace("23;RS/1", "25;RS/2")))
    columns = ("region", "registration_number")
    path = take_out("contracts", tmp_path / "ut.csv", by=secretariat, query="region=25", columns=columns)
    assert path.read_text("utf-8-sig").splitlines()[1:] == ["Region 25;RS/2"]


def test_facilities_are_known_by_supplier_name_and_city(tmp_path, ground, reader):
    path = csv_file(
        tmp_path,
        "leverantör;anläggning;land;ort;stage;is_confidential",
        "Norrmed AB;Suzhou Glove Works;Kina;Suzhou;final_manufacture;nej",
        "Norrmed AB;Gummigården;CN;Suzhou;raw_material;",
    )
    assert counts(bring("facilities", path)) == (2, 0, 0, 0)
    facility = Facility.objects.get(is_confidential=False)
    assert (facility.name, facility.country, facility.stage) == ("Suzhou Glove Works", "CN", Stage.FINAL_MANUFACTURE)
    assert counts(bring("facilities", path)) == (0, 0, 2, 0)
    assert counts(bring("facilities", take_out("facilities", tmp_path / "ut.xlsx"))) == (0, 0, 2, 0)
    shown = take_out("facilities", tmp_path / "ut.csv", by=reader).read_text("utf-8-sig")
    assert ("Suzhou Glove Works" in shown, "Gummigården" in shown) == (True, False)


def test_a_tree_of_categories_goes_in_with_its_owners(tmp_path, ground):
    for letter in "AB":
        PurchasingGroup.objects.get_or_create(letter=letter)
    path = csv_file(
        tmp_path,
        "kategori;kod;under;cpv;upphandlingsregion",
        "Sjukvårdsmaterial;1;;;A",
        "Engångsmaterial;1.1;Sjukvårdsmaterial;;",
        "Handskar;1.1.1;1.1;33141420;B",
    )
    assert counts(bring("categories", path)) == (2, 1, 0, 0)
    gloves = PurchaseCategory.objects.get(name="Handskar")
    assert (gloves.parent.parent.name, gloves.owners.get().group.letter) == ("Sjukvårdsmaterial", "B")
    assert counts(bring("categories", path)) == (0, 0, 3, 0)
    assert counts(bring("categories", take_out("categories", tmp_path / "ut.csv"))) == (0, 0, 3, 0)


def test_another_owner_answers_from_today_on_and_the_past_stays(tmp_path, ground):
    first, _second = (PurchasingGroup.objects.get_or_create(letter=letter)[0] for letter in "AB")
    gloves = PurchaseCategory.objects.get(name="Handskar")
    CategoryOwner.objects.create(category=gloves, group=first, valid_from=date(2023, 1, 1))
    path = csv_file(tmp_path, "kategori;område", "Handskar;B")
    assert counts(bring("categories", path)) == (0, 1, 0, 0)
    today = clock.today()
    assert [
        (owner.group.letter, owner.valid_from, owner.valid_to) for owner in gloves.owners.order_by("valid_from")
    ] == [
        ("A", date(2023, 1, 1), today - timedelta(days=1)),
        ("B", today, None),
    ]


def test_a_category_may_not_stand_below_itself(tmp_path):
    by = actor_of(SystemActor("test"))
    top = PurchaseCategory.objects.create(name="Överst", created_by=by)
    PurchaseCategory.objects.create(name="Underst", parent=top, created_by=by)
    outcome = look("categories", csv_file(tmp_path, "kategori;under", "Överst;Underst"))
    assert faults(outcome)[0][:2] == (2, "under (B)")


def test_cpv_codes_go_in_and_out(tmp_path):
    path = xlsx_file(tmp_path, ["CPV", "name_sv", "name_en"], ["33141420-0", "Operationshandskar", "Surgical gloves"])
    assert counts(bring("cpv", path)) == (1, 0, 0, 0)
    assert counts(bring("cpv", take_out("cpv", tmp_path / "ut.xlsx", by=SYSTEM))) == (0, 0, 1, 0)
    wrong = look("cpv", csv_file(tmp_path, "cpv;name_sv", "3314142;Fel"))
    assert [fault.column for fault in wrong.faults] == ["cpv (A)"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_rows(tmp_path, ground, django_assert_num_queries, rows):
    lines = [LINE.replace("RS/1", f"RS/{number}") for number in range(rows)]
    path = csv_file(tmp_path, HEADINGS, *lines)
    with django_assert_num_queries(QUERIES_OF_A_LOOK):
        assert look("contracts", path).new == rows


# Regions, supplier by id, numbers and whose they are, categories, CPV codes, clause versions, contracts with this number,
# and those without.
QUERIES_OF_A_LOOK = 9


def test_a_contract_without_registration_number_is_known_again(tmp_path, ground):
    path = csv_file(tmp_path, HEADINGS, LINE.replace("RS/1", ""))
    assert counts(bring("contracts", path)) == (1, 0, 0, 0)
    assert counts(bring("contracts", path)) == (0, 0, 1, 0)
    assert counts(
        bring("contracts", csv_file(tmp_path, HEADINGS, LINE.replace("RS/1", "").replace("2028", "2029")))
    ) == (
        0,
        1,
        0,
        0,
    )
    twice = look("contracts", csv_file(tmp_path, HEADINGS, LINE.replace("RS/1", ""), LINE.replace("RS/1", "")))
    assert faults(twice) == [(3, "titel (C)", "Handskar")]


def test_a_number_is_brought_to_a_contract_without_one_and_never_taken_from_another(tmp_path, ground):
    bring("contracts", csv_file(tmp_path, HEADINGS, LINE.replace("RS/1", "")))
    assert counts(bring("contracts", csv_file(tmp_path, HEADINGS, LINE))) == (0, 1, 0, 0)
    assert Contract.objects.get().registration_number == "RS/1"
    assert counts(bring("contracts", csv_file(tmp_path, HEADINGS, LINE.replace("RS/1", "")))) == (1, 0, 0, 0)
    assert sorted(Contract.objects.values_list("registration_number", flat=True)) == ["", "RS/1"]


def test_contracts_of_one_purchase_with_numbers_of_their_own_are_two(tmp_path, ground):
    path = csv_file(tmp_path, HEADINGS, LINE, LINE.replace("RS/1", "RS/2"))
    assert counts(bring("contracts", path)) == (2, 0, 0, 0)
    assert counts(bring("contracts", path)) == (0, 0, 2, 0)


def test_a_part_of_a_longer_name_is_answered_with_the_name(tmp_path, ground):
    CategoryFactory(name="Operationshandskar")
    outcome = look("contracts", csv_file(tmp_path, HEADINGS, LINE.replace(";Handskar;33", ";operations;33")))
    assert faults(outcome) == [(2, "kategori (E)", "operations")]
    assert "Operationshandskar" in outcome.faults[0].message


def test_another_regions_row_is_refused_whatever_else_is_wrong_with_it(tmp_path, ground, buyer):
    path = csv_file(tmp_path, HEADINGS, LINE.replace("23;", "25;", 1).replace("20281231", "snart"))
    assert [fault.column for fault in look("contracts", path, by=buyer).faults] == ["region (A)", "slutdatum (I)"]


def test_a_joint_contract_of_another_region_comes_back_unchanged(tmp_path, ground, buyer):
    joint = ContractFactory(region__code="25", title="Gemensamt")
    joint.contract_parties.create(region=RegionFactory(code="23"))
    path = take_out("contracts", tmp_path / "ut.csv", by=buyer)
    assert counts(look("contracts", path, by=buyer)) == (0, 0, 1, 0)
    changed = look("contracts", csv_file(tmp_path, "id;titel", f"{joint.public_id};Vårt eget"), by=buyer)
    assert [fault.found for fault in changed.faults] == [str(joint.region)]


def test_a_category_below_one_that_stands_further_down_says_where_it_belongs(tmp_path):
    outcome = look("categories", csv_file(tmp_path, "kod;namn;under", "1.1;Handskar;1", "1;Förbrukning;"))
    assert faults(outcome) == [(2, "under (C)", "1")]
    with translation.override("en"):
        outcome = look("categories", csv_file(tmp_path, "kod;namn;under", "1.1;Handskar;1", "1;Förbrukning;"))
    assert outcome.faults[0].message.endswith("What the same file brings must stand further up in it.")
