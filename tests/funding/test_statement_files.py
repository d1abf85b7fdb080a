"""Statements and what was spent on audits as files: the very figures of their pages, for the very same readers."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from django.http import QueryDict

from funding.queries.spending import spending_of
from funding.queries.statements import statement_of
from funding.resources.budget import lines_listed
from funding.resources.statements import spending_listed, statements_listed
from portal.exchange.reading import read_table
from regions.models import Region
from tests.exchange.bringing import SYSTEM, take_out
from tests.followups.factories import CategoryFactory, FollowUpFactory
from tests.funding.budgets import audit_of_2023, budget_line, budget_year
from tests.funding.factories import decided, moved_to, opened_year, paid
from tests.funding.test_statements import index

pytestmark = pytest.mark.django_db


def rows_of(kind: str, folder: Path, **values) -> list[dict[str, str]]:
    with take_out(kind, folder / "ut.csv", **values).open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file, delimiter=";"))


def ore(cell: str) -> int | None:
    return int(Decimal(cell.replace(",", ".")) * 100) if cell else None


@pytest.fixture
def years():
    """2016 and 2018 to 2019, which region 23 decided at another amount; the index knows the first and the last."""
    opened = [opened_year({"23": 131_419, "25": 249_693}, year=2016, ore=40)]
    opened += [opened_year({}, year=year, ore=50) for year in (2018, 2019)]
    moved_to(opened[-1], "proposed")
    decided(
        "23",
        amount_ore=60_000_50,
        valid_from_year=2019,
        valid_to_year=2019,
        decided_on=opened[-1].steps.last().taken_on,
    )
    paid("23", "1", 60_000_50, year=2019, paid_ore=50_000_00)
    index(2016, "100")
    index(2019, "120")
    return opened


def test_a_statement_as_a_file_has_the_figures_of_its_page(years, buyer, tmp_path):
    rows = rows_of("statements", tmp_path, by=buyer, query="region=23")
    found = statement_of(Region.objects.get(code="23"))
    assert [(row["Länskod"], int(row["År"])) for row in rows] == [("23", 2016), ("23", 2018), ("23", 2019)]
    for row, each in zip(rows, found.years, strict=True):
        own = each.contribution
        told = {
            "Beräknat belopp (kr)": own.computed_ore,
            "Beslutat belopp (kr)": own.decided_ore,
            "Ska betalas (kr)": own.owed_ore,
            "Ändring av det som ska betalas (kr)": each.owed_difference_ore,
            "Fakturerat (kr)": own.invoiced_ore,
            "Betalt (kr)": own.paid_ore,
            "I fasta priser (kr)": each.fixed_ore,
        }
        assert {heading: ore(row[heading]) for heading in told} == told
    assert [row["I priser för år"] for row in rows] == ["2019", "", "2019"]
    assert ore(rows[-1]["Ändring av det som ska betalas (kr)"]) == -5_709_50


def test_the_workbook_says_the_same(years, tmp_path):
    path = take_out("statements", tmp_path / "ut.xlsx", query="region=23")
    with read_table(path, path.name, expected=["År", "Ska betalas (kr)"]) as table:
        place = next(number for number, column in enumerate(table.columns) if column.heading == "Ska betalas (kr)")
        owed = [line.values[place] for line in table.rows]
    assert round(sum(owed) * 100) == statement_of(Region.objects.get(code="23")).sums["owed_ore"]


@pytest.mark.parametrize("query", ["", "region=", "region=x", "region=233"])
def test_without_a_region_all_statements_go_out(query, years, tmp_path):
    assert len(rows_of("statements", tmp_path, query=query)) == 6


@pytest.fixture
def year():
    """Two categories and two regions, an audit in each place, and one more that is only ordered."""
    year = budget_year()
    for name, price in (("Kirurgi", 1_000_00), ("Textil", 3_000_00)):
        category = CategoryFactory(name=name)
        for number, code in enumerate(("23", "25")):
            follow_up = FollowUpFactory(category=category, lead_region=Region.objects.get(code=code))
            audit_of_2023(actual_ore=price + number * 100, follow_up=follow_up)
    audit_of_2023(price_ore=500_00, follow_up=follow_up)
    return year


PLACE, SPENT = ("Kategori", "Ansvarig region"), "Fakturerat belopp (kr)"


def test_what_audits_cost_as_a_file_is_the_pages_table(year, secretariat, tmp_path):
    rows = rows_of("spending", tmp_path, by=secretariat, query="year=2023")
    places = spending_of(year).seen_by(secretariat).places
    assert [(row["Kategori"], row["Länskod"], ore(row[SPENT])) for row in rows] == [
        (category, region.code, cost.actual_ore) for category, region, cost in places
    ]
    assert [ore(row["Beställt, inte fakturerat (kr)"]) for row in rows] == [0, 0, 0, 500_00]
    assert rows[0]["Andel av det som fakturerats under året (%)"] == "12,5"


@pytest.mark.parametrize("role", ["buyer", "neighbour"])
def test_other_regions_are_one_row_of_the_category_where_the_page_hides_them(role, year, request, tmp_path):
    user = request.getfixturevalue(role)
    rows = rows_of("spending", tmp_path, by=user, query="year=2023")
    own = {"buyer": "23", "neighbour": "25"}[role]
    assert [row["Länskod"] for row in rows] == [own, "", own, ""]
    assert {row["Ansvarig region"] for row in rows if not row["Länskod"]} == {"övriga regioner"}
    assert sum(ore(row[SPENT]) for row in rows) == spending_of(year).total.actual_ore
    assert len(rows_of("spending", tmp_path, by=request.getfixturevalue("reader"))) == 4


def test_a_closed_years_file_says_what_was_kept(year, secretariat, tmp_path):
    before = rows_of("spending", tmp_path, by=secretariat)
    moved_to(year, "closed")
    audit_of_2023(actual_ore=9_000_00)
    assert rows_of("spending", tmp_path, by=secretariat) == before


@pytest.mark.parametrize(("role", "status"), [("reader", 200), ("buyer", 200), ("admin", 200), ("stranger", 403)])
def test_the_files_are_for_those_who_see_the_pages(role, status, year, request, client_of):
    client = client_of(request.getfixturevalue(role))
    for path in ("/exchange/statements/export/?region=23", "/exchange/spending/export/?year=2023"):
        assert client.get(path).status_code in {status, 404 if status == 403 else status}
    if status == 200:
        page = client.post("/exchange/spending/export/?year=2023", {"form": "csv", "columns": ["category", "invoiced"]})
        assert b"".join(page.streaming_content).decode("utf-8-sig").startswith("Kategori;Fakturerat belopp (kr)")
        assert "/exchange/spending/export/?year=2023" in client.get("/funding/2023/budget/spending/").content.decode()
        assert "/exchange/statements/export/?region=23" in client.get("/funding/regions/23/statement/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_files_ask_no_more_for_more_years(count, django_assert_num_queries):
    for number in range(count):
        budget_line(opened_year({"23": 1_000} if not number else {}, year=2021 + number), "Revisioner", kind="audits")
    moved_to(opened_year({}, year=2024), "closed")
    with django_assert_num_queries(2):
        assert statements_listed(SYSTEM, QueryDict()).count() == count + 1
    with django_assert_num_queries(4):
        assert spending_listed(SYSTEM, QueryDict()).count() == 0
    with django_assert_num_queries(3):
        assert lines_listed(SYSTEM, QueryDict()).count() == count
