"""What a finding says beside its text: facility, evidence with its dates, and the days of its severity."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from codeofconduct.actions.duplicates import merge_suppliers
from codeofconduct.models import Facility, SupplyLink
from followups.actions.findings import add_evidence, submit_finding
from followups.enums.follow_ups import State
from followups.models import Evidence, Finding, FollowUp, Severity
from followups.models.findings import months_before, staleness
from portal import clock
from portal.files.checks import Upload
from portal.files.models import StoredFile
from portal.history.models import SystemActor
from tests.factories import system
from tests.files.samples import pdf
from tests.followups.factories import (
    EvidenceFactory,
    FindingFactory,
    FollowUpFactory,
    RequirementFactory,
    SeverityFactory,
)
from tests.followups.pages import SUBMISSION, in_days, page

pytestmark = pytest.mark.django_db
BY = SystemActor("test")


def facility(supplier, name="Hemliga spinneriet", **changed):
    fields = {"country": "IN", "stage": "processing", "created_by": system()} | changed
    return Facility.objects.create(supplier=supplier, name=name, **fields)


@pytest.fixture
def sent(follow_up):
    """What the form of a finding sends."""
    return {
        "submission": SUBMISSION,
        "text": "Spärrad nödutgång",
        "severity": SeverityFactory().key,
        "requirement": RequirementFactory(clause_version=follow_up.clause_version).public_id,
        "involvement": "linked",
        "root_cause": "Ingen har ansvar för lokalerna",
    }


# --- The facility ----------------------------------------------------------------------------------------------------


def test_a_confidential_facility_is_named_only_to_those_who_may_see_it(
    client_of, buyer, neighbour, reader, secretariat, follow_up
):
    place = facility(follow_up.supplier)
    SupplyLink.objects.create(
        contract=follow_up.contracts.get(), facility=place, tier=2, stage="processing", created_by=system()
    )
    FindingFactory(follow_up=follow_up, facility=place)
    FollowUp.objects.update(sharing_tier="regions", shared_at=clock.now(), shared_by=system())
    seen = {
        user: place.name in client_of(user).get(page("follow-up-detail", follow_up)).text
        for user in (buyer, secretariat, neighbour, reader)
    }
    assert seen == {buyer: True, secretariat: True, neighbour: False, reader: False}


def test_only_the_suppliers_facilities_that_one_may_see_are_offered(client_of, buyer, follow_up, sent):
    secret, other = facility(follow_up.supplier), facility(FollowUpFactory().supplier, is_confidential=False)
    known = facility(follow_up.supplier, "Öppna spinneriet", is_confidential=False)
    client, url = client_of(buyer), page("finding-submit", follow_up)
    for wrong in (secret, other):
        answer = client.post(url, sent | {"facility": wrong.public_id})
        assert list(answer.context["form"].errors) == ["facility"]
    client.post(url, sent | {"facility": known.public_id})
    stored = Finding.objects.get()
    assert (stored.facility, stored.involvement, stored.root_cause) == (known, "linked", sent["root_cause"])


def test_whoever_may_not_see_the_facility_changes_the_finding_and_keeps_it(client_of, buyer, follow_up, sent):
    place = facility(follow_up.supplier)
    finding = FindingFactory(follow_up=follow_up, facility=place)
    client, url = client_of(buyer), page("finding-edit", finding)
    assert place.name not in client.get(url).text
    assert client.post(url, sent | {"version": 1, "text": "Nytt"}).status_code == 302
    finding.refresh_from_db()
    assert (finding.text, finding.facility) == ("Nytt", place)


def test_another_suppliers_facility_does_not_get_in(follow_up):
    place = facility(FollowUpFactory().supplier)
    with pytest.raises(IntegrityError, match="facility_of_supplier"), transaction.atomic():
        FindingFactory(follow_up=follow_up, facility=place)


def test_a_merge_of_suppliers_takes_the_facility_along(follow_up, secretariat):
    gone = follow_up.supplier
    keep = FollowUpFactory().supplier
    kept = facility(keep, "Spinneriet", os_id="IN2020123ABCDEF")
    finding = FindingFactory(follow_up=follow_up, facility=facility(gone, "Spinneriet", os_id="IN2020123ABCDEF"))
    other = FindingFactory(follow_up=follow_up, facility=facility(gone, "Väveriet"))
    merge_suppliers(by=secretariat, keep=keep, gone=gone)
    finding.refresh_from_db()
    other.refresh_from_db()
    assert (finding.facility, finding.follow_up.supplier) == (kept, keep)
    assert other.facility.supplier == keep


# --- Two editors ---------------------------------------------------------------------------------------------------


def test_the_comparison_shows_every_field_that_differs(client_of, buyer, finding, sent):
    client, url = client_of(buyer), page("finding-edit", finding)
    fields = {name: sent[name] for name in ("severity", "requirement")}
    first = fields | {"text": "Först", "involvement": "causes", "root_cause": "A", "version": 1}
    assert client.post(url, first).status_code == 302
    answer = client.post(url, first | {"text": "Sedan", "involvement": "linked", "root_cause": "B"})
    assert answer.status_code == 409
    assert len(answer.context["comparisons"]) == 3
    finding.refresh_from_db()
    assert (finding.text, finding.involvement, finding.root_cause) == ("Först", "causes", "A")


# --- Evidence ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("effective", "until", "how"),
    [
        (None, None, ""),
        (date(2024, 12, 2), None, ""),
        (date(2024, 12, 1), None, "old"),
        (date(2026, 1, 1), date(2026, 12, 2), ""),
        (date(2026, 1, 1), date(2026, 12, 1), "expired"),
        (None, date(2020, 1, 1), "expired"),
    ],
)
def test_evidence_is_old_after_two_years_and_expired_after_its_last_day(effective, until, how):
    assert staleness(effective, until, date(2026, 12, 2)) == how


def test_months_before_ends_with_the_month():
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2024, 2, 29), 12) == date(2023, 2, 28)
    assert months_before(date(2026, 1, 15), 13) == date(2024, 12, 15)


def test_old_evidence_is_taken_and_said_to_be_old(client_of, buyer, follow_up, sent):
    client, url = client_of(buyer), page("finding-submit", follow_up)
    file = SimpleUploadedFile("intyg.pdf", pdf(), "application/pdf")
    answer = client.post(url, sent | {"evidence": [file], "effective_on": in_days(-900)}, follow=True)
    assert Evidence.objects.get().effective_on.isoformat() == in_days(-900)
    assert [message.level_tag for message in answer.context["messages"]] == ["success", "warning"]
    assert "gammalt underlag" in answer.text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"effective_on": in_days(1)}, "effective_on"),
        ({"effective_on": in_days(-1), "valid_until_on": in_days(-2)}, "valid_until_on"),
        ({"uploads": []}, "uploads"),
        ({"uploads": [SimpleUploadedFile("a.pdf", b"MZ" * 50)]}, "uploads"),
        ({"caption": "å" * 201}, "caption"),
    ],
)
def test_bad_evidence_is_a_sentence_at_its_field(change, field, client_of, buyer, finding):
    file = SimpleUploadedFile("intyg.pdf", pdf(), "application/pdf")
    answer = client_of(buyer).post(page("evidence-add", finding), {"uploads": [file], "caption": "Intyg"} | change)
    assert list(answer.context["form"].errors) == [field]
    assert not StoredFile.objects.exists()


def test_evidence_is_added_once_and_dated(client_of, buyer, neighbour, finding):
    client = client_of(buyer)
    for _turn in range(2):
        file = SimpleUploadedFile("intyg.pdf", pdf(), "application/pdf")
        client.post(page("evidence-add", finding), {"uploads": [file], "caption": "Intyg"})
    evidence = Evidence.objects.get()
    url = page("evidence-edit", evidence)
    client.post(url, {"caption": "Intyg", "effective_on": in_days(-9), "valid_until_on": in_days(9)})
    evidence.refresh_from_db()
    assert (evidence.effective_on.isoformat(), evidence.valid_until_on.isoformat()) == (in_days(-9), in_days(9))
    assert client_of(neighbour).get(url).status_code == 404
    assert client_of(neighbour).post(page("evidence-add", finding)).status_code == 404
    FollowUp.objects.update(state=State.CLOSED)
    answer = client.post(url, {"caption": "Annat namn"})
    assert [error.code for error in answer.context["form"].non_field_errors().as_data()] == ["ended"]
    assert "Annat namn" in answer.text


def test_a_document_does_not_end_before_it_begins(finding):
    today = clock.today()
    with pytest.raises(IntegrityError, match="evidence_validity"), transaction.atomic():
        EvidenceFactory(finding=finding, effective_on=today, valid_until_on=today - timedelta(days=1))
    uploads = [Upload("a.pdf", "application/pdf", b"%PDF")]
    assert add_evidence(by=BY, finding=finding, uploads=uploads, effective_on=today) == 1
    assert add_evidence(by=BY, finding=finding, uploads=uploads, effective_on=today) == 0


# --- The scale of severity ------------------------------------------------------------------------------------------


def test_secretariat_keeps_the_days_and_others_read_them(client_of, secretariat, buyer, stranger, follow_up):
    severity = SeverityFactory()
    url = reverse("followups:severity-edit", args=[severity.key])
    assert client_of(buyer).get(reverse("followups:severity-list")).status_code == 200
    assert [client_of(user).get(url).status_code for user in (buyer, stranger)] == [403, 404]
    client = client_of(secretariat)
    assert client.post(url, {"days_for_plan": 10, "days_for_action": 60, "version": 1}).status_code == 302
    assert client.post(url, {"days_for_plan": 9, "days_for_action": 50, "version": 1}).status_code == 409
    severity.refresh_from_db()
    assert (severity.days_for_plan, severity.days_for_action) == (10, 60)
    finding = submit_finding(
        by=BY,
        follow_up=follow_up,
        submission=uuid.uuid4(),
        text="x",
        severity=Severity.objects.get(),
        requirement=RequirementFactory(clause_version=follow_up.clause_version),
    )
    assert finding.actions.get().plan_due_on == clock.today() + timedelta(days=10)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"days_for_plan": 0}, "days_for_plan"),
        ({"days_for_plan": "x"}, "days_for_plan"),
        ({"days_for_action": 5}, "days_for_action"),
        ({"days_for_action": 10**9}, "days_for_action"),
    ],
)
def test_bad_days_are_a_sentence_at_their_field(change, field, client_of, secretariat):
    severity = SeverityFactory()
    sent = {"days_for_plan": 10, "days_for_action": 60, "version": 1} | change
    answer = client_of(secretariat).post(reverse("followups:severity-edit", args=[severity.key]), sent)
    assert list(answer.context["form"].errors) == [field]
    severity.refresh_from_db()
    assert severity.version == 1
