"""The demo's reminders are on, and have been for long: what is late in the story is reminded of."""

from datetime import timedelta

from portal import clock
from portal.history.models import By
from portal.reminders.keeping import switch_on
from portal.reminders.queries import current_switch


def tell(*, by: By) -> None:
    if current_switch() is None:
        switch_on(by=by, since=clock.today() - timedelta(days=365), takes_old=False, counted=None)
