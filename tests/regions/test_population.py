"""Files of Statistics Sweden become figures: looked at first, all or none, and never over what stands there."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from regions.models import PopulationFigure, PopulationFile
from regions.queries import population_on
from tests.regions import scb_files as scb

pytestmark = pytest.mark.django_db
BRING, LIST = reverse("regions:population-bring"), reverse("regions:population-list")
DAY = date(2032, 12, 31)


@pytest.fixture(autouse=True)
def _regions(reference_data, settings):
    settings.PORTAL_NOW = "2033-03-01T09:00"


def bring(client, content: bytes, name="folkmangd.csv", **changed):
    sent = {"counted_on": "december", "table_id": "BE0101/BefolkningNy", "retrieved_on": "2033-03-01", "standing": ""}
    return client.post(BRING, {**sent, **changed, "upload": SimpleUploadedFile(name, content)})


def take(client, page, **changed):
    return client.post(page, {"digest": client.get(page).context["plan"].digest, **changed})


def test_a_file_is_looked_at_and_then_counts_once(client_of, secretariat):
    client, before = client_of(secretariat), PopulationFigure.objects.count()
    page = bring(client, scb.csv(years=(2032,))).url
    shown = client.get(page)
    assert len(shown.context["plan"].added) == 21
    assert PopulationFigure.objects.count() == before
    assert take(client, page).url == LIST
    brought = PopulationFile.objects.get()
    assert PopulationFigure.objects.filter(population_file=brought).count() == 21
    assert {figure.source for figure in population_on(DAY).values()} == {
        f"SCB, BE0101/BefolkningNy, 31 december, hämtad 2033-03-01 (fil {brought.file.sha256[:8]})"
    }
    take(client, page)
    again = bring(client, scb.csv(years=(2032,))).url
    assert client.get(again).context["plan"].added == []
    assert PopulationFigure.objects.count() == before + 21
    assert "2032" in client.get(LIST).text


def test_a_corrected_figure_stands_beside_the_old_one_and_counts(client_of, secretariat):
    client = client_of(secretariat)
    take(client, bring(client, scb.csv(years=(2032,), mark=" preliminär")).url)
    changed = scb.csv(years=(2032,), encoding="utf-8").replace(b"124000", b"124001")
    page = bring(client, changed).url
    assert len(client.get(page).context["plan"].corrections) == 21
    take(client, page)
    figures = PopulationFigure.objects.filter(region__code="23", reference_date=DAY)
    assert sorted(figures.values_list("count", "standing")) == [(124_000, "preliminary"), (124_001, "final")]
    assert population_on(DAY)[figures[0].region_id].count == 124_001


def test_a_jump_is_asked_about(client_of, secretariat):
    client = client_of(secretariat)
    take(client, bring(client, scb.csv(years=(2031,))).url)
    page = bring(client, scb.csv(years=(2032,), encoding="utf-8").replace(b"124000", b"131000")).url
    before = PopulationFigure.objects.count()
    asked = take(client, page)
    assert list(asked.context["form"].errors) == ["confirms_jumps"]
    assert PopulationFigure.objects.count() == before
    assert take(client, page, confirms_jumps="on").url == LIST
    assert PopulationFigure.objects.count() == before + 21
    compared = client.get(LIST, {"before": "2031-12-31", "after": "2032-12-31"})
    assert [change.region.code for change in compared.context["changes"] if change.is_jump] == ["23"]


def test_what_was_registered_meanwhile_is_looked_at_again(client_of, secretariat):
    client = client_of(secretariat)
    page, digest = bring(client, scb.csv(years=(2032,))).url, ""
    digest = client.get(page).context["plan"].digest
    take(client, bring(client, scb.csv(years=(2032,), separator=",")).url)
    refused = client.post(page, {"digest": digest})
    assert refused.context["form"].non_field_errors()
    assert PopulationFigure.objects.filter(reference_date=DAY).count() == 21


def test_a_file_with_a_fault_is_told_and_changes_nothing(client_of, secretariat):
    client, before = client_of(secretariat), PopulationFigure.objects.count()
    page = bring(client, scb.csv(years=(2032,), encoding="utf-8").replace(b"124000", b"0")).url
    shown = client.get(page)
    assert [fault.row for fault in shown.context["plan"].read.faults] == [23]
    assert "mellan 1 och 20" in shown.text.replace("\xa0", " ")
    assert client.post(page, {"digest": shown.context["plan"].digest}).context["form"].non_field_errors()
    assert PopulationFigure.objects.count() == before


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "a.pdf"}, "upload"),
        ({"table_id": ""}, "table_id"),
        ({"retrieved_on": "2033-03-02"}, "retrieved_on"),
        ({"counted_on": "midsommar"}, "counted_on"),
    ],
)
def test_bad_input_is_told_at_its_field(client_of, secretariat, changed, field):
    answer = bring(client_of(secretariat), scb.csv(), **changed)
    assert list(answer.context["form"].errors) == [field]
    assert not PopulationFile.objects.exists()


def test_a_json_file_says_its_table_itself(client_of, secretariat):
    bring(client_of(secretariat), scb.json_stat(("2032",)), "svar.json", table_id="")
    assert PopulationFile.objects.get().table_id == "BefolkningNy"


def test_others_read_the_figures_and_bring_none(client_of, secretariat, buyer, stranger):
    page = bring(client_of(secretariat), scb.csv()).url
    assert client_of(buyer).get(LIST).status_code == 200
    assert client_of(buyer).get(LIST).context["files"].count() == 0
    assert [client_of(buyer).get(url).status_code for url in (BRING, page, f"{page}file/")] == [403, 404, 404]
    assert [client_of(stranger).get(url).status_code for url in (LIST, BRING, page)] == [404, 404, 404]


def test_queries_do_not_grow_with_the_figures(client_of, secretariat, django_assert_max_num_queries):
    client = client_of(secretariat)
    page = bring(client, scb.csv(years=range(2000, 2033))).url
    with django_assert_max_num_queries(14):
        assert len(client.get(page).context["plan"].rows) == 33 * 21
