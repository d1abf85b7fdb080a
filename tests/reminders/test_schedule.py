from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.reminders.schedule import DEFAULT_OFFSETS, Steps, is_working_day, name_of, send_day, step_for

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))
OFFSETS = st.sets(st.integers(-60, 60), min_size=1, max_size=8).map(sorted)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 6, 19),  # midsommarafton
        date(2026, 12, 24),  # julafton
        date(2026, 12, 31),  # nyårsafton
        date(2026, 1, 6),  # trettondedag jul
        date(2026, 4, 3),  # långfredagen
        date(2026, 5, 14),  # Kristi himmelsfärdsdag
        date(2025, 6, 6),  # nationaldagen, a Friday
        date(2026, 11, 21),  # Saturday
        date(2026, 11, 22),  # Sunday
    ],
)
def test_days_off_in_sweden(day):
    assert not is_working_day(day)


@pytest.mark.parametrize("day", [date(2026, 5, 15), date(2026, 12, 23), date(2026, 4, 2), date(2026, 11, 23)])
def test_half_days_and_days_between_are_working_days(day):
    assert is_working_day(day)


@pytest.mark.parametrize(
    ("due_on", "offset", "expected"),
    [
        (date(2026, 12, 9), -3, date(2026, 12, 4)),  # Sunday -> Friday
        (date(2026, 12, 5), 0, date(2026, 12, 4)),  # due on a Saturday -> told on Friday
        (date(2026, 11, 28), 7, date(2026, 12, 7)),  # Saturday -> Monday
        (date(2026, 12, 17), 7, date(2026, 12, 28)),  # julafton, Christmas and a weekend -> Monday
        (date(2026, 12, 28), -3, date(2026, 12, 23)),  # Christmas Day -> the day before julafton
        (date(2026, 11, 27), -3, date(2026, 11, 24)),  # a Tuesday stays
    ],
)
def test_a_day_off_moves_the_step_away_from_being_late(due_on, offset, expected):
    assert send_day(due_on, offset) == expected


def test_the_steps_of_one_due_date():
    due_on = date(2026, 12, 2)
    expected = {
        date(2026, 11, 17): None,
        date(2026, 11, 18): -14,
        date(2026, 11, 26): -14,
        date(2026, 11, 27): -3,  # the 29th is a Sunday
        date(2026, 12, 1): -3,
        date(2026, 12, 2): 0,
        date(2026, 12, 8): 0,
        date(2026, 12, 9): 7,
        date(2026, 12, 22): 7,
        date(2026, 12, 23): 21,
        date(2028, 1, 1): 21,
    }
    assert {day: step_for(due_on, day) for day in expected} == expected


def test_the_names_of_steps():
    assert [name_of(offset) for offset in DEFAULT_OFFSETS] == ["-14", "-3", "0", "+7", "+21"]
    assert Steps((-3, 7)).on(date(2026, 12, 2), date(2026, 11, 27)) == "-3"
    assert Steps((-3, 7)).on(date(2026, 12, 2), date(2026, 11, 26)) is None


@given(DAYS, st.integers(-60, 60))
def test_every_send_day_is_a_working_day_on_the_right_side(due_on, offset):
    day, plain = send_day(due_on, offset), due_on + timedelta(days=offset)
    assert is_working_day(day)
    assert day >= plain if offset > 0 else day <= plain
    between = {plain + timedelta(days=step) for step in range(1, (day - plain).days)}
    assert not any(is_working_day(other) for other in between)


@given(DAYS, DAYS, OFFSETS)
def test_the_step_is_the_latest_whose_day_has_come(due_on, day, offsets):
    step = step_for(due_on, day, offsets)
    later = [offset for offset in offsets if step is None or offset > step]
    assert step is None or send_day(due_on, step) <= day
    assert all(send_day(due_on, offset) > day for offset in later)


@given(DAYS, DAYS, OFFSETS)
def test_steps_only_go_forward_in_time(due_on, day, offsets):
    today, tomorrow = (step_for(due_on, each, offsets) for each in (day, day + timedelta(days=1)))
    assert today is None or (tomorrow is not None and tomorrow >= today)


@given(DAYS, OFFSETS)
def test_a_portal_that_is_up_every_day_sends_each_step_on_its_own_working_day(due_on, offsets):
    first = due_on + timedelta(days=-80)
    seen = [step_for(due_on, first + timedelta(days=number), offsets) for number in range(180)]
    changes = [first + timedelta(days=n) for n in range(1, 180) if seen[n] != seen[n - 1]]
    assert set(changes) == {send_day(due_on, offset) for offset in offsets}
    assert all(is_working_day(day) for day in changes)


@given(DAYS, DAYS, OFFSETS)
def test_nothing_is_due_beyond_the_latest_due_date_that_a_query_may_stop_at(due_on, day, offsets):
    steps = Steps(tuple(offsets))
    assert steps.on(due_on, day) is None or due_on <= steps.latest_due_on(day)
