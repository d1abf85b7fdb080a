"""Invoicing bases: the same amounts on page, in files and in the PDF; what is dated; what is refused; who reads it."""

import csv
import io
from datetime import date, timedelta

import pikepdf
import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from funding.actions.decisions import withdraw_decision
from funding.documents.invoicing import INVOICE_BASIS
from funding.models import FundingYear, InvoicingTerms, Payer, VatTreatment
from funding.queries.invoicing import invoicing_figures
from funding.story import open_memo_year
from portal.history.models import SystemActor
from portal.jobs.registry import JobFailed
from regions.models import Region
from tests.exchange.bringing import take_out
from tests.funding.factories import DUE, decided, due, moved_to, opened_year, payer_of, text_of, vat
from tests.funding.test_documents import kr, ore_of, table_of

pytestmark = pytest.mark.django_db
PROPOSED = date(2022, 4, 6)
PAGE = "/funding/2023/invoicing/"


@pytest.fixture
def year() -> FundingYear:
    return moved_to(opened_year({"23": 131_418, "25": 249_693}), "decided", taken_on=PROPOSED)


def basis(code: str = "23"):
    figures = invoicing_figures(FundingYear.objects.get(year=2023))
    return next(each for each in figures.rows if each.region.code == code)


def paper(code: str, language: str = "sv", year: int = 2023) -> bytes:
    prepared = INVOICE_BASIS.prepare(FundingYear.objects.get(year=year))
    (output,) = INVOICE_BASIS.render(prepared, code, "Anna Öberg", language)
    return output.content


def words_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


# --- The same figures everywhere -----------------------------------------------------------------------------

# By hand: what is owed, and a quarter of it.
BY_HAND = """
    SELECT r.code, r.name, COALESCE(d.amount_ore, b.population::bigint * b.ore_per_inhabitant) AS owed
    FROM funding_contribution c JOIN funding_basis b ON b.id = c.basis_id JOIN regions_region r ON r.id = c.region_id
    JOIN funding_fundingyear y ON y.id = c.funding_year_id
    LEFT JOIN funding_regiondecision d ON d.id = c.decision_id WHERE y.year = 2023
"""


@pytest.mark.long
def test_sql_page_csv_xlsx_and_pdf_agree_for_all_regions(reference_data, admin, client_of, tmp_path):
    """To the öre, with a rate that leaves parts of öre and decisions that leave öre."""
    year = moved_to(open_memo_year(by=SystemActor("story")), "proposed", taken_on=PROPOSED)
    for number, region in enumerate(Region.objects.order_by("code")):
        payer_of(region.code)
        if number % 3:
            decided(region.code, amount_ore=10_000_001 + number * 137)
    due(moved_to(year, "decided"))
    vat("12.5")
    with connection.cursor() as cursor:
        cursor.execute(BY_HAND)
        rows = {code: (name, owed, (owed * 125 + 500) // 1000) for code, name, owed in cursor.fetchall()}
    assert len(rows) == 21
    owed, added = (sum(row[place] for row in rows.values()) for place in (1, 2))

    page = text_of(client_of(admin).get(PAGE))
    assert " ".join(["Summa", kr(owed), kr(added), kr(owed + added)]) in page
    prepared = INVOICE_BASIS.prepare(year)
    for code, (name, amount, tax) in rows.items():
        assert " ".join(["ingenting", kr(amount), kr(tax), kr(amount + tax)]) in page, name
        (output,) = INVOICE_BASIS.render(prepared, code, "Anna", "sv")
        text = words_of(output.content)
        assert f"Belopp exkl. moms {kr(amount)} Moms {kr(tax)} (12,5 %) Belopp inkl. moms {kr(amount + tax)}" in text
        with pikepdf.open(io.BytesIO(output.content)) as opened:
            attached = opened.attachments["fakturaunderlag.csv"].get_file().read_bytes().decode("utf-8-sig")
        (row,) = csv.DictReader(io.StringIO(attached, newline=""), delimiter=";")
        assert (row["region"], row["due_on"], row["peppol_id"]) == (name, "2023-02-28", "0007:2321000214")
        assert [int(row[key]) for key in ("amount_ore", "vat_ore", "amount_with_vat_ore")] == [
            amount,
            tax,
            amount + tax,
        ]

    headings = ("Belopp exkl. moms (kr)", "Moms (kr)", "Belopp inkl. moms (kr)")
    for file in (tmp_path / "underlag.csv", tmp_path / "underlag.xlsx"):
        take_out("invoice_bases", file, query="year=2023")
        told = {row["Region"]: [ore_of(row[heading]) for heading in headings] for row in table_of(file)}
        assert told == {name: [amount, tax, amount + tax] for name, amount, tax in rows.values()}, file.name


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_basis_of_the_sample_data_is_one_page(language, reference_data):
    """With a name of two lines and a decision, and of a region that lacks what an invoice needs."""
    year = moved_to(open_memo_year(by=SystemActor("story")), "proposed", taken_on=PROPOSED)
    decided("23", amount_ore=13_141_800)
    moved_to(year, "decided")
    due(year, text="Finansieringsandel 2023 (exempel)")
    payer_of("23")
    vat(None, ground="Exempel utan grund: värdregionen ska bekräfta momshanteringen.")
    prepared = INVOICE_BASIS.prepare(year)
    for code in ("23", "09", "14"):
        (output,) = INVOICE_BASIS.render(prepared, code, "Administratör", language)
        with pypdfium2.PdfDocument(output.content) as document:
            assert (code, len(document)) == (code, 1)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_basis_is_a_tagged_archive_document_and_no_invoice(language, year):
    due(year)
    payer_of("23", text="Märk fakturan med projekt 7")
    vat(None, ground="Värdregionens beslut")
    pdf = paper("23", language)
    text = words_of(pdf)
    said = {
        "sv": (
            "Det här är ett fakturaunderlag och ingen faktura.",
            "Förfallodag 28 februari 2023",
            "ingen moms läggs på",
        ),
        "en": ("This is a basis and no invoice.", "Invoice due date 28 February 2023", "no VAT is added"),
    }[language]
    assert [
        sentence
        for sentence in (*said, "REF23", "9023", "0007:2321000214", "Värdregionens beslut")
        if sentence not in text
    ] == []
    assert "Märk fakturan med projekt 7" in text
    assert "131 418 kr" in text.replace("SEK 131,418", "131 418 kr")
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"], metadata["pdfuaid:part"]) == ("3", "A", "1")
        assert str(opened.Root.Lang) == language


def test_the_basis_asks_once_for_all_regions_and_then_no_more(year, django_assert_num_queries):
    due(year)
    with django_assert_num_queries(1):
        prepared = INVOICE_BASIS.prepare(year)
    with django_assert_num_queries(0):
        INVOICE_BASIS.render(prepared, "25", "Anna", "sv")


def test_a_year_that_is_not_decided_or_has_no_due_date_gets_no_basis():
    year = moved_to(opened_year({"23": 1000}), "proposed", taken_on=PROPOSED)
    due(year)
    with pytest.raises(JobFailed, match="är inte beslutat"):
        INVOICE_BASIS.prepare(year)
    other = moved_to(opened_year({}, year=2024), "decided", taken_on=PROPOSED)
    with pytest.raises(JobFailed, match="ingen förfallodag"):
        INVOICE_BASIS.prepare(other)


# --- What is dated ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("treatments", "tax"),
    [
        ([], None),
        ([("25", "2023-03-01")], None),
        ([("25", "2023-02-28")], 3_285_450),
        ([(None, "2022-01-01")], 0),
        ([("25", "2022-01-01"), (None, "2023-02-01")], 0),
        ([(None, "2023-02-01"), ("25", "2022-01-01")], 0),
        ([("25", "2022-01-01"), ("6", "2022-01-01")], 788_508),
        ([("0", "2022-01-01")], 0),
    ],
)
def test_vat_is_treated_as_it_holds_on_the_due_date(treatments, tax, year):
    """131 418 kr: of several of a day the last registered, and later ones not at all."""
    due(year)
    for percent, valid_from in treatments:
        vat(percent, valid_from=date.fromisoformat(valid_from))
    assert basis().vat_ore == tax
    assert basis().with_vat_ore == (None if tax is None else 13_141_800 + tax)


@pytest.mark.parametrize(
    ("owed", "percent", "tax"), [(1, "50", 1), (1, "49.9", 0), (3, "50", 2), (99, "12.5", 12), (100, "12.5", 13)]
)
def test_vat_is_rounded_to_whole_ore_half_upwards(owed, percent, tax, year):
    decided("23", amount_ore=owed)
    due(year)
    vat(percent)
    assert basis().vat_ore == tax


def test_without_a_treatment_page_and_paper_say_so_and_show_the_amount_alone(year, admin, client_of):
    due(year)
    page = text_of(client_of(admin).get(PAGE))
    assert "ingen momshantering är registrerad för förfallodagen" in page
    assert "131 418 kr – –" in page
    text = words_of(paper("23"))
    assert "Ingen momshantering är registrerad för förfallodagen. Bara beloppet exkl. moms anges." in text
    assert "Er referens, Peppol-ID, motpart, momshantering." in text
    assert "inkl. moms" not in text


def test_an_old_year_keeps_the_payer_that_held_on_its_due_date(year):
    due(year)
    payer_of("23", buyer_reference="GAMMAL")
    payer_of("23", buyer_reference="NY", valid_from=DUE + timedelta(days=1))
    assert basis().buyer_reference == "GAMMAL"
    due(year, due_on=DUE + timedelta(days=1))
    assert basis().buyer_reference == "NY"


def test_what_was_registered_is_never_changed(year):
    due(year)
    payer_of("23")
    vat()
    for rows, change in (
        (InvoicingTerms, {"text": "x"}),
        (Payer, {"buyer_reference": "x"}),
        (VatTreatment, {"ground": "x"}),
    ):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            rows.objects.update(**change)
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            rows.objects.all()._raw_delete("default")


def test_a_closed_year_stays_and_later_days_are_open(year):
    due(year)
    payer_of("23", buyer_reference="GAMMAL")
    vat()
    moved_to(year, "closed")
    with pytest.raises(ValidationError) as refused:
        due(year)
    assert refused.value.messages == ["Finansieringsår 2023 är stängt. Låt först öppna det igen."]
    for register in (lambda: payer_of("23", valid_from=DUE), lambda: vat("6", valid_from=DUE)):
        with pytest.raises(ValidationError) as refused:
            register()
        assert list(refused.value.message_dict) == ["valid_from"]
    payer_of("23", buyer_reference="NY", valid_from=DUE + timedelta(days=1))
    vat("6", valid_from=DUE + timedelta(days=1))
    assert (basis().buyer_reference, basis().vat_percent) == ("GAMMAL", 25)


def test_all_that_lock_several_years_lock_them_in_one_order():
    """Two that lock the same rows in two orders wait for each other without end."""
    moved_to(opened_year({"23": 1_000}, year=2024), "proposed", taken_on=PROPOSED)
    moved_to(opened_year({}, year=2023), "proposed", taken_on=PROPOSED)
    with CaptureQueriesContext(connection) as asked:
        payer_of("23")
        vat()
        withdraw_decision(by=SystemActor("test"), decision=decided("23", amount_ore=1_00), reason="Fel")
    locks = [
        each["sql"] for each in asked if "FOR UPDATE" in each["sql"] and 'FROM "funding_fundingyear"' in each["sql"]
    ]
    assert len(locks) == 4
    assert [sql for sql in locks if 'ORDER BY "funding_fundingyear"."year" ASC FOR UPDATE' not in sql] == []
