"""The embedded PostgreSQL: there whenever a process needs it, gone when the last one has left.

Whoever uses the server holds a shared lock on `postgres.lock` in the data directory. Who leaves and gets that lock
alone was the last and stops the server. The kernel drops the locks of a killed process, so no list of users can go
stale. Starting and stopping happen under a second lock, `postgres.guard`, so that nobody starts what another stops.
"""

import atexit
import fcntl
import hashlib
import json
import os
import pwd
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from portal.machine.placement import DatabaseUnavailable, Placement, place

__all__ = ["DatabaseUnavailable", "Embedded", "ensure_database_url"]

PROJECT = Path(__file__).resolve().parent.parent.parent
ROLES_SQL = Path(__file__).with_name("roles.sql")
DATABASE = "portal"
# Role name, environment variable that holds its address.
ROLES = {
    "portal_app": "DATABASE_URL",
    "portal_owner": "DATABASE_OWNER_URL",
    "portal_retention": "DATABASE_RETENTION_URL",
}
PATIENCE_S = 60


class Embedded:
    """One embedded server with its cluster, for the data directory `data_dir`.

    `tcp` makes it listen on 127.0.0.1 and a free port besides its socket. `durable=False` gives up fsync: enough
    against killed processes, not against a power cut; for tests.
    """

    def __init__(self, data_dir: Path, *, tcp: bool = False, durable: bool = True) -> None:
        self.data_dir = Path(data_dir).resolve()
        self.tcp = tcp
        self.durable = durable
        self._users: int | None = None
        self._placement: Placement | None = None

    @property
    def placement(self) -> Placement:
        if self._placement is None:
            self._placement = place(self.data_dir)
        return self._placement

    def attach(self) -> None:
        """Count this process as a user of the server, and start the server where it isn't running.

        Raises DatabaseUnavailable with one sentence that says why it can't be had.
        """
        if self._users is not None:
            return
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            with self._guard():
                users = self._open("postgres.lock")
                try:
                    fcntl.flock(users, fcntl.LOCK_SH)
                    self._ensure_running()
                except BaseException:
                    os.close(users)
                    raise
                self._users = users
        except OSError as error:
            raise DatabaseUnavailable(f"The embedded database can't be started in {self.data_dir}: {error}") from error

    def detach(self) -> None:
        """Stop counting as a user; the last one out stops the server. Harmless when not attached."""
        if self._users is None:
            return
        with self._guard():
            # Closed and opened anew: children that were forked share the old lock and must still count.
            os.close(self._users)
            self._users = None
            alone = self._open("postgres.lock")
            try:
                fcntl.flock(alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._stop()
            except BlockingIOError:
                pass
            finally:
                os.close(alone)

    def revive(self) -> bool:
        """Start the server again if it has died under us; True if it had."""
        if self.pid() is not None:
            return False
        with self._guard():
            if self.pid() is not None:
                return False
            self._ensure_running()
        return True

    def destroy(self) -> None:
        """Stop the server and remove the cluster with all its data."""
        with self._guard():
            self._stop()
            for folder in (self.placement.home, self.placement.sockets):
                shutil.rmtree(folder, ignore_errors=True)
            self._secrets_file.unlink(missing_ok=True)

    def pid(self) -> int | None:
        """The running server's process id, or None: an id that another program has got by now doesn't count."""
        line = self._postmaster_line(1)
        if line is None:
            return None
        process = Path("/proc") / line
        try:
            runs = (process / "comm").read_text().strip() == "postgres"
            ours = os.path.samefile(process / "cwd", self.placement.cluster)
            dead = (process / "stat").read_text().rpartition(")")[2].split()[0] in {"Z", "X"}
        except OSError:
            return None
        return int(line) if runs and ours and not dead else None

    def urls(self) -> dict[str, str]:
        """Addresses for the three roles, by the names of their environment variables."""
        passwords = self._secrets()
        if self.tcp:
            where, query = f"127.0.0.1:{self._postmaster_line(4)}", ""
        else:
            # In the query, where both libpq and django-environ leave its letters alone.
            where, query = "", f"?host={quote(str(self.placement.sockets), safe='/')}"
        return {
            variable: f"postgres://{role}:{passwords[role]}@{where}/{DATABASE}{query}"
            for role, variable in ROLES.items()
        }

    # --- Starting and stopping, under the guard -------------------------------------------------------------

    def _ensure_running(self) -> None:
        if not self._secrets_file.exists():
            # The data directory is new; a cluster from before it can no longer be opened by anybody.
            self._stop()
            shutil.rmtree(self.placement.home, ignore_errors=True)
        self.placement.make()
        if not (self.placement.cluster / "PG_VERSION").exists():
            self._initialise()
        if self.pid() is None:
            self._start()
        self._ensure_roles()

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it in when complete, so that a half one is never taken for one."""
        making = self.placement.home / "cluster.new"
        shutil.rmtree(making, ignore_errors=True)
        # Unicode's letters with the order of code points: the same on every machine, whatever locales it has.
        made = self.placement.run(
            "initdb",
            f"--pgdata={making}",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--auth=trust",
            "--no-sync",
        )
        if made.returncode:
            raise DatabaseUnavailable(f"The embedded database could not be made: {_last_line(made.stdout)}")
        # Who is logged in on the machine as we are is the superuser; the portal's roles have passwords.
        (making / "pg_hba.conf").write_text(
            "local all postgres peer map=machine\n"
            "local all all scram-sha-256\n"
            "host all all 127.0.0.1/32 scram-sha-256\n"
        )
        (making / "pg_ident.conf").write_text(f"machine {pwd.getpwuid(os.geteuid()).pw_name} postgres\n")
        making.rename(self.placement.cluster)

    def _start(self) -> None:
        place = self.placement
        if place.log.exists() and place.log.stat().st_size > 5_000_000:
            place.log.rename(place.log.with_suffix(".old"))
        port = _free_port() if self.tcp else 5432
        settings = {
            "listen_addresses": "127.0.0.1" if self.tcp else "",
            "port": str(port),
            "unix_socket_directories": str(place.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "max_locks_per_transaction": "256",
            "shared_buffers": "64MB",
            "log_timezone": "UTC",
        }
        if not self.durable:
            settings |= {"fsync": "off", "full_page_writes": "off"}
        options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in settings.items())
        until = time.monotonic() + PATIENCE_S
        while True:
            self._drop_stale_locks()
            before = place.log.stat().st_size if place.log.exists() else 0
            started = place.run("pg_ctl", "start", "-D", str(place.cluster), "-w", "-l", str(place.log), "-o", options)
            if started.returncode == 0:
                return
            # After a killed server its last workers hold the shared memory for a moment.
            said = _tail(place.log, before)
            if time.monotonic() > until or "shared memory block" not in said:
                reason = _last_line(said) or _last_line(started.stdout)
                raise DatabaseUnavailable(f"The embedded database did not start: {reason} (log: {place.log})")
            time.sleep(0.3)

    def _drop_stale_locks(self) -> None:
        """Remove lock files whose process id now belongs to another program: PostgreSQL would believe them.

        Called when the server does not run. What a killed server's last workers still hold, PostgreSQL sees by the
        shared memory of the cluster, whether these files are there or not.
        """
        line = self._postmaster_line(1)
        if line is not None and (Path("/proc") / line).exists():
            (self.placement.cluster / "postmaster.pid").unlink(missing_ok=True)
        for lock in self.placement.sockets.glob(".s.PGSQL.*.lock"):
            lock.unlink(missing_ok=True)

    def _stop(self) -> None:
        pid = self.pid()
        if pid is None:
            return
        stop = ("stop", "-D", str(self.placement.cluster), "-w", "-t", str(PATIENCE_S))
        if self.placement.run("pg_ctl", *stop, "-m", "fast").returncode and self.pid() is not None:
            os.kill(pid, signal.SIGQUIT)

    def _ensure_roles(self) -> None:
        """Run roles.sql once for each of its versions; a run that was cut short is made again."""
        version = hashlib.sha256(ROLES_SQL.read_bytes()).hexdigest()
        done = self.placement.home / "roles"
        if self._secrets_file.exists() and done.exists() and done.read_text() == version:
            return
        self._make_secrets()
        passwords = self._secrets()
        names = {"portal_owner": "OWNER", "portal_app": "APP", "portal_retention": "RETENTION"}
        environment = {f"PORTAL_{name}_PASSWORD": passwords[role] for role, name in names.items()}
        # Only here may the owner make databases: the tests'.
        for extra in (["-f", str(ROLES_SQL)], ["-c", "ALTER ROLE portal_owner CREATEDB"]):
            self._psql(extra, environment)
        done.write_text(version)

    def _psql(self, arguments: list[str], environment: dict[str, str]) -> None:
        command = [str(self.placement.programs / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres"]
        port = self._postmaster_line(4) or "5432"
        result = subprocess.run(
            [*command, "-h", str(self.placement.sockets), "-p", port, "-d", "postgres", *arguments],
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PGOPTIONS": "-c client_min_messages=warning"} | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise DatabaseUnavailable(f"The embedded database could not be prepared: {_last_line(result.stderr)}")

    # --- Files ----------------------------------------------------------------------------------------------

    def _open(self, name: str) -> int:
        return os.open(self.data_dir / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @contextmanager
    def _guard(self) -> Iterator[None]:
        guard = self._open("postgres.guard")
        try:
            fcntl.flock(guard, fcntl.LOCK_EX)
            yield
        finally:
            os.close(guard)

    @property
    def _secrets_file(self) -> Path:
        return self.data_dir / "postgres.json"

    def _make_secrets(self) -> None:
        if self._secrets_file.exists():
            return
        handle, name = tempfile.mkstemp(dir=self.data_dir)
        with os.fdopen(handle, "w") as file:
            json.dump({role: secrets.token_hex(24) for role in ROLES}, file)
        Path(name).rename(self._secrets_file)

    def _secrets(self) -> dict[str, str]:
        passwords: dict[str, str] = json.loads(self._secrets_file.read_text())
        return passwords

    def _postmaster_line(self, number: int) -> str | None:
        try:
            lines = (self.placement.cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return None
        return lines[number - 1].strip() if len(lines) >= number else None


def ensure_database_url() -> Embedded | None:
    """See to it that DATABASE_URL is set: by the environment, by `.env`, or by starting the embedded server.

    The embedded server also sets the addresses of the owner and retention roles, and PORTAL_ENV to `demo` unless it is
    set. It is left at exit, and returned for who looks after it. Raises DatabaseUnavailable, in production always:
    production has a server of its own.
    """
    import environ

    environ.Env.read_env(PROJECT / ".env")
    if os.environ.get("DATABASE_URL"):
        return None
    if os.environ.get("PORTAL_ENV") == "production":
        raise DatabaseUnavailable("PORTAL_ENV is production, so DATABASE_URL must name a PostgreSQL server.")
    os.environ.setdefault("PORTAL_ENV", "demo")
    data_dir = Path(os.environ.get("PORTAL_DATA_DIR") or PROJECT / ".data")
    server = Embedded(data_dir, durable=os.environ["PORTAL_ENV"] != "test")
    server.attach()
    atexit.register(_leave, server, os.getpid())
    os.environ.update(server.urls())
    # For `manage.py dbshell`, which knows neither the folder of the socket nor that of psql.
    os.environ["PGHOST"] = str(server.placement.sockets)
    os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", os.defpath), str(server.placement.programs)])
    return server


def _leave(server: Embedded, pid: int) -> None:
    # A forked child inherits the exit handlers, and must not leave for its parent.
    if os.getpid() == pid:
        server.detach()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _tail(path: Path, start: int) -> str:
    try:
        return path.read_bytes()[start:].decode(errors="replace")
    except OSError:
        return ""


def _last_line(text: str) -> str:
    """The line that tells most: the last FATAL or error, else the last of all."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "ERROR" in line or "error:" in line]
    return (telling or lines or [""])[-1]
