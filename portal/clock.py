"""The one clock. Domain code asks it and nothing else, so that every process agrees on which day it is.

Outside production `PORTAL_NOW` (ISO 8601; without an offset it is Swedish time) is the moment at which
the process started, and time runs on from there.
"""

import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

STOCKHOLM = ZoneInfo("Europe/Stockholm")
_started = time.monotonic()


def now() -> datetime:
    """This moment, aware, in Europe/Stockholm."""
    if settings.PORTAL_NOW:
        moment = datetime.fromisoformat(settings.PORTAL_NOW)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=STOCKHOLM)
        return moment.astimezone(STOCKHOLM) + timedelta(seconds=time.monotonic() - _started)
    return timezone.now().astimezone(STOCKHOLM)


def today() -> date:
    """Today's date in Sweden, whatever the server's time zone."""
    return now().date()
