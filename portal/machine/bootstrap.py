"""From a bare machine to an installed portal: `python3 portal/machine/bootstrap.py demo|setup|test|test-all|install`.

Runs with the machine's own python3 before anything is installed, so it knows the standard library only. Every step is
skipped when what it makes is there already. What stands in the way is said in one sentence, and the exit code is 1.
"""

import sys

OLDEST_PYTHON = (3, 11)


def python_problem(version):
    """One sentence when this Python is too old, else an empty string."""
    if tuple(version[:2]) >= OLDEST_PYTHON:
        return ""
    return (
        "The portal needs Python 3.11 or newer, and this is Python {}.{}; install a newer one and say which: "
        "make PYTHON=python3.11 demo".format(*version[:2])
    )


# Before anything that an old Python would not even read.
if python_problem(sys.version_info):
    sys.exit(python_problem(sys.version_info))

import ctypes  # noqa: E402
import errno  # noqa: E402
import hashlib  # noqa: E402
import importlib.util  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import shutil  # noqa: E402
import socket  # noqa: E402
import subprocess  # noqa: E402
import time  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from pathlib import Path  # noqa: E402

PROJECT = Path(__file__).resolve().parent.parent.parent
VENV = PROJECT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
LOCKS = PROJECT / ".requirements"
INSTALLED = VENV / "installed.json"
NEEDED_MB = 2000
NEEDED_LATER_MB = 200
NEEDED_AT_LEAST_MB = 20
# What WeasyPrint opens, and the Debian package that brings it.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
# What the browser tests and the tests of delivery run, and the package that brings it.
TEST_PROGRAMS = {"chromium": "chromium", "redis-server": "redis-server", "xgettext": "gettext"}
# What `manage.py prepare` works from: a change in any of it makes the next start prepare anew.
PREPARED_FROM = (
    "*/migrations/*.py",
    "portal/*/migrations/*.py",
    "portal/history/grants.py",
    "portal/locale/**/*.po",
    "portal/settings.py",
    "portal/demo.py",
    "static/**/*",
    "*/data/**/*",
    "*/reference.py",
    "*/story.py",
)


class Obstacle(Exception):  # noqa: N818 - reads as what it says
    """What stands in the way, as one sentence for the person at the terminal."""


class Steps:
    """Numbers the steps and tells how long each took."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.number = 0

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        self.number += 1
        print(f"[{self.number}/{self.total}] {title} …", flush=True)
        start = time.monotonic()
        yield
        seconds = time.monotonic() - start
        if seconds >= 1:
            print(f"      {seconds:.0f} s", flush=True)


# --- What may stand in the way ------------------------------------------------------------------------------


def disk_problem(folder: Path, needed_mb: int) -> str:
    """One sentence when `folder` has too little room, else an empty string."""
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb >= needed_mb:
        return ""
    return f"The disk is full: {folder} has {free_mb} MB free and the portal needs {needed_mb} MB; make room first."


def port_problem(value: str) -> str:
    """One sentence when the portal can't be served on this port of 127.0.0.1, else an empty string."""
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        return f"PORT is {value!r} and must be a number from 1 to 65535, as in: make demo PORT=8001"
    try:
        with socket.socket() as probe:
            # As the web server itself does: what a closed server left behind doesn't count as taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", int(value)))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"Port {value} is taken by another program; choose another: make demo PORT={other_port(int(value))}"
        return f"Port {value} can't be used ({os.strerror(error.errno or 0)}); choose another: make demo PORT=8001"
    return ""


def other_port(port: int) -> int:
    """A port to suggest instead of a taken one."""
    return port + 1 if port < 65535 else 8001


def missing_libraries() -> list[str]:
    """The Debian packages of the libraries that WeasyPrint would not find."""
    missing = []
    for library, package in LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def missing_test_programs() -> list[str]:
    """The Debian packages of the programs that the tests would not find."""
    return [package for program, package in TEST_PROGRAMS.items() if shutil.which(program) is None]


# --- Steps --------------------------------------------------------------------------------------------------


def fingerprint(files: list[Path]) -> str:
    """One hash over the names and contents of files."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.relative_to(PROJECT)}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def make_venv() -> None:
    """The virtual environment; one that another Python or another folder made is made anew."""
    if VENV_PYTHON.exists():
        asked = "import sys, pip; print(sys.prefix, *sys.version_info[:2])"
        answer = subprocess.run([VENV_PYTHON, "-c", asked], capture_output=True, text=True, check=False)
        if answer.stdout.split() == [str(VENV), *map(str, sys.version_info[:2])]:
            return
    if importlib.util.find_spec("ensurepip") is None:
        raise Obstacle(
            "Python's venv module is not complete; install it with: "
            f"{sudo()}apt-get install python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        )
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True, check=False)
    if made.returncode:
        raise Obstacle(reason("The virtual environment could not be made", made.stdout + made.stderr))


def installed() -> dict[str, str]:
    """The locks that the virtual environment has, with their fingerprints."""
    try:
        locks: dict[str, str] = json.loads(INSTALLED.read_text())
    except (OSError, ValueError):
        return {}
    return locks


def install(lock: str) -> None:
    """Install a lock's packages, unless just this lock is installed. `test` holds all that `demo` does."""
    path = LOCKS / f"{lock}.txt"
    wanted = fingerprint([path])
    if installed().get(lock) == wanted:
        return
    INSTALLED.unlink(missing_ok=True)
    total = sum("==" in line and not line.startswith((" ", "#")) for line in path.read_text().splitlines())
    command = [str(VENV_PYTHON), "-m", "pip", "install", "--require-hashes", "--disable-pip-version-check"]
    said: list[str] = []
    with subprocess.Popen(
        [*command, "-r", str(path)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        seen = 0
        for line in process.stdout:
            said.append(line)
            if line.startswith(("Collecting ", "Requirement already satisfied:")):
                seen += 1
                show(f"package {seen} of {total}", seen % 10 == 0 or seen == total)
            elif line.startswith("Installing collected packages"):
                show("all fetched, unpacking", True)
    if process.returncode:
        raise Obstacle(reason("The packages could not be installed", "".join(said)))
    locks = {lock: wanted}
    if lock == "test" and pins("demo") <= pins("test"):
        locks["demo"] = fingerprint([LOCKS / "demo.txt"])
    INSTALLED.write_text(json.dumps(locks))


def pins(lock: str) -> set[str]:
    """The lines `name==version` of a lock."""
    lines = (LOCKS / f"{lock}.txt").read_text().splitlines()
    return {line.split()[0] for line in lines if "==" in line and not line.startswith((" ", "#"))}


def show(text: str, milestone: bool) -> None:
    """Progress within a step: one line rewritten on a terminal, now and then a line in a log."""
    if sys.stdout.isatty():
        print(f"\r      {text}\033[K", end="\n" if "unpacking" in text else "", flush=True)
    elif milestone:
        print(f"      {text}", flush=True)


def install_system(packages: list[str]) -> None:
    """Install Debian packages. Raises Obstacle with the line to run where this user can't."""
    line = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Obstacle(f"System packages are missing; install them with: {sudo()}{line}")
    print(f"      {line}", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    said = ""
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        said += done.stdout
    if done.returncode:
        raise Obstacle(reason(f"System packages could not be installed; try it by hand: {line}", said))


def libraries() -> None:
    """WeasyPrint's libraries, by apt where this user may."""
    packages = missing_libraries()
    if not packages:
        return
    install_system(packages)
    if missing_libraries():
        raise Obstacle(f"{', '.join(missing_libraries())} is installed but can't be opened; is it for this processor?")


def test_programs() -> None:
    """Chromium and Redis for the tests. Without root the tests that need them are skipped, but not under CI."""
    packages = missing_test_programs()
    if not packages:
        return
    try:
        install_system(packages)
    except Obstacle as obstacle:
        if os.environ.get("CI") == "true":
            raise
        print(f"      The tests that need {' and '.join(packages)} will be skipped. {obstacle}", flush=True)


def manage(*arguments: str) -> None:
    """Run manage.py; its own words are for the person at the terminal."""
    done = subprocess.run([VENV_PYTHON, "manage.py", *arguments], cwd=PROJECT, check=False)
    if done.returncode and disk_problem(PROJECT, NEEDED_AT_LEAST_MB):
        raise Obstacle(full_disk())
    if done.returncode:
        raise Obstacle(
            f"`manage.py {' '.join(arguments)}` ended with code {done.returncode}; what it said stands above."
        )


def prepare() -> None:
    """Catalogues, static files, database and story, unless all is as the last time."""
    data_dir = Path(os.environ.get("PORTAL_DATA_DIR") or PROJECT / ".data")
    stamp = data_dir / "prepared"
    sources = {file for pattern in PREPARED_FROM for file in PROJECT.glob(pattern) if file.is_file()}
    made_here = {PROJECT / ".data", VENV}
    wanted = fingerprint([LOCKS / "demo.txt", *(file for file in sources if not made_here & set(file.parents))])
    # Only of the embedded database is it known that nobody else has emptied it.
    embedded = not os.environ.get("DATABASE_URL") and (data_dir / "postgres.json").exists()
    if embedded and stamp.exists() and stamp.read_text() == wanted:
        print("      as the last time", flush=True)
        return
    stamp.unlink(missing_ok=True)
    manage("prepare", "--story")
    data_dir.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)


def sudo() -> str:
    return "" if os.geteuid() == 0 else "sudo "


def reason(sentence: str, said: str) -> str:
    """A failed command as one sentence: a full disk by its name, else the last line that tells something."""
    # Not every program says so itself.
    if "No space left on device" in said or disk_problem(PROJECT, NEEDED_AT_LEAST_MB):
        return full_disk()
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("ERROR:", "E:", "Error:"))] or lines[-1:]
    return f"{sentence}: {telling[0]}" if telling else f"{sentence}."


def full_disk() -> str:
    return f"The disk is full: make room for {NEEDED_MB} MB in {PROJECT} and try again."


def run(target: str) -> None:
    """All steps of a target, in their order. Raises Obstacle."""
    tests = target in {"test", "test-all", "install"}
    steps = Steps(total=5)
    with steps.step("Python, disk and port"):
        fresh = not INSTALLED.exists()
        problem = disk_problem(PROJECT, NEEDED_MB if fresh else NEEDED_LATER_MB)
        if not problem and target == "demo":
            problem = port_problem(os.environ.get("PORT") or "8000")
        if problem:
            raise Obstacle(problem)
    with steps.step("System libraries"):
        libraries()
        if tests:
            test_programs()
    with steps.step("Virtual environment"):
        make_venv()
    with steps.step("Packages (some minutes the first time)"):
        install("test" if tests else "demo")
    if tests:
        with steps.step("Catalogues"):
            manage("compile_catalogues")
    else:
        with steps.step("Catalogues, static files, database and its content"):
            prepare()


def main() -> None:
    target = sys.argv[1] if len(sys.argv) > 1 else ""
    if target not in {"demo", "setup", "test", "test-all", "install"}:
        sys.exit(str(__doc__))
    try:
        run(target)
    except Obstacle as obstacle:
        sys.exit(f"\n{obstacle}")
    except KeyboardInterrupt:
        sys.exit("\nStopped; run it again to go on.")
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.exit(f"\n{full_disk()}")


if __name__ == "__main__":
    main()
