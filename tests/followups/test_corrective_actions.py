"""The table of moves of a corrective action, and what each leaves: state, dates, trail, letters."""

import uuid
from datetime import timedelta
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from codeofconduct.models import ClauseParameter, Contract, ContractParameter
from followups.actions.action_plans import ask_for_plan, deliver, propose_plan
from followups.actions.corrective_actions import move_action, open_action
from followups.actions.findings import mark_action_done, submit_finding
from followups.actions.links import issue_link
from followups.enums.actions import MOVES, OPEN, ActionState, Move, Party, moves_from
from followups.enums.follow_ups import State
from followups.enums.links import Holder
from followups.models import AccessLink, ActionEvent, CorrectiveAction, Delivery, FollowUp, Severity
from followups.planning import Proposal, Recipient
from followups.queries.deadlines import days_in_clause, deadlines_of
from portal import clock
from portal.files.checks import Upload
from portal.history.models import SystemActor, actor_of
from portal.history.versions import StaleVersionError
from portal.outbox.models import Message
from portal.ui.templatetags import formats
from tests.followups.acting import LINK, in_state
from tests.followups.factories import (
    CorrectiveActionFactory,
    FollowUpFactory,
    RequirementFactory,
    SeverityFactory,
)

pytestmark = pytest.mark.django_db
WORKERS = [rule for rule in MOVES.values() if rule.party == Party.WORKER]


@pytest.fixture
def action(finding):
    return CorrectiveActionFactory(finding=finding)


def make(by, action, move):
    later = action.next_due + timedelta(days=5)
    return move_action(by=by, action=action, move=move, text="Skäl", due_on=later if move == Move.EXTEND else None)


# --- The table -------------------------------------------------------------------------------------------------


def test_every_state_but_the_last_is_left_and_every_one_but_the_first_is_reached():
    targets = {rule.leads_to(source) for rule in MOVES.values() for source in rule.sources}
    assert targets == set(ActionState)
    assert {source for rule in MOVES.values() for source in rule.sources} == set(ActionState)
    assert all(Move.CLEAR in {rule.move for rule in moves_from(state, Party.WORKER)} for state in OPEN)


@pytest.mark.parametrize(("state", "rule"), list(product(ActionState, WORKERS)), ids=str)
def test_a_workers_move_does_what_the_table_says_or_nothing(state, rule, action, buyer):
    in_state(action, state)
    version = action.version
    if state not in rule.sources:
        with pytest.raises(ValidationError) as refusal:
            make(buyer, action, rule.move)
        assert refusal.value.code == "moved"
        action.refresh_from_db()
        assert (action.state, action.version, ActionEvent.objects.count()) == (state, version, 0)
        return
    make(buyer, action, rule.move)
    action.refresh_from_db()
    event = ActionEvent.objects.get()
    assert (action.state, action.version) == (rule.leads_to(state), version + 1)
    assert (event.move, event.source, event.target, event.text) == (rule.move, state, action.state, "Skäl")
    assert event.created_by == actor_of(buyer)
    assert (action.done_at is None) is (action.state != ActionState.CLEARED)


@given(st.lists(st.sampled_from([rule.move for rule in MOVES.values()]), max_size=20))
def test_any_walk_ends_where_the_table_leads(wishes):
    state = ActionState.ASKED
    for wish in wishes:
        rule = MOVES[wish]
        if state in rule.sources:
            state = rule.leads_to(state)
            assert state in ActionState
            if wish == Move.CLEAR:
                assert state == ActionState.CLEARED
    assert moves_from(state, Party.WORKER)


@pytest.mark.parametrize("rule", [rule for rule in WORKERS if rule.needs_text], ids=str)
def test_a_move_without_its_reason_changes_nothing(rule, action, buyer):
    in_state(action, rule.sources[0])
    with pytest.raises(ValidationError) as refusal:
        move_action(by=buyer, action=action, move=rule.move, text=" ", due_on=action.next_due + timedelta(days=9))
    assert list(refusal.value.error_dict) == ["text"]
    assert not ActionEvent.objects.exists()


def test_the_suppliers_moves_are_not_the_workers(action, buyer):
    with pytest.raises(ValueError, match="propose"):
        move_action(by=buyer, action=action, move=Move.PROPOSE)


def test_a_stale_page_is_told_and_writes_nothing(action, buyer):
    move_action(by=buyer, action=action, move=Move.CLEAR, version=1)
    with pytest.raises(StaleVersionError) as refusal:
        move_action(by=buyer, action=action, move=Move.EXTEND, version=1, text="Mer tid", due_on=clock.today())
    assert refusal.value.stored.state == ActionState.CLEARED


def test_an_extension_is_later_and_moves_what_is_owed_next(action, buyer):
    plan_due = clock.today() + timedelta(days=3)
    CorrectiveAction.objects.update(plan_due_on=plan_due)
    action.refresh_from_db()
    with pytest.raises(ValidationError) as refusal:
        move_action(by=buyer, action=action, move=Move.EXTEND, text="Mer tid", due_on=plan_due)
    assert list(refusal.value.error_dict) == ["due_on"]
    new = action.due_on + timedelta(days=30)
    move_action(by=buyer, action=action, move=Move.EXTEND, text="Mer tid", due_on=new)
    action.refresh_from_db()
    assert (action.plan_due_on, action.due_on) == (new, new)


# --- What opens one, and by when ---------------------------------------------------------------------------------


def submitted(follow_up, by, severity, **changed):
    return submit_finding(
        by=by,
        follow_up=follow_up,
        submission=uuid.uuid4(),
        text="Spärrad nödutgång",
        severity=severity,
        requirement=RequirementFactory(clause_version=follow_up.clause_version),
        **changed,
    )


def test_each_deviation_opens_an_action_by_the_days_of_its_severity(follow_up, buyer):
    severity = SeverityFactory(days_for_plan=20, days_for_action=90)
    action = submitted(follow_up, buyer, severity).actions.get()
    today = clock.today()
    assert (action.state, action.description) == (ActionState.ASKED, "")
    assert (action.plan_due_on, action.due_on) == (today + timedelta(days=20), today + timedelta(days=90))
    assert action.title
    assert [event.move for event in action.moves.all()] == [Move.OPEN]


def test_what_was_asked_for_by_a_day_keeps_that_day(follow_up, buyer):
    day = clock.today() + timedelta(days=7)
    finding = submitted(follow_up, buyer, SeverityFactory(), action="Öppna nödutgången", due_on=day)
    action = finding.actions.get()
    assert (action.description, action.due_on, action.plan_due_on) == ("Öppna nödutgången", day, None)


def test_the_contracts_clause_goes_before_the_scale_and_the_strictest_contract_holds(reference_data):
    follow_up = FollowUpFactory(contracts=["23", "25"], clause_version__name="utkast", clause_version__adopted=False,
                                clause_version__valid_from=clock.today())  # fmt: skip
    clause, today = follow_up.clause_version, clock.today()
    severity = Severity.objects.get(key="deviation")
    plain = deadlines_of(follow_up, severity, today)
    assert plain == (today + timedelta(days=28), today + timedelta(days=180))
    parameters = {
        key: ClauseParameter.objects.create(
            clause_version=clause, key=key, label_sv=key, label_en=key, unit=unit, default=default
        )
        for key, unit, default in (("action_plan", "weeks", 3), ("corrective_action_deviation", "months", 2))
    }
    assert deadlines_of(follow_up, severity, today) == (today + timedelta(days=21), today + timedelta(days=60))
    ContractParameter.objects.create(contract=follow_up.contracts.last(), parameter=parameters["action_plan"], value=2)
    assert deadlines_of(follow_up, severity, today)[0] == today + timedelta(days=14)
    assert days_in_clause(Contract.objects.none(), ("action_plan",)) is None


def test_an_ended_follow_up_opens_and_moves_nothing(action, buyer):
    FollowUp.objects.update(state=State.CLOSED)
    for refused in (
        lambda: open_action(by=buyer, finding=action.finding),
        lambda: move_action(by=buyer, action=action, move=Move.CLEAR),
        lambda: deliver(by=LINK, action=action, submission=uuid.uuid4(), text="Klart", is_complete=True),
    ):
        with pytest.raises(ValidationError) as refusal:
            refused()
        assert refusal.value.code == "ended"
    assert (CorrectiveAction.objects.count(), Delivery.objects.count()) == (1, 0)


# --- The supplier's plan and what it hands in ---------------------------------------------------------------------


def proposal(days=30, **changed):
    return Proposal(**{"measures": "Vi byter leverantör", "responsible": "Inköpschef", "starts_on": clock.today(),
                       "due_on": clock.today() + timedelta(days=days)} | changed)  # fmt: skip


def test_a_plan_is_negotiated_and_every_round_stays(action, buyer):
    follow_up = action.finding.follow_up
    propose_plan(by=LINK, follow_up=follow_up, proposals={action: (1, proposal(measures="Vi tittar på det"))})
    move_action(by=buyer, action=action, move=Move.RETURN, text="Vem gör vad?")
    action.refresh_from_db()
    propose_plan(by=LINK, follow_up=follow_up, proposals={action: (action.version, proposal())})
    move_action(by=buyer, action=action, move=Move.ACCEPT)
    action.refresh_from_db()
    assert (action.state, action.due_on) == (ActionState.ACCEPTED, clock.today() + timedelta(days=30))
    assert [(event.move, event.measures or event.text) for event in action.moves.all()] == [
        (Move.PROPOSE, "Vi tittar på det"),
        (Move.RETURN, "Vem gör vad?"),
        (Move.PROPOSE, "Vi byter leverantör"),
        (Move.ACCEPT, ""),
    ]
    follow_up.refresh_from_db()
    assert follow_up.state == State.ACTIONS_UNDER_WAY


def test_only_the_last_acceptance_carries_the_follow_up_forward(action, buyer):
    other = CorrectiveActionFactory(finding=action.finding)
    follow_up = action.finding.follow_up
    propose_plan(by=LINK, follow_up=follow_up, proposals={action: (1, proposal()), other: (1, proposal())})
    move_action(by=buyer, action=action, move=Move.ACCEPT)
    follow_up.refresh_from_db()
    assert follow_up.state == State.PLANNED
    move_action(by=buyer, action=other, move=Move.ACCEPT, due_on=clock.today() + timedelta(days=40))
    follow_up.refresh_from_db()
    other.refresh_from_db()
    assert (follow_up.state, other.due_on) == (State.ACTIONS_UNDER_WAY, clock.today() + timedelta(days=40))


@pytest.mark.parametrize(
    "change",
    [{"measures": " "}, {"responsible": ""}, {"due_on": None}, {"starts_on": clock.today() + timedelta(days=99)}],
)
def test_a_plan_that_lacks_something_is_refused_whole(change, action):
    other = CorrectiveActionFactory(finding=action.finding)
    sent = {other: (1, proposal()), action: (1, proposal(**change))}
    with pytest.raises(ValidationError):
        propose_plan(by=LINK, follow_up=action.finding.follow_up, proposals=sent)
    assert set(CorrectiveAction.objects.values_list("state", flat=True)) == {ActionState.ASKED}


def test_parts_are_handed_in_until_all_is_there_and_judged(action, buyer):
    in_state(action, ActionState.ACCEPTED)
    for text, is_complete in (("Skyltat", False), ("Öppnat", True)):
        deliver(by=LINK, action=action, submission=uuid.uuid4(), text=text, is_complete=is_complete,
                uploads=[Upload(f"{text}.pdf", "application/pdf", b"%PDF")])  # fmt: skip
    action.refresh_from_db()
    assert action.state == ActionState.DELIVERED
    assert [item.files.get().file.name for item in action.deliveries.all()] == ["Skyltat.pdf", "Öppnat.pdf"]
    move_action(by=buyer, action=action, move=Move.REJECT, text="Dörren är låst på natten")
    deliver(by=LINK, action=action, submission=uuid.uuid4(), text="Låset är borta", is_complete=True)
    cleared = move_action(by=buyer, action=action, move=Move.CLEAR, verification="document", text="Foto visar det")
    assert (cleared.state, cleared.done_by, cleared.verification) == ("cleared", actor_of(buyer), "document")


def test_a_delivery_sent_twice_is_one(action):
    in_state(action, ActionState.ACCEPTED)
    sent = {"by": LINK, "action": action, "submission": uuid.uuid4(), "text": "Klart", "is_complete": True,
            "uploads": [Upload("a.pdf", "application/pdf", b"%PDF")]}  # fmt: skip
    assert deliver(**sent) == deliver(**sent) == Delivery.objects.get()
    assert Delivery.objects.get().files.count() == 1


def test_the_supplier_is_told_of_what_asks_for_more_and_of_nothing_else(action, buyer):
    follow_up = action.finding.follow_up
    issue_link(by=buyer, holder=Holder.SUPPLIER, name="Sara", email="sara@leverantor.example", language="en",
               follow_up=follow_up)  # fmt: skip
    in_state(action, ActionState.PROPOSED)
    move_action(by=buyer, action=action, move=Move.RETURN, text="Hemlig anmärkning")
    letter = Message.objects.get(kind="action_plan")
    assert (letter.to, letter.language) == ("sara@leverantor.example", "en")
    assert "needs completion" in letter.subject
    assert "Hemlig" not in letter.body
    move_action(by=buyer, action=action, move=Move.CLEAR)
    assert Message.objects.filter(kind="action_plan").count() == 1


def test_who_is_asked_for_a_plan_is_told_until_when(action, buyer):
    person, follow_up = Recipient("Sara", "sara@leverantor.example", "en"), action.finding.follow_up
    ask_for_plan(by=buyer, follow_up=follow_up, due_on=clock.today() + timedelta(days=28), recipients=[person])
    letter = Message.objects.get(kind="action_plan_asked")
    assert (letter.to, letter.language) == ("sara@leverantor.example", "en")
    with override("en"):
        assert formats.day(clock.today() + timedelta(days=28)) in letter.subject
    assert AccessLink.objects.get().public_id not in letter.body


def test_marking_as_done_stays_the_short_way(action, buyer, secretariat):
    first = mark_action_done(by=buyer, action=action)
    assert (first.state, first.done_by) == (ActionState.CLEARED, actor_of(buyer))
    assert mark_action_done(by=secretariat, action=action).done_by == actor_of(buyer)
    assert action.moves.count() == 1


# --- The database holds it too ---------------------------------------------------------------------------------


def test_cleared_is_done_and_done_is_cleared(action):
    with pytest.raises(IntegrityError, match="cleared_when_done"), transaction.atomic():
        CorrectiveAction.objects.filter(pk=action.pk).update(state=ActionState.CLEARED)
    CorrectiveAction.objects.filter(pk=action.pk).update(done_at=clock.now(), done_by=actor_of(SystemActor("test")))
    action.refresh_from_db()
    assert action.state == ActionState.CLEARED


def test_dates_in_the_wrong_order_do_not_get_in(action):
    today = clock.today()
    with pytest.raises(IntegrityError, match="dates_in_order"), transaction.atomic():
        CorrectiveAction.objects.update(starts_on=today, proposed_due_on=today - timedelta(days=1))
