"""The embedded server: there while somebody needs it, gone afterwards, and whole after a kill."""

import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest

from portal.machine.placement import LONGEST_SOCKET_PATH, SOCKET_NAME, DatabaseUnavailable
from portal.machine.postgres import PROJECT, Embedded, ensure_database_url
from tests.machine.processes import eventually, runs, shell_environment

USER = """
import sys
from pathlib import Path
from portal.machine.postgres import Embedded
server = Embedded(Path(sys.argv[1]), durable=False)
server.attach()
print(server.pid(), flush=True)
sys.stdin.readline()
server.detach()
"""


def start_user(data_dir):
    """Another process that uses the server until it reads a line or is killed."""
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(data_dir)],
        cwd=PROJECT,
        env=shell_environment(PYTHONPATH=str(PROJECT)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def query(server, statement, variable="DATABASE_URL"):
    with psycopg.connect(server.urls()[variable]) as connection:
        return connection.execute(statement).fetchall()


def test_the_last_one_out_stops_the_server(embedded, data_dir):
    server = embedded()
    server.attach()
    with start_user(data_dir) as other:
        pid = int(other.stdout.readline())
        assert pid == server.pid()
        server.detach()
        assert runs(pid)
        other.communicate("\n")
    assert not runs(pid)
    assert server.pid() is None


def test_a_killed_user_no_longer_counts(embedded, data_dir):
    server = embedded()
    with start_user(data_dir) as other:
        pid = int(other.stdout.readline())
        other.kill()
    assert runs(pid)
    server.attach()
    assert server.pid() == pid
    server.detach()
    assert not runs(pid)


@pytest.mark.long
def test_many_at_once_share_one_server(data_dir):
    users = [start_user(data_dir) for _ in range(4)]
    pids = {int(user.stdout.readline()) for user in users}
    for user in users:
        user.communicate("\n")
    assert len(pids) == 1
    assert not runs(pids.pop())


@pytest.mark.long
def test_a_killed_server_comes_back_with_its_data(embedded):
    server = embedded()
    server.attach()
    with psycopg.connect(server.urls()["DATABASE_OWNER_URL"]) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 131418 AS number")
    before = server.pid()
    os.kill(before, signal.SIGKILL)
    assert eventually(lambda: server.pid() is None, 5)
    assert server.revive() is True
    assert server.pid() != before
    assert query(server, "SELECT number FROM kept", "DATABASE_OWNER_URL") == [(131418,)]
    assert server.revive() is False


@pytest.mark.long
def test_the_process_id_of_another_program_does_not_block_the_start(embedded):
    server = embedded()
    server.attach()
    os.kill(server.pid(), signal.SIGKILL)
    assert eventually(lambda: server.pid() is None, 5)
    pid_file = server.placement.cluster / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert server.revive() is True
    assert query(server, "SELECT 1") == [(1,)]


@pytest.mark.long
def test_a_cluster_that_was_half_made_is_made_anew(embedded):
    server = embedded()
    server.placement.make()
    (server.placement.home / "cluster.new").mkdir()
    (server.placement.home / "cluster.new" / "PG_VERSION").write_text("18\n")
    server.attach()
    assert query(server, "SELECT 1") == [(1,)]


@pytest.mark.long
def test_without_its_passwords_a_cluster_starts_empty(embedded, data_dir):
    server = embedded()
    server.attach()
    with psycopg.connect(server.urls()["DATABASE_OWNER_URL"]) as owner:
        owner.execute("CREATE TABLE left_behind ()")
    server.detach()
    (data_dir / "postgres.json").unlink()
    server.attach()
    assert query(server, "SELECT to_regclass('left_behind') IS NULL") == [(True,)]


def test_roles_have_what_they_need_and_no_more(running):
    rights = """
        SELECT current_user::text, rolsuper, rolcreaterole, rolbypassrls, rolcreatedb,
               has_schema_privilege('public', 'CREATE'), has_database_privilege('portal', 'TEMP')
        FROM pg_roles WHERE rolname = current_user
    """
    assert query(running, rights) == [("portal_app", False, False, False, False, False, False)]
    assert query(running, rights, "DATABASE_RETENTION_URL") == [
        ("portal_retention", False, False, False, False, False, False)
    ]
    assert query(running, rights, "DATABASE_OWNER_URL") == [("portal_owner", False, False, False, True, True, True)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        query(running, "CREATE TABLE mine ()")
    wrong = running.urls()["DATABASE_URL"].replace("portal_app:", "portal_app:x")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_databases_made_by_the_owner_have_the_extensions(running):
    with psycopg.connect(running.urls()["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("CREATE DATABASE another")
    url = running.urls()["DATABASE_OWNER_URL"].replace("/portal?", "/another?")
    with psycopg.connect(url) as connection:
        names = {name for (name,) in connection.execute("SELECT extname FROM pg_extension")}
    assert names >= {"pg_trgm", "btree_gist", "unaccent"}


def test_letters_are_unicodes_and_order_is_that_of_code_points(running):
    assert query(running, "SELECT lower('ÅÄÖÉ'), 'ä' < 'å', 'Z' < 'a'") == [("åäöé", True, True)]


def test_tcp_listens_on_this_machine_with_passwords(embedded):
    server = embedded(tcp=True)
    server.attach()
    assert "@127.0.0.1:" in server.urls()["DATABASE_URL"]
    assert query(server, "SHOW listen_addresses") == [("127.0.0.1",)]


def test_the_socket_of_a_deep_folder_is_short_enough(tmp_path):
    placement = Embedded(tmp_path / ("deep" * 30)).placement
    assert len(os.fsencode(placement.sockets / SOCKET_NAME)) <= LONGEST_SOCKET_PATH


def test_passwords_are_for_their_owner_alone(running):
    assert (running.data_dir / "postgres.json").stat().st_mode & 0o777 == 0o600
    assert running.placement.cluster.stat().st_mode & 0o077 == 0


def test_a_named_server_is_left_alone(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@elsewhere/portal")
    assert ensure_database_url() is None
    assert os.environ["DATABASE_URL"] == "postgres://somebody@elsewhere/portal"


def test_production_never_starts_one(monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("PORTAL_ENV", "production")
    with pytest.raises(DatabaseUnavailable, match="DATABASE_URL must name a PostgreSQL server"):
        ensure_database_url()


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path, monkeypatch):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("PORTAL_DATA_DIR", str(in_the_way / "data"))
    with pytest.raises(DatabaseUnavailable, match="can't be started in") as refused:
        ensure_database_url()
    assert "\n" not in str(refused.value)


@pytest.mark.long
def test_a_server_that_dies_under_load_loses_nothing_committed(embedded):
    server = embedded()
    server.attach()
    with psycopg.connect(server.urls()["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("CREATE TABLE counted (number int PRIMARY KEY)")
        committed = 0
        until = time.monotonic() + 2
        while time.monotonic() < until:
            owner.execute("INSERT INTO counted VALUES (%s)", [committed])
            committed += 1
        os.kill(server.pid(), signal.SIGKILL)
    assert eventually(lambda: server.pid() is None, 5)
    server.revive()
    assert query(server, "SELECT count(*) FROM counted", "DATABASE_OWNER_URL") == [(committed,)]
