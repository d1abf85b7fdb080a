"""Two who write at the same time, each with a connection of their own."""

import threading
import time
from collections.abc import Callable

from django.db import connection

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


class Other:
    """Someone else does it, and commits, in a thread. `error` is what it failed with, None where it didn't."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(act,))
        self._thread.start()

    def _run(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
            self.error = error
        finally:
            connection.close()

    def until_it_waits(self, waiting: int = 1) -> None:
        """Until so many connections wait for a lock, or it has ended."""
        until = time.monotonic() + 30
        while self._thread.is_alive() and time.monotonic() < until:
            with connection.cursor() as cursor:
                # What it says is otherwise kept for the whole of a transaction.
                cursor.execute("SELECT pg_stat_clear_snapshot()")
                cursor.execute(WAITING)
                if cursor.fetchone()[0] >= waiting:
                    return
            time.sleep(0.02)

    def ended(self) -> Exception | None:
        self._thread.join()
        return self.error
