"""The switch, one's own choice, the calendar's address: pages and what they do."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from portal.outbox.models import Message
from portal.reminders import keeping, sources
from portal.reminders.actions import REMINDERS, tick
from portal.reminders.calendars import calendar
from portal.reminders.models import CalendarFeed, Pause, Preference, Switch
from portal.reminders.queries import Backlog, backlog, current_switch
from portal.reminders.sources import Deadline, Outside, Source
from portal.reminders.tasks import tick as tick_task

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
PREFERENCES, SWITCH, OFF = (reverse(f"reminders:{name}") for name in ("preference-edit", "switch-on", "switch-off"))


@pytest.fixture(autouse=True)
def today(settings):
    settings.PORTAL_NOW = "2026-11-27T09:00"


@pytest.fixture
def heap(chores, buyer, neighbour):
    """Three old reminders to two people and one address, one of today, one for Monday."""
    chores.add(buyer, step="+7", public_id="old1", due_on=date(2026, 11, 1))
    chores.add(neighbour, step="+21", public_id="old2", due_on=date(2026, 10, 1))
    chores.add(Outside("anna@supplier.example", "Anna", "sv"), step="+7", public_id="old3", due_on=date(2026, 11, 1))
    chores.add(buyer, step="+7", public_id="today", due_on=TODAY - timedelta(days=7))
    chores.add(buyer, step="called", public_id="called")
    return chores


# --- the switch


def test_without_a_switch_nobody_is_reminded(heap):
    tick_task()
    assert (current_switch(), Message.objects.count()) == (None, 0)


def test_what_is_old_is_counted_by_reminders_and_people(heap):
    assert backlog(TODAY) == Backlog(old=3, people=3, today=2)


def test_switched_on_what_is_old_is_left_out(heap, admin, client_of):
    page = client_of(admin).get(SWITCH)
    assert page.context["found"].old == 3
    answer = client_of(admin).post(SWITCH, {"old": "leave", "counted": 3})
    assert (answer.status_code, Switch.objects.get().counted) == (302, 3)
    tick_task()
    assert [message.subject for message in Message.objects.order_by("pk")] == ["Sysslan today", "Sysslan called"]


def test_or_comes_in_the_next_digest_one_mail_a_person(heap, admin, client_of, settings):
    client_of(admin).post(SWITCH, {"old": "digest", "counted": 3})
    tick_task()
    assert Message.objects.count() == 2
    settings.PORTAL_NOW = "2026-11-30T09:00"
    tick_task()
    assert Message.objects.filter(kind="digest").count() == 2


def test_another_number_than_was_shown_is_confirmed_anew(heap, admin, client_of):
    for counted in ("2", "", "x", "-1"):
        page = client_of(admin).post(SWITCH, {"old": "leave", "counted": counted})
        assert (page.status_code, Switch.objects.count()) == (200, 0)
        assert page.context["form"].errors
        assert 'value="3"' in page.text
    with pytest.raises(keeping.BacklogChanged):
        keeping.switch_on(by=admin, since=TODAY, takes_old=False, counted=4)


def test_switched_off_nobody_is_reminded_any_more(heap, admin, client_of):
    keeping.switch_on(by=admin, since=TODAY, takes_old=False, counted=3)
    assert "Slå av" in client_of(admin).get(SWITCH).text or "Switch off" in client_of(admin).get(SWITCH).text
    client_of(admin).post(OFF)
    tick_task()
    assert (current_switch().is_on, Message.objects.count()) == (False, 0)


def test_only_the_keeper_switches_and_hears_of_it(heap, admin, secretariat, client_of):
    for user in (secretariat,):
        client = client_of(user)
        assert [client.get(SWITCH).status_code, client.post(SWITCH).status_code, client.post(OFF).status_code] == [
            403
        ] * 3
        assert SWITCH not in client.get("/").text
        assert SWITCH not in client.get(PREFERENCES).text
    assert SWITCH in client_of(admin).get("/").text
    assert SWITCH in client_of(admin).get(PREFERENCES).text
    keeping.switch_on(by=admin, since=TODAY, takes_old=False, counted=None)
    assert SWITCH not in client_of(admin).get("/").text


# --- one's own choice


def test_a_choice_is_kept_and_holds(heap, buyer, client_of):
    client = client_of(buyer)
    answer = client.post(PREFERENCES, {"delivery": "digest", "resumes_on": ""})
    assert (answer.status_code, Preference.objects.get(person=buyer).delivery) == (302, "digest")
    client.post(PREFERENCES, {"delivery": "single", "resumes_on": "2026-12-24"})
    stored = Preference.objects.get(person=buyer)
    assert (stored.delivery, stored.resumes_on) == ("single", date(2026, 12, 24))
    page = client.get(PREFERENCES)
    assert page.context["paused_until"] == date(2026, 12, 24)
    tick(by=REMINDERS, day=TODAY)
    assert not Message.objects.filter(to=buyer.email).exists()


@pytest.mark.parametrize(
    "typed",
    [
        {"delivery": "never"},
        {},
        {"delivery": "single", "resumes_on": "2026-11-27"},
        {"delivery": "single", "resumes_on": "2030-01-01"},
        {"delivery": "single", "resumes_on": "i morgon"},
        {"delivery": "single", "resumes_on": "\x00"},
    ],
)
def test_a_choice_that_is_none_is_told_at_its_field(buyer, client_of, typed):
    page = client_of(buyer).post(PREFERENCES, typed)
    assert (page.status_code, bool(page.context["form"].errors), Preference.objects.count()) == (200, True, 0)


def test_the_page_of_messages_leads_there(buyer, client_of):
    assert PREFERENCES in client_of(buyer).get(reverse("outbox:message-list")).text


# --- pauses in the database


def test_a_matter_has_one_pause_with_a_reason(secretariat):
    keeping.pause(by=secretariat, about="matter234567", reason="Väntar på domstol", resumes_on=None)
    keeping.pause(by=secretariat, about="matter234567", reason="Väntar än", resumes_on=None)
    assert Pause.objects.filter(lifted_at__isnull=True).get().reason == "Väntar än"
    with pytest.raises(IntegrityError), transaction.atomic():
        Pause.objects.create(about="matter234567", reason="Till", created_by=Pause.objects.first().created_by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pause.objects.create(about="other2345678", reason="", created_by=Pause.objects.first().created_by)


# --- the calendar


@pytest.fixture
def deadlines(chores):
    """Each person has one of the own, with the name in it."""
    sources.register(
        Source(
            key=chores.key,
            label="Sysslor",
            due=chores.due,
            text=chores.text,
            deadlines=lambda user: [
                Deadline("chore2345678", TODAY, f"Åtgärd; för {user}, snart", "https://p.example/")
            ],
        )
    )


def address_of(client: Client) -> str:
    url = client.get(PREFERENCES).context["feed_url"]
    return url[url.index("/reminders/") :] if url else ""


def test_a_calendar_program_reads_the_own_deadlines_without_log_in(deadlines, buyer, neighbour, client_of):
    client = client_of(buyer)
    assert address_of(client) == ""
    client.post(reverse("reminders:calendar-renew"))
    answer = Client().get(address_of(client))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert "no-store" in answer["Cache-Control"]
    lines = answer.content.decode().replace("\r\n ", "").split("\r\n")
    assert f"SUMMARY:Åtgärd\\; för {buyer}\\, snart" in lines
    assert {"DTSTART;VALUE=DATE:20261127", "DTEND;VALUE=DATE:20261128", "UID:chore2345678@deadlines.portal"} <= set(
        lines
    )
    assert str(neighbour) not in answer.text


def test_a_new_address_ends_the_old_one_and_taken_back_there_is_none(deadlines, buyer, client_of):
    client = client_of(buyer)
    client.post(reverse("reminders:calendar-renew"))
    first = address_of(client)
    client.post(reverse("reminders:calendar-renew"))
    second = address_of(client)
    assert [Client().get(url).status_code for url in (first, second)] == [404, 200]
    client.post(reverse("reminders:calendar-revoke"))
    assert (Client().get(second).status_code, address_of(client)) == (404, "")
    assert CalendarFeed.objects.filter(revoked_at__isnull=False).count() == 2


def test_an_address_that_is_guessed_or_whose_person_has_left_is_not_there(deadlines, buyer, client_of):
    client = client_of(buyer)
    client.post(reverse("reminders:calendar-renew"))
    url, feed = address_of(client), CalendarFeed.objects.get()
    made_up = [url.replace(feed.public_id, "a" * 12), url.replace("/deadlines", "x/deadlines"), url.replace(".", "", 1)]
    assert [Client().get(each).status_code for each in made_up] == [404] * 3
    type(buyer).objects.filter(pk=buyer.pk).update(is_active=False)
    assert Client().get(url).status_code == 404


def test_reading_the_calendar_changes_nothing(deadlines, buyer, client_of, django_assert_num_queries):
    client = client_of(buyer)
    client.post(reverse("reminders:calendar-renew"))
    url = address_of(client)
    with django_assert_num_queries(1):
        Client().get(url)
    assert Client().post(url).status_code == 405


def test_no_line_of_a_calendar_is_too_long_or_broken_within_a_letter():
    title = "Åäö–" * 60 + "\r\nBEGIN:VEVENT\\"
    body = calendar("Mina datum", [Deadline("chore2345678", TODAY, title, "https://portal.example/" + "x" * 200)])
    lines = body.split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()
    whole = body.decode().replace("\r\n ", "")
    assert whole.count("BEGIN:VEVENT\r\n") == whole.count("\r\nBEGIN:VEVENT") == 1
    assert "Åäö–" * 60 + "\\nBEGIN:VEVENT\\\\" in whole
