"""Mail that came back: read from reports, or told by hand; and what nobody wants sent any more."""

import threading
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.urls import reverse

from portal.outbox import actions, bounces, delivery, gates, journal, tasks
from portal.outbox.enums import State
from portal.outbox.models import Message

pytestmark = pytest.mark.django_db

REPORT = """\
From: MAILER-DAEMON@relay.example
To: noreply@portal.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; someone@test.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1
    User unknown

--part
Content-Type: {kind}

{original}
--part--
"""
WHOLE, HEADERS = "message/rfc822", "text/rfc822-headers"


def report(message: Message, *, action: str = "failed", kind: str = WHOLE) -> bytes:
    original = f"From: noreply@portal.example\nMessage-ID: {message.message_id}\nSubject: Hej\n\nText\n"
    return REPORT.format(action=action, kind=kind, original=original).encode()


@pytest.fixture
def returned(tmp_path, settings) -> Path:
    """The Maildir of what came back."""
    folder = tmp_path / "returned"
    journal.prepare(folder)
    settings.OUTBOX_BOUNCES = str(folder)
    return folder


@pytest.fixture
def sent(queued, maildir) -> Message:
    message = queued()
    tasks.deliver(message.public_id)
    message.refresh_from_db()
    assert message.state == State.SENT
    return message


@pytest.mark.parametrize("kind", [WHOLE, HEADERS])
def test_a_report_of_failure_marks_the_message_as_returned(sent, returned, kind):
    (returned / "new" / "1").write_bytes(report(sent, kind=kind))
    moment = sent.sent_at
    tasks.sweep()
    sent.refresh_from_db()
    assert (sent.state, sent.error, sent.sent_at) == (State.BOUNCED, "5.1.1 550 5.1.1 User unknown", moment)
    assert ([p.name for p in (returned / "new").iterdir()], [p.name for p in (returned / "cur").iterdir()]) == (
        [],
        ["1:2,S"],
    )


def an_answer(message: Message) -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["In-Reply-To"] = "Jag är på semester", message.message_id
    mail.set_content("Åter i augusti.")
    return mail.as_bytes()


@pytest.mark.parametrize(
    "written",
    [
        lambda message: report(message, action="delayed"),
        lambda message: report(message, action="delivered"),
        an_answer,
        lambda message: b"",
        lambda message: b"\xff\x00 no mail",
        lambda message: report(message).replace(message.message_id.encode(), b"<gone@portal.example>"),
        lambda message: report(message).replace(b"Message-ID", b"X-Nothing"),
        lambda message: report(message) + b"x" * bounces.LARGEST,
    ],
)
def test_whatever_else_comes_back_changes_nothing_and_is_read_once(sent, returned, written):
    (returned / "new" / "1").write_bytes(written(sent))
    assert bounces.settle_returned() == 0
    sent.refresh_from_db()
    assert (sent.state, len(list((returned / "cur").iterdir()))) == (State.SENT, 1)


def test_what_was_not_sent_can_not_come_back(queued, returned):
    message = queued()
    (returned / "new" / "1").write_bytes(report(message))
    assert bounces.settle_returned() == 0
    message.refresh_from_db()
    assert message.state == State.QUEUED


def test_a_folder_that_is_not_there_is_told_and_does_not_stop_the_sweep(queued, maildir, settings, tmp_path, caplog):
    settings.OUTBOX_BOUNCES = str(tmp_path / "not-mounted")
    message = queued()
    tasks.sweep()
    message.refresh_from_db()
    assert message.state == State.SENT
    assert "outbox_journal_unreadable" in caplog.text


def test_a_returned_message_is_not_sent_again(sent, admin):
    actions.mark_bounced(by=admin, message=sent, reason="550 no")
    with pytest.raises(actions.AlreadySettled):
        actions.resend(by=admin, message=sent)
    tasks.sweep()
    sent.refresh_from_db()
    assert sent.state == State.BOUNCED


def test_a_returned_secret_stays_blank(queued, maildir, admin):
    message = queued(is_secret=True)
    tasks.deliver(message.public_id)
    actions.mark_bounced(by=admin, message=message, reason="")
    message.refresh_from_db()
    assert (message.body, message.error) == ("", "–")


def test_who_has_seen_to_it_is_noted_once_and_forgotten_when_it_is_sent_again(queued, admin, secretariat):
    message = queued()
    Message.objects.update(state=State.FAILED, error="550 no")
    actions.note_trouble(by=secretariat, message=message)
    actions.note_trouble(by=admin, message=message)
    message.refresh_from_db()
    assert message.noted_by.user == secretariat
    assert not Message.objects.troubled().exists()
    actions.resend(by=admin, message=message)
    message.refresh_from_db()
    assert (message.noted_at, message.noted_by) == (None, None)
    with pytest.raises(actions.AlreadySettled):
        actions.note_trouble(by=admin, message=message)


def test_the_keeper_is_told_on_the_start_page_until_it_is_seen_to(client_of, admin, secretariat, queued):
    Message.objects.filter(pk=queued(subject="Kom inte fram").pk).update(state=State.FAILED, error="550 no")
    client, url = client_of(admin), f"{reverse('outbox:message-list')}?state=troubled"
    assert url in client.get("/").text
    assert url not in client_of(secretariat).get("/").text
    assert "Kom inte fram" in client.get(url).text
    client.post(reverse("outbox:message-note", args=[Message.objects.get().public_id]))
    assert url not in client.get("/").text
    assert "Kom inte fram" not in client.get(url).text


def test_the_keeper_marks_what_came_back(client_of, admin, sent):
    url = reverse("outbox:message-mark-bounced", args=[sent.public_id])
    page = client_of(admin).get(reverse("outbox:message-detail", args=[sent.public_id])).text
    assert url in page
    assert client_of(admin).post(url).status_code == 302
    sent.refresh_from_db()
    assert (sent.state, bool(sent.error)) == (State.BOUNCED, True)
    page = client_of(admin).get(reverse("outbox:message-detail", args=[sent.public_id])).text
    assert url not in page
    assert reverse("outbox:message-resend", args=[sent.public_id]) not in page


@pytest.fixture
def gate():
    """`gate(text)`: what the room says of messages of the kind "test"."""
    yield lambda text: gates.register("test", lambda message: text)
    gates.unregister("test")


def test_what_is_wanted_no_more_is_not_sent(queued, sink, gate):
    gate(None)
    message = queued()
    tasks.deliver(message.public_id)
    tasks.sweep()
    message.refresh_from_db()
    assert (message.state, message.lease_token, sink.mails) == (State.DROPPED, None, [])


def test_the_room_may_change_the_text_until_it_leaves(queued, sink, gate):
    message = queued(body="Tre saker")
    gate("En sak")
    tasks.deliver(message.public_id)
    message.refresh_from_db()
    assert (message.state, message.body) == (State.SENT, "En sak")
    assert sink.mails[0].get_payload(decode=True).decode().strip() == "En sak"


def test_the_message_id_follows_from_the_row(queued, settings):
    settings.DEFAULT_FROM_EMAIL = "Kansliet <noreply@portal.example>"
    message = queued()
    assert message.message_id == f"<{message.public_id}@portal.example>"


def test_a_mail_is_cut_off_while_its_lease_still_holds(queued, sink, settings):
    settings.EMAIL_TIMEOUT, settings.OUTBOX_LEASE_S = 60, 3
    sink.stall = "DATA"
    message, start = queued(), time.monotonic()
    tasks.deliver(message.public_id)
    assert time.monotonic() - start < 3
    message.refresh_from_db()
    assert message.state == State.SENDING
    assert not Message.objects.expired().exists()


@pytest.mark.long
def test_control_without_the_cut_the_lease_ends_while_the_relay_is_waited_for(queued, sink, settings, monkeypatch):
    settings.EMAIL_TIMEOUT, settings.OUTBOX_LEASE_S = 3, 1
    timer = threading.Timer
    monkeypatch.setattr(threading, "Timer", lambda _seconds, cut: timer(3600, cut))
    sink.stall = "DATA"
    tasks.deliver(queued().public_id)
    assert Message.objects.expired().exists()


def test_the_lease_begins_anew_once_the_relay_answers(queued, sink):
    first = delivery.claim(queued().public_id)
    Message.objects.update(leased_until="2020-01-01T00:00Z")
    token = first.lease_token
    assert delivery._renew(first)
    assert not Message.objects.expired().exists()
    assert Message.objects.get().lease_token not in {None, token}


def test_a_lease_that_passed_to_another_ends_before_anything_is_sent(queued, sink):
    late = delivery.claim(queued().public_id)
    Message.objects.update(leased_until="2020-01-01T00:00Z")
    delivery.settle_expired()
    delivery.claim(late.public_id)
    delivery.send(late)
    assert (sink.mails, Message.objects.get().state) == ([], State.SENDING)
