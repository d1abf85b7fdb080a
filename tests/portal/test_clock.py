from datetime import date

import pytest
import time_machine

from portal import clock


def test_today_is_swedish():
    with time_machine.travel("2026-11-22T23:30:00+00:00", tick=False):
        assert clock.today() == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("2026-12-01T09:00", "2026-12-01T09:00+01:00"),
        ("2026-07-01T09:00", "2026-07-01T09:00+02:00"),
        ("2026-12-01T09:00Z", "2026-12-01T10:00+01:00"),
        ("2026-12-01", "2026-12-01T00:00+01:00"),
    ],
)
def test_now_can_be_told_outside_production(settings, monkeypatch, told, said):
    monkeypatch.setattr(clock, "_started", clock.time.monotonic())
    settings.PORTAL_NOW = told
    assert clock.now().isoformat(timespec="minutes") == said


def test_told_time_runs_on(settings, monkeypatch):
    settings.PORTAL_NOW = "2026-12-01T09:00"
    monkeypatch.setattr(clock, "_started", clock.time.monotonic() - 90)
    assert clock.now().strftime("%H:%M:%S") == "09:01:30"
