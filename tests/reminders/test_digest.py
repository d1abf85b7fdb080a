"""The weekly digest: one mail a person and week, of all that is no mail of its own, and nothing twice."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from portal.outbox import tasks as outbox
from portal.outbox.models import Message
from portal.reminders import keeping, sources
from portal.reminders.actions import REMINDERS, Tally, tick
from portal.reminders.models import Digest, DigestWeek, Reminder
from portal.reminders.sources import Source

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 30)
FRIDAY = MONDAY - timedelta(days=3)


@pytest.fixture
def chores(chores):
    """With a page for each, and closed when a test says so."""
    chores.closed = set()
    chores.from_day = date(2020, 1, 1)
    with_page = Source(
        key=chores.key,
        label="Sysslor",
        due=chores.due,
        text=chores.text,
        open_among=lambda ids: set(ids) - chores.closed,
        url=lambda public_id: f"https://portal.example/chores/{public_id}/",
    )
    sources.register(with_page)
    return chores


def week(chores, *recipients, count: int = 3, step: str = "-14") -> None:
    for recipient in recipients:
        for number in range(count):
            chores.add(recipient, step=step, public_id=f"chore{number}", due_on=date(2026, 12, 10 + number))


def ticked(day: date = MONDAY, **more) -> int:
    return tick(by=REMINDERS, day=day, **more).queued


def test_one_mail_a_person_with_all_that_is_no_mail_of_its_own(chores, buyer, person):
    english = person("buyer", "23", language="en")
    week(chores, buyer, english)
    assert ticked(FRIDAY, since=FRIDAY - timedelta(days=1)) == 0
    assert ticked() == 6
    assert (Message.objects.count(), Reminder.objects.count(), Digest.objects.count()) == (2, 6, 2)
    letter = Message.objects.get(to=english.email)
    assert (letter.kind, letter.subject) == ("digest", "Your week: 3 reminders")
    assert [line for line in letter.body.splitlines() if "chore" in line] == [
        line
        for number in range(3)
        for line in (f"- Sysslan chore{number}", f"  https://portal.example/chores/chore{number}/")
    ]
    assert "/reminders/" in letter.body
    assert set(Reminder.objects.filter(recipient=english).values_list("message", flat=True)) == {letter.pk}


def test_a_second_look_on_monday_sends_no_second_digest(chores, buyer):
    week(chores, buyer)
    assert [ticked(), ticked()] == [3, 0]
    chores.add(buyer, step="-14", public_id="later")
    assert [ticked(), ticked(MONDAY + timedelta(days=2))] == [0, 0]
    assert ticked(MONDAY + timedelta(days=7)) == 1
    assert Digest.objects.count() == 2


def test_what_turns_up_in_the_week_waits_for_the_next_monday_also_for_whom_there_was_nothing(chores, buyer):
    assert ticked() == 0
    week(chores, buyer, count=1)
    assert ticked(MONDAY + timedelta(days=1)) == 0
    assert ticked(MONDAY + timedelta(days=7)) == 1


def test_a_portal_that_was_down_on_monday_sends_on_the_day_it_is_up(chores, buyer):
    week(chores, buyer)
    assert ticked(MONDAY + timedelta(days=2)) == 3


def test_after_the_switch_the_first_digest_is_next_mondays(chores, buyer):
    week(chores, buyer)
    wednesday = MONDAY + timedelta(days=2)
    assert ticked(wednesday, since=wednesday, takes_old=True) == 0
    assert ticked(MONDAY + timedelta(days=7), since=wednesday, takes_old=True) == 3


def test_a_single_mail_and_a_digest_keep_apart(chores, buyer):
    chores.add(buyer, step="-3", public_id="single")
    week(chores, buyer, count=2)
    assert ticked() == 3
    assert sorted(Message.objects.values_list("kind", flat=True)) == ["digest", "reminder"]


def test_one_broken_text_costs_that_persons_digest_alone_and_is_tried_again(chores, buyer, neighbour, caplog):
    week(chores, buyer)
    chores.add(neighbour, step="-14", public_id="broken")
    assert tick(by=REMINDERS, day=MONDAY) == Tally(queued=3, failed=1)
    assert "digest_failed" in caplog.text
    assert not DigestWeek.objects.exists()
    chores.dues.pop()
    chores.add(neighbour, step="-14", public_id="mended")
    assert ticked(MONDAY + timedelta(days=1)) == 1


def test_what_was_closed_before_it_is_written_is_not_in_it(chores, buyer):
    week(chores, buyer)
    chores.closed = {"chore1"}
    assert ticked() == 2
    assert "chore1" not in Message.objects.get().body
    chores.closed = {"chore0", "chore1", "chore2"}
    assert ticked(MONDAY + timedelta(days=7)) == 0


def test_what_was_closed_before_it_leaves_is_taken_out(chores, buyer):
    week(chores, buyer)
    ticked()
    letter = Message.objects.get()
    chores.closed = {"chore1"}
    outbox.deliver(letter.public_id)
    letter.refresh_from_db()
    assert letter.state == "sent"
    assert ("chore0" in letter.body, "chore1" in letter.body, "chore2" in letter.body) == (True, False, True)


def test_when_all_of_it_is_closed_it_does_not_leave(chores, buyer):
    week(chores, buyer)
    ticked()
    chores.closed = {"chore0", "chore1", "chore2"}
    outbox.sweep()
    assert Message.objects.get().state == "dropped"


def test_a_letter_to_an_account_that_was_closed_meanwhile_does_not_leave(chores, buyer):
    chores.add(buyer, step="-3")
    ticked()
    type(buyer).objects.filter(pk=buyer.pk).update(is_active=False)
    outbox.sweep()
    assert Message.objects.get().state == "dropped"


def test_control_what_is_open_leaves(chores, buyer):
    chores.add(buyer, step="-3")
    ticked()
    outbox.sweep()
    assert Message.objects.get().state == "sent"


def test_a_source_that_breaks_when_asked_keeps_the_letter_waiting(chores, buyer):
    chores.add(buyer, step="-3")
    ticked()

    def broken(_ids):
        raise ValueError

    sources.register(Source(key=chores.key, label="Trasig", due=chores.due, text=chores.text, open_among=broken))
    outbox.sweep()
    message = Message.objects.get()
    assert (message.state, message.attempts, message.error) == ("queued", 1, "ValueError: ")


def test_whoever_pauses_gets_nothing_and_all_of_it_on_the_monday_after(chores, buyer):
    keeping.choose(by=buyer, person=buyer, delivery="default", resumes_on=date(2026, 12, 20))
    chores.add(buyer, step="-3", due_on=date(2026, 12, 12))
    assert [ticked(date(2026, 12, 9)), ticked(date(2026, 12, 14))] == [0, 0]
    chores.dues = []
    chores.add(buyer, step="+7", due_on=date(2026, 12, 10))
    assert ticked(date(2026, 12, 21)) == 1
    assert Message.objects.get().kind == "digest"


def test_a_paused_matter_rests_until_its_day_or_until_someone_ends_it(chores, buyer, secretariat):
    chores.add(buyer, step="+7", within="matter234567", due_on=date(2026, 11, 20))
    keeping.pause(by=secretariat, about="matter234567", reason="Rekonstruktion", resumes_on=MONDAY)
    assert ticked(FRIDAY) == 0
    keeping.pause(by=secretariat, about="matter234567", reason="Rekonstruktion", resumes_on=None)
    assert ticked() == 0
    keeping.lift(by=secretariat, about="matter234567")
    assert ticked() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_digest(chores, buyer):
    week(chores, buyer)
    both = threading.Barrier(2)
    text = chores.text

    def text_together(due):
        if due.public_id == "chore0":
            both.wait(10)
        return text(due)

    sources.register(Source(key=chores.key, label="Sysslor", due=chores.due, text=text_together))
    found: list[Tally] = []

    def one() -> None:
        try:
            found.append(tick(by=REMINDERS, day=MONDAY))
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted((tally.queued, tally.failed) for tally in found) == [(0, 0), (3, 0)]
    assert (Message.objects.count(), Reminder.objects.count(), DigestWeek.objects.count()) == (1, 3, 1)
