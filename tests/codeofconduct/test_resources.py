"""Suppliers and contacts as files: in, out, and in again."""

import pytest
import python_calamine
import xlsxwriter
from django.utils import translation

from codeofconduct.models import DuplicateSuspicion, Supplier, SupplierContact, SupplierIdentifier
from portal.exchange import registry
from portal.exchange.engine import rows
from tests.codeofconduct.factories_suppliers import ContactFactory
from tests.exchange.bringing import SYSTEM, bring, counts, faults, look, take_out
from tests.exchange.files import csv_file, xlsx_file
from tests.factories import CategoryFactory, ContractFactory, SupplierFactory

pytestmark = pytest.mark.django_db
PERSON = "640823-3234"


def numbers(scheme: str = "se_orgnr") -> list[tuple[str, str]]:
    found = SupplierIdentifier.objects.filter(scheme=scheme).order_by("supplier__name")
    return list(found.values_list("supplier__name", "value"))


def test_suppliers_go_in_and_again_change_nothing(tmp_path):
    path = csv_file(
        tmp_path,
        "Namn;Organisationsnummer;Ort;Land",
        "Norrmed AB;5599999017;Östersund;Sverige",
        "Sydvård AB;556036-0793;Malmö;SE",
        "",
    )
    before = look("suppliers", path)
    assert Supplier.objects.count() == 0
    after = bring("suppliers", path)
    assert (counts(before), before.digest) == ((2, 0, 0, 0), after.digest)
    assert numbers() == [("Norrmed AB", "559999-9017"), ("Sydvård AB", "556036-0793")]
    assert Supplier.objects.get(name="Norrmed AB").city == "Östersund"
    assert counts(bring("suppliers", path)) == (0, 0, 2, 0)


def test_a_workbook_with_numbers_as_numbers_and_unknown_columns(tmp_path):
    path = xlsx_file(
        tmp_path,
        ["Leverantörer 2026", None, None],
        [],
        ["Leverantör", "Org.nr", "Anmärkning"],
        ["Norrmed AB", 5599999017, "bra"],
        [None, None, None],
    )
    outcome = bring("suppliers", path)
    assert (counts(outcome), numbers()) == ((1, 0, 0, 0), [("Norrmed AB", "559999-9017")])
    assert len(outcome.notices) == 1
    assert "Anmärkning" in outcome.notices[0]


def test_a_changed_row_is_told_field_by_field_and_raises_the_version(tmp_path):
    bring("suppliers", csv_file(tmp_path, "namn;org.nr;ort", "Norrmed AB;559999-9017;Östersund"))
    outcome = bring("suppliers", csv_file(tmp_path, "namn;org.nr;ort", "Norrmed Sverige AB;5599999017;Östersund"))
    supplier = Supplier.objects.get()
    assert counts(outcome) == (0, 1, 0, 0)
    assert [(change.name, change.is_new) for change in outcome.changes] == [("Norrmed Sverige AB", False)]
    assert [(old, new) for _heading, old, new in outcome.changes[0].fields] == [("Norrmed AB", "Norrmed Sverige AB")]
    assert (supplier.name, supplier.city, supplier.version) == ("Norrmed Sverige AB", "Östersund", 2)


def test_an_absent_column_changes_nothing_and_an_empty_cell_clears_but_no_number(tmp_path):
    bring("suppliers", csv_file(tmp_path, "namn;org.nr;ort;lei", "Norrmed AB;559999-9017;Östersund;"))
    known = Supplier.objects.get().public_id
    assert counts(bring("suppliers", csv_file(tmp_path, "id;namn", f"{known};Norrmed AB"))) == (0, 0, 1, 0)
    outcome = bring("suppliers", csv_file(tmp_path, "id;namn;org.nr;ort", f"{known};Norrmed AB;;"))
    assert (counts(outcome), Supplier.objects.get().city) == ((0, 1, 0, 0), "")
    assert numbers() == [("Norrmed AB", "559999-9017")]


def test_every_error_says_row_column_and_what_was_found(tmp_path):
    SupplierFactory(name="Känd AB").identifiers.create(scheme="se_orgnr", value="556036-0793")
    path = csv_file(
        tmp_path,
        "Namn;Organisationsnummer;Land;GLN;Parent",
        "Fel AB;559999-9018;SE;;",
        ";556036-0793;SE;;",
        "Land AB;;Atlantis;;",
        "Gln AB;;SE;123;",
        "Dotter AB;;SE;;Okänd moder AB",
    )
    outcome = bring("suppliers", path)
    assert faults(outcome) == [
        (2, "Organisationsnummer (B)", "559999-9018"),
        (3, "Namn (A)", ""),
        (4, "Land (C)", "Atlantis"),
        (5, "GLN (D)", "123"),
        (6, "Parent (E)", "Okänd moder AB"),
    ]
    assert all(fault.message for fault in outcome.faults)
    assert list(Supplier.objects.values_list("name", flat=True)) == ["Känd AB"]


def test_two_rows_for_one_supplier_are_told_with_both_numbers(tmp_path):
    path = csv_file(
        tmp_path,
        "namn;org.nr",
        "Norrmed AB;559999-9017",
        "Annan AB;",
        "Norrmed i Jämtland;5599999017",
        "ANNAN ab;",
    )
    outcome = look("suppliers", path)
    assert [(fault.row, "2" in fault.message or "3" in fault.message) for fault in outcome.faults] == [
        (4, True),
        (5, True),
    ]


def test_numbers_of_two_suppliers_in_one_row_are_refused(tmp_path):
    SupplierFactory(name="Ett AB").identifiers.create(scheme="se_orgnr", value="559999-9017")
    SupplierFactory(name="Två AB").identifiers.create(scheme="duns", value="123456789")
    outcome = look("suppliers", csv_file(tmp_path, "namn;org.nr;duns", "Ett AB;559999-9017;123456789"))
    assert [fault.column for fault in outcome.faults] == ["duns (C)"]
    assert "Ett AB" in outcome.faults[0].message
    assert "Två AB" in outcome.faults[0].message


def test_an_unknown_id_is_refused(tmp_path):
    outcome = look("suppliers", csv_file(tmp_path, "id;namn", "abcdefghjkmn;Norrmed AB"))
    assert faults(outcome) == [(2, "id (A)", "abcdefghjkmn")]


def test_a_vat_number_of_another_company_is_refused_in_its_cell(tmp_path):
    path = csv_file(
        tmp_path, "namn;org.nr;momsnummer", "A AB;559999-9017;SE559999901701", "B AB;559999-9082;SE559999915701"
    )
    assert faults(look("suppliers", path)) == [(3, "momsnummer (C)", "SE559999915701")]


def test_a_vat_number_of_another_company_is_refused_by_what_the_register_holds(tmp_path):
    SupplierFactory(name="A AB").identifiers.create(scheme="se_orgnr", value="559999-9017")
    path = csv_file(tmp_path, "namn;momsnummer", "A AB;SE559999915701")
    assert [fault.row for fault in look("suppliers", path).faults] == []  # a name alone means another supplier
    public_id = Supplier.objects.get().public_id
    path = csv_file(tmp_path, "id;momsnummer", f"{public_id};SE559999915701")
    assert faults(look("suppliers", path)) == [(2, "momsnummer (B)", "SE559999915701")]


@pytest.mark.parametrize("headings", ["id;is_sole_trader", "id;is_sole_trader;org.nr"])
def test_who_has_a_personal_number_stays_a_sole_trader(tmp_path, headings):
    supplier = SupplierFactory(name="Anna Exempel", is_sole_trader=True)
    supplier.identifiers.create(scheme="se_orgnr", value=PERSON)
    row = f"{supplier.public_id};nej{';' * (headings.count(';') - 1)}"
    assert faults(bring("suppliers", csv_file(tmp_path, headings, row))) == [(2, "is_sole_trader (B)", "")]
    supplier.refresh_from_db()
    assert supplier.is_sole_trader


def test_new_rows_need_the_columns_that_must_be_filled_in(tmp_path):
    outcome = look("suppliers", csv_file(tmp_path, "org.nr;ort", "559999-9017;Åre", "556036-0793;Åre"))
    assert [(fault.row, "2" in fault.message) for fault in outcome.faults] == [(0, True)]


def test_a_parent_may_stand_further_up_in_the_file(tmp_path):
    path = csv_file(
        tmp_path,
        "namn;org.nr;parent",
        "Koncern AB;556036-0793;",
        "Dotter AB;559999-9017;5560360793",
        "Dotterdotter AB;;Dotter AB",
    )
    assert counts(bring("suppliers", path)) == (3, 0, 0, 0)
    assert Supplier.objects.get(name="Dotterdotter AB").parent.parent.name == "Koncern AB"
    assert counts(bring("suppliers", path)) == (0, 0, 3, 0)


def test_a_persons_number_makes_a_sole_trader(tmp_path):
    path = csv_file(tmp_path, "namn;org.nr;is_sole_trader", f"Anna Exempel;{PERSON};", f"Nils;{PERSON};nej")
    assert {fault.row for fault in look("suppliers", path).faults} == {3}
    bring("suppliers", csv_file(tmp_path, "namn;org.nr", f"Anna Exempel;{PERSON}"))
    assert Supplier.objects.get().is_sole_trader


def test_likely_duplicates_go_to_the_work_list(tmp_path):
    SupplierFactory(name="Norrmedicin Sverige AB")
    bring("suppliers", csv_file(tmp_path, "namn;org.nr", "Norrmedicin Sverige Aktiebolag;559999-9017"))
    assert DuplicateSuspicion.objects.count() == 1


@pytest.mark.parametrize("name", ["ut.xlsx", "ut.csv"])
def test_what_goes_out_comes_in_unchanged(tmp_path, name):
    bring(
        "suppliers",
        csv_file(
            tmp_path,
            "namn;org.nr;ort;parent;foreign number;duns;website",
            "Koncern AB;556036-0793;Malmö;;;;",
            "=HYPERLINK(1) AB;559999-9017;'Åre;556036-0793;NO 914791723;123456789;https://norrmed.example",
            "Utan nummer;;-1;;;;",
        ),
    )
    path = take_out("suppliers", tmp_path / name)
    assert counts(bring("suppliers", path)) == (0, 0, 3, 0)
    Supplier.objects.update(parent=None)
    SupplierIdentifier.objects.all().delete()
    assert counts(bring("suppliers", path)) == (0, 2, 1, 0)


def test_a_sole_traders_number_leaves_only_for_those_who_may_read_it(tmp_path, buyer, neighbour, secretariat):
    supplier = SupplierFactory(name="Anna Exempel", is_sole_trader=True, street="Hemvägen 1", city="Åre")
    supplier.identifiers.create(scheme="se_orgnr", value=PERSON)
    ContractFactory(supplier=supplier, region__code="23")
    for user, readable in ((buyer, True), (secretariat, True), (neighbour, False)):
        path = take_out("suppliers", tmp_path / "ut.csv", by=user)
        assert (PERSON.encode() in path.read_bytes(), b"Hemv" in path.read_bytes()) == (readable, readable)
    assert counts(bring("suppliers", path)) == (0, 0, 1, 0)
    supplier.refresh_from_db()
    assert (numbers(), supplier.street) == ([("Anna Exempel", PERSON)], "Hemvägen 1")


def test_an_export_holds_what_its_list_shows(tmp_path, secretariat):
    for name, country in (("Norrmed AB", "SE"), ("Sydvård AB", "SE"), ("Oslo AS", "NO")):
        SupplierFactory(name=name, country=country)
    path = take_out("suppliers", tmp_path / "ut.csv", by=secretariat, query="q=norrmed", columns=("name", "country"))
    assert path.read_text("utf-8-sig").splitlines() == ["Namn;Land", "Norrmed AB;SE"]


def test_contacts_belong_to_a_supplier_and_are_known_by_address(tmp_path, buyer, reader):
    supplier = SupplierFactory(name="Norrmed AB")
    supplier.identifiers.create(scheme="se_orgnr", value="559999-9017")
    path = csv_file(
        tmp_path,
        "Leverantör;Namn;E-postadress;Language;Telefon",
        "5599999017;Anna Exempel;Anna@norrmed.example;engelska;063-123456",
    )
    assert counts(bring("contacts", path)) == (1, 0, 0, 0)
    contact = SupplierContact.objects.get()
    assert (contact.supplier, contact.language, contact.telephone) == (supplier, "en", "063-123456")
    assert counts(bring("contacts", path)) == (0, 0, 1, 0)
    assert b"Anna" in take_out("contacts", tmp_path / "ut.csv", by=buyer).read_bytes()
    assert b"Anna" not in take_out("contacts", tmp_path / "ut.csv", by=reader).read_bytes()
    assert counts(bring("contacts", take_out("contacts", tmp_path / "ut.xlsx"))) == (0, 0, 1, 0)


def test_the_contacts_of_one_supplier_go_out_by_themselves(tmp_path, buyer):
    one, other = (SupplierFactory(name=name) for name in ("Norrmed AB", "Sydvård AB"))
    for supplier in (one, other):
        ContactFactory(supplier=supplier, name=f"Anna på {supplier.name}")
    path = take_out("contacts", tmp_path / "ut.csv", by=buyer, query=f"supplier={one.public_id}", columns=("name",))
    assert path.read_text("utf-8-sig").splitlines() == ["Namn", "Anna på Norrmed AB"]


def test_a_wrong_address_is_refused(tmp_path):
    SupplierFactory(name="Norrmed AB")
    CategoryFactory()
    outcome = look("contacts", csv_file(tmp_path, "leverantör;namn;e-post", "Norrmed AB;Anna;anna(at)norrmed"))
    assert faults(outcome) == [(2, "e-post (C)", "anna(at)norrmed")]


@pytest.mark.parametrize("lines", [["A AB;559999-9017", "a ab;"], ["A AB;", "a ab;559999-9017"]])
def test_a_row_without_number_beside_one_of_the_same_name_is_refused(tmp_path, lines):
    """Otherwise the same file again could not tell which of the two it means."""
    outcome = bring("suppliers", csv_file(tmp_path, "namn;org.nr", *lines))
    assert (faults(outcome), Supplier.objects.count()) == ([(3, "namn (A)", "a ab")], 0)


def test_two_companies_of_one_name_are_told_apart_by_number_and_by_id(tmp_path):
    path = csv_file(tmp_path, "namn;org.nr", "A AB;559999-9017", "A AB;556036-0793")
    assert counts(bring("suppliers", path)) == (2, 0, 0, 0)
    SupplierFactory(name="A AB")
    assert counts(bring("suppliers", take_out("suppliers", tmp_path / "ut.csv"))) == (0, 0, 3, 0)


def test_a_repeated_row_says_which_cell_repeats_what(tmp_path):
    path = csv_file(tmp_path, "namn;org.nr", "A AB;559999-9017", "B AB;5599999017", "C AB;", "c ab;")
    assert faults(look("suppliers", path)) == [(3, "org.nr (B)", "559999-9017"), (5, "namn (A)", "c ab")]


@pytest.mark.parametrize("name", ["ut.csv", "ut.xlsx"])
def test_texts_that_a_form_let_in_come_back_unchanged(tmp_path, name):
    """What the eye doesn't see differs between a form and a file."""
    for text in (
        "Nbsp\u00a0AB",
        "e\u0301 AB",
        "Noll\u200bbredd",
        "tva\nrader",
        "pip\x07",
        "=1+1",
        "-5 grader",
        "'citat",
        "@x",
        "007",
    ):
        SupplierFactory(name=text, city=text, postal_code="012\u00a034")
    assert counts(bring("suppliers", take_out("suppliers", tmp_path / name))) == (0, 0, 10, 0)


@pytest.mark.parametrize("cell", ["5,56E+09", "5.56036E+09"])
def test_a_number_that_a_spreadsheet_shortened_is_explained(tmp_path, cell):
    outcome = look("suppliers", csv_file(tmp_path, "namn;org.nr", f"A AB;{cell}"))
    assert [fault.found for fault in outcome.faults] == [cell]
    assert "text" in outcome.faults[0].message


def test_rows_on_several_sheets_are_not_left_out_in_silence(tmp_path):
    path = tmp_path / "blad.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for sheet, heading in (("Norr", "Namn"), ("Om", "Innehåll"), ("Syd & öst", "Namn")):
            book.add_worksheet(sheet).write_column(0, 0, [heading, sheet])
            book.get_worksheet_by_name(sheet).write_column(0, 1, ["Ort", "Åre"])
    outcome = look("suppliers", path)
    assert [change.name for change in outcome.changes] == ["Norr"]
    assert ["Syd & öst" in notice and "Om" not in notice for notice in outcome.notices] == [True]


def test_the_filled_template_of_suppliers_has_nothing_to_remark(tmp_path, client_of, secretariat):
    path = tmp_path / "mall.xlsx"
    answer = client_of(secretariat).get("/exchange/suppliers/template/xlsx/")
    path.write_bytes(b"".join(answer.streaming_content))
    with python_calamine.CalamineWorkbook.from_path(path) as template:
        sheets = {name: template.get_sheet_by_name(name).to_python() for name in template.sheet_names}
    assert len(sheets) == 2
    with xlsxwriter.Workbook(path) as book:
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate([*lines, ["", "Norrmed AB"]] if len(lines) == 1 else lines):
                sheet.write_row(number, 0, line)
    outcome = look("suppliers", path, by=secretariat)
    assert (counts(outcome), outcome.notices) == ((1, 0, 0, 0), [])


def test_what_is_overwritten_is_listed_though_thousands_are_new(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "NEW_KEPT", 2)
    SupplierFactory(name="Gammal AB", city="Åre").identifiers.create(scheme="se_orgnr", value="559999-9017")
    new = [f"Ny {number} AB;;" for number in range(5)]
    outcome = look("suppliers", csv_file(tmp_path, "namn;org.nr;ort", *new, "Gammal AB;559999-9017;Umeå"))
    assert (counts(outcome), [change.name for change in outcome.changes]) == (
        (5, 1, 0, 0),
        ["Ny 0 AB", "Ny 1 AB", "Gammal AB"],
    )
    assert len(outcome.notices) == 1


def test_the_receipt_says_how_many_look_like_the_same_company(tmp_path):
    SupplierFactory(name="Norrmed Instrument AB")
    path = csv_file(tmp_path, "namn;org.nr", "Norrmed Instruments AB;559999-9017", "Sydvård AB;")
    assert look("suppliers", path).notices == []
    with translation.override("en"):
        outcome = bring("suppliers", path)
    assert DuplicateSuspicion.objects.count() == 1
    assert [notice[:17] for notice in outcome.notices] == ["1 pair of supplie"]


def test_a_number_that_ended_is_refused_at_its_cell(tmp_path):
    supplier = SupplierFactory(name="Norrmed AB")
    supplier.identifiers.create(scheme="se_orgnr", value="559999-9017", ended_on="2025-03-01")
    supplier.identifiers.create(scheme="se_orgnr", value="556036-0793")
    path = csv_file(tmp_path, "namn;org.nr", "Norrmed AB;559999-9017")
    with translation.override("sv"):
        outcome = look("suppliers", path)
    assert faults(outcome) == [(2, "org.nr (B)", "559999-9017")]
    assert "1 mars 2025" in outcome.faults[0].message
    assert counts(bring("suppliers", take_out("suppliers", tmp_path / "ut.csv"))) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    "heading", ["ORG. NR", "Org.nr.", "orgnr *", "Org-nummer", "organisation_number", "Organisations\u00adnummer:"]
)
def test_a_heading_is_known_by_its_letters(tmp_path, heading):
    outcome = bring("suppliers", csv_file(tmp_path, f"Namn;{heading}", "Norrmed AB;559999-9017"))
    assert (numbers(), outcome.notices) == ([("Norrmed AB", "559999-9017")], [])


@pytest.mark.parametrize("kind", registry.all_kinds(), ids=lambda kind: kind.key)
def test_no_heading_names_two_columns(kind):
    names = [name for column in kind.resource(by=SYSTEM).columns.values() for name in column.names()]
    assert len(names) == len(set(names))
