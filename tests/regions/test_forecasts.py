"""Forecasts of Statistics Sweden come by the same page as its figures, and are never mixed with what was counted."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from regions.models import ForecastFigure, PopulationFigure, PopulationFile
from regions.queries import population_days, population_forecasts
from tests.regions import scb_files as scb
from tests.regions.test_population import LIST, bring, take

pytestmark = pytest.mark.django_db
TITLE = "Folkmängd enligt framskrivningen efter region och år"
YEARS = (2034, 2035)


@pytest.fixture(autouse=True)
def _regions(reference_data, settings):
    settings.PORTAL_NOW = "2033-03-01T09:00"


def forecast(client, content: bytes, name="framskrivning.csv", **changed):
    return bring(client, content, name, **{"counted_on": "forecast", "table_id": "BE0401/BefProgRegion", **changed})


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (scb.csv(years=YEARS, title=TITLE), "framskrivning.csv"),
        (scb.csv(separator=",", years=YEARS, title=TITLE), "framskrivning.csv"),
        (scb.xlsx(years=YEARS), "framskrivning.xlsx"),
        (scb.json_stat(("2034", "2035"), label=TITLE), "framskrivning.json"),
    ],
    ids=["semicolons", "commas", "workbook", "json"],
)
def test_a_forecast_is_looked_at_and_kept_apart(client_of, secretariat, content, name):
    client, counted, days = client_of(secretariat), PopulationFigure.objects.count(), population_days()
    page = forecast(client, content, name).url
    assert len(client.get(page).context["plan"].added) == 42
    assert not ForecastFigure.objects.exists()
    assert take(client, page, confirms_jumps="on").url == LIST
    assert (PopulationFigure.objects.count(), population_days()) == (counted, days)
    found = population_forecasts()
    assert list(found) == [2034, 2035]
    assert sorted(found[2034].counts.values()) == sorted(scb.count_of(code, 2034) for code in scb.COUNTIES)
    brought = PopulationFile.objects.get()
    assert found[2035].population_file.source == (
        f"SCB, BE0401/BefProgRegion, prognos för 31 december, hämtad 2033-03-01 (fil {brought.file.sha256[:8]})"
    )
    assert brought.source in client.get(LIST).text


def test_of_two_forecasts_the_one_retrieved_last_counts_and_both_stay(client_of, secretariat):
    client = client_of(secretariat)
    first, later = scb.csv(years=YEARS, title=TITLE), scb.csv(years=(2035, 2036), title=TITLE, encoding="utf-8")
    later = later.replace(b"124300", b"124399")
    take(client, forecast(client, later, retrieved_on="2033-02-01").url, confirms_jumps="on")
    take(client, forecast(client, first, retrieved_on="2033-01-01").url, confirms_jumps="on")
    found, jamtland = population_forecasts(), PopulationFigure.objects.filter(region__code="23")[0].region_id
    assert [found[year].population_file.retrieved_on for year in found] == [
        date(2033, 1, 1),
        date(2033, 2, 1),
        date(2033, 2, 1),
    ]
    assert found[2034].counts[jamtland] == scb.count_of("23", 2034)
    assert found[2035].counts[jamtland] == 124_399
    both = ForecastFigure.objects.filter(region=jamtland, year=2035)
    assert sorted(both.values_list("count", flat=True)) == [124_300, 124_399]


def test_the_same_forecast_again_adds_nothing(client_of, secretariat):
    client, content = client_of(secretariat), scb.csv(years=YEARS, title=TITLE)
    page = forecast(client, content).url
    take(client, page, confirms_jumps="on")
    take(client, page, confirms_jumps="on")
    assert client.get(forecast(client, content).url).context["plan"].added == []
    assert ForecastFigure.objects.count() == 42


def faults_of(client, answer) -> list[str]:
    return [fault.text for fault in client.get(answer.url).context["plan"].read.faults]


def test_a_forecast_is_not_taken_for_what_was_counted(client_of, secretariat):
    client = client_of(secretariat)
    [said] = faults_of(client, bring(client, scb.csv(years=(2032,), title=TITLE)))
    assert "prognos" in said
    [ahead] = faults_of(client, bring(client, scb.csv(years=(2032, 2034), title="Folkmängd")))
    assert "2034" in ahead
    page = bring(client, scb.csv(years=(2034,), title="Folkmängd")).url
    before = PopulationFigure.objects.count()
    take(client, page, confirms_jumps="on")
    assert PopulationFigure.objects.count() == before


@pytest.mark.parametrize(
    "content",
    [
        scb.long_csv(),
        scb.csv(years=YEARS, title="Folkmängd den 1 november"),
        scb.csv(years=YEARS, title=TITLE, encoding="utf-8").replace(b"124200", b"3.5"),
        scb.csv(years=YEARS, title=TITLE, encoding="utf-8").replace(b"124200", b"-5"),
        scb.csv(years=YEARS, title=TITLE, encoding="utf-8").replace(b"23 J", b"24 J"),
        b"\x00\xff\xfe",
        b"inga,rubriker",
        b"",
    ],
    ids=["quarters", "november", "part", "negative", "twice", "bytes", "headless", "empty"],
)
def test_a_broken_forecast_is_refused_with_a_sentence(client_of, secretariat, content):
    client = client_of(secretariat)
    answer = forecast(client, content)
    if answer.status_code == 302:
        assert faults_of(client, answer)
        take(client, answer.url, confirms_jumps="on")
    else:
        assert answer.context["form"].errors
    assert not ForecastFigure.objects.exists()


def test_a_forecast_has_no_standing(client_of, secretariat):
    answer = forecast(client_of(secretariat), scb.csv(years=YEARS, title=TITLE), standing="final")
    assert list(answer.context["form"].errors) == ["standing"]


def test_no_forecast_figure_changes(client_of, secretariat):
    client = client_of(secretariat)
    take(client, forecast(client, scb.csv(years=YEARS, title=TITLE)).url, confirms_jumps="on")
    figure = ForecastFigure.objects.first()
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        ForecastFigure.objects.filter(pk=figure.pk).update(count=1)
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        figure.delete()


def test_others_see_forecasts_and_bring_none(client_of, secretariat, reader, stranger):
    client = client_of(secretariat)
    take(client, forecast(client, scb.csv(years=YEARS, title=TITLE)).url, confirms_jumps="on")
    assert "prognos för 31 december" in client_of(reader).get(LIST).text
    assert client_of(reader).post(reverse("regions:population-bring"), {}).status_code == 403
    assert client_of(stranger).get(LIST).status_code == 404


def test_queries_do_not_grow_with_the_years(client_of, secretariat, django_assert_num_queries):
    client = client_of(secretariat)
    take(client, forecast(client, scb.csv(years=(2034,), title=TITLE)).url, confirms_jumps="on")
    with django_assert_num_queries(2):
        population_forecasts()
    take(client, forecast(client, scb.csv(years=range(2035, 2060), title=TITLE)).url, confirms_jumps="on")
    with django_assert_num_queries(2):
        assert len(population_forecasts()) == 26
