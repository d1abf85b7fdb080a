"""Servers of the tests' own, gone with all their files afterwards."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.machine.postgres import Embedded


@contextmanager
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="portal-machine-"))
    yield path
    Embedded(path).destroy()
    shutil.rmtree(path)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data directory of this test alone, its server and cluster included."""
    with folder() as path:
        yield path


@pytest.fixture(scope="module")
def running() -> Iterator[Embedded]:
    """A running server that several tests look at."""
    with folder() as path:
        server = Embedded(path, durable=False)
        server.attach()
        yield server
        server.detach()


@pytest.fixture
def embedded(data_dir) -> Iterator[Callable[..., Embedded]]:
    """`embedded()`: a server object on the test's data directory, detached afterwards."""
    made: list[Embedded] = []

    def make(**options: bool) -> Embedded:
        made.append(Embedded(data_dir, durable=False, **options))
        return made[-1]

    yield make
    for server in made:
        server.detach()
