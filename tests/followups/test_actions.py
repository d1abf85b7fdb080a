"""The writes of a follow-up: what stands afterwards, what is refused, and what two at once leave."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from followups.actions.findings import add_action, mark_action_done, revise_finding, submit_finding
from followups.actions.follow_ups import assign_follow_up, open_follow_up, share_follow_up
from followups.enums.follow_ups import ENDS
from followups.models import CorrectiveAction, Evidence, Finding, FollowUp, FollowUpContract
from portal import clock
from portal.files.checks import Upload
from portal.files.models import StoredFile
from portal.history.models import LinkActor, SystemActor, actor_of
from portal.history.versions import StaleVersionError
from regions.enums import SharingTier
from tests.factories import CategoryFactory, ClauseVersionFactory, ContractFactory, SupplierFactory
from tests.followups.factories import (
    CorrectiveActionFactory,
    FindingFactory,
    FollowUpFactory,
    RequirementFactory,
    SeverityFactory,
)

pytestmark = pytest.mark.django_db
SYSTEM = SystemActor("test")


def values(follow_up, **changed):
    """What a finding is submitted with."""
    return {
        "follow_up": follow_up,
        "submission": uuid.uuid4(),
        "text": "Spärrad nödutgång",
        "severity": SeverityFactory(),
        "requirement": RequirementFactory(clause_version=follow_up.clause_version),
        "action": "Öppna nödutgången",
        "due_on": clock.today() + timedelta(days=10),
        "evidence": [Upload("foto.pdf", "application/pdf", b"%PDF")],
    } | changed


# --- Opening, assigning, sharing --------------------------------------------------------------------------


def test_opened_twice_with_one_submission_is_one(secretariat):
    contract = ContractFactory()
    opening = {
        "by": secretariat,
        "submission": uuid.uuid4(),
        "supplier": contract.supplier,
        "category": CategoryFactory(),
        "clause_version": contract.clause_version,
        "lead_region": contract.region,
        "contracts": [contract],
    }
    first, second = open_follow_up(**opening), open_follow_up(**opening)
    assert first == second == FollowUp.objects.get()
    assert list(first.contracts.all()) == [contract]
    assert first.created_by == actor_of(secretariat)


def test_assigning_says_who_and_when_and_taking_back_says_nobody(follow_up, secretariat, buyer):
    day = clock.today()
    assigned = assign_follow_up(
        by=secretariat, follow_up=follow_up, version=follow_up.version, handler=buyer, planned_on=day
    )
    follow_up.refresh_from_db()
    assert (follow_up.handler, follow_up.planned_on, follow_up.version) == (buyer, day, 2)
    assert follow_up.assigned_by == actor_of(secretariat)
    assign_follow_up(by=secretariat, follow_up=follow_up, version=assigned.version, handler=None, planned_on=None)
    follow_up.refresh_from_db()
    assert (follow_up.handler, follow_up.assigned_at, follow_up.assigned_by) == (None, None, None)


def test_assigning_from_an_old_page_is_refused(follow_up, secretariat, buyer):
    assign_follow_up(by=secretariat, follow_up=follow_up, version=1, handler=buyer, planned_on=None)
    with pytest.raises(StaleVersionError) as refusal:
        assign_follow_up(by=secretariat, follow_up=follow_up, version=1, handler=None, planned_on=None)
    assert refusal.value.stored.handler == buyer
    follow_up.refresh_from_db()
    assert follow_up.handler == buyer


def test_sharing_and_taking_it_back(follow_up, secretariat):
    share_follow_up(by=secretariat, follow_up=follow_up, tier=SharingTier.REGIONS)
    follow_up.refresh_from_db()
    assert (follow_up.sharing_tier, follow_up.shared_by) == ("regions", actor_of(secretariat))
    share_follow_up(by=secretariat, follow_up=follow_up, tier=SharingTier.CONCERNED)
    follow_up.refresh_from_db()
    assert follow_up.sharing_tier == "concerned"


def test_sharing_is_not_publishing(follow_up, secretariat):
    with pytest.raises(ValueError, match="public"):
        share_follow_up(by=secretariat, follow_up=follow_up, tier=SharingTier.PUBLIC)


# --- Findings and actions ---------------------------------------------------------------------------------


def test_finding_comes_with_evidence_and_action(follow_up, buyer):
    finding = submit_finding(by=buyer, **values(follow_up))
    stored = Finding.objects.get()
    assert (stored, stored.state, stored.submitted_by) == (finding, "submitted", actor_of(buyer))
    assert [evidence.file.name for evidence in stored.evidence.all()] == ["foto.pdf"]
    assert [action.description for action in stored.actions.all()] == ["Öppna nödutgången"]


def test_supplier_contact_can_submit_by_link(follow_up):
    link = LinkActor("abcabcabcabc", "Sara Svensson")
    assert submit_finding(by=link, **values(follow_up)).submitted_by.name == "Sara Svensson"


def test_sent_twice_is_one_finding_with_one_file(follow_up, buyer):
    sent = values(follow_up)
    assert submit_finding(by=buyer, **sent) == submit_finding(by=buyer, **sent)
    assert (Finding.objects.count(), Evidence.objects.count(), CorrectiveAction.objects.count()) == (1, 1, 1)


def test_same_submission_in_another_follow_up_is_another_finding(follow_up, buyer):
    sent = values(follow_up)
    submit_finding(by=buyer, **sent)
    submit_finding(by=buyer, **values(FollowUpFactory(), submission=sent["submission"]))
    assert Finding.objects.count() == 2


def test_nothing_is_half_written(follow_up, buyer):
    with pytest.raises(ValueError, match="due date"):
        submit_finding(by=buyer, **values(follow_up, due_on=None))
    assert not Finding.objects.exists()
    assert not Evidence.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("state", ENDS)
def test_ended_follow_up_takes_nothing_more(state, buyer):
    finding = FindingFactory(follow_up=FollowUpFactory(state=state))
    with pytest.raises(ValidationError):
        submit_finding(by=buyer, **values(finding.follow_up))
    with pytest.raises(ValidationError):
        add_action(by=buyer, finding=finding, submission=uuid.uuid4(), description="Mer", due_on=clock.today())
    with pytest.raises(ValidationError):
        revise(buyer, finding)


def revise(by, finding, text="Ny text", version=1):
    return revise_finding(
        by=by,
        finding=finding,
        version=version,
        text=text,
        severity=finding.severity,
        requirement=finding.requirement,
        section=None,
        involvement="contributes",
        severe_type="",
        facility=None,
        root_cause="",
    )


def test_second_editor_is_refused_and_the_first_text_stands(buyer):
    finding = FindingFactory()
    revise(buyer, finding, "Först")
    with pytest.raises(StaleVersionError) as refusal:
        revise(buyer, finding, "Sedan")
    assert refusal.value.stored.text == "Först"
    finding.refresh_from_db()
    assert (finding.text, finding.version, finding.changed_by) == ("Först", 2, actor_of(buyer))


def test_what_stood_in_a_finding_stays_in_its_history(buyer):
    finding = FindingFactory(text="Före")
    revise(buyer, finding, "Efter")
    events = Finding.pgh_event_model.objects.filter(pgh_obj=finding).order_by("pgh_id")
    assert [event.text for event in events] == ["Före", "Efter"]


def test_marking_as_done_twice_keeps_the_first(buyer, secretariat):
    action = CorrectiveActionFactory()
    first = mark_action_done(by=buyer, action=action)
    second = mark_action_done(by=secretariat, action=action)
    assert (second.done_at, second.done_by) == (first.done_at, actor_of(buyer))


@pytest.mark.django_db(transaction=True)
def test_two_submits_at_once_leave_one_finding(buyer):
    sent = values(FollowUpFactory(), evidence=[])
    start, results = threading.Barrier(2), []

    def send():
        try:
            start.wait()
            results.append(submit_finding(by=buyer, **sent).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [Finding.objects.get().pk] * 2


# --- What the database refuses by any path ------------------------------------------------------------------


def refused(name):
    return pytest.raises(IntegrityError, match=name)


def test_requirement_of_another_clause_version_is_refused(follow_up):
    other = RequirementFactory(clause_version=ClauseVersionFactory(name="2016"))
    with refused("requirement_of_clause"), transaction.atomic():
        FindingFactory(follow_up=follow_up, requirement=other)
    finding = FindingFactory(follow_up=follow_up)
    with refused("requirement_of_clause"), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(requirement=other)


def test_contract_with_another_supplier_is_refused(follow_up):
    with refused("contract_of_supplier"), transaction.atomic():
        FollowUpContract.objects.create(follow_up=follow_up, contract=ContractFactory(), created_by=actor_of(SYSTEM))


def test_supplier_never_changes(follow_up):
    with pytest.raises(DatabaseError, match="keeps its supplier"), transaction.atomic():
        FollowUp.objects.filter(pk=follow_up.pk).update(supplier=SupplierFactory())


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("follow_up_state_known", {"state": "gone"}),
        ("follow_up_assigned_pair", {"assigned_at": "2026-01-01T00:00Z"}),
        ("follow_up_shared_pair", {"shared_at": "2026-01-01T00:00Z"}),
        ("follow_up_shared_by_someone", {"sharing_tier": "regions"}),
    ],
)
def test_follow_up_out_of_order_is_refused(name, change, follow_up):
    with refused(f"{name}|follow_up_handler_assigned"), transaction.atomic():
        FollowUp.objects.filter(pk=follow_up.pk).update(**change)


def test_handler_without_assignment_is_refused(follow_up, buyer):
    with refused("follow_up_handler_assigned"), transaction.atomic():
        FollowUp.objects.filter(pk=follow_up.pk).update(handler=buyer)


def test_submitted_without_who_and_done_without_who_are_refused(follow_up):
    finding = FindingFactory(follow_up=follow_up)
    with refused("finding_submitted_pair|finding_state_submitted"), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(submitted_by=None)
    action = CorrectiveActionFactory(finding=finding)
    with refused("corrective_action_done_pair"), transaction.atomic():
        CorrectiveAction.objects.filter(pk=action.pk).update(done_at=clock.now())


def test_one_contract_takes_part_once(follow_up):
    participation = follow_up.participations.get()
    with refused("follow_up_contract_unique"), transaction.atomic():
        FollowUpContract.objects.create(
            follow_up=follow_up, contract=participation.contract, created_by=participation.created_by
        )
