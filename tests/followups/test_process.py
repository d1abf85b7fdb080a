"""The one table of transitions, and that nothing a person does leads outside it."""

from itertools import pairwise, product
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from followups.actions.findings import add_action, mark_action_done
from followups.actions.follow_ups import carry_forward, move_follow_up
from followups.enums.follow_ups import ENDS, LINE, TRANSITIONS, Kind, State, Transition, transitions_from
from followups.models import CorrectiveAction, FollowUp, StateChange
from portal import clock
from portal.history.models import actor_of
from tests.followups.factories import FindingFactory, FollowUpFactory

REASONS = ("", "  ", "Skäl")


def test_every_state_is_reached_and_only_reopening_leaves_an_end():
    assert {transition.target for transition in TRANSITIONS.values()} == set(State)
    assert {move.kind for end in ENDS for move in transitions_from(end)} == {Kind.REOPEN}
    assert all(transitions_from(end) for end in ENDS)
    assert all((state, State.ABORTED) in TRANSITIONS for state in State if state not in ENDS)


def test_only_single_steps_forward_need_no_reason():
    free = {key for key, transition in TRANSITIONS.items() if not transition.needs_reason}
    steps = set(pairwise(LINE))
    assert free == steps | {(State.FOLLOW_UP_AUDIT, State.CLOSED), (State.FOLLOW_UP_AUDIT, State.ESCALATED)}


@pytest.mark.parametrize(("source", "target"), list(product(State, State)))
def test_a_move_is_in_the_table_or_impossible(source, target, secretariat):
    transition = TRANSITIONS.get((source, target))
    if transition is None:
        assert source == target or source in ENDS or list(State).index(target) < list(State).index(source)
        return
    follow_up = FollowUpFactory(state=source)
    move_follow_up(by=secretariat, follow_up=follow_up, transition=transition, reason="Skäl")
    follow_up.refresh_from_db()
    trail = StateChange.objects.get()
    assert (follow_up.state, trail.source, trail.target, trail.reason) == (target, source, target, "Skäl")
    assert trail.created_by == actor_of(secretariat)


def test_skip_without_a_reason_changes_nothing(follow_up, secretariat):
    skip = TRANSITIONS[State.PLANNED, State.AUDITED]
    with pytest.raises(ValidationError):
        move_follow_up(by=secretariat, follow_up=follow_up, transition=skip, reason="  ")
    follow_up.refresh_from_db()
    assert follow_up.state == State.PLANNED
    assert not StateChange.objects.exists()


def test_second_of_two_moves_is_told(follow_up, secretariat):
    step = TRANSITIONS[State.PLANNED, State.SELF_ASSESSMENT_SENT]
    move_follow_up(by=secretariat, follow_up=follow_up, transition=step)
    with pytest.raises(ValidationError):
        move_follow_up(by=secretariat, follow_up=follow_up, transition=step)
    assert StateChange.objects.count() == 1


def test_what_happens_carries_it_forward_and_never_back(follow_up, secretariat):
    carry_forward(by=secretariat, follow_up=follow_up, target=State.SELF_ASSESSMENT_SENT)
    carry_forward(by=secretariat, follow_up=follow_up, target=State.AUDITED, reason="Revisionen är gjord")
    assert carry_forward(by=secretariat, follow_up=follow_up, target=State.ANSWERED).state == State.AUDITED
    with pytest.raises(ValidationError):
        carry_forward(by=secretariat, follow_up=follow_up, target=State.FOLLOW_UP_AUDIT)
    trail = StateChange.objects.values_list("target", "reason")
    assert list(trail) == [(State.SELF_ASSESSMENT_SENT, ""), (State.AUDITED, "Revisionen är gjord")]


@pytest.mark.parametrize("end", ENDS)
def test_an_end_is_opened_again_with_a_reason_by_those_who_coordinate(end, buyer, secretariat, client_of):
    follow_up = FollowUpFactory(state=end, contracts=["23"])
    address = reverse("followups:follow-up-move", args=[follow_up.public_id])
    again = transitions_from(end)[0]
    assert client_of(buyer).post(address, {"target": again.target, "reason": "Skäl", "version": 1}).status_code == 403
    answer = client_of(secretariat).post(address, {"target": again.target, "version": 1})
    assert set(answer.context["form"].errors) == {"reason"}
    client_of(secretariat).post(address, {"target": again.target, "reason": "Nya uppgifter", "version": 1})
    follow_up.refresh_from_db()
    assert (follow_up.state, StateChange.objects.get().reason) == (again.target, "Nya uppgifter")


def test_the_page_of_the_process_tells_the_whole_table(reader, client_of):
    page = client_of(reader).get(reverse("followups:process")).content.decode()
    assert page.count("<tr") - 1 == len(TRANSITIONS)
    with translation.override("sv"):
        labels = {str(move.target.label).capitalize() for move in TRANSITIONS.values()}
    assert [label for label in labels if label not in page] == []


class Walk(RuleBasedStateMachine):
    """Someone who tries everything. What is allowed follows from the table; the rest changes nothing."""

    # Set by the test: rows that all walks start from; each walk is rolled back.
    by = follow_up = finding = None

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.state, self.trail, self.open = State.PLANNED, 0, 0

    def teardown(self) -> None:
        try:
            self.check_that_the_row_is_where_its_trail_ends()
        finally:
            transaction.savepoint_rollback(self.savepoint)

    def stored(self) -> FollowUp:
        return FollowUp.objects.get(pk=self.follow_up.pk)

    @rule(wanted=st.sampled_from(State), kind=st.sampled_from(Kind), reason=st.sampled_from(REASONS))
    def move(self, wanted: State, kind: Kind, reason: str) -> None:
        known = TRANSITIONS.get((self.state, wanted))
        wish = known or Transition(self.state, wanted, kind)
        allowed = known and (reason.strip() or not known.needs_reason) and not (known.settles and self.open)
        try:
            with transaction.atomic():
                move_follow_up(by=self.by, follow_up=self.follow_up, transition=wish, reason=reason)
        except (ValidationError, ValueError):
            assert not allowed
        else:
            assert allowed
            self.state, self.trail = wanted, self.trail + 1

    @rule(wanted=st.sampled_from(LINE), reason=st.sampled_from(REASONS))
    def carry(self, wanted: State, reason: str) -> None:
        known = TRANSITIONS.get((self.state, wanted))
        is_there = self.state in LINE and LINE.index(self.state) >= LINE.index(wanted)
        forward = self.state in LINE and known and (reason.strip() or not known.needs_reason)
        try:
            with transaction.atomic():
                carry_forward(by=self.by, follow_up=self.follow_up, target=wanted, reason=reason)
        except ValidationError:
            assert not is_there
            assert not forward
        else:
            assert is_there or forward
            if not is_there:
                self.state, self.trail = wanted, self.trail + 1

    @rule(data=st.uuids())
    def add(self, data: object) -> None:
        try:
            with transaction.atomic():
                add_action(by=self.by, finding=self.finding, submission=data, description="Gör", due_on=clock.today())
        except ValidationError:
            assert self.state in ENDS
        else:
            assert self.state not in ENDS
            self.open += 1

    @rule()
    def finish(self) -> None:
        action = CorrectiveAction.objects.filter(finding=self.finding, done_at=None).first()
        if action is None:
            return
        try:
            with transaction.atomic():
                mark_action_done(by=self.by, action=action)
        except ValidationError:
            assert self.state in ENDS
        else:
            assert self.state not in ENDS
            self.open -= 1

    def check_that_the_row_is_where_its_trail_ends(self) -> None:
        changes = list(StateChange.objects.filter(follow_up=self.follow_up).order_by("pk"))
        assert (self.stored().state, len(changes)) == (self.state, self.trail)
        places = [State.PLANNED, *(change.target for change in changes)]
        assert [change.source for change in changes] == places[:-1]
        assert places[-1] == self.state
        for change in changes:
            known = TRANSITIONS[State(change.source), State(change.target)]
            assert change.reason or not known.needs_reason


def walk(by: object, examples: int) -> None:
    Walk.by, Walk.follow_up = by, FollowUpFactory()
    Walk.finding = FindingFactory(follow_up=Walk.follow_up)
    run_state_machine_as_test(
        Walk, settings=settings(max_examples=examples, stateful_step_count=8, deadline=None, report_multiple_bugs=False)
    )


def test_no_walk_leads_outside_the_table(secretariat):
    walk(secretariat, 40)


@pytest.mark.long
def test_ten_thousand_walks(secretariat):
    walk(secretariat, 10_000)


def test_a_closing_that_settles_nothing_is_found(secretariat, monkeypatch):
    """The control: without the look at what is open, a walk closes what it must not, and notices."""
    monkeypatch.setattr("followups.actions.follow_ups.why_unsettled", lambda lacking: "")
    Walk.by, Walk.follow_up = secretariat, FollowUpFactory()
    Walk.finding = FindingFactory(follow_up=Walk.follow_up)
    machine = Walk()
    machine.add(data=uuid4())
    with pytest.raises(AssertionError):
        machine.move(wanted=State.CLOSED, kind=Kind.SKIP, reason="Skäl")
