import mailbox
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models.functions import Now

from portal.outbox import delivery, tasks
from portal.outbox.enums import State
from portal.outbox.models import Message

pytestmark = pytest.mark.django_db


def expire(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(leased_until=Now() - timedelta(seconds=1))


def make_due(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(not_before=Now())


def test_a_mail_arrives_as_it_was_written(queued, sink):
    message = queued(subject="Åtgärd förfaller", body="Hej Åsa!\nFrån kansliet.\n", language="sv")
    tasks.deliver(message.public_id)
    message.refresh_from_db()
    assert (message.state, message.attempts, message.sent_by.name) == (State.SENT, 1, "outbox")
    [mail] = sink.mails
    assert mail["Message-ID"] == message.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["To"] == "someone@test.example"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_payload(decode=True).decode().replace("\r\n", "\n").strip() == "Hej Åsa!\nFrån kansliet."


def test_a_second_wake_up_sends_nothing(queued, sink):
    message = queued()
    tasks.deliver(message.public_id)
    tasks.deliver(message.public_id)
    tasks.sweep()
    assert len(sink.mails) == 1


def test_control_the_sink_would_show_a_second_mail(queued, sink):
    message = queued()
    tasks.deliver(message.public_id)
    delivery.get_connection().send_messages([delivery._compose(message)])
    assert len(sink.mails) == 2


def test_the_sweep_sends_what_nobody_was_woken_for(queued, maildir):
    for number in range(3):
        queued(subject=f"Nummer {number}")
    tasks.sweep()
    assert sorted(mail["Subject"] for mail in mailbox.Maildir(maildir)) == ["Nummer 0", "Nummer 1", "Nummer 2"]
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}


def test_what_waits_is_not_sent_before_its_time(queued, sink):
    message = queued()
    Message.objects.filter(pk=message.pk).update(not_before=Now() + timedelta(minutes=1))
    tasks.deliver(message.public_id)
    tasks.sweep()
    assert sink.mails == []


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_permanent_refusal_fails_with_the_relays_words(queued, sink, command):
    sink.answers[command] = "550 5.1.1 No such user"
    message = queued()
    tasks.deliver(message.public_id)
    message.refresh_from_db()
    assert (message.state, message.error) == (State.FAILED, "550 5.1.1 No such user")


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_temporary_refusal_is_tried_again_later(queued, sink, command):
    sink.answers[command] = "451 4.7.1 Greylisted"
    message = queued()
    tasks.deliver(message.public_id)
    message.refresh_from_db()
    assert (message.state, message.error) == (State.QUEUED, "451 4.7.1 Greylisted")
    assert not Message.objects.due().exists()
    sink.answers.clear()
    make_due(message)
    tasks.sweep()
    message.refresh_from_db()
    assert (message.state, message.error, len(sink.mails)) == (State.SENT, "", 1)


def test_waiting_doubles_up_to_four_hours(queued, sink):
    sink.answers["RCPT"] = "451 later"
    message = queued()
    waits = []
    for attempts in (0, 1, 9, 28):
        Message.objects.filter(pk=message.pk).update(attempts=attempts, not_before=Now())
        tasks.deliver(message.public_id)
        now = Message.objects.annotate(now=Now()).get().now
        waits.append(round((Message.objects.get().not_before - now).total_seconds() / 60))
    assert waits == [1, 2, 240, 240]


def test_after_the_last_attempt_a_person_decides(queued, sink):
    sink.answers["RCPT"] = "451 later"
    message = queued()
    Message.objects.filter(pk=message.pk).update(attempts=delivery.ATTEMPTS - 1)
    tasks.deliver(message.public_id)
    message.refresh_from_db()
    assert (message.state, message.error) == (State.FAILED, "451 later")


def test_with_the_relay_away_all_wait_and_one_attempt_is_made(queued, sink, settings):
    settings.EMAIL_PORT = 1
    first, second = queued(), queued()
    tasks.sweep()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.attempts, second.state, second.attempts) == (State.QUEUED, 1, State.QUEUED, 0)
    assert first.error.startswith("ConnectionRefusedError")


def test_a_silent_relay_leaves_the_answer_to_the_journal(queued, sink, settings):
    settings.EMAIL_TIMEOUT = 0.5
    sink.stall = "DATA"
    message = queued()
    tasks.deliver(message.public_id)
    message.refresh_from_db()
    assert message.state == State.SENDING
    expire(message)
    tasks.sweep()
    message.refresh_from_db()
    assert (message.state, len(sink.mails)) == (State.SENT, 1)


def test_a_dead_senders_mail_that_is_in_the_journal_is_sent(queued, sink):
    message = delivery.claim(queued().public_id)
    delivery.get_connection().send_messages([delivery._compose(message)])
    expire(message)
    tasks.sweep()
    message.refresh_from_db()
    assert (message.state, len(sink.mails)) == (State.SENT, 1)


def test_a_dead_senders_mail_that_is_not_in_the_journal_is_sent_now(queued, sink):
    message = delivery.claim(queued().public_id)
    expire(message)
    tasks.sweep()
    message.refresh_from_db()
    assert (message.state, message.attempts, len(sink.mails)) == (State.SENT, 2, 1)


def test_without_a_journal_it_is_in_doubt_and_nothing_is_sent(queued, sink, settings):
    settings.OUTBOX_JOURNAL = ""
    message = delivery.claim(queued().public_id)
    expire(message)
    tasks.sweep()
    message.refresh_from_db()
    assert (message.state, bool(message.error), sink.mails) == (State.IN_DOUBT, True, [])


def test_with_the_journal_unreadable_nothing_is_decided_but_others_are_sent(queued, sink, settings, tmp_path, caplog):
    settings.OUTBOX_JOURNAL = str(tmp_path / "not-mounted")
    message = delivery.claim(queued().public_id)
    expire(message)
    queued(subject="Den andra")
    tasks.sweep()
    message.refresh_from_db()
    assert (message.state, [mail["Subject"] for mail in sink.mails]) == (State.SENDING, ["Den andra"])
    assert "outbox_journal_unreadable" in caplog.text


def test_a_lease_that_runs_is_left_alone(queued, sink):
    message = delivery.claim(queued().public_id)
    tasks.sweep()
    message.refresh_from_db()
    assert (message.state, message.attempts, sink.mails) == (State.SENDING, 1, [])


def test_a_sender_that_comes_late_does_not_write_over_another(queued, sink):
    late = delivery.claim(queued().public_id)
    expire(late)
    delivery.settle_expired()
    other = delivery.claim(late.public_id)
    sink.answers["RCPT"] = "550 no"
    delivery.send(late)
    other.refresh_from_db()
    assert other.state == State.SENDING


def test_a_sender_that_comes_late_spares_the_second_mail(queued, sink):
    late = delivery.claim(queued().public_id)
    expire(late)
    delivery.settle_expired()
    delivery.send(late)
    tasks.sweep()
    late.refresh_from_db()
    assert (late.state, len(sink.mails)) == (State.SENT, 1)


@pytest.mark.parametrize(("environment", "left"), [("production", ""), ("demo", "https://portal.example/key")])
def test_a_secret_is_blanked_once_sent(queued, maildir, settings, environment, left):
    settings.PORTAL_ENV = environment
    message = queued(body="https://portal.example/key", is_secret=True)
    assert message.readable_body == left
    tasks.deliver(message.public_id)
    message.refresh_from_db()
    assert (message.state, message.body) == (State.SENT, left)


def test_what_is_no_secret_stays_readable(queued, maildir, settings):
    settings.PORTAL_ENV = "production"
    message = queued(body="Påminnelse")
    tasks.deliver(message.public_id)
    message.refresh_from_db()
    assert message.readable_body == "Påminnelse"


def test_mail_that_has_nowhere_to_go_says_so(queued, maildir, settings):
    settings.OUTBOX_JOURNAL = ""
    with pytest.raises(ImproperlyConfigured):
        tasks.deliver(queued().public_id)


@pytest.mark.django_db(transaction=True)
def test_a_claim_inside_a_transaction_is_refused(queued):
    message = queued()
    with pytest.raises(RuntimeError), transaction.atomic():
        delivery.claim(message.public_id)


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_sends(queued, sink, at_once):
    message = queued()
    at_once(lambda: tasks.deliver(message.public_id), 6)
    message.refresh_from_db()
    assert (message.state, message.attempts, len(sink.mails)) == (State.SENT, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_many_sweepers_share_the_work(queued, sink, at_once):
    for number in range(8):
        queued(subject=f"Nummer {number}")
    at_once(tasks.sweep, 4)
    assert sorted(mail["Subject"] for mail in sink.mails) == [f"Nummer {number}" for number in range(8)]


@pytest.mark.django_db(transaction=True)
def test_many_settlers_agree(queued, sink, at_once):
    message = delivery.claim(queued().public_id)
    delivery.get_connection().send_messages([delivery._compose(message)])
    expire(message)
    at_once(tasks.sweep, 4)
    message.refresh_from_db()
    assert (message.state, message.attempts, len(sink.mails)) == (State.SENT, 1, 1)
