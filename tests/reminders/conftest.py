from collections.abc import Iterator
from datetime import date

import pytest

from portal.reminders import sources
from portal.reminders.sources import Due, Source


class Chores:
    """A source of its own for tests: `add(recipient, …)` makes something due from the day on."""

    key = "test-chores"

    def __init__(self) -> None:
        self.dues: list[Due] = []
        self.from_day = date(2026, 11, 27)

    def add(
        self, recipient, *, step: str = "-3", public_id="chore2345678", due_on=date(2026, 12, 2), **more: object
    ) -> None:
        self.dues.append(Due(recipient=recipient, step=step, public_id=public_id, due_on=due_on, **more))

    def due(self, day: date) -> list[Due]:
        return self.dues if day >= self.from_day else []

    def text(self, due: Due) -> tuple[str, str]:
        if due.public_id == "broken":
            raise ValueError("broken")
        return f"Sysslan {due.public_id}", f"Senast {due.due_on}."


@pytest.fixture
def others() -> Iterator[None]:
    """The rooms' own sources do not take part."""
    kept = tuple(sources.registered())
    for source in kept:
        sources.unregister(source.key)
    yield
    for source in kept:
        sources.register(source)


@pytest.fixture
def chores(others) -> Iterator[Chores]:
    chores = Chores()
    sources.register(Source(key=chores.key, label="Sysslor", due=chores.due, text=chores.text))
    yield chores
    sources.unregister(chores.key)
