"""What stands in the way is one clear sentence, and nothing is done twice."""

import json
import os
import shutil
import socket
import subprocess
import sys

import pytest

from portal.machine import bootstrap
from tests.machine.processes import free_port, shell_environment
from tests.needs import go_without

SCRIPT = bootstrap.PROJECT / "portal" / "machine" / "bootstrap.py"


def one_sentence(process):
    """The message of a program that refused, and nothing else on its way there."""
    assert process.returncode == 1
    assert "Traceback" not in process.stderr
    lines = [line for line in process.stderr.splitlines() if line]
    assert len(lines) == 1
    return lines[0]


def run(script=SCRIPT, *, target="demo", **environment):
    return subprocess.run(
        [sys.executable, script, target],
        env=shell_environment(**environment),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 9, 2), (2, 7, 18)])
def test_an_old_python_is_refused(version):
    # The script's first lines, run by this Python under an older one's number.
    pretend = f"import runpy, sys; sys.version_info = {version}; runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    process = subprocess.run([sys.executable, "-c", pretend, "demo"], capture_output=True, text=True, check=False)
    assert one_sentence(process) == (
        f"The portal needs Python 3.11 or newer, and this is Python {version[0]}.{version[1]}; install a newer one and "
        "say which: make PYTHON=python3.11 demo"
    )


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 1), (3, 13, 0)])
def test_a_newer_python_will_do(version):
    assert bootstrap.python_problem(version) == ""


def test_a_taken_port_is_refused_before_anything_is_done():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        message = one_sentence(run(PORT=str(port)))
    assert message == f"Port {port} is taken by another program; choose another: make demo PORT={port + 1}"


@pytest.mark.parametrize("value", ["0", "65536", "http", "-1", "8000.5", "٨٠٠٠", ""])
def test_a_port_is_a_number_in_its_range(value):
    assert bootstrap.port_problem(value) == (
        f"PORT is {value!r} and must be a number from 1 to 65535, as in: make demo PORT=8001"
    )


def test_a_free_port_is_no_problem():
    assert bootstrap.port_problem(str(free_port())) == ""


def test_a_full_disk_is_told_with_its_numbers():
    free = shutil.disk_usage(bootstrap.PROJECT).free // 1_000_000
    problem = bootstrap.disk_problem(bootstrap.PROJECT, free + 1_000_000)
    assert problem.startswith(f"The disk is full: {bootstrap.PROJECT} has ")
    assert problem.endswith(f" MB free and the portal needs {free + 1_000_000} MB; make room first.")
    assert bootstrap.disk_problem(bootstrap.PROJECT, 1) == ""


def test_a_command_that_filled_the_disk_is_told_as_such():
    said = (
        "Collecting django\nERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n"
    )
    assert bootstrap.reason("The packages could not be installed", said).startswith("The disk is full: make room for ")


def test_a_failed_command_is_told_by_its_own_reason():
    said = "Collecting django\nERROR: No matching distribution found for django==99\n\nnotice: new pip\n"
    assert bootstrap.reason("The packages could not be installed", said) == (
        "The packages could not be installed: ERROR: No matching distribution found for django==99"
    )


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 3 MB."""
    mounted = os.geteuid() == 0 and shutil.which("mount")
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(tmp_path)]
    if not mounted or subprocess.run(mount, capture_output=True, check=False).returncode:
        go_without("Mounting a small disk needs root.")
    yield tmp_path
    subprocess.run(["umount", "-l", tmp_path], check=True)


def test_a_disk_too_small_is_refused_before_anything_is_done(small_disk):
    script = small_disk / "portal" / "machine" / "bootstrap.py"
    script.parent.mkdir(parents=True)
    shutil.copy(SCRIPT, script)
    message = one_sentence(run(script, target="setup"))
    assert message.startswith(f"The disk is full: {small_disk} has ")
    assert not (small_disk / ".venv").exists()


def test_a_disk_that_fills_up_under_way_is_one_sentence(small_disk):
    script = small_disk / "portal" / "machine" / "bootstrap.py"
    script.parent.mkdir(parents=True)
    # The check beforehand believes that 1 MB will do, so the virtual environment is what fills the disk.
    script.write_text(SCRIPT.read_text().replace("NEEDED_MB = 2000", "NEEDED_MB = 1"))
    message = one_sentence(run(script, target="setup"))
    assert message.startswith("The disk is full: make room for ")


def test_without_root_the_line_to_run_is_printed(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(bootstrap.Obstacle) as obstacle:
        bootstrap.install_system(["libpango-1.0-0", "libharfbuzz-subset0"])
    assert str(obstacle.value) == (
        "System packages are missing; install them with: "
        "sudo apt-get install --no-install-recommends libpango-1.0-0 libharfbuzz-subset0"
    )


@pytest.mark.parametrize("ci", ["true", ""])
def test_missing_test_programs_are_skipped_by_a_person_and_fatal_in_ci(monkeypatch, capsys, ci):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap, "TEST_PROGRAMS", {"no-such-program": "chromium"})
    monkeypatch.setenv("CI", ci)
    if ci:
        with pytest.raises(bootstrap.Obstacle, match="apt-get install"):
            bootstrap.test_programs()
    else:
        bootstrap.test_programs()
        said = capsys.readouterr().out
        assert "The tests that need chromium will be skipped." in said
        assert "sudo apt-get install --no-install-recommends chromium" in said


def test_the_lock_of_the_tests_holds_that_of_the_demo():
    assert bootstrap.pins("demo") - bootstrap.pins("test") == set()
    assert bootstrap.pins("server") - bootstrap.pins("demo") == set()


def test_what_is_installed_is_not_installed_again(monkeypatch, tmp_path):
    stamp = tmp_path / "installed.json"
    stamp.write_text(json.dumps({"demo": bootstrap.fingerprint([bootstrap.LOCKS / "demo.txt"])}))
    monkeypatch.setattr(bootstrap, "INSTALLED", stamp)
    # An interpreter that isn't there shows that it is not called.
    monkeypatch.setattr(bootstrap, "VENV_PYTHON", tmp_path / "nothing")
    bootstrap.install("demo")
    with pytest.raises(FileNotFoundError):
        bootstrap.install("test")
