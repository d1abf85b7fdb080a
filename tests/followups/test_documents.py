"""The audit report and the action plan: what stands in them, for whom, and how they are ordered and fetched."""

import csv
import io
import zipfile
from types import SimpleNamespace

import pikepdf
import pypdfium2
import pytest
from django.utils import translation

from followups.documents import common
from followups.documents.action_plans import ACTION_PLAN
from followups.documents.common import PDF_TYPE, ZIP_TYPE, render_document
from followups.documents.reports import AUDIT_REPORT
from followups.models import FollowUp
from followups.queries.follow_ups import with_progress
from portal.documents import volumes
from portal.jobs.models import Job
from portal.jobs.tasks import run_job
from regions.models import Membership
from tests.factories import RegionFactory, SupplierFactory
from tests.followups.factories import (
    CorrectiveActionFactory,
    EvidenceFactory,
    FindingFactory,
    FollowUpFactory,
    RequirementFactory,
    SeverityFactory,
)
from tests.followups.pages import page
from tests.needs import faults_of_pdf

pytestmark = pytest.mark.django_db


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(" ".join(each.get_textpage().get_text_bounded().split()) for each in document)


def made(document, follow_up, user, language="sv"):
    seen = with_progress(FollowUp.objects.visible_to(user)).get(pk=follow_up.pk)
    return render_document(document, seen, user=user, language=language, progress=lambda done, total: None)


def rows_of(pdf: bytes, name: str) -> list[dict[str, str]]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        content = opened.attachments[name].get_file().read_bytes()
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.fixture
def case(buyer) -> SimpleNamespace:
    """A follow-up with a severe finding that is open, one that is remedied, one without an action, and a draft."""
    follow_up = FollowUpFactory(
        supplier=SupplierFactory(name="Norrmed AB"), contracts=["23"], handler=buyer, sharing_tier="regions"
    )
    policy = RequirementFactory(clause_version=follow_up.clause_version)
    chain = RequirementFactory(
        clause_version=follow_up.clause_version, number=2, title_sv="Riskanalys", title_en="Risk analysis"
    )
    severe = SeverityFactory(key="severe", name_sv="Allvarlig avvikelse", name_en="Severe deviation", is_severe=True)
    first = FindingFactory(
        follow_up=follow_up, requirement=chain, text="Spärrad nödutgång\nPå plan två", severity=severe
    )
    EvidenceFactory(finding=first)
    CorrectiveActionFactory(finding=first, description="Ta bort pallarna", days=-3)
    second = FindingFactory(follow_up=follow_up, requirement=policy, text="Policyn saknar datum")
    CorrectiveActionFactory(
        finding=second, description="Datera policyn", done_at=second.created_at, done_by=second.created_by
    )
    FindingFactory(follow_up=follow_up, requirement=policy, text="Ingen är ansvarig")
    FindingFactory(follow_up=follow_up, requirement=policy, text="Bara ett utkast", state="draft")
    return SimpleNamespace(follow_up=follow_up, first=first, second=second)


def test_report_tells_what_was_found_requirement_by_requirement(case, buyer):
    output = made(AUDIT_REPORT, case.follow_up, buyer)
    assert output.media_type == PDF_TYPE
    text = text_of(output.content)
    for told in ("Norrmed AB", "Spärrad nödutgång På plan två", "Policyn saknar datum", "Intyg.pdf", str(buyer)):
        assert told in text
    assert text.index("Policyn saknar datum") < text.index("Spärrad nödutgång")
    assert "utkast" not in text
    with pikepdf.open(io.BytesIO(output.content)) as opened:
        assert (str(opened.Root.Lang), bool(opened.Root.MarkInfo.Marked)) == ("sv", True)


def test_report_carries_its_rows_as_data(case, buyer):
    rows = rows_of(made(AUDIT_REPORT, case.follow_up, buyer, "en").content, "findings.csv")
    assert [(row["Number"], row["Severity"], row["Finding"], row["Corrective actions done"]) for row in rows] == [
        ("2", "Deviation", "Policyn saknar datum", "1"),
        ("3", "Deviation", "Ingen är ansvarig", "0"),
        ("1", "Severe deviation", "Spärrad nödutgång\nPå plan två", "0"),
    ]


def test_a_formula_that_someone_typed_is_text_in_the_data(case, buyer):
    FindingFactory(follow_up=case.follow_up, text="=1+1")
    rows = rows_of(made(AUDIT_REPORT, case.follow_up, buyer, "en").content, "findings.csv")
    assert [row["Finding"] for row in rows if "1+1" in row["Finding"]] == ["'=1+1"]


def test_plan_tells_what_is_due_first_and_what_is_late(case, buyer):
    output = made(ACTION_PLAN, case.follow_up, buyer, "en")
    rows = rows_of(output.content, "actions.csv")
    assert [(row["Corrective action"], "overdue" in row["Status"], row["Number of the finding"]) for row in rows] == [
        ("Ta bort pallarna", True, "1"),
        ("Datera policyn", False, "2"),
    ]
    text = text_of(output.content)
    assert "2 corrective actions. Done: 1, overdue: 1." in text
    assert text.index("Ta bort pallarna") < text.index("Datera policyn")


def test_mere_reader_gets_a_masked_copy(case, buyer, reader, secretariat):
    masked, whole = (text_of(made(AUDIT_REPORT, case.follow_up, who).content) for who in (reader, secretariat))
    contract = case.follow_up.contracts.get()
    for hidden in (str(buyer), "Intyg.pdf", contract.title):
        assert hidden in whole
        assert hidden not in masked
    assert "Spärrad nödutgång" in masked


def test_names_of_files_say_what_they_are(case, buyer):
    assert made(AUDIT_REPORT, case.follow_up, buyer, "en").name.startswith("audit-report-norrmed-ab-")
    with translation.override("en"):
        assert common.file_name(ACTION_PLAN, case.follow_up).startswith("action-plan-norrmed-ab-")


@pytest.mark.long
def test_long_report_becomes_numbered_volumes_each_with_its_own_rows(case, buyer, monkeypatch):
    monkeypatch.setattr(volumes, "AIMED_PAGES", 1)
    FindingFactory.create_batch(60, follow_up=case.follow_up)
    output = made(AUDIT_REPORT, case.follow_up, buyer, "en")
    assert output.media_type == ZIP_TYPE
    with zipfile.ZipFile(io.BytesIO(output.content)) as archive:
        pdfs = {name: archive.read(name) for name in archive.namelist()}
    total = len(pdfs)
    assert total > 1
    assert all(name.endswith(f"-volume-{n:02d}-of-{total:02d}.pdf") for n, name in enumerate(pdfs, start=1))
    parts = [[row["Number"] for row in rows_of(pdf, "findings.csv")] for pdf in pdfs.values()]
    assert sorted(int(number) for part in parts for number in part) == list(range(1, 64))
    assert all(f"volume {n} of {total}" in text_of(pdf) for n, pdf in enumerate(pdfs.values(), start=1))


# --- ordered and fetched


def ordered(client, follow_up, document="audit-report", language="sv"):
    return client.post(f"{page('follow-up-detail', follow_up)}documents/{document}/{language}/")


def test_whoever_sees_it_orders_it_once_and_fetches_it(case, neighbour, client_of):
    client = client_of(neighbour)
    answer = ordered(client, case.follow_up)
    assert ordered(client, case.follow_up).url == answer.url
    job = Job.objects.get()
    assert answer.url == job.get_absolute_url()
    run_job(job.public_id)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 1, 1)
    fetched = client.get(job.result_url)
    assert b"".join(fetched.streaming_content).startswith(b"%PDF")
    assert job.result.name in client.get(page("follow-up-detail", case.follow_up)).content.decode()


def test_nobody_fetches_what_another_ordered(case, buyer, secretariat, client_of):
    ordered(client_of(buyer), case.follow_up)
    job = Job.objects.get()
    run_job(job.public_id)
    job.refresh_from_db()
    assert client_of(secretariat).get(job.result_url).status_code == 404
    shown = client_of(secretariat).get(page("follow-up-detail", case.follow_up)).content.decode()
    assert job.result.name not in shown


def test_what_is_not_seen_is_not_ordered(buyer, neighbour, stranger, client_of, follow_up):
    assert [ordered(client_of(who), follow_up).status_code for who in (neighbour, stranger)] == [404, 404]
    assert ordered(client_of(buyer), follow_up, "annat").status_code == 404
    assert ordered(client_of(buyer), follow_up, language="fi").status_code == 404
    assert client_of(buyer).get(f"{page('follow-up-detail', follow_up)}documents/audit-report/sv/").status_code == 405
    assert Job.objects.count() == 0


def test_who_sees_it_no_more_when_it_is_made_gets_none(client_of, buyer, follow_up):
    ordered(client_of(buyer), follow_up)
    job = Job.objects.get()
    Membership.objects.filter(user=buyer).update(region=RegionFactory(code="25"))
    run_job(job.public_id)
    job.refresh_from_db()
    assert (job.state, job.result, bool(job.reason)) == ("failed", None, True)


@pytest.mark.parametrize("document", [AUDIT_REPORT, ACTION_PLAN], ids=["report", "plan"])
def test_queries_do_not_grow_with_findings(document, case, buyer, django_assert_num_queries):
    """At three findings and at six: contracts with who may read them, findings, evidence, actions, requirements …"""
    seen = with_progress(FollowUp.objects.visible_to(buyer)).select_related("clause_version").get(pk=case.follow_up.pk)
    for _round in range(2):
        with django_assert_num_queries(7 + (document is AUDIT_REPORT)):
            rows = document.rows(buyer, seen)
            document.overview(buyer, seen, rows)
            common.frame_of(buyer, seen)
        for finding in FindingFactory.create_batch(3, follow_up=case.follow_up):
            CorrectiveActionFactory(finding=finding)


@pytest.mark.long
@pytest.mark.parametrize(("document", "language"), [(AUDIT_REPORT, "sv"), (ACTION_PLAN, "en")], ids=["report", "plan"])
def test_documents_and_volumes_conform(document, language, case, buyer, tmp_path, monkeypatch):
    """A whole document, and the volumes of a long one: with signs that the fonts lack, and a row of several pages."""
    whole = tmp_path / "whole.pdf"
    whole.write_bytes(made(document, case.follow_up, buyer, language).content)
    monkeypatch.setattr(volumes, "AIMED_PAGES", 5)
    for finding in FindingFactory.create_batch(30, follow_up=case.follow_up, text="Lång text 中 " * 30):
        CorrectiveActionFactory(finding=finding, description="Ä" * 2_000)
    FindingFactory(follow_up=case.follow_up, text="Å" * 10_000)
    output = made(document, case.follow_up, buyer, language)
    with zipfile.ZipFile(io.BytesIO(output.content)) as archive:
        archive.extractall(tmp_path)
    first, *_others, last = sorted(tmp_path.glob("*-0*.pdf"))
    assert [fault for path in (whole, first, last) for fault in faults_of_pdf(path)] == []
