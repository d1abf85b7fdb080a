"""Attacks as the application's role: what the database itself refuses, whatever the code does."""

import environ
import pgtrigger
import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from portal.history.models import Actor, LinkActor, SystemActor, actor_of
from regions.models import Region, User
from tests.database import connect_as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def region(db):
    return Region.objects.create(code="23", name="Region Jämtland Härjedalen", organisation_number="232100-0214")


def refused(statement: str) -> bool:
    """Whether the database refuses the statement to the role that the tests, like the web, are logged in as."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError:
        return True
    return False


def test_tests_run_as_the_application():
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user, current_setting('is_superuser')")
        assert cursor.fetchone() == ("portal_app", "off")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE loot (id int)",
        "CREATE TEMPORARY TABLE loot (id int)",
        "CREATE FUNCTION loot() RETURNS int LANGUAGE sql RETURN 1",
        "ALTER TABLE regions_region ADD COLUMN loot int",
        "ALTER TABLE regions_region DISABLE TRIGGER ALL",
        "DROP TABLE regions_region CASCADE",
        "TRUNCATE regions_region CASCADE",
        "TRUNCATE regions_regionevent",
        "UPDATE regions_regionevent SET name = 'forged'",
        "DELETE FROM regions_regionevent",
        "INSERT INTO regions_regionevent (pgh_created_at, pgh_label, pgh_obj_id, id, code, name, organisation_number)"
        " VALUES (now(), 'update', 1, 1, '23', 'invented', '232100-0214')",
        "SET ROLE portal_owner",
        "SET SESSION AUTHORIZATION portal_owner",
        "SET session_replication_role = replica",
        "GRANT DELETE ON regions_regionevent TO portal_app; DELETE FROM regions_regionevent",
        "ALTER ROLE portal_app SUPERUSER",
        "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN LANGUAGE sql RETURN true",
        "DROP FUNCTION _pgtrigger_should_ignore",
        "SELECT * FROM django_migrations; DELETE FROM django_migrations",
        "COPY regions_region TO PROGRAM 'true'",
    ],
)
def test_application_is_refused(region, statement):
    assert refused(statement)


def test_application_may_do_its_work(region):
    """The control: the refusals above are not a broken connection."""
    assert not refused("UPDATE regions_region SET name = name")
    assert not refused("INSERT INTO regions_purchasinggroup (letter) VALUES ('A')")


def test_every_change_leaves_its_trace(region):
    Region.objects.filter(pk=region.pk).update(name="Ändrad")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM regions_region WHERE id = %s", [region.pk])
    assert list(Region.pgh_event_model.objects.order_by("pgh_id").values_list("pgh_label", "name")) == [
        ("insert", "Region Jämtland Härjedalen"),
        ("update", "Ändrad"),
        ("delete", "Ändrad"),
    ]


def test_ignoring_triggers_is_not_heard_from_the_application(region):
    trigger = next(name for name in _triggers("regions_region") if "update" in name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [f"{{{trigger}}}"])
        cursor.execute("UPDATE regions_region SET name = 'i smyg'")
    assert Region.pgh_event_model.objects.filter(pgh_label="update", name="i smyg").count() == 1


def test_pgtrigger_ignore_context_is_not_heard_from_the_application(region):
    with pgtrigger.ignore("regions.Region:update_update"):
        Region.objects.update(name="i smyg")
    assert Region.pgh_event_model.objects.filter(pgh_label="update", name="i smyg").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("role", "heard"), [("DATABASE_OWNER_URL", True), ("DATABASE_RETENTION_URL", True), ("DATABASE_URL", False)]
)
def test_only_owner_and_retention_are_heard(region, role, heard):
    """The control of the two tests above: the very same statement works for those who may."""
    trigger = next(name for name in _triggers("regions_region") if "update" in name)
    credentials = environ.Env().db_url(role)
    with connect(credentials) as session:
        session.execute("SELECT set_config('pgtrigger.ignore', %s, false)", [f"{{{trigger}}}"])
        session.execute("UPDATE regions_region SET name = 'i smyg'")
    assert Region.pgh_event_model.objects.filter(pgh_label="update").exists() is not heard


@pytest.mark.django_db(transaction=True)
def test_retention_may_delete_history_that_the_application_may_not(region):
    trigger = next(name for name in _triggers("regions_regionevent"))
    with connect(environ.Env().db_url("DATABASE_RETENTION_URL")) as session:
        with pytest.raises(psycopg.Error):
            session.execute("DELETE FROM regions_regionevent")
        session.execute("SELECT set_config('pgtrigger.ignore', %s, false)", [f"{{{trigger}}}"])
        assert session.execute("DELETE FROM regions_regionevent").rowcount == 1
        with pytest.raises(psycopg.Error):
            session.execute("TRUNCATE regions_regionevent")


def test_history_remembers_user_and_address(client_of, secretariat):
    client_of(secretariat).post("/ui/language/", {"language": "en", "next": "/"})
    event = User.pgh_event_model.objects.filter(pgh_label="update", language="en").get()
    assert event.pgh_context == {"user": secretariat.public_id, "url": "/ui/language/"}


def test_history_holds_no_password(secretariat):
    assert not {"password", "last_login"} & {field.name for field in User.pgh_event_model._meta.fields}


def test_actor_is_one_of_three_kinds(secretariat):
    assert actor_of(secretariat).kind == "user"
    assert actor_of(LinkActor("a1b2c3", "Vera Ek")) == Actor.objects.get(link="a1b2c3")
    assert actor_of(SystemActor("schedule")) == actor_of(SystemActor("schedule"))
    assert refused("INSERT INTO history_actor (kind, link, name) VALUES ('link', '', 'ingen')")
    assert refused("INSERT INTO history_actor (kind, link, name) VALUES ('user', '', 'ingen')")


def connect(credentials: dict) -> psycopg.Connection:
    """A session of its own for a role, on the test's database."""
    host = connection.settings_dict["HOST"] or connection.settings_dict["OPTIONS"].get("host")
    return psycopg.connect(
        dbname=connection.settings_dict["NAME"],
        user=credentials["USER"],
        password=credentials["PASSWORD"],
        host=host,
        port=credentials["PORT"] or credentials.get("OPTIONS", {}).get("port"),
        autocommit=True,
    )


def _triggers(table: str) -> list[str]:
    with connect_as_owner(connection.settings_dict["NAME"]) as owner:
        rows = owner.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
        return [name for (name,) in rows]
