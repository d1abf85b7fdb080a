from celery import shared_task

from portal import clock
from portal.reminders import actions
from portal.reminders.queries import current_switch


class SomeRemindersFailed(Exception):  # noqa: N818 - reads as what it says
    """The tick is done; what failed stands in the log and is tried again at the next."""


@shared_task
def tick() -> None:
    """Remind of what is due today in Sweden, if reminders are on. Raises SomeRemindersFailed at the end, to be seen."""
    switch = current_switch()
    if switch is None or not switch.is_on:
        return
    tally = actions.tick(by=actions.REMINDERS, day=clock.today(), since=switch.since_on, takes_old=switch.takes_old)
    if tally.failed:
        raise SomeRemindersFailed(f"{tally.failed} failed, {tally.queued} were queued.")
