"""The page of two scenarios and its files: by the address alone, with what is wrong said at its field."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from funding.models import Contribution
from portal.exchange.reading import read_rows
from regions.models import PopulationFigure, PopulationFile, Region
from tests.funding.factories import text_of
from tests.funding.test_scenarios import AT_50_ORE
from tests.regions import scb_files as scb
from tests.regions.test_forecasts import TITLE, forecast
from tests.regions.test_population import bring, take

pytestmark = pytest.mark.django_db
PAGE = reverse("funding:scenario-compare")
COSTS = {
    f"{each}-{name}": value for each in "ab" for name, value in {"post_cost": "600 000", "audit_cost": "75 000"}.items()
}


@pytest.fixture(autouse=True)
def _regions(reference_data, settings):
    settings.PORTAL_NOW = "2026-11-30T09:00"


@pytest.fixture
def page_of(client_of, buyer):
    """`page_of({"a-ore": 60})`: what the page is drawn of, for a buyer of Jämtland Härjedalen."""

    def get(query=(), user=None):
        return client_of(user or buyer).get(PAGE, query)

    return get


def amounts(compared, side: str) -> dict[str, int]:
    outcome = getattr(compared, side).outcome
    return {region.code: outcome.contributions[region.pk] for region in compared.grounds.regions}


def test_without_a_query_it_is_the_worked_example_of_all_regions(page_of):
    answer = page_of()
    compared = answer.context["compared"]
    assert amounts(compared, "a") == {code: kronor * 100 for code, (_people, kronor) in AT_50_ORE.items()}
    assert amounts(compared, "b") == {code: people * 100 for code, (people, _kronor) in AT_50_ORE.items()}
    text = text_of(answer)
    for told in ("5 226 170 kr", "10 452 326 kr", "5 226 156 kr", "66 027 kr", "132 054 kr", "31 december 2021"):
        assert told in text
    assert [line.is_mine for line in compared.contributions].count(True) == 1
    assert "Ingen faktura säger det än" in text
    assert (compared.a.form["post_cost"].value(), compared.a.form["audit_cost"].value()) == ("900000", "")
    assert (compared.a.outcome.left_ore, compared.b.outcome.left_ore) == (2_526_170_00, 5_952_326_00)


def test_without_the_cost_of_a_post_it_is_asked_for(page_of):
    answer = page_of({"a-post_cost": ""})
    assert "Skriv vad en tjänst kostar" in text_of(answer)
    outcomes = [getattr(answer.context["compared"], side).outcome for side in "ab"]
    assert [each.staff_ore for each in outcomes] == [None, 4_500_000_00]


def test_the_address_holds_it_all(page_of):
    query = COSTS | {"a-ore": "60", "a-posts": "2,5", "b-ore": "90", "b-other_cost": "1 000 000", "a-year": "2030"}
    compared = page_of(query).context["compared"]
    assert (compared.a.assumptions.staff_ore, compared.b.assumptions.other_ore) == (150_000_000, 100_000_000)
    # 60 öre: 6 271 395.60 and its roundings, less 1 500 000; each whole 75 000 of it is an audit.
    assert compared.a.outcome.audits == (compared.a.outcome.sum_ore - 150_000_000) // 7_500_000 == 63
    assert compared.b.outcome.audits == (compared.b.outcome.sum_ore - 300_000_000 - 100_000_000) // 7_500_000


def test_costs_above_the_contributions_are_said_with_the_sum(page_of):
    text = text_of(page_of(COSTS | {"a-posts": "10"}))
    assert "Pengarna räcker inte: 773 830 kr saknas." in text


def test_the_trend_is_by_its_printed_rule(page_of):
    answer = page_of({"a-population_of": "trend", "a-year": "2030", "b-population_of": "trend", "b-year": "2022"})
    compared, region = answer.context["compared"], Region.objects.get(code="23")
    first, last = (
        PopulationFigure.objects.get(region=region, reference_date=date(year, 12, 31)).count for year in (2016, 2021)
    )
    assert compared.a.population.counts[region.pk] == round(last + (last - first) / 5 * 8 + 1e-9)
    assert compared.b.population.counts[region.pk] == last
    assert "från 31 december 2016 till 31 december 2021 (5 år)" in text_of(answer)
    assert "trenden till 31 december 2029" in text_of(answer)


def test_an_extra_growth_counts_on_top_of_what_is_chosen_by_its_printed_rule(page_of):
    """From the year of the latest figures, 2021, to 31 December 2029: eight years."""
    asked = {"a-growth": "0,5", "a-year": "2030", "b-growth": "-0,5", "b-year": "2030", "b-population_of": "trend"}
    answer = page_of(asked)
    compared = answer.context["compared"]
    plain = page_of({"b-year": "2030", "b-population_of": "trend"}).context["compared"]
    for side, before, rate in ((compared.a, plain.a, Decimal("1.005")), (compared.b, plain.b, Decimal("0.995"))):
        assert side.counts == {
            region: int((count * rate**8).quantize(Decimal(1), ROUND_HALF_UP))
            for region, count in before.counts.items()
        }
    told = text_of(answer)
    assert "uppgifterna per 31 december 2021, med en extra tillväxt på 0,5 % om året" in told
    assert "trenden till 31 december 2029, med en extra tillväxt på -0,5 % om året" in told.replace(
        "\N{MINUS SIGN}", "-"
    )


@pytest.mark.parametrize("typed", ["0", "", "0,0", " -0 ", "0 %"])
def test_without_an_extra_growth_nothing_changes(typed, page_of):
    if "%" in typed:
        assert list(page_of({"a-growth": typed}).context["compared"].a.form.errors) == ["growth"]
        return
    compared = page_of({"a-growth": typed}).context["compared"]
    assert compared.a.population == compared.b.population
    assert "extra tillväxt på" not in compared.a.population_told


def test_a_year_before_the_latest_figures_does_not_shrink(page_of):
    compared = page_of({"a-growth": "5", "a-year": "2020", "b-year": "2020"}).context["compared"]
    assert compared.a.counts == compared.b.counts


def test_a_forecast_counts_where_one_has_been_brought(page_of, client_of, secretariat, settings):
    asked = {"a-population_of": "forecast", "a-year": "2036"}
    missing = page_of(asked).context["compared"]
    assert list(missing.a.form.errors) == ["population_of"]
    settings.PORTAL_NOW = "2033-03-01T09:00"
    client = client_of(secretariat)
    take(client, forecast(client, scb.csv(years=(2034, 2035), title=TITLE)).url, confirms_jumps="on")
    answer = page_of(asked)
    compared = answer.context["compared"]
    assert amounts(compared, "a") == {code: (scb.count_of(code, 2035) * 50 + 50) // 100 * 100 for code in scb.COUNTIES}
    assert PopulationFile.objects.get().source in text_of(answer)
    beyond = page_of(asked | {"a-year": "2040"})
    assert beyond.context["compared"].a.form.errors["year"] == [
        "Det finns ingen prognos för 31 december 2039. Skriv ett år från 2035 till 2036."
    ]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("ore", "-1"),
        ("ore", "1000"),
        ("ore", "abc"),
        ("ore", ""),
        ("ore", "9" * 400),
        ("ore", "1\x00"),
        ("year", "1999"),
        ("year", "20x7"),
        ("year", "NaN"),
        ("growth", "abc"),
        ("growth", "5,1"),
        ("growth", "-5,1"),
        ("growth", "0,55"),
        ("growth", "NaN"),
        ("growth", "9" * 400),
        ("posts", "abc"),
        ("posts", "NaN"),
        ("posts", "inf"),
        ("posts", "-1"),
        ("posts", "1e9"),
        ("posts", "3,55"),
        ("posts", "٣"),
        ("posts", "9" * 400),
        ("posts", ""),
        ("post_cost", "-5"),
        ("post_cost", "inf"),
        ("other_cost", "9" * 39),
        ("audit_cost", "0"),
        ("audit_cost", "[1, 2]"),
        ("population_of", "nobody"),
        ("population_of", ""),
        ("population_of", "\x00"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_the_other_scenario_is_computed(page_of, field, typed):
    answer = page_of({f"a-{field}": typed})
    compared = answer.context["compared"]
    assert (answer.status_code, list(compared.a.form.errors)) == (200, [field])
    assert compared.a.outcome is None
    assert amounts(compared, "b")["23"] == 13_205_400
    assert f'id="id_a-{field}_error"' in answer.content.decode()
    assert str(compared.a.form.errors[field][0]) in text_of(answer)


@pytest.mark.parametrize(
    ("field", "typed", "read"),
    [
        ("posts", "007", 70),
        ("posts", "0002,5", 25),
        ("posts", "0" * 5_000 + "3", 30),
        ("posts", "0" * 5_000, 0),
        ("ore", "0060", 60),
        ("ore", "0" * 5_000 + "60", 60),
        ("year", "02030", 2030),
    ],
)
def test_zeros_in_front_are_understood_and_what_was_typed_stays(page_of, field, typed, read):
    answer = page_of({f"a-{field}": typed})
    form = answer.context["compared"].a.form
    assert (form.errors, form.cleaned_data[field]) == ({}, read)
    assert f'value="{typed}"' in answer.content.decode()


def test_what_is_refused_stays_as_it_was_typed(page_of):
    answer = page_of({"a-posts": "007x"})
    assert answer.context["compared"].a.form.errors["posts"] == [
        "Skriv antalet tjänster med högst en decimal, till exempel 3 eller 3,5."
    ]
    assert 'value="007x"' in answer.content.decode()


def test_a_year_before_the_trend_is_said_at_the_year(page_of):
    compared = page_of({"a-population_of": "trend", "a-year": "2021"}).context["compared"]
    assert compared.a.form.errors["year"] == ["Trenden börjar med år 2022. Skriv det året eller ett senare."]


@pytest.mark.parametrize(
    "query", ["%00", "a-ore[]=1&a-ore=%ff", "a-ore=1&a-ore=2", "x=1&b-unknown=2", "a-ore=%ED%A0%80"]
)
def test_no_query_string_breaks_the_page(client_of, buyer, query):
    for address in (PAGE, reverse("funding:scenario-export", args=["csv"])):
        assert client_of(buyer).get(f"{address}?{query}").status_code in {200, 302}


def cells(client, tmp_path, form: str, query) -> list[list]:
    answer = client.get(reverse("funding:scenario-export", args=[form]), query)
    path = tmp_path / f"ut.{form}"
    path.write_bytes(b"".join(answer.streaming_content))
    return [list(row) for _number, row in read_rows(path, path.name)]


def number(cell):
    return None if cell in {None, ""} else float(str(cell).replace(",", "."))


def test_both_files_say_what_the_page_says(client_of, buyer, page_of, tmp_path):
    query = COSTS | {"a-posts": "2,5", "a-growth": "-0,2", "a-year": "2022", "b-population_of": "trend"}
    compared, client = page_of(query).context["compared"], client_of(buyer)
    text, book = (cells(client, tmp_path, form, query) for form in ("csv", "xlsx"))
    assert [[str(cell or "") for cell in row[:3]] for row in text] == [
        [str(cell or "") for cell in row[:3]] for row in book
    ]
    assert text[0][3:5] == ["A", "B"]
    told = {(row[0], row[1]): row[2:] for row in book[1:]}
    assert len(told) == len(book) - 1 == 8 + 9 + 42
    for line in compared.contributions:
        unit, *figures = told["Andel", line.label]
        assert (unit, [number(each) for each in figures]) == (
            "kr",
            [line.a / 100, line.b / 100, (line.b - line.a) / 100],
        )
    assert told["Resultat", "Invånare"][0] == "antal"
    growth = told["Antagande", "Extra befolkningstillväxt per år"]
    assert (growth[0], [number(each) for each in growth[1:]]) == ("procent", [-0.2, 0, 0.2])
    sums = [number(each) for each in told["Resultat", "Regionernas andelar"][1:]]
    assert sums == [5_226_170, compared.b.outcome.sum_ore / 100, compared.b.outcome.sum_ore / 100 - 5_226_170]
    assert [number(each) for each in told["Antagande", "Tjänster på kansliet"][1:]] == [2.5, 5, 2.5]
    assert str(told["Antagande", "Invånare enligt"][2]) == "trenden till 31 december 2026"
    for first, second in zip(text[9:], book[9:], strict=True):
        assert [number(each) for each in first[3:]] == [number(each) for each in second[3:]]


def test_a_file_of_what_cannot_be_computed_is_the_page_that_says_why(client_of, buyer):
    answer = client_of(buyer).get(reverse("funding:scenario-export", args=["xlsx"]), {"a-ore": "-1"})
    assert answer.url == f"{PAGE}?{urlencode({'a-ore': '-1'})}"
    assert client_of(buyer).get(reverse("funding:scenario-export", args=["pdf"])).status_code == 404


def test_everyone_with_a_role_sees_it_and_nothing_is_written(client_of, reader, stranger, neighbour):
    before = Contribution.objects.count()
    assert [client_of(each).get(PAGE).status_code for each in (reader, neighbour, stranger)] == [200, 200, 404]
    assert client_of(reader).post(PAGE).status_code == 405
    assert client_of(stranger).get(reverse("funding:scenario-export", args=["csv"])).status_code == 404
    assert Contribution.objects.count() == before


def test_an_empty_portal_says_what_is_missing(page_of):
    PopulationFigure.objects.all().delete()
    compared = page_of().context["compared"]
    assert [list(side.form.errors) for side in compared.sides] == [["population_of"], ["population_of"]]


def test_the_number_of_queries_stays_with_more_figures_and_forecasts(
    page_of, client_of, secretariat, buyer, django_assert_num_queries, settings
):
    client, asked = client_of(buyer), {"a-population_of": "trend", "b-population_of": "forecast", "b-year": "2036"}
    with django_assert_num_queries(14):
        client.get(PAGE)
    settings.PORTAL_NOW = "2033-03-01T09:00"
    bringing = client_of(secretariat)
    take(bringing, bring(bringing, scb.csv(years=(2030, 2031, 2032), title="Folkmängd")).url, confirms_jumps="on")
    take(bringing, forecast(bringing, scb.csv(years=(2034, 2035), title=TITLE)).url, confirms_jumps="on")
    # Where there is a forecast its files are read too.
    with django_assert_num_queries(15):
        assert client.get(PAGE, asked | {"a-year": "2034"}).context["compared"].is_whole
