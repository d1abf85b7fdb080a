from celery import shared_task

from portal import clock
from portal.reminders import actions


class SomeRemindersFailed(Exception):  # noqa: N818 - reads as what it says
    """The tick is done; what failed stands in the log and is tried again at the next."""


@shared_task
def tick() -> None:
    """Remind of what is due today in Sweden. Raises SomeRemindersFailed at the end, so that it is seen."""
    tally = actions.tick(by=actions.REMINDERS, day=clock.today())
    if tally.failed:
        raise SomeRemindersFailed(f"{tally.failed} failed, {tally.queued} were queued.")
