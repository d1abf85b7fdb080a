import threading
from datetime import date

import pytest
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import translation

from portal.history.models import SystemActor
from portal.outbox import tasks as outbox_tasks
from portal.outbox.models import Message
from portal.reminders import sources
from portal.reminders.actions import REMINDERS, Tally, tick
from portal.reminders.keeping import switch_on
from portal.reminders.models import Reminder
from portal.reminders.queries import reminders_of
from portal.reminders.sources import Source
from portal.reminders.tasks import SomeRemindersFailed
from portal.reminders.tasks import tick as tick_task
from tests.database import connect_as_owner

DAY = date(2026, 11, 27)


@pytest.mark.django_db
def test_a_reminder_is_a_row_and_a_mail_in_the_recipients_language(chores, person, settings):
    settings.BASE_URL = "https://portal.example/"
    english = person("buyer", "23", language="en")
    chores.add(english)
    assert tick(by=REMINDERS, day=DAY) == Tally(queued=1)
    reminder = Reminder.objects.get()
    key = (reminder.source, reminder.about, reminder.step, reminder.due_on, reminder.recipient)
    assert key == ("test-chores", "chore2345678", "-3", date(2026, 12, 2), english)
    assert reminder.created_by.name == "reminders"
    message = reminder.message
    assert (message.to, message.language, message.kind) == (english.email, "en", "reminder")
    assert message.subject == "Sysslan chore2345678"
    assert message.body.startswith("Senast 2026-12-02.\n\n-- \nThe portal sends this reminder by itself.")
    assert "https://portal.example/messages/\n" in message.body
    assert message.body.endswith("https://portal.example/reminders/\n")


@pytest.mark.django_db
def test_before_its_day_nothing_is_sent(chores, buyer):
    chores.add(buyer)
    assert tick(by=REMINDERS, day=date(2026, 11, 26)) == Tally()


@pytest.mark.django_db
def test_ticking_again_sends_nothing_more(chores, buyer):
    chores.add(buyer)
    tallies = [tick(by=REMINDERS, day=day).queued for day in (DAY, DAY, date(2026, 11, 28), date(2026, 12, 1))]
    assert (tallies, Message.objects.count()) == ([1, 0, 0, 0], 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [{"step": "+7"}, {"due_on": date(2026, 12, 9)}, {"public_id": "other2345678"}],
    ids=lambda value: str(value),
)
def test_another_step_a_new_date_or_another_thing_is_another_reminder(chores, buyer, change):
    chores.add(buyer)
    tick(by=REMINDERS, day=DAY)
    chores.add(buyer, **change)
    assert tick(by=REMINDERS, day=DAY) == Tally(queued=1)


@pytest.mark.django_db
def test_each_recipient_is_reminded(chores, buyer, neighbour):
    chores.add(buyer)
    chores.add(neighbour)
    tick(by=REMINDERS, day=DAY)
    assert set(Message.objects.values_list("to", flat=True)) == {buyer.email, neighbour.email}


@pytest.mark.django_db
def test_a_closed_account_is_not_reminded(chores, buyer):
    buyer.is_active = False
    chores.add(buyer)
    assert tick(by=REMINDERS, day=DAY) == Tally()


@pytest.mark.django_db
def test_one_broken_text_and_one_broken_source_do_not_stop_the_rest(chores, buyer, caplog):
    def broken(day: date) -> list[sources.Due]:
        raise ValueError(day)

    sources.register(Source(key="test-a-broken", label="Trasig", due=broken, text=chores.text))
    chores.add(buyer, public_id="broken")
    chores.add(buyer, public_id="whole2345678")
    try:
        assert tick(by=REMINDERS, day=DAY) == Tally(queued=1, failed=2)
    finally:
        sources.unregister("test-a-broken")
    assert [reminder.about for reminder in Reminder.objects.all()] == ["whole2345678"]
    assert "reminder_source_failed" in caplog.text
    assert "reminder_failed" in caplog.text


@pytest.mark.django_db
def test_the_task_uses_the_portals_clock_and_is_seen_to_fail(chores, buyer, settings):
    settings.PORTAL_NOW = "2026-11-27T00:00:30"
    chores.add(buyer, public_id="broken")
    chores.add(buyer)
    tick_task()
    assert Message.objects.count() == 0  # nobody has switched reminders on
    switch_on(by=REMINDERS, since=DAY, takes_old=False, counted=None)
    with pytest.raises(SomeRemindersFailed, match=r"1 failed, 1 were queued\."):
        tick_task()
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_a_reminder_whose_mail_is_refused_is_not_remembered(chores, buyer):
    buyer.email = "no address"
    chores.add(buyer)
    assert tick(by=REMINDERS, day=DAY) == Tally(failed=1)
    assert Reminder.objects.count() == 0


@pytest.mark.django_db
def test_what_was_sent_is_found_by_thing_in_one_query(chores, buyer, django_assert_num_queries):
    for public_id in ("first2345678", "second345678", "third2345678"):
        chores.add(buyer, public_id=public_id)
    tick(by=REMINDERS, day=DAY)
    with django_assert_num_queries(1):
        found = reminders_of("test-chores", ["first2345678", "second345678"])
        shown = {key: [(r.message.subject, str(r.recipient)) for r in rows] for key, rows in found.items()}
    assert shown == {
        "first2345678": [("Sysslan first2345678", str(buyer))],
        "second345678": [("Sysslan second345678", str(buyer))],
    }
    assert reminders_of("another-source", ["first2345678"]) == {}


@pytest.mark.django_db
def test_the_list_shows_text_recipient_and_time(chores, buyer, tmp_path, settings):
    settings.EMAIL_BACKEND = "portal.outbox.backends.MaildirBackend"
    settings.OUTBOX_JOURNAL = str(tmp_path / "mail")
    settings.PORTAL_NOW = "2026-11-27T08:30:00"
    chores.add(buyer)
    tick(by=REMINDERS, day=DAY)

    def shown() -> str:
        reminders = reminders_of("test-chores", ["chore2345678"])["chore2345678"]
        with translation.override("en"):
            return render_to_string("reminders/_list.html", {"reminders": reminders})

    assert "Waiting to be sent" in shown()
    outbox_tasks.sweep()
    page = shown()
    for text in ("Sysslan chore2345678", "Senast 2026-12-02.", str(buyer), "27 November 2026", "<details>"):
        assert text in page


def tick_in_two_threads(chores) -> list[object]:
    """Both find the reminder unsent, both write its text, and only then does either write a row."""
    both = threading.Barrier(2)
    text = chores.text

    def text_together(due):
        both.wait(10)
        return text(due)

    sources.register(Source(key=chores.key, label="Sysslor", due=chores.due, text=text_together))
    results: list[object] = []

    def one() -> None:
        try:
            results.append(tick(by=SystemActor("reminders"), day=DAY))
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_remind_once(chores, buyer):
    chores.add(buyer)
    tallies = tick_in_two_threads(chores)
    assert sorted(tally.queued for tally in tallies) == [0, 1]
    assert [tally.failed for tally in tallies] == [0, 0]
    assert (Reminder.objects.count(), Message.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_constraint_two_workers_remind_twice(chores, buyer):
    chores.add(buyer)
    fields = "source, about, step, due_on, recipient_id"
    with connect_as_owner(connection.settings_dict["NAME"]) as owner:
        owner.execute("ALTER TABLE reminders_reminder DROP CONSTRAINT reminder_once")
        try:
            tick_in_two_threads(chores)
            assert (Reminder.objects.count(), Message.objects.count()) == (2, 2)
        finally:
            owner.execute("DELETE FROM reminders_reminder")
            owner.execute(f"ALTER TABLE reminders_reminder ADD CONSTRAINT reminder_once UNIQUE ({fields})")


@pytest.mark.django_db(transaction=True)
def test_a_reminder_and_its_mail_are_written_together_or_not_at_all(chores, buyer):
    chores.add(buyer)
    with transaction.atomic():
        tick(by=REMINDERS, day=DAY)
        transaction.set_rollback(True)
    assert (Reminder.objects.count(), Message.objects.count()) == (0, 0)
