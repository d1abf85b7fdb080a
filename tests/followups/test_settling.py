"""A follow-up is closed when nothing is open in it, and says what is; nothing in an ended one changes."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from followups.actions import mark_action_done, move_follow_up
from followups.enums import TRANSITIONS, State
from followups.models import FollowUp, StateChange
from followups.queries import row_of, why_unsettled, with_progress
from followups.timeline import next_step_of
from tests.followups.factories import CorrectiveActionFactory, FindingFactory, FollowUpFactory, SeverityFactory
from tests.followups.pages import page

pytestmark = pytest.mark.django_db
CLOSING = [transition for transition in TRANSITIONS.values() if transition.target == State.CLOSED]


@pytest.fixture
def audited():
    """At the last step before the end."""
    return FollowUpFactory(contracts=["23"], state=State.FOLLOW_UP_AUDIT)


@pytest.fixture
def severe():
    return SeverityFactory(key="severe", is_severe=True)


def close(by, follow_up):
    transition = TRANSITIONS[State(follow_up.state), State.CLOSED]
    return move_follow_up(by=by, follow_up=follow_up, transition=transition, reason="Skäl")


def test_only_closing_settles():
    assert [transition for transition in TRANSITIONS.values() if transition.settles] == CLOSING


@pytest.mark.parametrize("transition", CLOSING, ids=lambda transition: transition.source.value)
def test_no_step_closes_while_an_action_is_open(transition, secretariat):
    follow_up = FollowUpFactory(state=transition.source)
    action = CorrectiveActionFactory(finding=FindingFactory(follow_up=follow_up))
    with pytest.raises(ValidationError) as refusal:
        close(secretariat, follow_up)
    assert refusal.value.code == "unsettled"
    follow_up.refresh_from_db()
    assert follow_up.state == transition.source
    assert not StateChange.objects.exists()
    mark_action_done(by=secretariat, action=action)
    assert close(secretariat, follow_up).state == State.CLOSED


def test_severe_deviation_without_an_action_keeps_it_open(audited, severe, secretariat):
    finding = FindingFactory(follow_up=audited, severity=severe)
    with pytest.raises(ValidationError, match="1"):
        close(secretariat, audited)
    mark_action_done(by=secretariat, action=CorrectiveActionFactory(finding=finding))
    assert close(secretariat, audited).state == State.CLOSED


def test_drafts_and_observations_do_not_keep_it_open(audited, severe, secretariat):
    CorrectiveActionFactory(finding=FindingFactory(follow_up=audited, severity=severe, state="draft"))
    FindingFactory(follow_up=audited)
    assert close(secretariat, audited).state == State.CLOSED


def test_what_is_open_elsewhere_does_not_matter(audited, severe, secretariat):
    CorrectiveActionFactory(finding=FindingFactory(severity=severe))
    assert close(secretariat, audited).state == State.CLOSED


@pytest.mark.parametrize("end", [State.ESCALATED, State.ABORTED])
def test_other_ends_are_reached_with_open_actions(end, audited, severe, secretariat):
    CorrectiveActionFactory(finding=FindingFactory(follow_up=audited, severity=severe))
    ended = move_follow_up(
        by=secretariat, follow_up=audited, transition=TRANSITIONS[State.FOLLOW_UP_AUDIT, end], reason="Skäl"
    )
    assert ended.state == end


def test_one_sentence_says_what_is_open(audited, severe):
    with translation.override("en"):
        assert why_unsettled(audited) == ""
        bad = FindingFactory(follow_up=audited, severity=severe)
        assert why_unsettled(audited) == "The follow-up cannot be closed while 1 severe deviation is not remedied."
        CorrectiveActionFactory(finding=bad)
        assert why_unsettled(audited) == (
            "The follow-up cannot be closed yet. Corrective actions that are open: 1. "
            "Severe deviations that are not remedied: 1."
        )
        bad.actions.update(done_at=bad.created_at, done_by=bad.created_by)
        finding = FindingFactory(follow_up=audited)
        for _number in range(2):
            CorrectiveActionFactory(finding=finding)
        assert why_unsettled(audited) == "The follow-up cannot be closed while 2 corrective actions are open."


def test_page_offers_no_closing_and_says_why(client_of, audited, secretariat):
    action = CorrectiveActionFactory(finding=FindingFactory(follow_up=audited))
    client, url = client_of(secretariat), page("follow-up-move", audited)
    with translation.override("sv"):
        why = why_unsettled(audited)
    shown, closing = client.get(url), {"target": "closed", "version": 1}
    assert [value for value, _label in shown.context["form"].fields["target"].choices] == ["escalated", "aborted"]
    assert why in shown.text
    assert client.post(url, closing).context["form"].errors == {"target": [why]}
    assert client.post(url, closing | {"target": "nowhere"}).context["form"].errors["target"] != [why]
    audited.refresh_from_db()
    assert audited.state == State.FOLLOW_UP_AUDIT
    mark_action_done(by=secretariat, action=action)
    assert client.post(url, closing).status_code == 302
    audited.refresh_from_db()
    assert audited.state == State.CLOSED


def test_page_still_aborts_with_a_reason(client_of, audited, secretariat):
    CorrectiveActionFactory(finding=FindingFactory(follow_up=audited))
    url = page("follow-up-move", audited)
    sent = {"target": "aborted", "reason": "Avtalet har löpt ut", "version": 1}
    assert client_of(secretariat).post(url, sent).status_code == 302
    audited.refresh_from_db()
    assert audited.state == State.ABORTED


def test_next_step_does_not_say_close_while_a_severe_deviation_stands(audited, severe):
    FindingFactory(follow_up=audited, severity=severe)
    row = row_of(with_progress(FollowUp.objects.all()).get())
    with translation.override("en"):
        assert next_step_of(row.follow_up, row.progress) == "Remedy the severe deviation or escalate"
