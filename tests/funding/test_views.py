"""The money's pages: who sees them, who may change what, and what each says to bad input."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from funding.models import Basis, Contribution, FundingReport, FundingYear
from funding.queries.reports import REPORT_JOB
from portal import clock
from portal.jobs.actions import claim, fail_job, start_job
from portal.jobs.models import Job
from portal.jobs.tasks import run_job
from regions.models import PopulationFigure
from tests.funding.factories import DAY, moved_to, opened_year, population_figure, text_of

OPEN = "/funding/open/"
BASIS = "/funding/2023/regions/23/basis/"
YEAR_FORM = {"year": "2023", "ore_per_inhabitant": "100", "rate_source": "", "basis_date": "2021-12-31"}
BASIS_FORM = {
    "version": "1",
    "population": "131 418",
    "source": "RS/29/2022",
    "reference_date": "",
    "undated_reason": "Tjänsteskrivelsen anger inget datum.",
    "standing": "unstated",
}
CANARY = "Källa som bara syns här"
LONE_SURROGATE = "\ud800"

pytestmark = pytest.mark.django_db


@pytest.fixture
def year() -> FundingYear:
    population_figure("25", 249_693)
    population_figure("23", 132_054, source=CANARY)
    return opened_year({})


@pytest.fixture
def exported(year, admin, client_of) -> FundingReport:
    """A report that the admin exported, rendered."""
    client_of(admin).post("/funding/2023/report/")
    run_job(Job.objects.get().public_id)
    return FundingReport.objects.get()


# --- Who ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["admin", "secretariat", "buyer", "neighbour", "area_coordinator", "reader"])
def test_everyone_with_a_role_sees_what_each_region_pays(role, year, request, client_of):
    client = client_of(request.getfixturevalue(role))
    assert "132 054 kr" in text_of(client.get("/funding/2023/"))
    assert "381 747 kr" in text_of(client.get("/funding/"))


def test_a_stranger_sees_nothing(year, exported, stranger, client_of):
    client = client_of(stranger)
    download = f"/funding/2023/reports/{exported.public_id}/"
    for path in ("/funding/", "/funding/2023/", OPEN, BASIS, download):
        response = client.get(path)
        assert (response.status_code, CANARY in response.content.decode()) == (404, False), path
    for path in (OPEN, BASIS, "/funding/2023/report/"):
        assert client.post(path, BASIS_FORM).status_code == 404, path
    assert (FundingYear.objects.count(), Basis.objects.count(), Job.objects.count()) == (1, 2, 1)


@pytest.mark.parametrize("role", ["secretariat", "buyer", "neighbour", "area_coordinator", "reader"])
def test_only_an_admin_opens_enters_and_exports(role, year, request, client_of):
    client = client_of(request.getfixturevalue(role))
    for path in (OPEN, BASIS):
        assert client.get(path).status_code == 403, path
        assert client.post(path, YEAR_FORM | BASIS_FORM | {"year": "2024"}).status_code == 403, path
    assert client.post("/funding/2023/report/").status_code == 403
    page = client.get("/funding/2023/").content.decode()
    assert (BASIS in page, "/funding/2023/report/" in page) == (False, False)
    assert (FundingYear.objects.count(), Basis.objects.count(), Job.objects.count()) == (1, 2, 0)


def test_missing_objects_are_404_also_for_an_admin(year, admin, client_of):
    client = client_of(admin)
    for path in ("/funding/2024/", "/funding/2024/regions/23/basis/", "/funding/2023/regions/99/basis/"):
        assert client.get(path).status_code == 404, path
    assert client.get("/funding/2023/reports/aaaaaaaaaaaa/").status_code == 404
    assert client.post("/funding/2024/report/").status_code == 404
    assert client.get("/funding/99999999999999999999/").status_code == 404


def test_methods_that_do_nothing_here_are_405(year, exported, admin, client_of):
    client = client_of(admin)
    assert client.get("/funding/2023/report/").status_code == 405
    for path in ("/funding/", "/funding/2023/", f"/funding/2023/reports/{exported.public_id}/"):
        assert client.post(path).status_code == 405, path
    assert client.put(BASIS).status_code == 405


# --- Opening a year ---------------------------------------------------------------------------------------


def test_the_form_suggests_rate_and_date_of_the_year_asked_for(reference_data, admin, client_of):
    form = client_of(admin).get(f"{OPEN}?year=2018").context["form"]
    assert form.initial == {"year": 2018, "ore_per_inhabitant": 50, "basis_date": "2017-12-31"}
    for odd in ("abc", "-1", "9" * 30, "2023\x00"):
        form = client_of(admin).get(OPEN, {"year": odd}).context["form"]
        assert form.initial["year"] == clock.today().year


def test_an_admin_opens_the_year_at_the_registered_rate(reference_data, admin, client_of):
    response = client_of(admin).post(OPEN, YEAR_FORM, follow=True)
    assert response.redirect_chain == [("/funding/2023/", 302)]
    year = FundingYear.objects.get()
    assert (year.ore_per_inhabitant, year.basis_date, year.opened_by.user) == (100, DAY, admin)
    assert year.rate_source.startswith("RS/29/2022: föreslagen uppräkning")
    text = text_of(response)
    assert "Finansieringsår 2023 är öppet." in text
    assert "10 452 326 kr" in text


def test_another_rate_needs_its_decision(reference_data, admin, client_of):
    other = YEAR_FORM | {"ore_per_inhabitant": "120"}
    text = text_of(client_of(admin).post(OPEN, other))
    assert "Det registrerade beloppet för 2023 är 100 öre. Ange beslutet som ger ett annat." in text
    assert not FundingYear.objects.exists()
    client_of(admin).post(OPEN, other | {"rate_source": "RS/1/2023"})
    year = FundingYear.objects.get()
    assert (year.ore_per_inhabitant, year.rate_source) == (120, "RS/1/2023")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("year", "", "Ange vilket år som ska öppnas."),
        ("year", "1999", "Året ska vara mellan 2010 och 2100."),
        ("year", "tjugotre", "Skriv året med fyra siffror, till exempel 2023."),
        ("ore_per_inhabitant", "-1", "Beloppet per invånare ska vara mellan 0 och 500 öre."),
        ("ore_per_inhabitant", "−1", "Beloppet per invånare ska vara mellan 0 och 500 öre."),
        ("ore_per_inhabitant", "3.5", "Skriv beloppet i hela öre, till exempel 100."),
        ("ore_per_inhabitant", "3,5", "Skriv beloppet i hela öre, till exempel 100."),
        ("ore_per_inhabitant", "hundra", "Skriv beloppet i hela öre, till exempel 100."),
        ("ore_per_inhabitant", "9" * 40, "Beloppet per invånare ska vara mellan 0 och 500 öre."),
        ("ore_per_inhabitant", "9" * 6000, "Skriv beloppet i hela öre, till exempel 100."),
        ("ore_per_inhabitant", "", "Skriv beloppet i öre per invånare."),
        ("basis_date", "", "Välj vilket datum folkmängden ska gälla."),
        ("basis_date", "2020-12-31", "Det finns ingen folkmängd på det datumet. Välj ett i listan."),
        ("basis_date", "i fjol", "Det finns ingen folkmängd på det datumet. Välj ett i listan."),
    ],
)
def test_bad_input_is_a_sentence_at_the_field_and_what_was_typed_is_kept(
    field, value, sentence, reference_data, admin, client_of
):
    response = client_of(admin).post(OPEN, YEAR_FORM | {field: value})
    form = response.context["form"]
    assert (response.status_code, dict(form.errors)) == (200, {field: [sentence]})
    assert sentence in text_of(response)
    assert form["rate_source"].value() == ""
    if field != "basis_date":
        assert f'value="{value}"' in response.content.decode() or value == ""
    assert not FundingYear.objects.exists()


@pytest.mark.parametrize("year", ["2018", "2021"])
def test_a_year_is_not_opened_on_people_counted_later(year, reference_data, admin, client_of):
    form = client_of(admin).post(OPEN, YEAR_FORM | {"year": year, "rate_source": "RS/1/2023"}).context["form"]
    assert (list(form.errors), form["basis_date"].value()) == (["basis_date"], "2021-12-31")
    assert not FundingYear.objects.exists()


def test_a_year_opened_twice_is_a_sentence(year, admin, client_of):
    response = client_of(admin).post(OPEN, YEAR_FORM | {"rate_source": "RS/1/2023"})
    assert dict(response.context["form"].errors) == {"year": ["Det här finansieringsåret är redan öppnat."]}
    assert (FundingYear.objects.count(), Contribution.objects.count()) == (1, 2)


def test_regions_without_a_figure_are_named(reference_data, admin, client_of):
    PopulationFigure.objects.filter(reference_date=DAY, region__code__in=["10", "25"]).delete()
    page = client_of(admin).get(OPEN)
    assert "31 december 2021 – uppgift för 19 av 21 regioner" in text_of(page)
    response = client_of(admin).post(OPEN, YEAR_FORM)
    assert dict(response.context["form"].errors) == {
        "basis_date": [
            "Året öppnades inte: det finns ingen folkmängd på det datumet för Region Blekinge och Region Norrbotten."
        ]
    }
    assert not FundingYear.objects.exists()


@pytest.mark.parametrize("path", [OPEN, BASIS])
@pytest.mark.parametrize("value", ["\x00", LONE_SURROGATE, "x" * 1_000_000, "<script>alert(1)</script>", "'; --", "٣"])
def test_hostile_input_is_never_a_500(path, value, year, admin, client_of):
    fields = YEAR_FORM if path == OPEN else BASIS_FORM
    client = client_of(admin)
    for name in fields:
        body = urlencode(fields | {"year": "2024", name: value}, errors="surrogatepass")
        response = client.post(path, body, content_type="application/x-www-form-urlencoded")
        assert response.status_code in {200, 302, 409}, name
        assert "<script>alert" not in response.content.decode()


# --- Entering a basis ---------------------------------------------------------------------------------------


def test_an_admin_enters_the_memos_basis(year, admin, client_of):
    response = client_of(admin).post(BASIS, BASIS_FORM, follow=True)
    text = text_of(response)
    assert response.redirect_chain == [("/funding/2023/", 302)]
    assert "131 418 kr" in text
    assert "381 111 kr" in text
    assert "RS/29/2022, datum saknas: Tjänsteskrivelsen anger inget datum. (Region 23)." in text
    assert "med undantag för 1 region, som har ett eget befolkningsunderlag" in text
    basis = Contribution.objects.get(region__code="23").basis
    assert (basis.population, basis.reference_date, basis.source, basis.created_by.user) == (
        131_418,
        None,
        "RS/29/2022",
        admin,
    )
    page = text_of(client_of(admin).get(BASIS))
    assert "Dessförinnan" in page
    assert CANARY in page


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"population": "0"}, {"population": ["Antalet invånare ska vara mellan 1 och 20 000 000."]}),
        ({"population": "-5"}, {"population": ["Antalet invånare ska vara mellan 1 och 20 000 000."]}),
        ({"population": "9" * 30}, {"population": ["Antalet invånare ska vara mellan 1 och 20 000 000."]}),
        ({"population": "3.5"}, {"population": ["Skriv antalet invånare som ett heltal, till exempel 131 418."]}),
        ({"population": "många"}, {"population": ["Skriv antalet invånare som ett heltal, till exempel 131 418."]}),
        ({"population": ""}, {"population": ["Skriv antalet invånare."]}),
        ({"source": ""}, {"source": ["Ange varifrån folkmängden kommer."]}),
        ({"source": "   "}, {"source": ["Ange varifrån folkmängden kommer."]}),
        (
            {"undated_reason": ""},
            {"reference_date": ["Ange folkmängdens datum, eller skriv nedan varför det saknas."]},
        ),
        (
            {"reference_date": "2021-11-01"},
            {"undated_reason": ["Det finns redan ett datum. Lämna det ena av de två fälten tomt."]},
        ),
    ],
)
def test_a_bad_basis_is_a_sentence_and_nothing_is_written(changed, errors, year, admin, client_of):
    response = client_of(admin).post(BASIS, BASIS_FORM | changed)
    assert (response.status_code, dict(response.context["form"].errors)) == (200, errors)
    assert {name: response.context["form"][name].value() for name in changed} == changed
    assert Basis.objects.count() == 2


def test_a_lost_race_is_a_409_that_keeps_what_was_typed(year, admin, client_of):
    client = client_of(admin)
    client.post(BASIS, BASIS_FORM)
    response = client.post(BASIS, BASIS_FORM | {"population": "131 500", "source": "RS/30/2022"})
    text = text_of(response)
    assert response.status_code == 409
    assert "131 500" in text
    assert "131 418" in text
    assert Contribution.objects.get(region__code="23").basis.population == 131_418
    again = {name: response.context["form"][name].value() for name in BASIS_FORM}
    assert again == BASIS_FORM | {"population": "131 500", "source": "RS/30/2022", "version": "2"}
    assert client.post(BASIS, again).status_code == 302
    assert Contribution.objects.get(region__code="23").basis.population == 131_500


def test_a_lost_race_over_the_standing_alone_shows_what_differs(year, admin, client_of):
    client = client_of(admin)
    client.post(BASIS, BASIS_FORM)
    response = client.post(BASIS, BASIS_FORM | {"standing": "final"})
    differing = [each for each in response.context["comparisons"] if each.mine != each.theirs]
    assert response.status_code == 409
    assert [(each.label, each.mine, each.theirs) for each in differing] == [
        ("Folkmängdens status", "slutlig", "framgår inte av källan")
    ]


def test_the_bases_of_a_year_that_is_no_longer_open_stay(year, admin, client_of):
    moved_to(year, "proposed")
    stays = "Finansieringsår 2023 är inte längre öppet"
    assert stays in text_of(client_of(admin).get(BASIS, follow=True))
    sent = client_of(admin).post(BASIS, BASIS_FORM)
    assert stays in text_of(sent)
    assert sent.context["form"]["source"].value() == BASIS_FORM["source"]
    assert Basis.objects.count() == 2


# --- Exporting the report -------------------------------------------------------------------------------------


def test_an_export_becomes_a_report_on_the_years_page(exported, admin, reader, client_of):
    assert (exported.sum_ore, exported.regions_counted, exported.language) == (38_174_700, 2, "sv")
    assert (exported.created_by.user, exported.job.result) == (admin, exported.file)
    download = reverse("funding:report-download", args=[2023, exported.public_id])
    assert exported.job.result_url == download
    text = text_of(client_of(reader).get("/funding/2023/"))
    assert "finansieringsrapport-2023.pdf" in text
    assert (str(admin) in text, str(admin) in text_of(client_of(admin).get("/funding/2023/"))) == (False, True)
    response = client_of(reader).get(download)
    assert b"".join(response.streaming_content) == exported.file.read()
    assert response["Content-Disposition"] == 'attachment; filename="finansieringsrapport-2023.pdf"'
    assert client_of(reader).get(f"/funding/2024/reports/{exported.public_id}/").status_code == 404


def test_two_clicks_are_one_export(year, admin, client_of):
    first, second = (client_of(admin).post("/funding/2023/report/") for _click in range(2))
    assert first["Location"] == second["Location"] == Job.objects.get().get_absolute_url()


def test_a_failed_rendering_shows_its_reason_and_a_way_to_try_again(year, admin, neighbour, client_of):
    job = start_job(by=admin, kind=REPORT_JOB, subject=year.public_id, title="Finansieringsrapport 2023")
    fail_job(claim(job.public_id), "Skrivaren brann upp.")
    page = client_of(admin).get("/funding/2023/")
    assert "Skrivaren brann upp." in text_of(page)
    assert "Skrivaren brann upp." not in text_of(client_of(neighbour).get("/funding/2023/"))
    assert "Försök igen" in text_of(client_of(admin).get(job.get_absolute_url()))
    client_of(admin).post(f"/jobs/{job.public_id}/retry/")
    run_job(job.public_id)
    assert FundingReport.objects.get().job == job
    assert "Skrivaren brann upp." not in text_of(client_of(admin).get("/funding/2023/"))


def test_a_year_without_contributions_fails_with_a_sentence(year, admin):
    Contribution.objects.all().delete()
    job = start_job(by=admin, kind=REPORT_JOB, subject=year.public_id, language="sv")
    run_job(job.public_id)
    job.refresh_from_db()
    assert (job.state, job.reason) == ("failed", "Finansieringsår 2023 har inga andelar att redovisa.")


# --- Pages of other rooms, and cost -------------------------------------------------------------------------


def test_a_buyers_start_page_shows_the_own_regions_contribution(year, buyer, neighbour, client_of):
    text = text_of(client_of(buyer).get("/"))
    assert "Regionens andel 2023 Invånare 132 054 Belopp per invånare 1,00 kr Beräknat belopp 132 054 kr" in text
    assert "249 693 kr" not in text
    assert "Beräknat belopp 249 693 kr" in text_of(client_of(neighbour).get("/"))


def test_a_regions_page_shows_its_contribution(year, reader, client_of):
    assert "Beräknat belopp 132 054 kr" in text_of(client_of(reader).get("/regions/23/"))


def test_an_admins_start_page_says_which_years_are_open(year, admin, secretariat, client_of):
    text = text_of(client_of(admin).get("/"))
    assert "2023 Finansieringsår som är öppet 381 747 kr från 2 regioner" in text
    assert f"{clock.today().year} Öppna finansieringsåret" in text
    assert "Öppna finansieringsåret" not in text_of(client_of(secretariat).get("/"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_years_costs_the_same_at_one_and_three(rows, admin, client_of, django_assert_num_queries):
    population_figure("23", 1000)
    for number in range(rows):
        opened_year({}, year=2023 + number)
    client = client_of(admin)
    with django_assert_num_queries(5):
        assert text_of(client.get("/funding/")).count("1 000 kr") == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_a_year_costs_the_same_with_one_and_three_regions(rows, admin, client_of, django_assert_num_queries):
    opened_year({f"2{number}": 1000 for number in range(rows)})
    client = client_of(admin)
    with django_assert_num_queries(11):
        page = client.get("/funding/2023/")
    assert len(page.context["figures"].contributions) == rows


def test_the_role_that_exported_takes_its_export_along(year, admin, client_of):
    client = client_of(admin)
    client.post("/funding/2023/report/")
    job = Job.objects.get()
    assert client.get(job.get_absolute_url()).status_code == 200
    admin.memberships.update(valid_to=clock.today() - timedelta(days=1))
    assert client.get(job.get_absolute_url()).status_code == 404
