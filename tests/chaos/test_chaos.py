"""`make chaos` in small, and its control: the same harness with naive delivery has to fail."""

import re
import subprocess
import sys

import pytest

from tests.chaos.harness import PROJECT

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("redis_server")]
KILLS, REMINDERS = 12, 60


def chaos(*options: str) -> tuple[int, str]:
    """The exit code and the last line."""
    command = [sys.executable, "-m", "tests.chaos", f"--kills={KILLS}", f"--reminders={REMINDERS}", *options]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=600, check=False)
    assert done.stdout, done.stderr
    return done.returncode, done.stdout.splitlines()[-1]


def test_whoever_is_killed_each_reminder_comes_once():
    assert chaos() == (0, f"{KILLS} kills, {REMINDERS} reminders, 0 lost, 0 twice")


def test_control_with_naive_delivery_it_fails():
    code, line = chaos("--naive")
    lost, twice = (int(number) for number in re.search(r"(\d+) lost, (\d+) twice$", line).groups())
    assert (code, lost + twice > 0) == (1, True), line
