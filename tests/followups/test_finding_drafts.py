"""Findings that are written at an audit: drafts that save themselves, and what becomes of them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from followups.actions.audits import hand_in_audit
from followups.actions.links import issue_link
from followups.enums.links import Holder
from followups.forms.actions import ProposalForm
from followups.forms.audit_details import FindingDraftForm
from followups.models import AccessLink, Audit, Finding, FindingDraft
from followups.outside import SESSION_KEY
from portal import clock
from portal.files.actions import store_file
from portal.history.models import SystemActor
from tests.files.samples import jpeg
from tests.followups.audit_factories import (
    AUDITOR,
    AuditFactory,
)
from tests.followups.factories import CorrectiveActionFactory, EvidenceFactory, SeverityFactory
from tests.followups.pages import SUBMISSION, in_days, page

pytestmark = pytest.mark.django_db
WINDOW = "0b7e1c1e-1df3-4c1c-8a52-1b2c3d4e5f60"
BY = SystemActor("test")


@pytest.fixture
def audit(follow_up) -> Audit:
    """Booked in five days."""
    return AuditFactory(follow_up=follow_up, booked=5, price_ore=7_700_000, agenda="Hemlig dagordning")


def link_for(follow_up, holder=Holder.AUDITOR, email=AUDITOR):
    return issue_link(by=BY, holder=holder, name="Rita Revisor", email=email, language="sv", follow_up=follow_up)


def holding(link) -> Client:
    """A browser in which the link has been opened."""
    client = Client()
    session = client.session
    session[SESSION_KEY] = [link.public_id]
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def outside(name, link, thing, *more) -> str:
    return reverse(f"followups:outside-{name}", args=[link.public_id, thing.public_id, *more])


@pytest.fixture
def typed():
    return {"submission": SUBMISSION, "window": WINDOW, "version": "0", "text": "Spärrad nödutgång"}


def test_a_draft_saves_itself_and_is_its_authors_alone(client_of, buyer, secretariat, person, audit, typed):
    client = client_of(buyer)
    answer = client.post(page("draft-save", audit), typed)
    draft = FindingDraft.objects.get()
    assert answer.json() == {"version": 1, "url": page("draft-edit", draft), "photos": [], "errors": []}
    assert "Spärrad nödutgång" in client.get(page("draft-edit", draft)).text
    assert page("draft-edit", draft) in client.get(page("audit-detail", audit)).text
    for other in (secretariat, person("buyer", "23")):
        assert client_of(other).get(page("draft-edit", draft)).status_code == 404
        assert client_of(other).post(page("draft-discard", draft)).status_code == 404
        assert "Spärrad nödutgång" not in client_of(other).get(page("audit-detail", audit)).text
        assert client_of(other).post(page("draft-save", audit), typed | {"text": "Tagen"}).status_code == 403
    assert FindingDraft.objects.get().text == "Spärrad nödutgång"


def test_what_a_draft_says_is_in_no_history(client_of, buyer, audit, typed):
    client_of(buyer).post(page("draft-save", audit), typed)
    client_of(buyer).post(page("draft-save", audit), typed | {"text": "Annat", "version": "1"})
    events = FindingDraft.pgh_event_model.objects.values()
    assert len(events) == 1
    assert not {"text", "severity_id"} & set(events[0])


def test_a_window_follows_on_its_own_saves_and_another_gets_a_comparison(client_of, buyer, audit, typed):
    client = client_of(buyer)
    client.post(page("draft-save", audit), typed)
    unheard = client.post(page("draft-save", audit), typed | {"text": "Andra ordet"})
    assert unheard.json()["version"] == 2
    other = typed | {"window": SUBMISSION, "version": "1", "text": "Från datorn"}
    assert client.post(page("draft-save", audit), other).status_code == 409
    draft = FindingDraft.objects.get()
    lost = client.post(page("draft-edit", draft), other)
    assert lost.status_code == 409
    assert "Från datorn" in lost.text
    assert "Andra ordet" in lost.text
    assert FindingDraft.objects.get().text == "Andra ordet"


def test_photos_are_kept_once_and_become_evidence(client_of, buyer, audit, typed):
    client, severity = client_of(buyer), SeverityFactory()
    for _turn in range(2):
        answer = client.post(page("draft-save", audit), typed | {"photo": SimpleUploadedFile("golv.jpg", jpeg())})
    assert [photo["name"] for photo in answer.json()["photos"]] == ["golv.jpg"]
    draft = FindingDraft.objects.get()
    shown = client.get(answer.json()["photos"][0]["url"])
    assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")
    whole = typed | {
        "involvement": "linked",
        "severity": severity.key,
        "requirement": "2023-2",
        "version": draft.version,
        "submit": "1",
    }
    assert client.post(page("draft-edit", draft), whole).url == f"{page('audit-detail', audit)}#findings"
    finding = Finding.objects.get()
    assert (finding.audit, finding.state, finding.evidence.get().file.name) == (audit, "submitted", "golv.jpg")
    assert not FindingDraft.objects.exists()
    assert client.post(page("draft-save", audit), whole).json()["submitted"] is True
    client.post(page("draft-new", audit), whole)
    assert Finding.objects.count() == 1


def test_without_script_the_form_saves_a_draft_and_names_what_is_missing(client_of, buyer, audit, typed):
    client = client_of(buyer)
    saved = client.post(page("draft-new", audit), typed | {"draft": "1"})
    draft = FindingDraft.objects.get()
    assert saved.url == page("draft-edit", draft)
    missing = client.post(page("draft-edit", draft), typed | {"version": "1", "text": "Mer text", "submit": "1"})
    assert set(missing.context["form"].errors) == {"severity", "requirement", "involvement"}
    draft.refresh_from_db()
    assert draft.text == "Mer text"
    assert not Finding.objects.exists()
    bad = {"chosen": SimpleUploadedFile("virus.exe", b"MZ" * 50)}
    refused = client.post(page("draft-edit", draft), typed | {"version": "2", "text": "Ännu mer", "draft": "1"} | bad)
    assert list(refused.context["form"].errors) == ["chosen"]
    draft.refresh_from_db()
    assert draft.text == "Ännu mer"


@pytest.mark.parametrize(
    "change", [{"text": "x" * 10_001}, {"text": "hej\x00"}, {"submission": "x"}, {"window": ""}, {"version": "-1"}]
)
def test_what_cannot_be_saved_is_told_in_json(change, client_of, buyer, audit, typed):
    answer = client_of(buyer).post(page("draft-save", audit), typed | change)
    assert answer.status_code == 400
    assert answer.json()["errors"]
    assert not FindingDraft.objects.exists()


def test_a_draft_is_thrown_away_with_its_photos(client_of, buyer, audit, typed):
    client = client_of(buyer)
    client.post(page("draft-save", audit), typed | {"photo": SimpleUploadedFile("golv.jpg", jpeg())})
    draft = FindingDraft.objects.get()
    photo = draft.photos.get()
    assert client.post(page("draft-photo-remove", photo)).url == page("draft-edit", draft)
    assert not draft.photos.exists()
    client.post(page("draft-discard", draft))
    assert not FindingDraft.objects.exists()
    assert not Finding.objects.exists()


def test_an_auditor_writes_a_finding_and_the_handler_sees_it_once_it_is_submitted(
    client_of, buyer, follow_up, audit, typed
):
    link, severity = link_for(follow_up), SeverityFactory()
    client = holding(link)
    url = client.post(outside("draft-save", link, audit), typed).json()["url"]
    assert "Spärrad nödutgång" in client.get(url).text
    assert "Spärrad nödutgång" not in client_of(buyer).get(page("audit-detail", audit)).text
    whole = typed | {
        "involvement": "linked",
        "severity": severity.key,
        "requirement": "2023-1",
        "version": "1",
        "submit": "1",
        "photo": SimpleUploadedFile("golv.jpg", jpeg(), "image/jpeg"),
    }
    assert client.post(url, whole).status_code == 302
    assert Finding.objects.get().submitted_by.link == link.public_id
    later = store_file(by=BY, name="senare.pdf", content=b"%PDF", media_type="application/pdf")
    EvidenceFactory(finding=Finding.objects.get(), file=later)
    own = client.get(outside("audit-detail", link, audit)).text
    assert ["golv.jpg" in own, "senare.pdf" in own] == [True, False]
    assert "Spärrad nödutgång" in client_of(buyer).get(page("audit-detail", audit)).text
    hand_in_audit(by=link.actor, audit=audit, carried_out_on=clock.today())
    late = client.post(outside("draft-save", link, audit), typed | {"submission": WINDOW})
    assert late.status_code == 400
    assert not FindingDraft.objects.exists()


def test_a_severe_finding_on_the_spot_needs_its_type_and_tells_those_concerned(follow_up, buyer, audit, typed):
    client, severe = holding(link_for(follow_up)), SeverityFactory(key="severe", is_severe=True)
    link = AccessLink.objects.get()
    kept = typed | {"severity": severe.key, "requirement": "2023-1", "involvement": "causes"}
    url = client.post(outside("draft-save", link, audit), kept).json()["url"]
    lacking = client.post(url, kept | {"version": "1", "submit": "1"})
    assert list(lacking.context["form"].errors) == ["severe_type"]
    assert not Finding.objects.exists()
    whole = kept | {"version": "1", "severe_type": "danger_to_life", "submit": "1"}
    assert client.post(url, whole).status_code == 302
    finding = Finding.objects.get()
    assert (finding.severe_type, finding.involvement) == ("danger_to_life", "causes")
    assert [alert.recipient for alert in finding.alerts.all()] == [buyer]


def test_drafts_do_not_call_optional_what_sending_asks_for(follow_up):
    whole = FindingDraftForm({}, follow_up=follow_up, whole=True)
    assert set(whole.errors) - set(FindingDraftForm.MACHINERY) == FindingDraftForm.needed
    action = CorrectiveActionFactory(finding__follow_up=follow_up)
    typed = {f"{action.public_id}-starts_on": in_days(1)}
    sent = ProposalForm(typed, action=action, draft=None, sends=True)
    assert set(sent.errors) - {"version", "draft_version"} == ProposalForm.needed
