"""Which way a reminder goes: by the schedule, by what its reader has chosen, by what is old or paused."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.reminders.enums import Delivery
from portal.reminders.models import Preference
from portal.reminders.planning import Plan, Way, digest_day, week_of
from portal.reminders.schedule import is_working_day
from portal.reminders.sources import Due, Outside

DUE_ON = date(2026, 12, 2)  # a Wednesday
DAY = date(2026, 12, 9)
PERSON = SimpleNamespace(pk=1, is_active=True)
ANNA = Outside("anna@supplier.example", "Anna", "sv")


def way(step, *, recipient=PERSON, urgent=False, within="", **plan):
    choice = {name: plan.pop(name) for name in ("delivery", "resumes_on") if name in plan}
    if choice:
        plan["preferences"] = {PERSON.pk: Preference(**({"delivery": Delivery.DEFAULT} | choice))}
    return Plan(**({"day": DAY} | plan)).way(Due(recipient, step, "thing2345678", DUE_ON, within, urgent))


@pytest.mark.parametrize(
    ("step", "expected"),
    [("-14", Way.DIGEST), ("-3", Way.SINGLE), ("0", Way.DIGEST), ("+7", Way.SINGLE), ("+21", Way.SINGLE)],
)
def test_by_default_single_mails_three_days_before_and_when_late(step, expected):
    assert way(step) is expected


@pytest.mark.parametrize("step", ["-14", "-3", "0", "+7", "+21", "called"])
def test_whoever_wants_gets_all_alone_or_all_on_monday(step):
    assert way(step, delivery=Delivery.SINGLE) is Way.SINGLE
    assert way(step, delivery=Delivery.DIGEST) is Way.DIGEST


def test_what_is_urgent_comes_at_once():
    assert way("-14", urgent=True) is Way.SINGLE
    assert way("+7", urgent=True, delivery=Delivery.DIGEST) is Way.SINGLE


def test_who_is_outside_gets_every_step_alone():
    assert {way(step, recipient=ANNA) for step in ("-14", "-3", "0", "+7", "+21")} == {Way.SINGLE}


def test_nobody_is_reminded_who_pauses_or_of_what_is_paused():
    assert way("+7", urgent=True, resumes_on=DAY + timedelta(days=1)) is Way.NOT
    assert way("+7", within="matter234567", paused=frozenset({"matter234567"})) is Way.NOT
    assert way("+7", within="other2345678", paused=frozenset({"matter234567"})) is Way.SINGLE
    assert way("+7", paused=frozenset({""})) is Way.SINGLE


def test_what_came_up_in_a_pause_is_told_in_the_digest_after_it():
    assert way("+7", resumes_on=DAY, day=DAY) is Way.SINGLE  # due on the very day
    assert way("+7", resumes_on=DAY + timedelta(days=1), day=DAY + timedelta(days=1)) is Way.DIGEST


@pytest.mark.parametrize(("takes_old", "expected"), [(False, Way.NOT), (True, Way.DIGEST)])
def test_what_is_old_never_comes_alone(takes_old, expected):
    old = {"since": DAY + timedelta(days=1), "day": DAY + timedelta(days=1), "takes_old": takes_old}
    assert way("+7", **old) is expected
    assert way("+7", **old, delivery=Delivery.SINGLE) is expected
    assert way("+7", **old, urgent=True) is expected
    assert way("+7", **old, recipient=ANNA) is Way.NOT
    assert way("+7", since=DAY) is Way.SINGLE
    assert way("+7 2026-12-02", **old) is expected
    assert way("called", **old) is way("2 calls", **{**old, "since": None}) is Way.SINGLE


def test_a_closed_account_is_not_reminded():
    assert way("+7", recipient=SimpleNamespace(pk=1, is_active=False)) is Way.NOT


@pytest.mark.parametrize(
    ("week_on", "day"),
    [
        (date(2026, 11, 30), date(2026, 11, 30)),
        (date(2026, 4, 6), date(2026, 4, 7)),  # annandag påsk
        (date(2026, 12, 21), date(2026, 12, 21)),
        (date(2026, 12, 28), date(2026, 12, 28)),
        (date(2035, 12, 24), date(2035, 12, 27)),  # julafton, juldagen, annandag jul
    ],
)
def test_the_digest_comes_on_the_first_working_day_of_the_week(week_on, day):
    assert digest_day(week_on) == day


@given(st.dates(date(2020, 1, 1), date(2060, 12, 31)))
def test_every_week_has_its_digest_day(day):
    monday = week_of(day)
    assert (monday.weekday(), 0 <= (day - monday).days < 7) == (0, True)
    assert is_working_day(digest_day(monday))
    assert week_of(digest_day(monday)) == monday
