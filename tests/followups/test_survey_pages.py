"""The pages by which a survey tool's workbook comes in: choose it, say what its columns hold, look, confirm."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from codeofconduct.models import PurchaseCategory
from codeofconduct.questionnaire_logic import SectionText
from followups.models import FollowUp, SelfAssessment
from followups.queries.surveys import SURVEY_KIND
from portal.exchange.enums import RunState
from portal.exchange.models import ImportRun
from portal.jobs.tasks import run_job
from tests.exchange.files import xlsx_file
from tests.followups.assessments import adopted
from tests.followups.pages import page
from tests.followups.surveys import MORE, NORRMED, SYDVARD, workbook

pytestmark = pytest.mark.django_db
IMPORT = reverse("exchange:file-import", args=[SURVEY_KIND])


def upload(client, path, name="enkät.xlsx"):
    client.post(IMPORT, {"file": SimpleUploadedFile(name, path.read_bytes())})
    return worked(ImportRun.objects.latest("pk"))


def worked(run):
    run_job(ImportRun.objects.get(pk=run.pk).job.public_id)
    return ImportRun.objects.get(pk=run.pk)


def map_url(run, version=None):
    address = reverse("followups:survey-map", args=[run.public_id])
    return f"{address}?questionnaire={version.public_id}" if version else address


def shown(client, run, version=None):
    """The form as the page shows it, with what is chosen already."""
    form = client.get(map_url(run, version)).context["form"]
    return {name: value for name in form.fields if (value := form[name].value()) not in (None, False)}


def filled(client, run, **more):
    category = PurchaseCategory.objects.get().public_id
    return shown(client, run) | {"category": category, "lead_region": "23"} | more


@pytest.mark.django_db(transaction=True)
def test_a_workbook_comes_in_through_the_pages(
    client_of, secretariat, buyer, neighbour, reader, tmp_path, survey_ground
):
    client, path = client_of(secretariat), workbook(tmp_path, NORRMED, SYDVARD)
    assert IMPORT in client.get(reverse("followups:past-list")).text
    assert client.get(IMPORT).status_code == 200
    run = upload(client, path)
    assert run.state == RunState.MAPPING
    assert client.get(run.get_absolute_url()).headers["Location"] == map_url(run)
    answer = client.get(map_url(run))
    assert "Hela kedjan; first" in answer.text
    proposed = {name: value for name, value in shown(client, run).items() if name.startswith("column")}
    assert {name: value for name, value in proposed.items() if value} == {
        "column_C": "supplier",
        "column_D": "carried_out_on",
        "column_E": "answer-policy",
        "column_F": "answer-mapping",
        "column_G": "answer-country",
        "column_H": "answer-number",
    }
    assert answer.context["form"].set_aside == ["Kommentar (I)", "Kommentar (J)"]
    answer = client.post(map_url(run), filled(client, run, column_K="answer-more"))
    assert answer.headers["Location"] == run.get_absolute_url()
    run = worked(run)
    assert (run.state, run.new_count, run.fault_count, FollowUp.objects.exists()) == (RunState.READY, 2, 0, False)
    assert "Norrmed AB" in client.get(run.get_absolute_url()).text
    client.post(reverse("exchange:run-confirm", args=[run.public_id]))
    run = worked(run)
    assert (run.state, SelfAssessment.objects.count()) == (RunState.DONE, 2)
    assert client.get(map_url(run)).headers["Location"] == run.get_absolute_url()

    assessment = SelfAssessment.objects.get(follow_up__supplier__name="Norrmed AB")
    detail, whole = page("assessment-detail", assessment), page("follow-up-detail", assessment.follow_up)
    for someone in (secretariat, buyer):
        assert detail in client_of(someone).get(whole).text
        text = client_of(someone).get(detail).text
        for expected in ("Hela kedjan", "12,5", "Sverige"):
            assert expected in text
    for someone in (neighbour, reader):
        assert client_of(someone).get(detail).status_code == 404
    assert (
        whole
        in client.get(reverse("codeofconduct:supplier-detail", args=[assessment.follow_up.supplier.public_id])).text
    )

    # The same file again: what was said of its columns is proposed, and there is nothing to import.
    again = upload(client, path)
    assert shown(client, again)["column_K"] == "answer-more"
    client.post(map_url(again), filled(client, again))
    again = worked(again)
    assert (again.state, again.does_something, again.unchanged_count) == (RunState.READY, False, 2)


@pytest.mark.django_db(transaction=True)
def test_after_errors_the_columns_can_be_said_anew(client_of, secretariat, tmp_path, survey_ground):
    client = client_of(secretariat)
    run = upload(client, workbook(tmp_path, NORRMED))
    client.post(map_url(run), filled(client, run, column_A="answer-number", column_H=""))
    assert worked(run).state == RunState.READY
    client.post(map_url(run), filled(client, run, column_B="answer-number", column_A=""))
    run = worked(run)
    assert (run.state, run.faults[0]["column"]) == (RunState.REFUSED, "E-post (B)")
    assert map_url(run) in client.get(run.get_absolute_url()).text
    assert (shown(client, run)["column_B"], shown(client, run)["light"]) == ("answer-number", "yellow")
    client.post(map_url(run), filled(client, run, column_B=""))
    assert worked(run).state == RunState.READY


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"column_C": ""}, "__all__"),
        ({"column_D": ""}, "__all__"),
        ({"category": ""}, "category"),
        ({"lead_region": ""}, "lead_region"),
        ({"light": ""}, "light"),
        ({"light": "blue"}, "light"),
        ({"column_A": "supplier"}, "column_C"),
        ({"column_A": "light"}, "light"),
        ({"column_A": "answer-policy-file"}, "column_A"),
        ({f"column_{letter}": "" for letter in "EFGHK"}, "__all__"),
    ],
)
def test_what_is_missing_is_said_and_what_was_chosen_is_kept(
    client_of, secretariat, tmp_path, survey_ground, changed, field
):
    client = client_of(secretariat)
    run = upload(client, workbook(tmp_path, NORRMED))
    answer = client.post(map_url(run), filled(client, run, **changed))
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])
    assert answer.context["form"]["lead_region"].value() == changed.get("lead_region", "23")
    run.refresh_from_db()
    assert (run.state, run.mapping) == (RunState.MAPPING, {})


def test_the_questionnaire_whose_questions_are_the_headings_is_proposed(
    client_of, secretariat, tmp_path, survey_ground
):
    other = adopted(content=(SectionText("Miljö", "Environment", questions=(MORE,)),), title="Miljöfrågor", name="2026")
    client = client_of(secretariat)
    run = upload(client, workbook(tmp_path, NORRMED))
    assert client.get(map_url(run)).context["form"].version == survey_ground
    assert client.get(map_url(run, other)).context["form"].version == other
    assert client.get(f"{map_url(run)}?questionnaire=nej").context["form"].version == survey_ground
    assert "column_E" not in {name for name, value in shown(client, run, other).items() if value}


def test_headings_that_nothing_recognises_are_those_of_the_first_line(client_of, secretariat, tmp_path, survey_ground):
    client = client_of(secretariat)
    run = upload(client, xlsx_file(tmp_path, ["F1", "F2"], ["559999-9017", Decimal("1.5")]))
    form = client.get(map_url(run)).context["form"]
    assert [(field.name, field.help_text.split(": ")[1]) for field in form.asked] == [
        ("column_A", "559999-9017"),
        ("column_B", "1,5"),
    ]


def test_without_a_questionnaire_the_page_says_what_to_do(client_of, secretariat, tmp_path):
    client = client_of(secretariat)
    run = upload(client, workbook(tmp_path, NORRMED))
    answer = client.get(map_url(run))
    assert (answer.status_code, "form" in answer.context) == (200, False)
    assert client.post(map_url(run), {}).status_code == 200


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.xlsx", b"%PDF-1.7"), ("a.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") * 64), ("a.csv", b"%PDF-1.7")],
)
def test_what_is_no_table_is_refused_before_anyone_is_asked(client_of, secretariat, survey_ground, name, content):
    client = client_of(secretariat)
    client.post(IMPORT, {"file": SimpleUploadedFile(name, content)})
    run = worked(ImportRun.objects.get())
    assert (run.state, bool(run.reason)) == (RunState.REFUSED, True)
    assert client.get(map_url(run)).headers["Location"] == run.get_absolute_url()


def test_only_the_secretariat_brings_answers_in(client_of, person, secretariat, buyer, admin, tmp_path, survey_ground):
    assert client_of(buyer).get(IMPORT).status_code == 404
    run = upload(client_of(secretariat), workbook(tmp_path, NORRMED))
    for someone, status in ((buyer, 404), (person("secretariat"), 404), (admin, 403)):
        for answer in (client_of(someone).get(map_url(run)), client_of(someone).post(map_url(run), {})):
            assert answer.status_code == status
    assert client_of(admin).get(run.get_absolute_url()).status_code == 200
    template = reverse("exchange:template", args=[SURVEY_KIND, "xlsx"])
    assert client_of(secretariat).get(template).status_code == 404
