"""The demo's supervisor: serves, heals what is killed, and leaves nothing behind."""

import http.client
import os
import re
import signal
import subprocess
import sys
import threading

import pytest

from portal import demo as accounts
from portal.machine.postgres import PROJECT, Embedded
from tests.machine.processes import (
    children_of,
    command,
    eventually,
    free_port,
    runs,
    shell_environment,
    with_environment,
)

pytestmark = pytest.mark.long


class Demo:
    """A running demo, and what it has said so far."""

    def __init__(self, data_dir):
        self.data_dir = data_dir
        self.port = free_port()
        self.said = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "portal.machine.demo"],
            cwd=PROJECT,
            env=shell_environment(PORTAL_DATA_DIR=str(data_dir), PORT=str(self.port)),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.said += line

    def has_said(self, text, seconds=60):
        return eventually(lambda: text in self.said or self.process.poll() is not None, seconds) and text in self.said

    def child(self, name):
        """Process id of web, worker or beat."""
        mark = {"web": "gunicorn", "worker": " worker ", "beat": " beat "}[name]
        return next((pid for pid in children_of(self.process.pid) if mark in command(pid)), 0)

    def answers(self, host):
        connection = http.client.HTTPConnection(host, self.port, timeout=5)
        try:
            connection.request("GET", "/livez")
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def stop(self, number):
        """Send a signal as a terminal does; the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(40)
        self.reader.join()
        return code


@pytest.fixture
def demo(data_dir):
    running = Demo(data_dir)
    yield running
    if running.process.poll() is None:
        running.stop(signal.SIGTERM)
    running.process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_stopped_and_leaves_nothing(demo, data_dir, number):
    assert demo.has_said("Ctrl-C stops it.")
    assert f"http://localhost:{demo.port}\n" in demo.said
    assert all(email in demo.said for _, email, *_ in accounts.ACCOUNTS)
    assert accounts.PASSWORD in demo.said
    assert demo.answers("127.0.0.1") == 200
    assert demo.answers("localhost") == 200
    server = Embedded(data_dir)
    assert server.pid() is not None
    assert all(demo.child(name) for name in ("web", "worker", "beat"))
    assert demo.stop(number) == 0
    assert demo.said.endswith("Stopped.\n")
    assert with_environment("PORTAL_DATA_DIR", str(data_dir)) == []
    assert server.pid() is None


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_a_killed_child_is_replaced(demo, name):
    assert demo.has_said("Ctrl-C stops it.")
    before = demo.child(name)
    os.kill(before, signal.SIGKILL)
    assert demo.has_said(f"{name} was killed by signal 9; starting it again.")
    assert eventually(lambda: demo.child(name) not in {0, before})
    assert not runs(before)
    assert eventually(lambda: demo.answers("127.0.0.1") == 200)


def test_a_killed_database_is_replaced(demo, data_dir):
    assert demo.has_said("Ctrl-C stops it.")
    server = Embedded(data_dir)
    before = server.pid()
    os.kill(before, signal.SIGKILL)
    assert demo.has_said("The database had stopped; it runs again.")
    assert server.pid() not in {None, before}


def test_a_killed_supervisor_takes_its_children_along(demo, data_dir):
    assert demo.has_said("Ctrl-C stops it.")
    demo.process.kill()
    assert eventually(lambda: with_environment("PORTAL_DATA_DIR", str(data_dir)) == []) is True


def test_what_dies_again_and_again_stops_the_demo(demo, data_dir):
    assert demo.has_said("Ctrl-C stops it.")
    for _ in range(4):
        pid = eventually(lambda: demo.child("beat"))
        os.kill(pid, signal.SIGKILL)
        assert eventually(lambda pid=pid: demo.child("beat") not in {0, pid})
    os.kill(demo.child("beat"), signal.SIGKILL)
    assert demo.process.wait(40) == 1
    demo.reader.join()
    assert re.search(
        r"beat was killed by signal 9, for the 5th time within a minute; its log: \S+beat\.log\n$", demo.said
    )
    assert with_environment("PORTAL_DATA_DIR", str(data_dir)) == []


def test_children_do_not_know_the_owner(demo):
    assert demo.has_said("Ctrl-C stops it.")
    with open(f"/proc/{demo.child('web')}/environ", "rb") as file:
        names = {entry.partition(b"=")[0] for entry in file.read().split(b"\0")}
    assert b"DATABASE_URL" in names
    assert b"DATABASE_OWNER_URL" not in names
