"""Real workers, beat, queue, database and mail relay; the harness makes reminders due, kills, and counts what arrived."""

import asyncio
import email
import io
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from django.core.management import call_command
from django.db import connection

from followups.models import CorrectiveAction, Finding
from portal.outbox.enums import State
from portal.outbox.models import Message
from portal.reminders.actions import REMINDERS
from portal.reminders.keeping import switch_on
from portal.reminders.models import Reminder
from tests.factories import system
from tests.followups.factories import FindingFactory, FollowUpFactory
from tests.machine.processes import eventually, free_port, runs
from tests.needs import need
from tests.outbox.sink import Sink
from tests.people import make_person

PROJECT = Path(__file__).resolve().parents[2]
CREW = ("worker", "worker", "worker", "beat")
# Monday; three days after it is the day that the actions are due.
NOW, DUE = "2026-11-30T09:00", date(2026, 12, 3)
LEASE_S = 6
# At most so long the relay thinks before each answer, and so long after it its copy reaches the journal.
THINKS_S, COPIES_S = 0.15, 1.0
# Between two kills: long enough that a worker is at work, whichever moment of it is hit.
PAUSE_S = (0.2, 2.5)
# No more than so many wait while it kills: the kills hit from the first mail to the last. But on a slow machine it kills on.
AHEAD, AHEAD_S = 40, 20
# One blow in so many, the first among them, is aimed: chance may miss the moment between the relay having a mail and saying so.
AIMED_EACH = 6
# At the end it waits as long as something is still going out; so long without anything, and the rest is lost.
PATIENCE_S = 120
MARK = re.compile(r"Kaos nr (\d+)")


@dataclass
class Outcome:
    """What was counted: kills that ended a process, reminders made due, those without a mail, and mails too many."""

    kills: int
    reminders: int
    lost: int
    twice: int

    def __str__(self) -> str:
        return f"{self.kills} kills, {self.reminders} reminders, {self.lost} lost, {self.twice} twice"

    def is_good(self, kills: int, reminders: int) -> bool:
        return self.kills >= kills and self.reminders >= reminders and self.lost == self.twice == 0


class Relay(Sink):
    """Accepts everything, counts it by what stands in it, and copies it to the journal a moment later.

    Told to stall, it has the mail and has not answered yet.
    """

    def __init__(self, folder: Path, dice: random.Random) -> None:
        super().__init__(folder)
        self.dice = dice
        self.arrived: Counter[int] = Counter()

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802 - aiosmtpd's name
        await asyncio.sleep(self.dice.uniform(0, THINKS_S))
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        text = email.message_from_bytes(envelope.content).get_payload(decode=True).decode()
        self.arrived.update(int(number) for number in MARK.findall(text))
        copy = asyncio.get_running_loop().call_later
        copy(self.dice.uniform(0, COPIES_S), self.keep, envelope.content)
        await asyncio.sleep(self.dice.uniform(0, THINKS_S))
        return await self._answer("DATA")

    @contextmanager
    def not_answering(self) -> Iterator[None]:
        self.reached.clear()
        self.released.clear()
        self.stall = "DATA"
        try:
            yield
        finally:
            self.stall = ""
            self.released.set()


@dataclass(frozen=True)
class Process:
    """A worker or beat, which leads a process group of its own."""

    name: str
    pid: int
    log: Path

    def is_at_work(self) -> bool:
        """It has said that it is ready."""
        words = {"worker": b" ready.", "beat": b"beat: Starting"}
        return self.log.exists() and words[self.name] in self.log.read_bytes()


class Crew:
    """The processes. Only what was started here is killed, each by its number, as `kill -9` does."""

    def __init__(self, folder: Path, environment: dict[str, str], app: str) -> None:
        self.folder = folder
        self.running: list[Process] = []
        self.started = 0
        self.nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.nursery", app],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, name: str) -> None:
        self.started += 1
        log = self.folder / f"{self.started}-{name}.log"
        arguments = {
            "worker": f"worker --queues=celery,pdf --concurrency=1 --hostname={self.started}@chaos --loglevel=INFO",
            "beat": f"beat --schedule={self.folder / 'beat'} --pidfile= --loglevel=INFO",
        }[name]
        self.nursery.stdin.write(f"{log} {arguments}\n")
        self.nursery.stdin.flush()
        self.running.append(Process(name, int(self.nursery.stdout.readline()), log))

    def at_work(self) -> list[Process]:
        return [process for process in self.running if process.is_at_work()]

    def kill(self, victim: Process) -> bool:
        """Whether it ran until then and does not now."""
        self.running.remove(victim)
        ran = runs(victim.pid)
        with suppress(ProcessLookupError):
            os.killpg(victim.pid, signal.SIGKILL)
        return ran and bool(eventually(lambda: not runs(victim.pid)))

    def stop(self) -> None:
        for victim in list(self.running):
            self.kill(victim)
        self.nursery.stdin.close()
        self.nursery.wait(30)
        self.nursery.stdout.close()


def run(
    folder: Path, *, kills: int, reminders: int, naive: bool, dice: random.Random, say: Callable[[str], None]
) -> Outcome:
    """Reminders become due little by little while one process after the other is killed; then all that is left goes out."""
    need("redis-server", "redis-server")
    relay = Relay(folder / "journal", dice)
    relay.controller.start()
    port = free_port()
    queue = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    redis = subprocess.Popen(queue, stdout=subprocess.DEVNULL)
    crew = Crew(folder, _environment(port, relay), "tests.chaos.naive" if naive else "portal.celery")
    try:
        finding = _prepare()
        for name in CREW:
            crew.start(name)
        killed = _kill_while_they_go_out(crew, relay, finding, kills, reminders, dice, say)
        made = CorrectiveAction.objects.count()
        _wait_for_the_rest(made)
        # What would come twice has come by then: another lease, and the sweeps after it.
        time.sleep(LEASE_S + 4)
        _tell(say)
    finally:
        crew.stop()
        relay.controller.stop()
        redis.kill()
        redis.wait(30)
    counts = [relay.arrived[number] for number in range(made)]
    return Outcome(killed, made, counts.count(0), sum(count - 1 for count in counts if count))


def _environment(redis_port: int, relay: Relay) -> dict[str, str]:
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + connection.settings_dict["NAME"]).geturl()
    return os.environ | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "CELERY_BROKER_URL": f"redis://127.0.0.1:{redis_port}/0",
        "EMAIL_URL": f"smtp://127.0.0.1:{relay.port}",
        "LOG_LEVEL": "INFO",
        "OUTBOX_JOURNAL": str(relay.folder),
        "OUTBOX_LEASE_S": str(LEASE_S),
        "PORTAL_NOW": NOW,
        "REMINDER_TICK_S": "2",
        "SWEEP_S": "2",
    }


def _prepare() -> Finding:
    """A follow-up with a handler, whom each corrective action reminds once."""
    call_command("load_reference_data", stdout=io.StringIO())
    switch_on(by=REMINDERS, since=date(2026, 1, 1), takes_old=False, counted=None)
    return FindingFactory(follow_up=FollowUpFactory(handler=make_person("buyer", "23")))


def _kill_while_they_go_out(
    crew: Crew,
    relay: Relay,
    finding: Finding,
    kills: int,
    reminders: int,
    dice: random.Random,
    say: Callable[[str], None],
) -> int:
    """How many processes were killed. With each kill an equal part of the reminders becomes due."""
    killed = made = blows = 0
    while killed < kills:
        is_aimed = blows % AIMED_EACH == 0
        by_then = min(kills, killed + (CREW.count("worker") if is_aimed else 1))
        wanted = -(-reminders * by_then // kills)
        with relay.not_answering() if is_aimed else nullcontext():
            CorrectiveAction.objects.bulk_create(
                CorrectiveAction(finding=finding, description=f"Kaos nr {number}", due_on=DUE, created_by=system())
                for number in range(made, wanted)
            )
            made = wanted
            victims = _who_waits_for_the_relay(crew, relay) if is_aimed else [_whoever(crew, made, dice)]
            before, killed = killed, killed + sum([crew.kill(victim) for victim in victims])
        for victim in victims:
            crew.start(victim.name)
        if killed // 10 > before // 10:
            sent = Message.objects.filter(state=State.SENT).count()
            say(f"{killed} kills, {made} due, {Reminder.objects.count()} written, {sent} sent")
        blows += 1
    return killed


def _who_waits_for_the_relay(crew: Crew, relay: Relay) -> list[Process]:
    """All the workers, at a moment when one of them at least has handed over a mail and has no answer."""
    if not eventually(relay.reached.is_set, 120):
        raise RuntimeError(f"No mail reaches the relay: {crew.running[0].log.read_text()}")
    return [process for process in crew.running if process.name == "worker"]


def _whoever(crew: Crew, made: int, dice: random.Random) -> Process:
    if not eventually(crew.at_work, 120):
        raise RuntimeError(f"Nothing gets to work: {crew.running[0].log.read_text()}")
    eventually(lambda: Message.objects.filter(state=State.SENT).count() >= made - AHEAD, AHEAD_S)
    time.sleep(dice.uniform(*PAUSE_S))
    return dice.choice(crew.at_work())


def _wait_for_the_rest(made: int) -> None:
    done, until = -1, time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        now = Message.objects.exclude(state__in=[State.QUEUED, State.SENDING]).count()
        if now >= made:
            return
        if now != done:
            done, until = now, time.monotonic() + PATIENCE_S
        time.sleep(0.5)


def _tell(say: Callable[[str], None]) -> None:
    """How hard it was: mails that were under way when their worker died."""
    say(f"{Message.objects.filter(attempts__gt=1).count()} mails needed more than one attempt")
