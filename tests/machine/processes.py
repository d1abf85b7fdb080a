"""What runs on this machine, read from /proc."""

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

# Names of variables that the tests' own environment sets and a program started from a shell would not have.
OURS = ("DATABASE_", "PORTAL_", "PYTEST_", "PG", "DJANGO_", "CELERY_", "SECRET_KEY", "OUTBOX_", "EMAIL_", "CACHE_")


def shell_environment(**extra: str) -> dict[str, str]:
    """The environment as a person's shell has it, with `extra`."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)} | extra


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def state(pid: int) -> str:
    """The letter of the process's state (Z: a zombie), empty when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def runs(pid: int) -> bool:
    return state(pid) not in {"", "Z", "X"}


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def all_pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def children_of(pid: int) -> list[int]:
    def parent(candidate: int) -> int:
        try:
            return int(Path(f"/proc/{candidate}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return 0

    return [candidate for candidate in all_pids() if parent(candidate) == pid and runs(candidate)]


def with_environment(name: str, value: str) -> list[int]:
    """Running processes that have this variable in the environment they were started with."""
    found = []
    for pid in all_pids():
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"{name}={value}".encode() in environment and runs(pid):
            found.append(pid)
    return found


def eventually(ask: Callable[[], object], seconds: float = 30) -> object:
    """What `ask` returns once it is true; its last answer when that takes too long."""
    until = time.monotonic() + seconds
    while not (answer := ask()) and time.monotonic() < until:
        time.sleep(0.1)
    return answer
