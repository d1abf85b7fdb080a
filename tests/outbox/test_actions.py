import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portal.outbox import actions
from portal.outbox.enums import State
from portal.outbox.models import Message

pytestmark = pytest.mark.django_db


def test_queued_mail_stands_in_a_row(queued, settings):
    settings.DEFAULT_FROM_EMAIL = "Hållbar upphandling <noreply@räksmörgås.example>"
    message = queued(subject="Åtgärd", language="en")
    message.refresh_from_db()
    assert (message.state, message.attempts, message.language) == (State.QUEUED, 0, "en")
    assert message.created_by.name == "outbox"
    assert message.message_id.endswith("@xn--rksmrgs-5wao1o.example>")


def test_two_messages_have_different_message_ids(queued):
    assert queued().message_id != queued().message_id


@pytest.mark.parametrize("subject", ["Hej\nBcc: everyone@test.example", "Hej\r\nBcc: everyone@test.example"])
def test_line_breaks_in_a_subject_become_spaces(queued, subject):
    assert queued(subject=subject).subject == "Hej Bcc: everyone@test.example"


def test_a_long_subject_is_cut(queued):
    assert queued(subject="å" * 300).subject == "å" * 250


@pytest.mark.parametrize("to", ["", "nobody", "a@test.example\nBcc: b@test.example", "a@test.example, b@test.example"])
def test_what_is_no_single_address_is_refused(queued, to):
    with pytest.raises(ValidationError):
        queued(to=to)
    assert Message.objects.count() == 0


@pytest.mark.parametrize("fields", [{"subject": " \n"}, {"body": ""}])
def test_a_mail_without_subject_or_text_is_refused(queued, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        queued(**fields)


def test_the_database_itself_refuses_a_line_break_in_a_header(queued):
    message = queued()
    for field in ("subject", "to"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.filter(pk=message.pk).update(**{field: "a@test.example\nBcc: b@test.example"})


@pytest.mark.parametrize(
    "fields",
    [
        {"state": State.SENDING},
        {"state": State.SENT},
        {"state": State.FAILED},
        {"state": State.IN_DOUBT},
        {"state": "gone"},
        {"sent_at": "2026-01-01T00:00Z"},
        {"leased_until": "2026-01-01T00:00Z"},
    ],
)
def test_state_and_fields_agree(queued, fields):
    message = queued()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**fields)


def test_mail_of_a_transaction_that_is_rolled_back_is_not_there(queued):
    with transaction.atomic():
        queued()
        transaction.set_rollback(True)
    assert Message.objects.count() == 0


@pytest.mark.parametrize("state", [State.FAILED, State.IN_DOUBT])
def test_resend_queues_again_under_the_same_message_id(queued, admin, state):
    message = queued()
    Message.objects.filter(pk=message.pk).update(state=state, error="550 no", attempts=30)
    actions.resend(by=admin, message=message)
    again = Message.objects.due().get()
    assert (again.message_id, again.attempts, again.error) == (message.message_id, 0, "")


def test_mark_sent_says_who_and_blanks_a_secret(queued, admin):
    message = queued(is_secret=True)
    Message.objects.filter(pk=message.pk).update(state=State.IN_DOUBT, error="?")
    actions.mark_sent(by=admin, message=message)
    message.refresh_from_db()
    assert (message.state, message.sent_by.user, message.body) == (State.SENT, admin, "")


@pytest.mark.parametrize("action", [actions.resend, actions.mark_sent])
def test_what_is_settled_stays_settled(queued, admin, action):
    message = queued()
    with pytest.raises(actions.AlreadySettled):
        action(by=admin, message=message)
    message.refresh_from_db()
    assert message.state == State.QUEUED


def test_history_tells_the_states_but_not_the_text(queued, admin):
    message = queued(body="https://portal.example/secret", is_secret=True)
    Message.objects.filter(pk=message.pk).update(state=State.FAILED, error="550 no")
    actions.mark_sent(by=admin, message=message)
    events = message.events.order_by("pgh_id")
    assert [(event.pgh_label, event.state) for event in events] == [
        ("insert", "queued"),
        ("update", "failed"),
        ("update", "sent"),
    ]
    assert "body" not in {field.name for field in events.model._meta.get_fields()}
