"""Files of Statistics Sweden become figures: looked at first, all or none, and never over what stands there."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from regions.models import PopulationFigure, PopulationFile, Region
from regions.queries import Change, population_on
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
    """Confirms what it is asked unless told otherwise: our own figures are far from those of the reference data."""
    return client.post(page, {"digest": client.get(page).context["plan"].digest, "confirms_jumps": "on", **changed})


def table(year: int, of: int, **counts: int) -> bytes:
    """A file for the year with what is registered for another, and for some counties (`c23`) something else."""
    registered = population_on(date(of, 12, 31)).values()
    told = {figure.region.code: figure.count for figure in registered} | {c[1:]: n for c, n in counts.items()}
    return "\n".join([f"region;{year}", *(f"{code} {scb.COUNTIES[code][0]};{told[code]}" for code in told)]).encode()


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
    asked = take(client, page, confirms_jumps="")
    assert list(asked.context["form"].errors) == ["confirms_jumps"]
    assert PopulationFigure.objects.count() == before
    assert take(client, page, confirms_jumps="on").url == LIST
    assert PopulationFigure.objects.count() == before + 21
    compared = client.get(LIST, {"before": "2031-12-31", "after": "2032-12-31"})
    assert [change.region.code for change in compared.context["changes"] if change.is_jump] == ["23"]


@pytest.mark.parametrize(
    ("year", "of", "counts", "compared", "asked"),
    [
        (2015, 2015, {"c23": 12_737}, (2016, 127_376), ["23"]),
        (2016, 2016, {"c23": 13_000}, (2015, 127_376), ["23"]),
        (2025, 2021, {"c23": 13_142}, (2021, 132_054), ["23"]),
        (2014, 2015, {"c23": 12_737}, (2015, 127_376), ["23"]),
        (2025, 2021, {"c23": 138_656}, (2021, 132_054), []),
        (2025, 2021, {"c23": 138_657}, (2021, 132_054), ["23"]),
    ],
    ids=["a correction", "both", "four years on", "before all", "5 %", "over 5 %"],
)
def test_a_figure_is_compared_however_old_the_one_before_it_is(
    client_of, secretariat, year, of, counts, compared, asked
):
    client = client_of(secretariat)
    page = bring(client, table(year, of, **counts)).url
    plan = client.get(page).context["plan"]
    assert [row.region.code for row in plan.jumps] == asked
    [change] = [row.change for row in plan.rows if row.region.code == "23"]
    assert change.before_on == date(compared[0], 12, 31)
    refused = take(client, page, confirms_jumps="")
    assert list(refused.context["form"].errors if refused.context else []) == ["confirms_jumps"] * len(asked)


def test_a_correction_is_compared_with_what_it_corrects(client_of, secretariat):
    """Close to the year before, and far from what is registered for the day."""
    client = client_of(secretariat)
    right = table(2016, 2016)
    take(client, bring(client, table(2016, 2016, c23=150_000)).url)
    page = bring(client, right, standing="preliminary").url
    [row] = client.get(page).context["plan"].jumps
    assert (row.region.code, row.is_jump_in_time, row.is_jump_of_correction) == ("23", False, True)
    assert take(client, page, confirms_jumps="").context["form"].errors


@pytest.mark.parametrize(
    ("after", "is_jump"),
    [(105_000, False), (105_001, True), (95_000, False), (94_999, True), (None, False)],
)
def test_a_jump_is_more_than_five_per_cent(after, is_jump):
    assert Change(Region(), 100_000, after, date(2020, 12, 31)).is_jump is is_jump


def test_the_comparison_marks_what_differs_by_more_than_five_per_cent_with_one_kind_of_minus(client_of, buyer):
    shown = client_of(buyer).get(LIST, {"before": "2015-12-31", "after": "2021-12-31"})
    marked = {change.region.code: change.percent > 5 for change in shown.context["changes"] if change.is_jump}
    assert (marked["01"], all(marked.values()), shown.text.count("över 5 %")) == (True, True, len(marked))
    assert ("−0,02" in shown.text, "-0,02" in shown.text) == (True, False)


def test_a_preliminary_figure_after_a_final_one_is_kept_and_counts_nowhere(client_of, secretariat):
    client, day = client_of(secretariat), date(2021, 12, 31)
    take(client, bring(client, table(2021, 2021)).url)
    page = bring(client, table(2021, 2021, c23=133_000), standing="preliminary").url
    shown = client.get(page)
    assert (len(shown.context["plan"].corrections), len(shown.context["plan"].outweighed)) == (0, 21)
    assert "de slutliga fortsätter att gälla" in shown.text
    assert "de nya gäller" not in shown.text
    take(client, page)
    [region] = [each for each in client.get("/regions/").context["regions"] if each.code == "23"]
    assert (region.inhabitants, population_on(day)[region.pk].count) == (132_054, 132_054)
    listed = client.get("/regions/23/").context["figures"].filter(reference_date=day)
    assert [(figure.count, figure.standing) for figure in listed] == [
        (132_054, "final"),
        (133_000, "preliminary"),
        (132_054, "preliminary"),
    ]
    assert client.get("/regions/23/").text.count("en annan uppgift gäller") == 2
    compared = client.get(LIST, {"before": "2016-12-31", "after": "2021-12-31"}).context["changes"]
    assert [change.after for change in compared if change.region == region] == [132_054]
    later = client.get(bring(client, table(2022, 2021)).url).context["plan"].rows
    assert [row.change.before for row in later if row.region == region] == [132_054]
    both = client.get(bring(client, scb.csv(years=(2021, 2022)), standing="preliminary").url).context["plan"].rows
    assert [row.change.before for row in both if row.region == region and row.on.year == 2022] == [132_054]


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
    ("changed", "fields"),
    [
        ({"name": "a.pdf"}, ["upload"]),
        ({"table_id": ""}, ["upload", "table_id"]),
        ({"retrieved_on": "2033-03-02"}, ["retrieved_on"]),
        ({"counted_on": "midsommar"}, ["counted_on"]),
    ],
)
def test_bad_input_is_told_at_its_field(client_of, secretariat, changed, fields):
    answer = bring(client_of(secretariat), scb.csv(), **changed)
    assert list(answer.context["form"].errors) == fields
    assert not PopulationFile.objects.exists()


def test_a_json_file_says_its_table_itself(client_of, secretariat):
    refused = bring(client_of(secretariat), scb.csv(years=(2032,)), "utan.csv", table_id="")
    assert "Välj utan.csv igen. Webbläsaren har inte behållit filen." in refused.text
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
