"""The light and the line of steps: derived, so each case is a sentence here."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followups.enums.follow_ups import BEFORE_AUDIT, Colour, State
from followups.light import Progress, light_of, next_day
from followups.queries.follow_ups import progress_of, with_progress
from followups.timeline import history_of, steps_of
from portal import clock
from tests.followups.factories import CorrectiveActionFactory, FindingFactory, FollowUpFactory, SeverityFactory

TODAY = date(2026, 12, 2)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
NOTHING = Progress()


@pytest.mark.parametrize(
    ("state", "planned_on", "progress", "colour"),
    [
        (State.PLANNED, None, NOTHING, Colour.YELLOW),
        (State.PLANNED, TODAY, NOTHING, Colour.YELLOW),
        (State.PLANNED, YESTERDAY, NOTHING, Colour.RED),
        (State.AUDITED, YESTERDAY, NOTHING, Colour.GREEN),
        (State.AUDITED, None, Progress(open_findings=1), Colour.YELLOW),
        (State.ACTIONS_UNDER_WAY, None, Progress(open_findings=1, next_due_on=TODAY), Colour.YELLOW),
        (State.ACTIONS_UNDER_WAY, None, Progress(open_findings=1, next_due_on=YESTERDAY), Colour.RED),
        (State.ACTIONS_UNDER_WAY, None, Progress(open_findings=1, open_severe=1, next_due_on=TOMORROW), Colour.RED),
        (State.CLOSED, None, NOTHING, Colour.GREEN),
        (State.ESCALATED, None, NOTHING, Colour.RED),
    ],
)
def test_light(state, planned_on, progress, colour):
    assert light_of(state, planned_on, progress, TODAY).colour == colour


def test_aborted_has_no_light():
    assert light_of(State.ABORTED, None, Progress(open_severe=1), TODAY) is None


@given(
    st.sampled_from([state for state in State if state != State.ABORTED]),
    st.builds(Progress, open_findings=st.integers(1, 5), open_severe=st.integers(0, 5)),
    st.dates(),
)
def test_never_green_while_something_is_open(state, progress, today):
    assert light_of(state, None, progress, today).colour != Colour.GREEN
    late = replace(progress, next_due_on=today - timedelta(days=1)) if today > date.min else progress
    if today > date.min:
        assert light_of(state, None, late, today).colour == Colour.RED


def test_next_day_is_the_actions_then_the_plans():
    assert next_day(State.PLANNED, TOMORROW, NOTHING) == TOMORROW
    assert next_day(State.AUDITED, TOMORROW, NOTHING) is None
    assert next_day(State.PLANNED, TOMORROW, Progress(next_due_on=TODAY)) == TODAY


@pytest.mark.django_db
def test_counts_are_of_submitted_findings_of_this_follow_up():
    follow_up, other = FollowUpFactory(), FollowUpFactory()
    severe = SeverityFactory(key="severe", is_severe=True)
    with_both = FindingFactory(follow_up=follow_up)
    done = {"done_at": clock.now(), "done_by": with_both.created_by}
    CorrectiveActionFactory(finding=with_both, days=5)
    CorrectiveActionFactory(finding=with_both, days=-9, **done)
    CorrectiveActionFactory(finding=FindingFactory(follow_up=follow_up, severity=severe), **done)
    FindingFactory(follow_up=follow_up, severity=severe)
    CorrectiveActionFactory(finding=FindingFactory(follow_up=follow_up, state="draft"), days=-3)
    CorrectiveActionFactory(finding=FindingFactory(follow_up=other), days=1)
    assert progress_of(with_progress(type(follow_up).objects.filter(pk=follow_up.pk)).get()) == Progress(
        findings=3,
        open_findings=2,
        open_severe=1,
        actions=3,
        done_actions=2,
        next_due_on=clock.today() + timedelta(days=5),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("state", list(State))
def test_steps_have_one_place_to_be(state):
    steps = steps_of(FollowUpFactory(state=state), [], NOTHING)
    current = [step for step in steps if step.state == "current"]
    assert len(current) == (0 if state == State.CLOSED else 1)
    assert steps[0].state == ("current" if state == State.PLANNED else "done")
    if state not in BEFORE_AUDIT:
        assert steps[1].state == "skipped"


@pytest.mark.django_db
def test_history_is_the_latest_first(follow_up):
    finding = FindingFactory(follow_up=follow_up)
    action = CorrectiveActionFactory(finding=finding)
    entries = history_of(follow_up, [], [finding], by_name=True)
    assert [entry.at for entry in entries] == [action.created_at, finding.submitted_at, follow_up.created_at]


@pytest.mark.django_db
def test_action_submitted_with_its_finding_is_one_act(follow_up):
    finding = FindingFactory(follow_up=follow_up)
    CorrectiveActionFactory(finding=finding, created_at=finding.created_at)
    assert len(history_of(follow_up, [], [finding], by_name=True)) == 2
