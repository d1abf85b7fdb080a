"""People without an account are reminded too: by their address, in their language, once."""

import pytest
from django.db import IntegrityError, connection, transaction

from portal.outbox.models import Message
from portal.reminders.actions import REMINDERS, Tally, tick
from portal.reminders.models import Reminder
from portal.reminders.queries import reminders_of
from portal.reminders.sources import Outside
from tests.database import connect_as_owner
from tests.reminders.test_tick import DAY, tick_in_two_threads

ANNA = Outside("Anna@Supplier.example", "Anna Andersson", "en")


@pytest.mark.django_db
def test_a_reminder_goes_to_the_address_in_its_language_without_a_way_into_the_portal(chores):
    chores.add(ANNA)
    assert tick(by=REMINDERS, day=DAY) == Tally(queued=1)
    reminder = Reminder.objects.get()
    assert (reminder.recipient, reminder.email, reminder.recipient_name) == (
        None,
        "anna@supplier.example",
        "Anna Andersson",
    )
    assert (reminder.message.to, reminder.message.language) == ("Anna@Supplier.example", "en")
    assert "/messages/" not in reminder.message.body


@pytest.mark.django_db
def test_the_same_address_in_another_case_is_the_same_person(chores):
    chores.add(ANNA)
    chores.add(Outside("anna@supplier.example", "A. Andersson", "sv"))
    assert tick(by=REMINDERS, day=DAY) == Tally(queued=1)
    assert tick(by=REMINDERS, day=DAY) == Tally()


@pytest.mark.django_db
def test_an_account_and_an_address_are_reminded_each(chores, buyer):
    for recipient in (ANNA, Outside("bo@supplier.example", "", "sv"), buyer):
        chores.add(recipient)
    assert tick(by=REMINDERS, day=DAY) == Tally(queued=3)
    assert tick(by=REMINDERS, day=DAY) == Tally()
    found = reminders_of("test-chores", ["chore2345678"])["chore2345678"]
    assert {each.recipient_name for each in found} == {"Anna Andersson", "bo@supplier.example", str(buyer)}


@pytest.mark.django_db
def test_what_a_thing_belongs_to_is_remembered(chores, buyer):
    chores.add(buyer, within="matter234567")
    tick(by=REMINDERS, day=DAY)
    assert Reminder.objects.get().within == "matter234567"


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"recipient": None, "email": ""}, {"email": "Anna@supplier.example"}])
def test_the_database_wants_one_recipient(chores, buyer, change):
    chores.add(buyer)
    tick(by=REMINDERS, day=DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.update(**change)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_remind_an_address_once(chores):
    chores.add(ANNA)
    assert sorted(tally.queued for tally in tick_in_two_threads(chores)) == [0, 1]
    assert (Reminder.objects.count(), Message.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_constraint_two_workers_remind_an_address_twice(chores):
    chores.add(ANNA)
    fields = "source, about, step, due_on, email"
    with connect_as_owner(connection.settings_dict["NAME"]) as owner:
        owner.execute("DROP INDEX reminder_once_outside")
        try:
            tick_in_two_threads(chores)
            assert (Reminder.objects.count(), Message.objects.count()) == (2, 2)
        finally:
            owner.execute("DELETE FROM reminders_reminder")
            owner.execute(
                f"CREATE UNIQUE INDEX reminder_once_outside ON reminders_reminder ({fields}) WHERE recipient_id IS NULL"
            )


def test_who_is_outside_is_called_by_name():
    assert (str(ANNA), str(Outside("bo@supplier.example", "", "sv"))) == ("Anna Andersson", "bo@supplier.example")
    assert ANNA.is_active
