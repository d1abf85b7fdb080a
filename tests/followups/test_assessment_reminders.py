"""Reminders of self-assessments: to the supplier on the schedule, to those who see to it when it is late."""

from datetime import timedelta
from uuid import uuid4

import pytest

from followups.actions.assessments import withdraw_assessment
from followups.actions.links import revoke_link
from followups.actions.reviews import accept_all, ask_back, reply_to_ask
from followups.models import FollowUp, SelfAssessment
from followups.reminders.assessments import READING, REPLIES, SELF_ASSESSMENTS, answers_deadlines, read_by
from portal import clock
from portal.reminders.schedule import send_day
from tests.followups.assessments import BY, link_of, sent, submitted
from tests.followups.factories import FollowUpFactory

pytestmark = pytest.mark.django_db
ANNA = "anna@leverantor.example"


@pytest.fixture
def assessment(follow_up, buyer) -> SelfAssessment:
    FollowUp.objects.update(handler=buyer, assigned_at=clock.now(), assigned_by=follow_up.created_by)
    return sent(FollowUp.objects.get(), days=30)


def told(source, due_on, offset) -> set[str]:
    """Who is reminded on the working day of a step."""
    return {due.recipient.email for due in source.due(send_day(due_on, offset))}


def test_the_supplier_is_reminded_at_every_step_and_others_when_it_is_late(assessment, buyer, secretariat):
    assert told(SELF_ASSESSMENTS, assessment.due_on, -14) == {ANNA}
    assert told(SELF_ASSESSMENTS, assessment.due_on, 0) == {ANNA}
    assert told(SELF_ASSESSMENTS, assessment.due_on, 7) == {ANNA, buyer.email, secretariat.email}


def test_before_the_first_step_nobody_is_reminded(assessment):
    assert list(SELF_ASSESSMENTS.due(clock.today())) == []


@pytest.mark.parametrize("how", ["submitted", "withdrawn", "ended", "revoked"])
def test_nothing_is_due_for_what_was_closed_meanwhile(assessment, buyer, how):
    day = send_day(assessment.due_on, -3)
    assert [due.recipient.email for due in SELF_ASSESSMENTS.due(day)] == [ANNA]
    if how == "submitted":
        submitted(assessment)
    elif how == "withdrawn":
        withdraw_assessment(by=BY, assessment=assessment, reason="Fel leverantör")
    elif how == "ended":
        FollowUp.objects.update(state="aborted")
    else:
        revoke_link(by=BY, link=link_of(assessment))
    assert list(SELF_ASSESSMENTS.due(day)) == []
    assert SELF_ASSESSMENTS.open_among([assessment.public_id]) == (
        {assessment.public_id} if how == "revoked" else set()
    )


def test_the_letters_name_the_supplier_and_the_way_back(assessment):
    for offset in (-3, 7):
        for due in SELF_ASSESSMENTS.due(send_day(assessment.due_on, offset)):
            subject, body = SELF_ASSESSMENTS.text(due)
            assert str(assessment.follow_up.supplier) in subject
            is_outside = due.recipient.email == ANNA
            assert ("/links/mine/" in body) is is_outside
            assert (f"/assessments/{assessment.public_id}/" in body) is not is_outside


def test_a_question_back_is_reminded_of_until_it_is_replied_to(assessment):
    done = submitted(assessment)
    due_on = clock.today() + timedelta(days=30)
    ask = ask_back(by=BY, answer=done.answers.first(), submission=uuid4(), question="Hemlig fråga?", due_on=due_on)
    [due] = REPLIES.due(send_day(due_on, -3))
    assert due.recipient.email == ANNA
    assert "Hemlig fråga?" not in "".join(REPLIES.text(due))
    reply_to_ask(by=link_of(done).actor, ask=ask, reply="Så.")
    assert list(REPLIES.due(send_day(due_on, -3))) == []
    assert REPLIES.open_among([ask.public_id]) == set()


def test_who_sees_to_it_is_reminded_to_read_what_came_in(assessment, buyer):
    done = submitted(assessment)
    due_on = read_by(done)
    assert due_on == clock.today() + timedelta(days=14)
    assert told(READING, due_on, -3) == {buyer.email}
    [due] = READING.due(send_day(due_on, -3))
    assert str(done.follow_up.supplier) in READING.text(due)[0]
    ask_back(by=BY, answer=done.answers.first(), submission=uuid4(), question="?", due_on=due_on)
    assert told(READING, due_on, -3) == set()


def test_what_is_accepted_needs_no_reading(assessment):
    done = submitted(assessment)
    accept_all(by=BY, assessment=done)
    assert told(READING, read_by(done), 0) == set()
    assert READING.open_among([done.public_id]) == set()


def test_the_date_stands_in_the_calendar_of_who_sees_to_it(assessment, buyer, neighbour):
    [deadline] = answers_deadlines(buyer)
    assert (deadline.due_on, deadline.public_id) == (assessment.due_on, assessment.public_id)
    assert list(answers_deadlines(neighbour)) == []


def test_the_number_of_queries_does_not_grow(assessment, django_assert_num_queries):
    day = send_day(assessment.due_on, -3)
    with django_assert_num_queries(2):
        list(SELF_ASSESSMENTS.due(day))
    for _number in range(2):
        sent(FollowUpFactory(), assessment.questionnaire_version, days=30)
    with django_assert_num_queries(2):
        list(SELF_ASSESSMENTS.due(day))
