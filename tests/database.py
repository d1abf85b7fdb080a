"""A test database that the tests meet as the application does: made by the owner, used by `portal_app`.

Migrating takes seconds, so it is done once for a set of migrations; each run and worker gets a copy.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import environ
import psycopg
from django.core.management import call_command
from django.core.management.commands import flush
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from psycopg import sql

PROJECT = Path(__file__).resolve().parent.parent
TEMPLATE = "test_portal_template"
FILLED_BY_MIGRATING = {"auth_permission", "django_content_type"}


def owner_settings() -> dict:
    """Django's settings of a connection as the owner of the databases."""
    return environ.Env().db_url("DATABASE_OWNER_URL")


def connect_as_owner(name: str) -> psycopg.Connection:
    """A plain connection of the owner's, in autocommit."""
    owner = owner_settings()
    return psycopg.connect(
        dbname=name,
        user=owner["USER"],
        password=owner["PASSWORD"],
        host=owner["HOST"] or owner.get("OPTIONS", {}).get("host"),
        port=owner["PORT"] or owner.get("OPTIONS", {}).get("port"),
        autocommit=True,
    )


def migrations_hash() -> str:
    """Changes when a migration, or what is done after migrating, changes."""
    digest = hashlib.sha256()
    for path in sorted([*PROJECT.glob("*/migrations/*.py"), *PROJECT.glob("portal/*/migrations/*.py")]):
        digest.update(path.read_bytes())
    for path in (PROJECT / "portal/history/grants.py", *sorted(PROJECT.glob(".requirements/*.txt"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def logged_in_as(name: str, credentials: dict) -> Iterator[None]:
    """Django's default connection with other credentials and on another database."""
    before = {**connection.settings_dict}
    connection.close()
    connection.settings_dict.update({key: credentials[key] for key in ("USER", "PASSWORD")}, NAME=name)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def ensure_template(owner: psycopg.Connection) -> str:
    """The migrated database that copies are made of."""
    name = f"{TEMPLATE}_{migrations_hash()}"
    exists = "SELECT 1 FROM pg_database WHERE datname = %s"
    if owner.execute(exists, [name]).fetchone():
        return name
    building = f"{name}_building"
    owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(building)))
    owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(building)))
    with logged_in_as(building, owner_settings()):
        call_command("migrate", verbosity=0)
    owner.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name)))
    return name


def drop_orphans(owner: psycopg.Connection) -> None:
    """Databases of runs that were killed, and templates of older migrations."""
    rows = owner.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_portal\\_%'").fetchall()
    for (name,) in rows:
        if name.startswith(TEMPLATE):
            stale = not name.startswith(f"{TEMPLATE}_{migrations_hash()}")
        else:
            stale = not Path(f"/proc/{name.split('_')[2]}").exists()
        if stale:
            drop(owner, name)


def drop(owner: psycopg.Connection, name: str, patience_s: float = 1) -> None:
    """Drop the database. One that is in use for longer, by autovacuum or a copy being made, is the next run's to drop."""
    until = time.monotonic() + patience_s
    while True:
        try:
            owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
            if time.monotonic() > until:
                return
            time.sleep(0.2)
        else:
            return


@contextmanager
def test_database(worker: str) -> Iterator[None]:
    """Django's default connection on a fresh copy, as the application; gone afterwards."""
    name = f"test_portal_{os.getpid()}_{worker}"
    maintenance = owner_settings()["NAME"]
    with connect_as_owner(maintenance) as owner:
        # One at a time, whichever run or worker: held until this connection closes.
        owner.execute("SELECT pg_advisory_lock(20230401)")
        drop_orphans(owner)
        template = ensure_template(owner)
        owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        # As portal/machine/roles.sql does for the real one; rights on a database are not copied.
        owner.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        for role in ("portal_app", "portal_retention"):
            owner.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(role))
            )
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        with (
            patch.object(DatabaseOperations, "execute_sql_flush", _flush_as_owner),
            patch.object(flush, "emit_post_migrate_signal"),  # what it would make anew was not emptied
        ):
            yield
    finally:
        connection.close()
        with connect_as_owner(maintenance) as owner:
            drop(owner, name)


def _flush_as_owner(self: DatabaseOperations, sql_list: list[str]) -> None:
    """Empty the tables between transactional tests, as the owner, for the application may neither delete history nor
    truncate. Instead of Django's TRUNCATE, which makes new files for each of hundreds of tables and their indexes, the
    rows of the few tables that have any are deleted, with the project's triggers off: all of it or nothing.
    """
    introspection = self.connection.introspection
    tables = {*introspection.django_table_names(only_existing=True, include_views=False)} - FILLED_BY_MIGRATING
    with connect_as_owner(self.connection.settings_dict["NAME"]) as owner, owner.transaction():
        touched = "SELECT relname FROM pg_class WHERE oid = ANY(%s::regclass[]) AND pg_relation_size(oid) > 0"
        names = [sql.Identifier(name) for (name,) in owner.execute(touched, [sorted(tables)])]
        has_rows = sql.SQL("(SELECT {} WHERE EXISTS (SELECT FROM {}))")
        found = sql.SQL(" UNION ALL ").join(has_rows.format(sql.Literal(name.as_string()), name) for name in names)
        filled = [sql.SQL(name) for (name,) in owner.execute(found)] if names else []
        if not filled:
            return
        switch = sql.SQL("ALTER TABLE {} {} TRIGGER USER")
        several = sql.SQL("; ").join
        owner.execute(several(switch.format(name, sql.SQL("DISABLE")) for name in filled))
        # One statement: also the foreign keys that can't be deferred are looked at when all is gone.
        deletions = (
            sql.SQL("{} AS (DELETE FROM {})").format(sql.Identifier(f"emptied_{number}"), name)
            for number, name in enumerate(filled)
        )
        owner.execute(sql.SQL("WITH {} SELECT").format(sql.SQL(", ").join(deletions)))
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        owner.execute(several(switch.format(name, sql.SQL("ENABLE")) for name in filled))
