"""The pages of findings, their evidence and their corrective actions."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from followups.enums.follow_ups import State
from followups.models import CorrectiveAction, Evidence, Finding, FollowUp
from portal import clock
from portal.files.models import StoredFile
from portal.history.models import actor_of
from regions.models import User
from tests.files.samples import pdf
from tests.followups.factories import (
    CorrectiveActionFactory,
    EvidenceFactory,
    FindingFactory,
    FollowUpFactory,
    RequirementFactory,
    SeverityFactory,
)
from tests.followups.pages import SUBMISSION, in_days, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(follow_up):
    """What the form of a finding sends."""
    severity, requirement = SeverityFactory(), RequirementFactory(clause_version=follow_up.clause_version)
    return {
        "submission": SUBMISSION,
        "text": "Spärrad nödutgång",
        "severity": severity.key,
        "requirement": requirement.public_id,
        "involvement": "contributes",
        "action": "Öppna nödutgången",
        "due_on": in_days(10),
    }


def test_buyer_submits_a_finding_with_files_and_action(client_of, buyer, follow_up, sent):
    files = [SimpleUploadedFile(name, pdf(), "application/pdf") for name in ("ett.pdf", "två.pdf")]
    client = client_of(buyer)
    answer = client.post(page("finding-submit", follow_up), sent | {"evidence": files})
    stored = Finding.objects.get()
    assert answer.url == f"{page('follow-up-detail', follow_up)}#finding-{stored.public_id}"
    shown = client.get(page("follow-up-detail", follow_up)).text
    for text in ("Spärrad nödutgång", "Öppna nödutgången", "ett.pdf", "två.pdf"):
        assert text in shown


def test_form_sent_twice_makes_one_finding(client_of, buyer, follow_up, sent):
    client = client_of(buyer)
    first, second = (client.post(page("finding-submit", follow_up), sent) for _turn in range(2))
    assert first.url == second.url
    assert Finding.objects.count() == 1


def test_bad_file_keeps_the_text_and_writes_nothing(client_of, buyer, follow_up, sent):
    files = [SimpleUploadedFile("bra.pdf", pdf(), "application/pdf"), SimpleUploadedFile("virus.exe", b"MZ" * 50)]
    answer = client_of(buyer).post(page("finding-submit", follow_up), sent | {"evidence": files})
    assert "virus.exe" in answer.context["form"].errors["evidence"][0]
    assert "Spärrad nödutgång" in answer.text
    assert "Öppna nödutgången" in answer.text
    assert not Finding.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"due_on": in_days(-1)}, "due_on"),
        ({"due_on": ""}, "due_on"),
        ({"action": ""}, "action"),
        ({"due_on": "snart"}, "due_on"),
        ({"text": ""}, "text"),
        ({"text": "x" * 1_000_000}, "text"),
        ({"text": "hej\x00"}, "text"),
        ({"action": "å" * 2001}, "action"),
        ({"severity": "mild"}, "severity"),
        ({"severity": "\x00"}, "severity"),
        ({"requirement": "2016-1"}, "requirement"),
        ({"section": "\x00"}, "section"),
        ({"involvement": ""}, "involvement"),
        ({"involvement": "owns"}, "involvement"),
        ({"severe_type": "forced_labour"}, "severe_type"),
        ({"facility": "\x00"}, "facility"),
        ({"root_cause": "å" * 2001}, "root_cause"),
        ({"effective_on": in_days(1)}, "effective_on"),
        ({"effective_on": in_days(-1)}, "effective_on"),
        ({"submission": "x"}, "submission"),
    ],
)
def test_bad_input_is_a_sentence_at_its_field(change, field, client_of, buyer, follow_up, sent):
    body = "&".join(f"{key}={_quoted(value)}" for key, value in (sent | change).items())
    answer = client_of(buyer).post(
        page("finding-submit", follow_up), body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not Finding.objects.exists()


def _quoted(text):
    return "".join(f"%{byte:02X}" for byte in text.encode())


def test_past_due_date_is_told_in_the_users_language(client_of, buyer, follow_up, sent):
    User.objects.filter(pk=buyer.pk).update(language="en")
    answer = client_of(buyer).post(page("finding-submit", follow_up), sent | {"due_on": in_days(-1)})
    with translation.override("en"):
        assert "The date has already passed. Choose today or a later day." in answer.text


def test_ended_follow_up_takes_no_finding_from_an_old_page_and_keeps_its_text(client_of, buyer, follow_up, sent):
    FollowUp.objects.update(state=State.CLOSED)
    client, url = client_of(buyer), page("finding-submit", follow_up)
    assert client.get(url).status_code == 403
    answer = client.post(url, sent)
    assert [error.code for error in answer.context["form"].non_field_errors().as_data()] == ["ended"]
    assert sent["text"] in answer.text
    assert not Finding.objects.exists()


def test_ended_follow_up_takes_no_change_from_an_old_page_and_keeps_its_text(client_of, buyer, finding, sent):
    FollowUp.objects.update(state=State.CLOSED)
    client = client_of(buyer)
    for name, text in (("finding-edit", sent["text"]), ("action-add", "Larma av")):
        answer = client.post(page(name, finding), sent | {"version": 1, "text": sent["text"], "description": text})
        assert [error.code for error in answer.context["form"].non_field_errors().as_data()] == ["ended"]
        assert text in answer.text
    finding.refresh_from_db()
    assert (finding.text, finding.version, finding.actions.count()) == ("Spärrad nödutgång", 1, 0)


def test_second_editor_gets_a_comparison_and_keeps_the_text(client_of, buyer, finding):
    url = page("finding-edit", finding)
    fields = {
        "severity": finding.severity.key,
        "requirement": finding.requirement.public_id,
        "involvement": "linked",
        "version": 1,
    }
    client = client_of(buyer)
    assert client.post(url, fields | {"text": "Först"}).status_code == 302
    answer = client.post(url, fields | {"text": "Sedan"})
    assert answer.status_code == 409
    assert "Sedan" in answer.text
    assert "Först" in answer.text
    finding.refresh_from_db()
    assert finding.text == "Först"
    again = {name: answer.context["form"][name].value() for name in (*fields, "text")}
    assert client.post(url, again).status_code == 302
    finding.refresh_from_db()
    assert finding.text == "Sedan"


def test_action_is_added_and_marked_as_done(client_of, buyer, finding):
    client = client_of(buyer)
    client.post(
        page("action-add", finding), {"submission": SUBMISSION, "description": "Larma av", "due_on": in_days(3)}
    )
    action = CorrectiveAction.objects.get()
    assert client.post(page("action-done", action)).status_code == 302
    action.refresh_from_db()
    assert action.done_by.user == buyer


def test_neighbour_cannot_mark_as_done(client_of, neighbour, finding):
    action = CorrectiveActionFactory(finding=finding)
    assert client_of(neighbour).post(page("action-done", action)).status_code == 404
    FollowUp.objects.update(sharing_tier="regions", shared_at=clock.now(), shared_by=finding.created_by)
    assert client_of(neighbour).post(page("action-done", action)).status_code == 403
    action.refresh_from_db()
    assert action.done_at is None


def test_draft_is_not_shown_to_those_it_is_shared_with(client_of, neighbour):
    follow_up = FollowUpFactory(contracts=["23"], sharing_tier="regions")
    draft = FindingFactory(follow_up=follow_up, state="draft", text="Hemligt utkast")
    evidence = EvidenceFactory(finding=draft)
    client = client_of(neighbour)
    assert "Hemligt utkast" not in client.get(page("follow-up-detail", follow_up)).text
    assert client.get(page("evidence-download", evidence)).status_code == 404
    assert Evidence.objects.count() == 1


def test_draft_is_not_shown_to_a_colleague_who_works_in_it(client_of, buyer, person, follow_up):
    draft = FindingFactory(follow_up=follow_up, state="draft", text="Mitt utkast", created_by=actor_of(buyer))
    colleague = client_of(person("buyer", "23"))
    assert "Mitt utkast" not in colleague.get(page("follow-up-detail", follow_up)).text
    assert colleague.get(page("finding-edit", draft)).status_code == 404
    assert client_of(buyer).get(page("finding-edit", draft)).status_code == 200
