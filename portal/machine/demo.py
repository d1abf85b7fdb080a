"""The demo on one machine: database, web, worker and beat under one supervisor, which stops them all again.

Each child leads a process group of its own. What dies is started again; what dies again and again stops the demo.
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn

from portal import demo
from portal.machine import postgres
from portal.machine.bootstrap import port_problem
from portal.machine.placement import DatabaseUnavailable

START_S = 90
STOP_S = 15
TICK_S = 0.25
# So many deaths within so many seconds are no accident.
DEATHS, WITHIN_S = 5, 60
LOG_BYTES = 10_000_000
# So that a killed supervisor leaves no web server behind; util-linux, on every Debian.
ENDS_WITH_PARENT = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []


class Stop(Exception):  # noqa: N818 - reads as what it says
    """The demo ends; the text, if any, says why."""


@dataclass
class Child:
    """One supervised program. Its output goes to a log of its name."""

    name: str
    command: list[str]
    logs: Path
    process: "subprocess.Popen[bytes] | None" = None
    deaths: list[float] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.logs / f"{self.name}.log"

    def start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.old"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*ENDS_WITH_PARENT, *self.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=postgres.PROJECT,
                start_new_session=True,
            )

    def died(self) -> str:
        """How the program ended, or an empty string while it runs."""
        code = self.process.poll() if self.process else None
        if code is None:
            return ""
        return f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"

    def ask(self) -> None:
        """Ask the program to end; it sees to its own children."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def end(self, until: float) -> None:
        """Wait for the program, then make sure that nothing of its group is left."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, until - time.monotonic()))
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def restart_after(self, how: str) -> None:
        """Start the program again. Raises Stop when it has died too often of late."""
        now = time.monotonic()
        self.deaths = [death for death in self.deaths if now - death < WITHIN_S] + [now]
        if len(self.deaths) >= DEATHS:
            raise Stop(f"{self.name} {how}, for the {len(self.deaths)}th time within a minute; its log: {self.log}")
        print(f"{self.name} {how}; starting it again.", flush=True)
        self.end(now)
        self.start()


def children(port: int, logs: Path) -> list[Child]:
    """Web, worker and beat as the demo runs them."""
    python = sys.executable
    binds = [f"--bind=127.0.0.1:{port}"] + ([f"--bind=[::1]:{port}"] if _has_ipv6() else [])
    web = [
        *binds,
        "--worker-class=gthread",
        "--workers=2",
        "--threads=4",
        "--preload",
        "--graceful-timeout=10",
        "portal.wsgi",
    ]
    worker = ["--queues=celery,pdf", "--concurrency=2", "--without-gossip", "--without-mingle", "--loglevel=WARNING"]
    # No pid file: after a kill it would keep beat from starting.
    beat = ["--pidfile=", "--loglevel=WARNING"]
    return [
        Child("web", [python, "-m", "gunicorn", *web], logs),
        Child("worker", [python, "-m", "celery", "-A", "portal", "worker", *worker], logs),
        Child("beat", [python, "-m", "celery", "-A", "portal", "beat", *beat], logs),
    ]


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def answers(port: int) -> bool:
    """Whether the web server says that it lives."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/livez", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wait_until_served(port: int, web: Child) -> None:
    """Return when the web server answers. Raises Stop when it ends or takes too long."""
    until = time.monotonic() + START_S
    while not answers(port):
        if web.died() or time.monotonic() > until:
            tail = web.log.read_text(errors="replace").strip().splitlines()[-1:]
            raise Stop(f"web {web.died() or 'does not answer'}: {' '.join(tail)} (log: {web.log})")
        time.sleep(0.1)


def welcome(port: int) -> str:
    """What the person at the terminal needs: the address, and who to log in as."""
    rows = [f"  {email:<36} {name:<24} {role.replace('_', ' ')}" for role, email, name, _ in demo.ACCOUNTS]
    return "\n".join(
        [
            "",
            f"The portal runs at http://localhost:{port}",
            "",
            f"Log in as any of these; the password is {demo.PASSWORD}",
            *rows,
            "",
            "Ctrl-C stops it.",
        ]
    )


def supervise(programs: list[Child], server: postgres.Embedded | None) -> NoReturn:
    """Keep everything running until Stop is raised."""
    while True:
        time.sleep(TICK_S)
        if server is not None and server.revive():
            print("The database had stopped; it runs again.", flush=True)
        for child in programs:
            if how := child.died():
                child.restart_after(how)


def run(port: int) -> str:
    """Run the demo until somebody stops it. Returns the reason when it stopped by itself."""
    server = postgres.ensure_database_url()
    # The web server and its like log in as the application, and can't even name the owner.
    os.environ.pop("DATABASE_OWNER_URL", None)
    os.environ["PORTAL_BASE_URL"] = f"http://localhost:{port}"
    logs = Path(os.environ.get("PORTAL_DATA_DIR") or postgres.PROJECT / ".data") / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    programs = children(port, logs)
    try:
        # The page first: on two cores four programs at once would keep the person waiting twice as long.
        web, *others = programs
        web.start()
        wait_until_served(port, web)
        for child in others:
            child.start()
        print(welcome(port), flush=True)
        supervise(programs, server)
    except (Stop, DatabaseUnavailable) as stop:
        return str(stop)
    finally:
        # A second Ctrl-C would leave behind what the first was about to stop.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        print("\nStopping …", flush=True)
        for child in programs:
            child.ask()
        until = time.monotonic() + STOP_S
        for child in programs:
            child.end(until)
        if server is not None:
            server.detach()


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stop


def main() -> None:
    port = os.environ.get("PORT") or "8000"
    if problem := port_problem(port):
        sys.exit(problem)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        reason = run(int(port))
    except Stop:
        reason = ""
    except DatabaseUnavailable as error:
        reason = str(error)
    if reason:
        sys.exit(reason)
    print("Stopped.", flush=True)


if __name__ == "__main__":
    main()
