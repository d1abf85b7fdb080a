"""The host's ledger as a file: what comes in, what is refused in its row, and that nothing is half saved."""

from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from funding.documents.report import render_funding_report
from funding.models import FundingYear, Payment
from funding.queries.budget import budget_of
from funding.queries.figures import contributions_with_figures, year_figures
from portal.clock import today
from regions.models import Region
from tests.exchange.bringing import bring, counts, faults, look, take_out
from tests.factories import system
from tests.funding.factories import decided, moved_to, opened_year, paid, text_of
from tests.funding.test_documents import ore_of, pages_of, table_of

pytestmark = pytest.mark.django_db
HEADING = "år;kund;fakturanr;fakturadatum;belopp;betaldatum;betalt belopp"
LINE = "2023;23;4001;2023-02-01;131 418;2023-02-28;131 418"


@pytest.fixture
def year() -> FundingYear:
    year = moved_to(opened_year({"23": 132_054, "25": 249_693}), "proposed", taken_on=date(2022, 4, 6))
    decided("23", amount_ore=13_141_800)
    return year


def ledger(folder: Path, *lines: str) -> Path:
    path = folder / "reskontra.csv"
    path.write_text("\n".join((HEADING, *lines)), encoding="cp1252")
    return path


def test_the_ledger_comes_in_and_stands_on_the_pages(year, tmp_path, reader, client_of):
    outcome = bring("payments", ledger(tmp_path, LINE, "2023;Region 25;4002;2023-02-01;249693;;"))
    assert counts(outcome) == (2, 0, 0, 0)
    figures = year_figures(year)
    assert (figures.invoiced_ore, figures.paid_ore, figures.unpaid_ore) == (38_111_100, 13_141_800, 24_969_300)
    page = text_of(client_of(reader).get("/funding/2023/"))
    assert "131 418 kr betalt 249 693 kr återstår" in page
    assert "1 region har inte beslutat" in page
    assert "132 054 kr – 34,6 % 131 418 kr 131 418 kr" in page
    own = text_of(client_of(reader).get("/funding/2023/regions/23/"))
    assert "4001 1 februari 2023 131 418 kr 28 februari 2023 131 418 kr" in own
    assert "4002 1 februari 2023 249 693 kr inte betalt" in text_of(client_of(reader).get("/funding/2023/regions/25/"))
    assert "381 747 kr 131 418 kr 131 418 kr" in text_of(client_of(reader).get("/funding/"))


def test_the_same_invoice_again_brings_the_payment(year, tmp_path):
    bring("payments", ledger(tmp_path, "2023;23;4001;2023-02-01;131418;;"))
    outcome = bring("payments", ledger(tmp_path, LINE))
    assert counts(outcome) == (0, 1, 0, 0)
    assert (Payment.objects.get().paid_on, Payment.objects.get().paid_ore) == (date(2023, 2, 28), 13_141_800)
    assert counts(bring("payments", ledger(tmp_path, LINE))) == (0, 0, 1, 0)


def test_what_one_region_has_paid_too_much_hides_nothing_that_another_lacks(year, tmp_path, reader, client_of):
    paid("25", "4002", 249_693_00, paid_ore=249_693_00)
    decided("25", amount_ore=100_000_00, confirms_payments=True)
    figures = year_figures(year)
    assert (figures.owed_ore, figures.paid_ore) == (231_418_00, 249_693_00)
    assert (figures.unpaid_ore, figures.overpaid_ore) == (131_418_00, 149_693_00)
    assert [each.region.code for each in figures.not_paid] == ["23"]
    page = text_of(client_of(reader).get("/funding/2023/"))
    assert "249 693 kr betalt 131 418 kr återstår, 149 693 kr betalt för mycket" in page
    assert "100 000 kr 249 693 kr 149 693 kr betalt för mycket" in page
    own = text_of(client_of(reader).get("/funding/2023/regions/25/"))
    assert "249 693 kr betalt 249 693 kr fakturerat, 149 693 kr betalt för mycket" in own
    assert "för mycket" not in text_of(client_of(reader).get("/funding/2023/regions/23/"))
    budget = budget_of(year)
    assert (budget.owed_ore, budget.paid_ore, budget.balance_ore) == (231_418_00, 100_000_00, 231_418_00)
    for file in (tmp_path / "andelar.csv", tmp_path / "andelar.xlsx"):
        rows = table_of(take_out("contributions", file, query="year=2023"))
        told = [(ore_of(row["Återstår (kr)"]), ore_of(row["Betalt för mycket (kr)"])) for row in rows]
        assert sorted(told) == [(0, 149_693_00), (131_418_00, 0)]
    pdf = render_funding_report(year, figures, made_by="Anna", language="sv")
    assert "249 693 kr; 131 418 kr återstår; 149 693 kr betalt för mycket" in " ".join(pages_of(pdf))


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("2023;25;4002;2023-02-01;249693;2023-03-02;249693", ""),
        ("2023;25;4002;2023-02-01;249693;2023-03-01;249692", ""),
        ("2023;25;4002;2023-02-01;120000;2023-03-01;120000", ""),
        ("2023;25;4002;2023-02-01;249693;;", ""),
        ("2023;25;4002;2023-02-01;249693,01;2023-03-01;249693", "belopp (E)"),
        ("2023;25;4003;2023-02-01;1;;", "belopp (E)"),
        ("2023;23;4002;2023-02-01;249693;;", "belopp (E)"),
    ],
)
def test_what_is_paid_too_much_can_be_put_right_and_not_made_worse(line, column, year, tmp_path):
    paid("25", "4002", 249_693_00, paid_ore=249_693_00)
    decided("25", amount_ore=100_000_00, confirms_payments=True)
    assert [place for _row, place, _found in faults(bring("payments", ledger(tmp_path, line)))] == [column] * bool(
        column
    )


def test_an_invoice_on_more_than_the_region_has_decided_since_is_paid_no_further_than_that(year, tmp_path):
    paid("25", "4002", 249_693_00, paid_ore=None)
    decided("25", amount_ore=100_000_00, confirms_payments=True)
    line = "2023;25;4002;2023-02-01;249693;2023-03-01;"
    assert faults(bring("payments", ledger(tmp_path, f"{line}100000,01"))) == [
        (2, "betalt belopp (G)", "100 000,01 kr")
    ]
    assert counts(bring("payments", ledger(tmp_path, f"{line}100000"))) == (0, 1, 0, 0)


HEADINGS = [
    "Fakturerad;Fakturerad (kr);Betald;Betald (kr)",
    "Fakturerat;Fakturerat (kr);Betalt;Betalt (kr)",
    "Fakturadatum;Fakturerat belopp;Betaldatum;Betalt belopp",
    "Invoiced;Invoiced (kr);Paid;Paid (kr)",
    "Invoice date;Invoiced (kr);Payment date;Paid (kr)",
]


@pytest.mark.parametrize("headings", HEADINGS)
def test_days_and_amounts_are_known_by_the_glossarys_words_and_by_those_of_older_files(headings, year, tmp_path):
    path = tmp_path / "reskontra.csv"
    path.write_text(f"År;Region;Fakturanummer;{headings}\n{LINE}", encoding="utf-8")
    assert counts(bring("payments", path)) == (1, 0, 0, 0)
    payment = Payment.objects.get()
    assert (payment.invoiced_on, payment.invoiced_ore) == (date(2023, 2, 1), 131_418_00)
    assert (payment.paid_on, payment.paid_ore) == (date(2023, 2, 28), 131_418_00)


@pytest.mark.parametrize(
    ("present", "lacking"),
    [("Fakturerat (kr)", "Fakturadatum"), ("Fakturerad", "Fakturerat (kr)")],
)
def test_a_column_that_the_file_lacks_is_not_called_as_one_that_it_has(present, lacking, year, tmp_path):
    path = tmp_path / "reskontra.csv"
    cell = "131418" if "kr" in present else "2023-02-01"
    path.write_text(f"År;Region;Fakturanummer;{present}\n2023;23;4001;{cell}", encoding="utf-8")
    told = [
        fault.column for fault in bring("payments", path).faults if "Filen saknar den här kolumnen" in fault.message
    ]
    assert told == [lacking]
    assert not Payment.objects.exists()


def test_what_the_portal_has_already_comes_in_again(year, tmp_path):
    """Even where no such line would be taken today."""
    paid("23", "4001", 65_709_00, paid_ore=131_418_00)
    Payment.objects.update(invoiced_on=date(1926, 2, 1))
    path = take_out("payments", tmp_path / "ut.csv")
    assert counts(bring("payments", path)) == (0, 0, 1, 0)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_out_and_in_again_changes_nothing(form, year, tmp_path):
    paid("23", "4001", 13_141_855 - 100)
    paid("25", "4002", 100_50, paid_ore=None)
    path = take_out("payments", tmp_path / f"ut.{form}")
    assert counts(bring("payments", path)) == (0, 0, 2, 0)


def test_instalments_sum_to_what_is_owed_and_no_further(year, tmp_path):
    first, second = "2023;23;1;2023-02-01;100000;2023-03-01;100000", "2023;23;2;2023-08-01;31418;;"
    assert counts(bring("payments", ledger(tmp_path, first, second))) == (2, 0, 0, 0)
    outcome = bring("payments", ledger(tmp_path, "2023;23;3;2023-09-01;0,01;;"))
    assert faults(outcome) == [(2, "belopp (E)", "0,01 kr")]
    assert Payment.objects.count() == 2


@pytest.mark.parametrize(
    ("line", "column", "sentence"),
    [
        (
            LINE.replace("131 418;2023-02-28;131 418", "131418;2023-02-28;131418,01"),
            "betalt belopp (G)",
            "Fakturan är på 131 418 kr. Mer än så kan inte vara betalt på den.",
        ),
        (
            LINE.replace(";131 418;", ";132 054;"),
            "belopp (E)",
            "Med det här blir det 132 054 kr, men regionen ska betala 131 418 kr.",
        ),
        (LINE.replace("2023;23", "2022;23"), "år (A)", None),
        (LINE.replace(";23;", ";12;"), "kund (B)", None),
        (LINE.replace("2023-02-28;131 418", "2023-02-28;"), "betalt belopp (G)", None),
        (LINE.replace("2023-02-28;131 418", ";131 418"), "betaldatum (F)", None),
        (
            LINE.replace("2023-02-28", "2999-01-01"),
            "betaldatum (F)",
            "Datumet ligger i framtiden. Det ska vara i dag eller tidigare.",
        ),
        (LINE.replace("131 418;2", "-1;2"), "belopp (E)", "Skriv ett belopp i kronor som inte är mindre än 0."),
        (
            LINE.replace("131 418;2", "0;2"),
            "belopp (E)",
            "Skriv det fakturerade beloppet. Det ska vara över 0.",
        ),
        (
            LINE.replace("28;131 418", "28;0"),
            "betalt belopp (G)",
            "Skriv ett belopp över 0, eller lämna det tomt om inget är betalt.",
        ),
        (
            LINE.replace("01;131 418", "01;65 709"),
            "betalt belopp (G)",
            "Fakturan är på 65 709 kr. Mer än så kan inte vara betalt på den.",
        ),
        (
            LINE.replace("2023-02-28", "2023-01-31"),
            "betaldatum (F)",
            "Fakturan är från 1 februari 2023. Skriv den dagen eller en senare.",
        ),
        (
            LINE.replace("2023-02-01", "2021-12-31"),
            "fakturadatum (D)",
            "En faktura för 2023 är tidigast från 1 januari 2022.",
        ),
        (LINE.replace("131 418;2", "1,005;2"), "belopp (E)", None),
        (LINE.replace("4001", ""), "fakturanr (C)", "Det här måste fyllas i."),
        (LINE.replace("2023-02-01", "i våras"), "fakturadatum (D)", None),
    ],
)
def test_bad_input_is_refused_in_its_row_and_nothing_is_saved(line, column, sentence, year, tmp_path):
    good = "2023;25;4002;2023-02-01;249693;;"
    outcome = bring("payments", ledger(tmp_path, good, line))
    assert [(fault.row, fault.column) for fault in outcome.faults] == [(3, column)]
    if sentence:
        assert outcome.faults[0].message.replace("\N{NO-BREAK SPACE}", " ") == sentence
    assert not Payment.objects.exists()


def test_a_year_that_is_not_proposed_takes_no_payment(year, tmp_path):
    opened_year({}, year=2024)
    line = LINE.replace("2023;23", "2024;23")
    (fault,) = bring("payments", ledger(tmp_path, line)).faults
    sentence = "Finansieringsår 2024 har inte föreslagits för regionerna ännu."
    assert (fault.row, fault.column, fault.found, fault.message) == (2, "år (A)", "2024", sentence)
    moved_to(FundingYear.objects.get(year=2024), "proposed", taken_on=date(2023, 4, 6))
    assert counts(bring("payments", ledger(tmp_path, line))) == (1, 0, 0, 0)


def test_two_lines_of_one_file_count_together(year, tmp_path):
    lines = [f"2023;23;{number};2023-02-01;100000;;" for number in (1, 2)]
    assert [fault.row for fault in look("payments", ledger(tmp_path, *lines)).faults] == [3]


def test_a_closed_year_takes_no_payment(year, tmp_path):
    paid("23", "4001", 100_00)
    moved_to(year, "closed")
    outcome = bring("payments", ledger(tmp_path, LINE))
    assert [(fault.row, fault.column) for fault in outcome.faults] == [(2, "år (A)")]
    assert "stängt" in outcome.faults[0].message
    for change in (
        lambda: Payment.objects.update(paid_ore=5),
        lambda: Payment.objects.all().delete(),
        lambda: paid("25", "4009", 100_00),
    ):
        with pytest.raises(DatabaseError, match="closed_year_stays"), transaction.atomic():
            change()


def test_the_database_wants_a_contribution_and_both_halves_of_a_payment(year):
    values = {
        "funding_year": year,
        "region": Region.objects.get(code="23"),
        "invoiced_on": today(),
        "invoiced_ore": 1,
        "created_by": system(),
    }
    for changed, constraint in (
        ({"paid_ore": 5}, "payment_paid_pair"),
        ({"paid_on": today()}, "payment_paid_pair"),
        ({"invoiced_ore": 0}, "payment_of_something"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Payment.objects.create(invoice_number="1", **values | changed)
    other = opened_year({"12": 5}, year=2024)
    with pytest.raises(IntegrityError, match="payment_is_for_a_contribution"), transaction.atomic():
        Payment.objects.create(invoice_number="2", **values | {"region": Region.objects.get(code="12")})
    assert other.contributions.count() == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_an_import_asks_no_more_for_more_rows(rows, year, tmp_path, django_assert_num_queries):
    lines = [f"2023;23;{number};2023-02-01;10;;" for number in range(rows)]
    path = ledger(tmp_path, *lines)
    with django_assert_num_queries(5):
        assert look("payments", path).new == rows


@pytest.mark.parametrize("role", ["secretariat", "buyer", "reader"])
def test_only_an_admin_imports_and_all_with_a_role_export(role, year, request, client_of):
    client = client_of(request.getfixturevalue(role))
    assert client.get("/exchange/payments/import/").status_code in {403, 404}
    assert client.get("/exchange/payments/export/?year=2023").status_code == 200
    page = client.get("/funding/2023/").content.decode()
    assert ("/exchange/payments/import/" in page, "/exchange/contributions/export/?year=2023" in page) == (False, True)


def test_an_export_is_of_the_year_that_was_asked_for(year, tmp_path):
    opened_year({}, year=2024)
    path = take_out("contributions", tmp_path / "ut.csv", query="year=2024")
    assert {line.split(";")[0] for line in path.read_text("utf-8-sig").splitlines()[1:]} == {"2024"}
    path = take_out("contributions", tmp_path / "alla.csv", query="year=i fjol")
    assert [line.split(";")[0] for line in path.read_text("utf-8-sig").splitlines()[1:]] == ["2024"] * 2 + ["2023"] * 2
    assert contributions_with_figures().count() == 4
