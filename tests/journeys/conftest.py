from collections.abc import Iterator

import pytest

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
    portal.stop()
