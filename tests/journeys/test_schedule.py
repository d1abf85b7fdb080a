"""Journey 3: the schedule finds an action three days before it is due and mails the buyer, once; killed or not."""

import time
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from followups.models import CorrectiveAction
from portal.outbox.models import Message
from portal.reminders.actions import REMINDERS
from portal.reminders.keeping import switch_on
from portal.reminders.models import Reminder
from tests.followups.factories import CorrectiveActionFactory
from tests.machine.processes import eventually

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
DUE = date(2026, 12, 3)  # a Thursday; three days before is a Monday
TOO_EARLY, THREE_DAYS_BEFORE = "2026-11-29T09:00", "2026-11-30T09:00"


@pytest.fixture
def action(reference_data, buyer) -> CorrectiveAction:
    switch_on(by=REMINDERS, since=date(2026, 1, 1), takes_old=False, counted=None)
    return CorrectiveActionFactory(
        description="Röj nödutgången.",
        due_on=DUE,
        finding__follow_up__handler=buyer,
    )


def settle(portal, seconds: float = 6) -> None:
    """Some ticks of beat: what would come twice has come by then."""
    time.sleep(seconds)


def test_the_buyer_is_reminded_once_and_can_read_it(page: Page, portal, relay, action, buyer, screenshot):
    portal.now = TOO_EARLY
    portal.start("worker", "worker", "beat")
    settle(portal)
    assert relay.mails == []

    portal.kill("worker", "beat")
    portal.now = THREE_DAYS_BEFORE
    portal.start("web", "worker", "worker", "beat")
    assert eventually(lambda: relay.mails)
    settle(portal)
    (mail,) = relay.mails
    assert mail["To"] == buyer.email
    assert "Röj nödutgången." in mail.get_payload(decode=True).decode()
    assert Reminder.objects.get().about == action.public_id

    portal.log_in(page, buyer)
    page.goto(f"{portal.url}/follow-ups/{action.finding.follow_up.public_id}/")
    page.get_by_text(Message.objects.get().subject).first.click()
    expect(page.get_by_text("Röj nödutgången.").last).to_be_visible()
    expect(page.get_by_text("30 november 2026 kl. 09").first).to_be_visible()
    screenshot(page, "reminder-sent")
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_killed_in_the_middle_the_mail_still_comes_once(portal, relay, action, command):
    """RCPT: killed before the relay has the text; DATA: after it has accepted it, before the worker could write so."""
    relay.stall = command
    portal.now = THREE_DAYS_BEFORE
    portal.start("web", "worker", "worker", "beat")
    assert relay.reached.wait(60)
    portal.kill("web", "worker", "beat")
    assert Message.objects.get().state == "sending"

    relay.stall = ""
    relay.released.set()
    portal.start("web", "worker", "worker", "beat")
    assert eventually(lambda: Message.objects.get().state == "sent", 60)
    settle(portal)
    assert len(relay.mails) == 1
    assert Reminder.objects.count() == 1
