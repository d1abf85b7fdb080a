"""Documents of which every region gets its own: made one by one or all in one go, kept, and seen by whom they concern."""

import io
import signal
import zipfile
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from django.utils.text import slugify

from funding.actions.documents import make_documents, record_documents
from funding.actions.invoicing import register_terms
from funding.actions.reports import export_report, record_report
from funding.documents.makers import MAKERS
from funding.enums import RegionDocumentKind
from funding.models import FundingReport, FundingYear, RegionDocument
from funding.queries.documents import newest_documents
from funding.story import open_memo_year
from portal import clock
from portal.files.actions import store_file
from portal.files.models import StoredFile
from portal.history.models import SystemActor
from portal.jobs.enums import JobState
from portal.jobs.execution import execute
from portal.jobs.models import Job
from portal.jobs.registry import Output
from portal.jobs.tasks import sweep
from regions.models import Region
from tests.database import connect_as_owner
from tests.funding.factories import due, moved_to, opened_year, text_of
from tests.funding.test_documents import attached_names
from tests.funding.test_kill import wait_for
from tests.funding.worker import document_worker
from tests.needs import faults_of_pdf

BRIEF, INVOICE = RegionDocumentKind.DECISION_BRIEF, RegionDocumentKind.INVOICE_BASIS


@pytest.fixture
def year(db) -> FundingYear:
    """Of Jämtland Härjedalen and Stockholm, which belong to other procurement regions."""
    return opened_year({"23": 1000, "01": 2000})


def kept(year: FundingYear, kind: str, by, *codes: str, name: str = "a.pdf") -> list[RegionDocument]:
    job = Job.objects.filter(kind="region_documents").first() or make_documents(
        by=by, funding_year=year, kind=kind, language="sv"
    )
    job.params["kind"] = kind
    made = [(code, Output(name, b"%PDF", "application/pdf")) for code in codes]
    return record_documents(by=by, job=job, made=made)


@pytest.mark.parametrize(
    ("role", "scope", "briefs", "invoices"),
    [
        ("secretariat", "", {"23", "01"}, {"23", "01"}),
        ("admin", "", {"23", "01"}, {"23", "01"}),
        ("reader", "", {"23", "01"}, set()),
        ("buyer", "23", {"23"}, {"23"}),
        ("regional_coordinator", "01", {"01"}, {"01"}),
        ("area_coordinator", "A", {"23"}, set()),
        (None, "", set(), set()),
    ],
)
def test_who_sees_which(reference_data, admin, person, role, scope, briefs, invoices):
    year = open_memo_year(by=SystemActor("story"))
    kept(year, BRIEF, admin, "23", "01")
    kept(year, INVOICE, admin, "23", "01")
    user = person(role, scope) if scope else person(role) if role else person()
    seen = RegionDocument.objects.visible_to(user)
    assert set(seen.filter(kind=BRIEF).values_list("region__code", flat=True)) == briefs
    assert set(seen.filter(kind=INVOICE).values_list("region__code", flat=True)) == invoices


def test_a_neighbours_buyer_does_not_find_it(year, admin, person, client_of):
    (document,) = kept(year, BRIEF, admin, "23")
    path = f"/funding/documents/{document.public_id}/"
    assert client_of(person("buyer", "01")).get(path).status_code == 404
    own = client_of(person("buyer", "23")).get(path)
    assert (own.status_code, b"".join(own.streaming_content)) == (200, b"%PDF")
    assert "a.pdf" not in text_of(client_of(person("buyer", "01")).get("/funding/2023/regions/23/"))


def test_the_page_shows_the_newest_of_each_kind(year, admin, client_of):
    kept(year, BRIEF, admin, "23", name="gammal.pdf")
    kept(year, BRIEF, admin, "23", name="ny.pdf")
    text = text_of(client_of(admin).get("/funding/2023/regions/23/"))
    assert ("ny.pdf" in text, "gammal.pdf" in text) == (True, False)
    assert newest_documents(year.contributions.get(region__code="23"), admin).count() == 1
    assert "Beslutsunderlag Svenska 1" in text_of(client_of(admin).get("/funding/2023/"))


def test_a_region_finds_its_pdf_and_its_text_for_word(year, admin, client_of):
    answer = client_of(admin).post("/funding/2023/regions/23/documents/", {"kind": BRIEF, "language": "en"})
    job = Job.objects.get()
    assert answer.url == job.get_absolute_url()
    execute(job.public_id)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result_page) == (JobState.DONE, 1, 1, "/funding/2023/regions/23/")
    assert 'href="/funding/2023/regions/23/">Öppna resultatet' in client_of(admin).get(answer.url).content.decode()
    slug = slugify(Region.objects.get(code="23").name)
    files = {each.file.name: each for each in RegionDocument.objects.all()}
    assert sorted(files) == [f"decision-brief-2023-{slug}.{end}" for end in ("docx", "pdf")]
    page = client_of(admin).get("/funding/2023/regions/23/")
    assert all(name in text_of(page) for name in files)
    for each in files.values():
        served = client_of(admin).get(f"/funding/documents/{each.public_id}/")
        assert b"".join(served.streaming_content) == each.file.read()


def test_a_closed_years_documents_are_still_made(year, admin):
    moved_to(year, "closed")
    job = make_documents(by=admin, funding_year=year, kind=BRIEF, language="sv")
    execute(job.public_id)
    job.refresh_from_db()
    assert (job.state, RegionDocument.objects.count()) == (JobState.DONE, 4)
    assert {each.split("/")[0][:2] for each in zipfile.ZipFile(io.BytesIO(job.result.read())).namelist()} == {
        "23",
        "01",
    }


def names_in(year: FundingYear, kind: RegionDocumentKind, admin, language: str) -> set[str]:
    """Of the zip, of what is in it by its place there, and of what is attached to that."""
    job = make_documents(by=admin, funding_year=year, kind=kind, language=language)
    execute(job.public_id)
    job.refresh_from_db()
    with zipfile.ZipFile(io.BytesIO(job.result.read())) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    attached = {each for name, pdf in files.items() if name.endswith(".pdf") for each in attached_names(pdf)}
    return {job.result.name, *files, *attached}


NAMES = {
    BRIEF: ("beslutsunderlag-2023-region-", {"siffror.csv", "arbete.csv"}),
    INVOICE: ("fakturaunderlag-2023-", {"fakturaunderlag.csv"}),
    RegionDocumentKind.STATEMENT: ("flerarsoversikt-2023-", {"flerarsoversikt.csv"}),
}


@pytest.mark.parametrize("kind", list(MAKERS))
def test_every_file_has_a_name_in_its_own_language(year, admin, kind):
    """So that the Swedish and the English documents can be unpacked into the same folder."""
    year = moved_to(year, "proposed")
    due(year, due_on=clock.today())
    year = moved_to(year, "decided")
    swedish, english = (names_in(year, kind, admin, language) for language in ("sv", "en"))
    assert (swedish & english, len(swedish)) == (set(), len(english))
    start, attached = NAMES[kind]
    assert {name for name in swedish if name.endswith(".csv")} == attached
    assert all(name.partition("/")[2].startswith(start) for name in swedish if "/" in name)


def report_of(year: FundingYear, by) -> FundingReport:
    job = export_report(by=by, funding_year=year)
    stored = store_file(by=by, name="r.pdf", content=b"%PDF", media_type="application/pdf")
    return record_report(by=by, job=job, stored=stored, sum_ore=1, regions_counted=2)


REMOVALS = (
    "DELETE FROM funding_regiondocument",
    "UPDATE funding_regiondocument SET language = 'en'",
    "DELETE FROM funding_fundingreport",
    "UPDATE funding_fundingreport SET sum_ore = 2",
    "UPDATE files_storedfile SET path = name",
)


@pytest.mark.parametrize("state", ["open", "closed"])
@pytest.mark.parametrize("statement", REMOVALS)
def test_what_was_made_is_neither_changed_nor_removed(year, admin, state, statement):
    moved_to(year, state)
    kept(year, BRIEF, admin, "23")
    report_of(year, admin)
    with (
        pytest.raises(DatabaseError, match="Cannot update"),
        transaction.atomic(),
        connection.cursor() as sql,
    ):
        sql.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_with_the_protection_off_it_would_be(year, admin):
    """The negative control."""
    kept(year, BRIEF, admin, "23")
    report_of(year, admin)
    tables = [model._meta.db_table for model in (RegionDocument, FundingReport, StoredFile)]
    harmed = []
    with connect_as_owner(connection.settings_dict["NAME"]) as owner:
        for table in tables:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            for statement in REMOVALS:
                with transaction.atomic(), connection.cursor() as sql:
                    sql.execute(statement)
                    harmed += [statement] * bool(sql.rowcount)
                    transaction.set_rollback(True)
        finally:
            connection.close()
            for table in tables:
                owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert harmed == list(REMOVALS)


def test_what_has_no_maker_is_not_offered_and_not_made(year, admin, client_of):
    lacking = [kind for kind in RegionDocumentKind if kind not in MAKERS]
    page = client_of(admin).get("/funding/2023/documents/").text
    assert [kind for kind in RegionDocumentKind if f'value="{kind}"' in page] == list(MAKERS)
    for kind in (*lacking, "nothing", ""):
        answer = client_of(admin).post("/funding/2023/documents/", {"kind": kind, "language": "sv"})
        assert answer.context["form"].errors == {"kind": ["Välj ett av dokumenten."]}
    assert not Job.objects.exists()


# --- With a real worker ------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_killed_worker_still_leaves_one_set(reference_data, admin):
    year = open_memo_year(by=SystemActor("story"))
    job = make_documents(by=admin, funding_year=year, kind=BRIEF, language="sv")
    with document_worker() as worker:
        wait_for(job, JobState.RUNNING)
        while job.done < 3:
            job.refresh_from_db()
        worker.send_signal(signal.SIGKILL)
        assert worker.wait(10) == -signal.SIGKILL
    assert (RegionDocument.objects.count(), StoredFile.objects.count()) == (0, 0)

    # What waiting for the lease would do, without the minute.
    Job.objects.update(leased_until=Now() - timedelta(seconds=1), woken_at=Now() - timedelta(hours=1))
    sweep()
    with document_worker():
        while True:
            try:
                wait_for(job, JobState.DONE, JobState.FAILED)
                break
            except AssertionError:
                if job.state != JobState.RUNNING:
                    raise
    assert (job.state, job.attempts, RegionDocument.objects.count(), StoredFile.objects.count()) == ("done", 2, 42, 43)
    with zipfile.ZipFile(io.BytesIO(job.result.read())) as archive:
        names = archive.namelist()
    assert (len(names), len({name.partition("/")[0] for name in names})) == (42, 21)
    assert RegionDocument.objects.values("region").distinct().count() == 21


@pytest.mark.long
@pytest.mark.parametrize("kind", list(MAKERS))
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_kind_conforms(reference_data, kind, language, tmp_path):
    year, maker = moved_to(open_memo_year(by=SystemActor("story")), "proposed"), MAKERS[kind]
    register_terms(by=SystemActor("story"), funding_year=year, due_on=clock.today(), text="Finansieringsandel")
    year = moved_to(year, "decided")
    for output in maker.render(maker.prepare(year), "23", "Anna", language):
        if output.media_type == "application/pdf":
            path = tmp_path / output.name
            path.write_bytes(output.content)
            assert faults_of_pdf(path) == []
