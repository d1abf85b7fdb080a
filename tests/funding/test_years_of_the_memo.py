"""The years 2016–2023 as a new user enters them on the pages, and their sums by hand, in SQL, on page and in files."""

import csv
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from django.db import connection
from python_calamine import CalamineWorkbook

from funding.documents.report import render_funding_report
from funding.models import FundingYear
from funding.queries.figures import year_figures
from tests.exchange.bringing import take_out
from tests.funding.factories import text_of
from tests.funding.test_documents import kr, pages_of

pytestmark = pytest.mark.django_db
POPULATION = Path(__file__).resolve().parents[2] / "regions" / "data" / "population_31dec.csv"
# Year: (rate in öre, year of the 31 December that it stands on).
YEARS = {
    2016: (40, 2015),
    2017: (40, 2016),
    2018: (50, 2017),
    2019: (50, 2018),
    2020: (50, 2019),
    2021: (50, 2019),
    2022: (50, 2021),
    2023: (100, 2021),
}
BASIS = {
    "version": "1",
    "population": "131 418",
    "source": "RS/29/2022",
    "reference_date": "",
    "undated_reason": "Tjänsteskrivelsen anger inget datum.",
    "standing": "unstated",
}
DECISION = {
    "amount_ore": "131 418",
    "valid_from_year": "2023",
    "valid_to_year": "",
    "decided_on": "2022-06-01",
    "body": "Regionstyrelsen",
    "registration_number": "RS/29/2022",
}


@pytest.fixture
def entered(reference_data, admin, client_of):
    """Every year with what its page suggests, and what the memo says beside it."""
    client = client_of(admin)
    for year in YEARS:
        suggested = client.get(f"/funding/open/?year={year}").context["form"].initial
        assert client.post("/funding/open/", {**suggested, "rate_source": ""}).status_code == 302, year
        if year == 2023:
            assert client.post("/funding/2023/regions/23/basis/", BASIS).status_code == 302
        for target, day in (("proposed", "2022-04-06"), ("decided", "2022-12-01"), ("closed", "2023-12-31")):
            seen = {"is_seen": "on"} if target == "closed" else {}
            assert client.post(f"/funding/{year}/to/{target}/", {"taken_on": day} | seen).status_code == 302, (
                year,
                target,
            )
            if (year, target) == (2023, "proposed"):
                assert client.post("/funding/2023/regions/23/decide/", DECISION).status_code == 302
    return client


def by_hand() -> dict[int, dict[str, int]]:
    """Of each year each region's amount in öre: inhabitants × rate, whole kronor, half a krona upwards."""
    counted = defaultdict(dict)
    with POPULATION.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            counted[int(row["year"])][row["region"]] = int(row["population"])
    found = {}
    for year, (ore, of) in YEARS.items():
        people = dict(counted[of])
        if year == 2023:
            people["Region Jämtland Härjedalen"] = 131_418
        kronor = {name: (Decimal(n) * ore / 100).quantize(Decimal(1), ROUND_HALF_UP) for name, n in people.items()}
        found[year] = {name: int(amount) * 100 for name, amount in kronor.items()}
    return found


def test_each_years_sums_agree_by_hand_in_sql_on_page_and_in_the_workbook(entered, tmp_path):
    expected = by_hand()
    assert sum(expected[2023].values()) == 1_045_169_000
    for year, amounts in expected.items():
        assert len(amounts) == 21
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT r.name, b.computed_ore FROM funding_contribution c JOIN funding_basis b ON b.id = c.basis_id"
                " JOIN regions_region r ON r.id = c.region_id JOIN funding_fundingyear y ON y.id = c.funding_year_id"
                " WHERE y.year = %s",
                [year],
            )
            assert dict(cursor.fetchall()) == amounts, year
        page = text_of(entered.get(f"/funding/{year}/"))
        assert kr(sum(amounts.values())) in page
        assert [name for name, ore in amounts.items() if page.count(kr(ore)) < 2] == []
        path = take_out("contributions", tmp_path / f"{year}.xlsx", query=f"year={year}")
        heading, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        name, amount = heading.index("Region"), heading.index("Beräknat belopp (kr)")
        assert {row[name]: round(row[amount] * 100) for row in rows} == amounts, year


def test_2023_is_closed_and_its_report_says_the_same(entered):
    year = FundingYear.objects.get(year=2023)
    figures = year_figures(year)
    assert (year.state, figures.sum_ore, figures.decided_ore) == ("closed", 1_045_169_000, 13_141_800)
    paper = " ".join(pages_of(render_funding_report(year, figures, made_by="Anna", language="sv")))
    assert [name for name, ore in by_hand()[2023].items() if paper.count(kr(ore)) < 2] == []
    assert "10 451 690 kr" in paper
    assert "131 418 kr +65 391 kr 131 418 kr 0 kr" in paper


def test_what_is_not_as_usual_is_shown(entered):
    unusual = {
        2021: "Folkmängden är den 31 december 2019, inte den 31 december 2020 som annars.",
        2023: "Folkmängden är den 31 december 2021, inte den 31 december 2022 som annars, med undantag för 1 region.",
    }
    for year in YEARS:
        page = text_of(entered.get(f"/funding/{year}/"))
        assert ("som annars" in page) == (year in unusual), year
        assert unusual.get(year, "") in page
    page = text_of(entered.get("/funding/2023/"))
    assert "RS/29/2022, datum saknas: Tjänsteskrivelsen anger inget datum. (Region Jämtland Härjedalen)." in page
    assert FundingYear.objects.filter(state="closed").count() == 8
