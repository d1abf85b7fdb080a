from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest

from portal.reminders.actions import REMINDERS
from portal.reminders.keeping import switch_on
from tests.journeys.case.people import Cast, Post, people
from tests.journeys.case.setting import OUTSIDE, SUPPLIER, set_the_scene
from tests.journeys.machinery import Portal
from tests.outbox.sink import Sink


@pytest.fixture
def relay(tmp_path) -> Iterator[Sink]:
    """A mail relay that keeps what it accepts where the outbox can look it up."""
    relay = Sink(tmp_path / "journal")
    relay.controller.start()
    yield relay
    relay.released.set()
    relay.controller.stop()


@pytest.fixture
def portal(tmp_path, relay) -> Iterator[Portal]:
    portal = Portal(tmp_path, smtp_port=relay.port, journal=relay.folder)
    yield portal
    fallen = portal.fallen()
    portal.stop()
    assert fallen == {}


@pytest.fixture
def cast(reference_data, browser, portal, relay, screenshot) -> Iterator[Cast]:
    """Five people and a visitor; the case has not begun."""
    with on_stage(browser, portal, relay, screenshot) as cast:
        yield cast


@pytest.fixture
def cast_with_phone(reference_data, browser, portal, relay, screenshot) -> Iterator[Cast]:
    """The same, with an auditor who works on a phone."""
    with on_stage(browser, portal, relay, screenshot, phone=True) as cast:
        yield cast


@contextmanager
def on_stage(browser, portal, relay, screenshot, *, phone: bool = False) -> Iterator[Cast]:
    users = set_the_scene()
    switch_on(by=REMINDERS, since=date(2026, 1, 1), takes_old=False, counted=None)
    with people(
        browser, portal, Post(relay), screenshot, users=users, outside=OUTSIDE, supplier_name=SUPPLIER, phone=phone
    ) as cast:
        yield cast
