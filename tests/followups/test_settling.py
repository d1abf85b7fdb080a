"""A follow-up is closed when nothing is open in it, and says what is; nothing in an ended one changes."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from followups.actions.findings import mark_action_done
from followups.actions.follow_ups import assign_follow_up, move_follow_up
from followups.enums.follow_ups import ENDS, TRANSITIONS, State
from followups.models import FollowUp, StateChange
from followups.queries.closing import lacking, why_unsettled
from followups.queries.follow_ups import row_of, with_progress
from followups.timeline import next_step_of
from tests.followups.factories import CorrectiveActionFactory, FindingFactory, FollowUpFactory, SeverityFactory
from tests.followups.factories_outcome import DecisionFactory, RecommendationFactory
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


def test_a_sentence_each_says_what_is_open(audited, severe):
    with translation.override("en"):
        assert lacking(audited) == []
        bad = FindingFactory(follow_up=audited, severity=severe)
        assert lacking(audited) == ["1 severe deviation is not remedied."]
        CorrectiveActionFactory(finding=bad)
        assert lacking(audited) == ["1 corrective action is open.", "1 severe deviation is not remedied."]
        bad.actions.update(done_at=bad.created_at, done_by=bad.created_by)
        finding = FindingFactory(follow_up=audited)
        for _number in range(2):
            CorrectiveActionFactory(finding=finding)
        assert lacking(audited) == ["2 corrective actions are open."]
        assert why_unsettled(lacking(audited)) == ("The follow-up cannot be closed yet. 2 corrective actions are open.")


def test_a_decision_that_is_awaited_keeps_it_open(audited, secretariat, buyer):
    made = RecommendationFactory(follow_up=audited)
    with translation.override("en"):
        assert lacking(audited) == ["A decision on the recommended step is awaited from: Region 23."]
    with pytest.raises(ValidationError) as refusal:
        close(secretariat, audited)
    assert refusal.value.code == "unsettled"
    DecisionFactory(follow_up=audited, recommendation=made, remedy="none")
    assert lacking(audited) == []
    assert close(secretariat, audited).state == State.CLOSED


def test_page_offers_no_closing_and_says_why(client_of, audited, secretariat):
    action = CorrectiveActionFactory(finding=FindingFactory(follow_up=audited))
    client, url = client_of(secretariat), page("follow-up-move", audited)
    with translation.override("sv"):
        sentences = lacking(audited)
        why = why_unsettled(sentences)
    shown, closing = client.get(url), {"target": "closed", "version": 1}
    assert [value for value, _label in shown.context["form"].fields["target"].choices] == ["escalated", "aborted"]
    assert len(sentences) == 1
    assert f"<li>{sentences[0]}</li>" in shown.text
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


# --- What has ended stays as it ended -----------------------------------------------------------------------


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("version", [1, 2])
def test_ended_follow_up_is_assigned_to_no_one(end, version, secretariat, buyer):
    ended = FollowUpFactory(state=end)
    with pytest.raises(ValidationError) as refusal:
        assign_follow_up(by=secretariat, follow_up=ended, version=version, handler=buyer, planned_on=None)
    assert refusal.value.code == "ended"
    ended.refresh_from_db()
    assert (ended.handler, ended.version) == (None, 1)


@pytest.mark.parametrize("end", ENDS)
def test_action_of_an_ended_follow_up_is_not_marked(end, buyer):
    action = CorrectiveActionFactory(finding=FindingFactory(follow_up=FollowUpFactory(state=end)))
    with pytest.raises(ValidationError) as refusal:
        mark_action_done(by=buyer, action=action)
    assert refusal.value.code == "ended"
    action.refresh_from_db()
    assert (action.done_at, action.version) == (None, 1)


def test_marked_before_the_end_stays_marked_when_sent_again(audited, secretariat):
    action = CorrectiveActionFactory(finding=FindingFactory(follow_up=audited))
    first = mark_action_done(by=secretariat, action=action)
    close(secretariat, audited)
    assert mark_action_done(by=secretariat, action=action).done_at == first.done_at


def test_page_of_an_ended_follow_up_has_no_button_that_is_refused(client_of, audited, secretariat):
    action = CorrectiveActionFactory(finding=FindingFactory(follow_up=audited))
    client = client_of(secretariat)
    refused = [page("follow-up-assign", audited), page("action-done", action)]
    before = client.get(page("follow-up-detail", audited)).text
    assert [url in before for url in refused] == [True, True]
    FollowUp.objects.update(state=State.ABORTED)
    after = client.get(page("follow-up-detail", audited)).text
    assert [url in after for url in refused] == [False, False]
    assert page("follow-up-share", audited) in after
    assert client.post(refused[0]).status_code == 403
    told = client.post(refused[1], follow=True).context["messages"]
    assert [message.level_tag for message in told] == ["error"]
    action.refresh_from_db()
    assert action.done_at is None


def test_page_says_that_it_ended_in_between(client_of, audited, secretariat, monkeypatch):
    """Someone else ends it after the permission was asked: what is under the lock decides."""
    action = CorrectiveActionFactory(finding=FindingFactory(follow_up=audited))
    FollowUp.objects.update(state=State.ABORTED)
    monkeypatch.setattr("followups.views.follow_ups.can_assign", lambda user, follow_up: True)
    client = client_of(secretariat)
    answer = client.post(page("follow-up-assign", audited), {"version": 1, "handler": "", "planned_on": ""})
    assert [error.code for error in answer.context["form"].non_field_errors().as_data()] == ["ended"]
    told = client.post(page("action-done", action), follow=True).context["messages"]
    assert [message.level_tag for message in told] == ["error"]
    action.refresh_from_db()
    assert action.done_at is None
