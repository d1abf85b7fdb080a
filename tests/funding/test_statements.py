"""A region's years side by side, and the price index that is brought for them."""

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest
from django.db import DatabaseError, IntegrityError, transaction

from funding.documents.statements import STATEMENT
from funding.models import FundingYear, PriceIndexFigure
from funding.queries.statements import price_level, statement_of
from portal import clock
from portal.jobs.registry import JobFailed
from regions.models import Region
from tests.exchange.bringing import bring, counts, faults, take_out
from tests.factories import system
from tests.funding.factories import decided, moved_to, opened_year, paid, text_of
from tests.funding.test_documents import kr
from tests.funding.test_invoicing import words_of

pytestmark = pytest.mark.django_db
PAGE = "/funding/regions/23/statement/"


def index_file(folder: Path, *lines: str, heading: str = "år;värde", name: str = "kpi") -> Path:
    path = folder / f"{name}.csv"
    path.write_text("\n".join((heading, *lines)), encoding="cp1252")
    return path


def index(year: int, value: str, **values) -> PriceIndexFigure:
    values = {"series": "KPI", "source": "SCB", "retrieved_on": date(2026, 1, 15), **values}
    return PriceIndexFigure.objects.create(year=year, value=Decimal(value), created_by=system(), **values)


@pytest.fixture
def years() -> list[FundingYear]:
    """2016 and 2018 at 40 and 50 öre, 2017 not opened, 2019 decided at another amount and paid in part."""
    opened = [opened_year({"23": 131_419, "25": 249_693}, year=2016, ore=40)]
    opened += [opened_year({}, year=year, ore=50) for year in (2018, 2019)]
    moved_to(opened[-1], "proposed", taken_on=date(2022, 4, 6))
    decided("23", amount_ore=60_000_50, valid_from_year=2019, valid_to_year=2019)
    paid("23", "1", 60_000_50, year=2019, paid_ore=50_000_00)
    return opened


def row_of(year: int):
    found = statement_of(Region.objects.get(code="23"))
    return next(each for each in found.years if each.contribution.funding_year.year == year)


def test_every_year_stands_with_its_sums_and_the_change_from_the_year_before(years, reader, client_of):
    page = text_of(client_of(reader).get(PAGE))
    assert "Betalt Ändring av det som ska betalas" in page
    assert "2016 0,40 kr 131 419 52 568 kr – 52 568 kr 0 kr 0 kr –" in page
    assert "2018 0,50 kr 131 419 65 710 kr – 65 710 kr 0 kr 0 kr –" in page
    assert "2019 0,50 kr 131 419 65 710 kr 60 000,50 kr 60 000,50 kr 60 000,50 kr 50 000 kr −5 709,50 kr" in page
    assert "Summa 183 988 kr 60 000,50 kr 178 278,50 kr 60 000,50 kr 50 000 kr" in page
    assert "Fasta priser kräver ett prisindex. Inget är inläst för de här åren." in page
    assert "99 877" not in page


def test_the_index_with_figures_for_most_years_counts_whichever_was_registered_last(years):
    for year, value in ((2016, "100"), (2018, "110"), (2019, "120")):
        index(year, value)
    for year in (2016, 2019, 1980, 1981, 1982):
        index(year, "50", series="LCI")
    level = price_level()
    assert (level.base.series, sorted(level.figures)) == ("KPI", [2016, 2018, 2019])
    index(2018, "50", series="LCI")
    assert price_level().base.series == "LCI", "of as many years, the one registered last"
    index(2016, "101")
    assert price_level().base.series == "KPI"
    assert price_level(until=2016).figures[2016].value == Decimal(101)


def test_a_price_level_costs_one_query(years, django_assert_num_queries):
    index(2016, "100")
    index(2018, "50", series="LCI")
    with django_assert_num_queries(1):
        price_level()


@pytest.mark.parametrize(
    ("owed", "base", "own", "fixed"),
    [(52_568_00, "200", "100", 105_136_00), (52_568_00, "101.5", "100", 53_357_00), (52_568_00, "1", "3", 17_523_00)],
)
def test_fixed_prices_are_amount_by_base_over_own_index_in_whole_kronor(owed, base, own, fixed, years):
    """52 568 × 1,015 = 53 356,52; 52 568 ÷ 3 = 17 522,67."""
    index(2016, own)
    index(2018, base)
    assert row_of(2016).contribution.owed_ore == owed
    assert row_of(2016).fixed_ore == fixed


def test_the_change_of_what_is_owed_is_not_that_of_what_is_computed(years):
    row = row_of(2019)
    assert (row.contribution.difference_ore, row.owed_difference_ore) == (0, -5_709_50)


def test_half_a_krona_goes_up():
    opened_year({"23": 201}, year=2016, ore=100)
    opened_year({}, year=2017)
    index(2016, "200")
    index(2017, "100")
    assert row_of(2016).fixed_ore == 101_00


def test_a_year_without_an_index_is_a_dash_and_is_said(years, reader, client_of):
    index(2016, "316.43", base="1980=100")
    index(2018, "328.40", base="1980=100")
    page = text_of(client_of(reader).get(PAGE))
    fixed = (52_568_00 * 32840 // 31643 + 50) // 100 * 100
    assert f"2016 0,40 kr 131 419 52 568 kr – 52 568 kr 0 kr 0 kr – {kr(fixed)}" in page
    assert "50 000 kr −5 709,50 kr – " in page
    assert "KPI saknar uppgift för 2019: inget fast pris anges, och summan räknar inte med det." in page
    assert f"50 000 kr {kr(fixed + 65_710_00)}" in page
    assert "I 2018 års priser" in page
    assert "KPI (1980=100): SCB, hämtad 15 januari 2026." in page


def test_a_corrected_figure_stands_beside_the_old_one_and_counts(years, tmp_path, reader, client_of):
    heading = "år;värde;bas;källa;hämtad"
    first = index_file(
        tmp_path,
        "2016;316,43;1980=100;SCB PR0101;2026-01-15",
        "2018;328,4;1980=100;SCB PR0101;2026-01-15",
        heading=heading,
    )
    assert counts(bring("price_indices", first)) == (2, 0, 0, 0)
    assert counts(bring("price_indices", first)) == (0, 0, 2, 0)
    other = index_file(
        tmp_path,
        "2016;316,5;;SCB rättelse;2026-03-01",
        "2018;328,40;;Annan källa;2026-03-01",
        heading=heading,
        name="rattelse",
    )
    assert counts(bring("price_indices", other)) == (1, 0, 1, 0)
    told = PriceIndexFigure.objects.filter(year=2016).order_by("pk").values_list("value", "source", "base")
    assert list(told) == [
        (Decimal("316.43"), "SCB PR0101", "1980=100"),
        (Decimal("316.5"), "SCB rättelse", "1980=100"),
    ]
    assert row_of(2016).fixed_ore == (52_568_00 * 32840 // 31650 + 50) // 100 * 100
    page = text_of(client_of(reader).get("/funding/price-index/"))
    assert "316,43 ersatt av en senare uppgift" in page
    assert page.count("ersatt av") == 1
    assert counts(bring("price_indices", first)) == (1, 0, 1, 0), "corrected back, it is a third figure"


def test_year_and_value_are_enough(tmp_path):
    assert counts(bring("price_indices", index_file(tmp_path, "1980;100", "2016;316,43"))) == (2, 0, 0, 0)
    figure = PriceIndexFigure.objects.get(year=2016)
    assert (figure.series, figure.value, figure.retrieved_on) == ("KPI", Decimal("316.43"), clock.today())
    assert figure.source.startswith("fil inläst")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_out_and_in_again_changes_nothing(form, tmp_path):
    index(2016, "316.43")
    index(2016, "316.5", source="Rättelse")
    index(2017, "322.1125", base="1980=100")
    path = take_out("price_indices", tmp_path / f"ut.{form}")
    assert counts(bring("price_indices", path)) == (0, 0, 2, 0)


@pytest.mark.parametrize(
    ("line", "column", "found"),
    [
        ("2016;0", "värde (B)", "0"),
        ("2016;-3", "värde (B)", "-3"),
        ("2016;hundra", "värde (B)", "hundra"),
        ("2016;", "värde (B)", ""),
        ("2016;1,23456", "värde (B)", "1,23456"),
        ("2016;9999999", "värde (B)", "9999999"),
        ("2015;101", "år (A)", "2015"),
        ("1805;101", "år (A)", "1805"),
        ("i fjol;101", "år (A)", "i fjol"),
        (";101", "år (A)", ""),
    ],
)
def test_bad_figures_are_refused_in_their_row_and_nothing_is_saved(line, column, found, tmp_path):
    outcome = bring("price_indices", index_file(tmp_path, "2015;100", line))
    assert faults(outcome) == [(3, column, found)]
    assert not PriceIndexFigure.objects.exists()


def test_figures_of_one_index_have_one_base(tmp_path):
    index(2015, "100", base="2015=100")
    outcome = bring("price_indices", index_file(tmp_path, "2016;316;1980=100", heading="år;värde;bas"))
    assert faults(outcome) == [(2, "bas (C)", "1980=100")]


@pytest.mark.parametrize(
    "change",
    [lambda: PriceIndexFigure.objects.update(value=5), lambda: PriceIndexFigure.objects.all()._raw_delete("default")],
)
def test_a_figure_stays_as_it_was_registered(change):
    index(2016, "316.43")
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        change()


@pytest.mark.parametrize("values", [{"value": "0"}, {"value": "-1"}, {"year": 1800}, {"source": ""}, {"series": ""}])
def test_the_database_refuses_an_impossible_figure(values):
    with pytest.raises(IntegrityError, match="price_index"), transaction.atomic():
        index(**{"year": 2016, "value": "100"} | values)


# --- The document ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "title"), [("sv", "Vad Region 23 har bidragit med"), ("en", "What Region 23 has contributed")]
)
def test_the_statement_is_a_tagged_archive_document_with_the_pages_figures(language, title, years, reader, client_of):
    index(2016, "316.43")
    index(2019, "334.26")
    (output,) = STATEMENT.render(STATEMENT.prepare(years[-1]), "23", "Anna Öberg", language)
    with pikepdf.open(io.BytesIO(output.content)) as opened:
        with opened.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"], metadata["pdfuaid:part"]) == (
                "3",
                "A",
                "1",
            )
            assert metadata["dc:title"] == title
        name = {"sv": "flerarsoversikt.csv", "en": "statement.csv"}[language]
        attached = opened.attachments[name].get_file().read_bytes().decode("utf-8-sig")
    read = list(csv.DictReader(io.StringIO(attached, newline=""), delimiter=";"))
    found = statement_of(Region.objects.get(code="23")).years
    told = [(int(row["funding_year"]), int(row["owed_ore"]), row["fixed_ore"]) for row in read]
    assert told == [
        (each.contribution.funding_year.year, each.contribution.owed_ore, str(each.fixed_ore or "")) for each in found
    ]
    assert [row["owed_difference_ore"] for row in read] == ["", "", "-570950"]
    if language == "sv":
        text, page = words_of(output.content), text_of(client_of(reader).get(PAGE))
        for each in found:
            own = each.contribution
            amounts = f"{kr(own.computed_ore)} {kr(own.decided_ore) if own.decided_ore else '–'}"
            assert amounts in text
            assert amounts in page
        assert "KPI saknar uppgift för 2018" in text


def test_a_statement_ends_with_its_year_and_asks_twice_for_all_regions(years, django_assert_num_queries):
    with django_assert_num_queries(2):
        prepared = STATEMENT.prepare(years[1])
    assert {code: len(each.years) for code, each in prepared.statements.items()} == {"23": 2, "25": 2}
    with django_assert_num_queries(0):
        STATEMENT.render(prepared, "25", "Anna", "sv")


def test_without_a_contribution_there_is_nothing_to_state(years):
    with pytest.raises(JobFailed):
        STATEMENT.prepare(FundingYear(year=2015))


@pytest.mark.parametrize("role", ["secretariat", "buyer", "neighbour", "reader"])
def test_all_with_a_role_read_a_statement_and_the_index(role, years, request, client_of):
    client = client_of(request.getfixturevalue(role))
    assert "60 000,50 kr" in text_of(client.get(PAGE))
    page = client.get("/funding/price-index/").content.decode()
    assert ("price_indices/export" in page, "price_indices/import" in page) == (True, False)
    assert client.get("/exchange/price_indices/import/").status_code in {403, 404}


def test_a_stranger_reads_neither(years, stranger, admin, client_of):
    assert [client_of(stranger).get(path).status_code for path in (PAGE, "/funding/price-index/")] == [404, 404]
    assert client_of(admin).get("/funding/regions/99/statement/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_statement_costs_the_same_with_one_and_three_years(count, reader, client_of, django_assert_num_queries):
    opened_year({"23": 1000}, year=2016)
    for number in range(1, count):
        opened_year({}, year=2016 + number)
    client = client_of(reader)
    with django_assert_num_queries(6):
        assert len(client.get(PAGE).context["statement"].years) == count
