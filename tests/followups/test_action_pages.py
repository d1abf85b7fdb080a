"""Corrective actions on pages, in the light and on the start page: what each sees, and what a late hand is told."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from followups.actions.action_plans import deliver
from followups.actions.corrective_actions import move_action
from followups.enums.actions import ActionState, Move, Party, Standing, moves_from
from followups.enums.follow_ups import Colour, State
from followups.models import ActionEvent, CorrectiveAction, Delivery, FollowUp
from followups.queries.closing import lacking
from followups.queries.follow_ups import needing_attention, row_of, with_progress
from portal import clock
from portal.files.checks import Upload
from portal.history.models import actor_of
from tests.followups.acting import LINK, in_state
from tests.followups.audit_factories import AuditFactory
from tests.followups.factories import CorrectiveActionFactory, FindingFactory, FollowUpFactory
from tests.followups.pages import in_days, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def action(finding):
    return CorrectiveActionFactory(finding=finding)


# --- Light, attention, escalation ---------------------------------------------------------------------------------


def light(follow_up):
    return row_of(with_progress(FollowUp.objects.filter(pk=follow_up.pk)).get()).light


def test_insufficient_and_a_late_plan_are_red_until_cleared(action, buyer):
    follow_up = action.finding.follow_up
    FollowUp.objects.update(state=State.ACTIONS_UNDER_WAY)
    follow_up.refresh_from_db()
    assert light(follow_up).colour == Colour.YELLOW
    CorrectiveAction.objects.update(plan_due_on=clock.today() - timedelta(days=1))
    assert light(follow_up).colour == Colour.RED
    in_state(action, ActionState.ACCEPTED)
    assert light(follow_up).colour == Colour.YELLOW
    in_state(action, ActionState.INSUFFICIENT)
    assert light(follow_up).colour == Colour.RED
    assert lacking(follow_up)
    move_action(by=buyer, action=action, move=Move.CLEAR)
    assert light(follow_up).colour == Colour.GREEN
    assert lacking(follow_up) == []


def test_what_is_sent_waits_for_an_answer_on_the_start_page(action, buyer, neighbour):
    assert not needing_attention(buyer, "to-answer").exists()
    in_state(action, ActionState.PROPOSED)
    assert list(needing_attention(buyer, "to-answer")) == [action.finding.follow_up]
    assert not needing_attention(neighbour, "to-answer").exists()


@pytest.mark.parametrize(
    ("days", "standing"),
    [(1, Standing.IN_TIME), (0, Standing.IN_TIME), (-1, Standing.OVERDUE), (-20, Standing.OVERDUE),
     (-21, Standing.ESCALATED)],
)  # fmt: skip
def test_standing_to_the_date_is_the_same_in_python_and_in_sql(days, standing, finding):
    action, today = CorrectiveActionFactory(finding=finding, days=days), clock.today()
    assert action.standing(today) == standing
    assert CorrectiveAction.objects.overdue(today).exists() is (standing != Standing.IN_TIME)
    assert CorrectiveAction.objects.escalated(today).exists() is (standing == Standing.ESCALATED)


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_page_offers_the_moves_of_the_table(client_of, buyer, action):
    client = client_of(buyer)
    for state in ActionState:
        in_state(action, state)
        rules = client.get(page("action-detail", action)).context["rules"]
        assert rules == moves_from(state, Party.WORKER)
        CorrectiveAction.objects.update(done_at=None, done_by=None, state=ActionState.ASKED)


def test_plan_and_files_are_not_shared_with_the_follow_up(client_of, buyer, neighbour, reader, action):
    in_state(action, ActionState.ACCEPTED)
    CorrectiveAction.objects.update(measures="Hemlig underleverantör", description="")
    deliver(by=LINK, action=action, submission=uuid.uuid4(), text="Hemligt klart", is_complete=False,
            uploads=[Upload("hemlig.pdf", "application/pdf", b"%PDF")])  # fmt: skip
    file = Delivery.objects.get().files.get()
    FollowUp.objects.update(sharing_tier="regions", shared_at=clock.now(), shared_by=action.created_by)
    seen = {}
    for user in (buyer, neighbour, reader):
        client = client_of(user)
        pages = [page("action-detail", action), page("follow-up-detail", action.finding.follow_up)]
        answer = client.get(page("delivery-file", file))
        if answer.streaming:
            assert b"".join(answer.streaming_content)
        seen[user] = (["Hemlig" in client.get(url).text for url in pages], answer.status_code)
    hidden = ([False, False], 404)
    assert seen == {buyer: ([True, False], 200), neighbour: hidden, reader: hidden}


def test_old_page_of_a_closed_follow_up_keeps_what_was_typed(client_of, buyer, action):
    FollowUp.objects.update(state=State.CLOSED)
    client = client_of(buyer)
    url = page("action-detail", action) + "move/extend/"
    assert client.get(url).status_code == 403
    answer = client.post(url, {"version": 1, "text": "Behöver tid", "due_on": in_days(90)})
    assert [error.code for error in answer.context["form"].non_field_errors().as_data()] == ["ended"]
    assert "Behöver tid" in answer.text
    action.refresh_from_db()
    assert action.version == 1


def test_second_of_two_gets_a_comparison(client_of, buyer, action):
    client, url = client_of(buyer), page("action-detail", action) + "move/extend/"
    assert client.post(url, {"version": 1, "text": "Först", "due_on": in_days(40)}).status_code == 302
    answer = client.post(url, {"version": 1, "text": "Sedan", "due_on": in_days(50)})
    assert answer.status_code == 409
    assert "Sedan" in answer.text
    action.refresh_from_db()
    assert action.due_on.isoformat() == in_days(40)


@pytest.mark.parametrize(
    ("move", "change", "field"),
    [
        ("extend", {"text": ""}, "text"),
        ("extend", {"due_on": in_days(5)}, "due_on"),
        ("extend", {"due_on": in_days(-1)}, "due_on"),
        ("extend", {"due_on": ""}, "due_on"),
        ("clear", {"verification": ""}, "verification"),
        ("clear", {"version": "x"}, "version"),
    ],
)
def test_bad_input_is_a_sentence_at_its_field(move, change, field, client_of, buyer, action):
    sent = {"version": 1, "text": "Skäl", "due_on": in_days(60), "verification": "audit"} | change
    answer = client_of(buyer).post(page("action-detail", action) + f"move/{move}/", sent)
    assert list(answer.context["form"].errors) == [field]
    action.refresh_from_db()
    assert action.version == 1


def test_unknown_move_is_nowhere_and_neighbour_sees_nothing(client_of, buyer, neighbour, action):
    url = page("action-detail", action)
    assert client_of(buyer).get(f"{url}move/sell/").status_code == 404
    assert client_of(buyer).get(f"{url}move/accept/").status_code == 403
    assert [client_of(neighbour).get(path).status_code for path in (url, f"{url}move/clear/")] == [404, 404]


def test_page_does_not_grow_with_findings_actions_and_replies(client_of, buyer, follow_up):
    client, counts = client_of(buyer), []
    for more in (1, 2):
        for _number in range(more):
            finding = FindingFactory(follow_up=follow_up)
            in_state(CorrectiveActionFactory(finding=finding), ActionState.PROPOSED)
            ActionEvent.objects.create(action=finding.actions.get(), move="propose", source="asked",
                                       target="proposed", created_by=actor_of(LINK))  # fmt: skip
        with CaptureQueriesContext(connection) as captured:
            client.get(page("follow-up-detail", follow_up))
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- Verified at a follow-up audit ----------------------------------------------------------------------------------


def followed_up(follow_up, **facts):
    """A follow-up audit of it, carried out yesterday unless told."""
    first = AuditFactory(follow_up=follow_up, carried_out=-20)
    return AuditFactory(**{"follow_up": follow_up, "kind": "follow_up", "follows": first, "carried_out": -1, **facts})


def test_who_verifies_says_at_which_follow_up_audit(client_of, buyer, action):
    client, url = client_of(buyer), page("action-detail", action) + "move/clear/"
    assert "verified_in" not in client.get(url).context["form"].fields
    follow_up = action.finding.follow_up
    followed_up(follow_up, carried_out=None)
    followed_up(FollowUpFactory())
    assert "verified_in" not in client.get(url).context["form"].fields
    audit = followed_up(follow_up)
    assert list(client.get(url).context["form"].fields["verified_in"].queryset) == [audit]
    sent = {"version": 1, "text": "Sågs på plats", "verification": "audit"}
    for changed in ({}, {"verification": "document", "verified_in": audit.public_id}, {"verified_in": "finnsinte"}):
        answer = client.post(url, sent | changed)
        assert (list(answer.context["form"].errors), "Sågs på plats" in answer.text) == (["verified_in"], True)
    assert client.post(url, sent | {"verified_in": audit.public_id}).status_code == 302
    action.refresh_from_db()
    assert (action.state, action.verification, action.verified_in) == ("cleared", "audit", audit)
    assert page("audit-detail", audit) in client.get(page("action-detail", action)).text
    move_action(by=buyer, action=action, move=Move.REOPEN, text="Kom tillbaka")
    action.refresh_from_db()
    assert action.verified_in is None
    told = action.events.order_by("pgh_id").values_list("verified_in", flat=True)
    assert list(told)[-2:] == [audit.pk, None]


def test_without_a_follow_up_audit_the_way_alone_is_told(client_of, buyer, action):
    sent = {"version": 1, "text": "", "verification": "audit"}
    assert client_of(buyer).post(page("action-detail", action) + "move/clear/", sent).status_code == 302
    action.refresh_from_db()
    assert (action.verification, action.verified_in) == ("audit", None)


def test_the_database_knows_which_audits_verify(buyer, action):
    audit = followed_up(action.finding.follow_up)
    for other, how in ((audit.follows, "audit"), (followed_up(FollowUpFactory()), "audit"), (audit, "document")):
        with pytest.raises(IntegrityError), transaction.atomic():
            move_action(by=buyer, action=action, move=Move.CLEAR, verification=how, verified_in=other)
