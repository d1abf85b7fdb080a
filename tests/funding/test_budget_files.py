"""The outcome as a file of the ledger, and the budget as a file: in, out, in again, and what is refused in its row."""

import csv
from datetime import date
from pathlib import Path

import pytest

from funding.actions.budget import withdraw_outcome
from funding.models import OutcomeEntry
from funding.queries.budget import budget_of
from portal.exchange.reading import read_table
from tests.exchange.bringing import bring, counts, faults, look, take_out
from tests.funding.budgets import BY, audit_of_2023, budget_line, budget_year, spent
from tests.funding.factories import moved_to, opened_year

pytestmark = pytest.mark.django_db
HEADING = "år;budgetrad;bokföringsdatum;belopp;verifikation;text"
LINE = "2023;löner;2023-01-31;48 250,50;4001;Löner januari"


@pytest.fixture
def year():
    year = budget_year()
    budget_line(year)
    budget_line(year, "Revisioner", kind="audits")
    budget_line(opened_year({}, year=2024), "Resor")
    return year


def ledger(folder: Path, *lines: str) -> Path:
    path = folder / "utfall.csv"
    path.write_text("\n".join((HEADING, *lines)), encoding="cp1252")
    return path


def test_the_ledger_comes_in_and_the_same_voucher_again_corrects_the_entry(year, tmp_path):
    assert counts(bring("outcomes", ledger(tmp_path, LINE, LINE.replace("4001", "4002")))) == (2, 0, 0, 0)
    entry = OutcomeEntry.objects.get(voucher="4001")
    assert (entry.amount_ore, entry.booked_on, entry.origin) == (48_250_50, date(2023, 1, 31), "ledger")
    again = ledger(tmp_path, LINE, LINE.replace("4001", "4002").replace("48 250,50", "-10"))
    assert counts(bring("outcomes", again)) == (0, 1, 1, 0)
    assert budget_of(year).outcome_ore == 48_240_50
    assert OutcomeEntry.objects.get(voucher="4002").version == 2


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_out_and_in_again_changes_nothing(form, year, tmp_path):
    line = year.budget_lines.get(kind="staff")
    spent(line, 48_250_50), spent(line, -7, "4002", text=""), spent(line, 100, "4003")
    withdraw_outcome(by=BY, entry=OutcomeEntry.objects.get(voucher="4003"), reason="Fel")
    assert counts(bring("outcomes", take_out("outcomes", tmp_path / f"ut.{form}"))) == (0, 0, 2, 0)


@pytest.mark.parametrize(
    ("line", "column", "sentence"),
    [
        (LINE.replace("48 250,50", "0"), "belopp (D)", "Skriv ett annat belopp än 0, högst 100 000 000 kr."),
        (LINE.replace("48 250,50", "9" * 13), "belopp (D)", "Skriv ett annat belopp än 0, högst 100 000 000 kr."),
        (LINE.replace("48 250,50", "mycket"), "belopp (D)", None),
        (LINE.replace("48 250,50", "0,005"), "belopp (D)", None),
        (LINE.replace("2023-01-31", "2022-12-31"), "bokföringsdatum (C)", "Skriv ett datum under 2023."),
        (LINE.replace("2023-01-31", "i våras"), "bokföringsdatum (C)", None),
        (LINE.replace("löner", "Resor"), "budgetrad (B)", None),
        (
            LINE.replace("löner", "Revisioner"),
            "budgetrad (B)",
            "Revisionernas utfall hämtas från deras fakturor i uppföljningarna. Ta bort raden ur filen.",
        ),
        (LINE.replace("löner", ""), "budgetrad (B)", "Det här måste fyllas i."),
        (LINE.replace("2023;", "2019;"), "år (A)", None),
        (LINE.replace("4001", ""), "verifikation (E)", "Det här måste fyllas i."),
        (LINE.replace("4001", "4000"), "verifikation (E)", None),
        (
            LINE.replace("4001", "3999"),
            "verifikation (E)",
            "Den här verifikationen är återkallad: ”Fel”. Ta bort raden ur filen, eller för in den för hand igen.",
        ),
    ],
)
def test_bad_input_is_refused_in_its_row_and_nothing_is_saved(line, column, sentence, year, tmp_path):
    gone = spent(year.budget_lines.get(kind="staff"), 5, "3999")
    withdraw_outcome(by=BY, entry=gone, reason="Fel")
    outcome = bring("outcomes", ledger(tmp_path, LINE.replace("4001", "4000"), line))
    assert [(fault.row, fault.column) for fault in outcome.faults] == [(3, column)]
    if sentence:
        assert outcome.faults[0].message.replace("\N{NO-BREAK SPACE}", " ") == sentence
    assert OutcomeEntry.objects.get() == gone


def test_a_closed_year_takes_no_outcome(year, tmp_path):
    moved_to(year, "closed")
    assert faults(bring("outcomes", ledger(tmp_path, LINE))) == [(2, "år (A)", "2023")]


@pytest.mark.parametrize("rows", [1, 3])
def test_an_import_asks_no_more_for_more_rows(rows, year, tmp_path, django_assert_num_queries):
    path = ledger(tmp_path, *(LINE.replace("4001", str(number)) for number in range(rows)))
    with django_assert_num_queries(4):
        assert look("outcomes", path).new == rows


def test_the_lines_in_files_are_those_of_the_page(year, tmp_path):
    spent(year.budget_lines.get(kind="staff"), 48_250_50)
    audit_of_2023(actual_ore=85_000_00)
    figures = budget_of(year)
    with take_out("budget-lines", tmp_path / "ut.csv", query="year=2023").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [row["Budgetrad"] for row in rows] == [line.text for line in figures.lines]
    for heading, name in (
        ("Budget (kr)", "budget_ore"),
        ("Utfall (kr)", "outcome_ore"),
        ("Prognos (kr)", "foreseen_ore"),
    ):
        summed = sum(round(float(row[heading].replace(",", ".")) * 100) for row in rows)
        assert summed == getattr(figures, name), heading
    path = take_out("budget-lines", tmp_path / "ut.xlsx", query="year=2023")
    with read_table(path, path.name, expected=["Budgetrad", "Utfall (kr)"]) as table:
        place = next(number for number, column in enumerate(table.columns) if column.heading == "Utfall (kr)")
        cells = [line.values for line in table.rows]
    assert round(sum(row[place] for row in cells) * 100) == figures.outcome_ore == 133_250_50
    everything = take_out("budget-lines", tmp_path / "alla.csv").read_text("utf-8-sig").splitlines()
    assert len(everything) == 1 + 3


@pytest.mark.parametrize(
    ("role", "lines", "outcomes"), [("admin", 200, 200), ("secretariat", 200, 200), ("reader", 200, 404)]
)
def test_vouchers_go_out_to_the_secretariat_alone(role, lines, outcomes, year, request, client_of):
    client = client_of(request.getfixturevalue(role))
    assert client.get("/exchange/budget-lines/export/?year=2023").status_code == lines
    assert client.get("/exchange/outcomes/export/?year=2023").status_code in {outcomes, outcomes - 1}
    assert client.get("/exchange/outcomes/import/").status_code in {outcomes, outcomes - 1}
