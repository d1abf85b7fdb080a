"""A migration in one step leaves what its operations leave one by one."""

import pytest
from django.db import connection, models
from django.db.migrations import AddConstraint, AddField, AlterField, CreateModel, Migration
from django.db.migrations.state import ProjectState

from portal.history.together import Together

APP = "scratch"


def before() -> Migration:
    migration = Migration("0001", APP)
    shelf = [("id", models.AutoField(primary_key=True)), ("name", models.CharField(max_length=10))]
    migration.operations = [CreateModel("Shelf", shelf)]
    return migration


def operations() -> list:
    """A new model whose key and rule come after it, as makemigrations writes them, and changes to one that is there."""
    return [
        CreateModel("Book", [("id", models.AutoField(primary_key=True)), ("pages", models.IntegerField())]),
        AddField("Book", "shelf", models.ForeignKey("scratch.Shelf", models.PROTECT)),
        AddConstraint("Book", models.CheckConstraint(name="scratch_pages", condition=models.Q(pages__gt=0))),
        AddField("Shelf", "first", models.ForeignKey("scratch.Book", models.PROTECT, null=True, related_name="+")),
        AddField("Shelf", "room", models.CharField(max_length=5, default="A")),
        AlterField("Shelf", "name", models.CharField(max_length=40)),
        AddConstraint("Shelf", models.UniqueConstraint(fields=["name"], name="scratch_name")),
    ]


def migrated(steps: list) -> tuple[dict, dict]:
    """The columns and the rules of both tables after the steps, undone afterwards; with a row from before."""
    state = ProjectState()
    with connection.schema_editor(atomic=True) as editor:
        state = before().apply(state, editor)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO scratch_shelf (name) VALUES ('one')")
    after = Migration("0002", APP)
    after.operations = steps
    _ = state.apps  # rendered, as it is when Django migrates
    with connection.schema_editor(atomic=True) as editor:
        state = after.apply(state, editor)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default"
            " FROM information_schema.columns WHERE table_name LIKE 'scratch_%' ORDER BY 1, 2"
        )
        columns = cursor.fetchall()
        cursor.execute(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid::regclass::text LIKE 'scratch_%' ORDER BY 1, 2"
        )
        rules = cursor.fetchall()
        cursor.execute("SELECT name, room, first_id FROM scratch_shelf")
        rows = cursor.fetchall()
        cursor.execute("DROP TABLE scratch_book, scratch_shelf CASCADE")
    models_now = {key: sorted(model.fields) for key, model in state.models.items()}
    return {"columns": columns, "rules": rules, "rows": rows}, models_now


@pytest.fixture
def as_owner(django_db_setup, django_db_blocker):
    """The owner may make tables; the application may not."""
    from tests import database

    with (
        django_db_blocker.unblock(),
        database.logged_in_as(connection.settings_dict["NAME"], database.owner_settings()),
    ):
        yield


@pytest.mark.long
def test_both_ways_leave_the_same(as_owner):
    one_by_one, together = migrated(operations()), migrated([Together(operations())])
    assert together == one_by_one
    assert together[0]["rows"] == [("one", "A", None)]
    assert len(together[0]["rules"]) > 5
