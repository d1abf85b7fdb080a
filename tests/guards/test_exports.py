"""Whatever goes out as a file holds what the reader may see, and nothing of another region."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from portal.exchange import registry
from portal.exchange.engine.exporting import chosen, write_rows
from portal.exchange.enums import Form
from tests.guards.world import MAY_READ, WITH_ROLE, World, canary

pytestmark = pytest.mark.django_db


def exported(user, kind, folder: Path) -> str:
    resource, path = kind.resource(by=user), folder / "ut.csv"
    write_rows(resource, kind.rows(user, QueryDict()), chosen(resource, []), Form.CSV, path)
    return path.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("role", sorted(WITH_ROLE))
def test_no_file_holds_what_a_region_does_not_share(world: World, tmp_path, role):
    user = world.users[role]
    leaks = [
        (kind.key, code)
        for kind in registry.all_kinds()
        if kind.may_export(user)
        for text in [exported(user, kind, tmp_path)]
        for code, may_read in MAY_READ.items()
        if role not in may_read and canary(code) in text
    ]
    assert leaks == []


def test_the_canaries_would_be_found(world: World, tmp_path):
    """The control: who may read them finds them in the files."""
    user = world.users["admin"]
    texts = {kind.key: exported(user, kind, tmp_path) for kind in registry.all_kinds() if kind.may_export(user)}
    assert "contracts" in {key for key, text in texts.items() if all(canary(code) in text for code in MAY_READ)}


def test_no_file_asks_for_each_row(world: World, tmp_path):
    """Neither the same statement with other keys time and again, nor joined whoever created all that belongs to it."""
    user, asked = world.users["admin"], {}
    for kind in registry.all_kinds():
        if kind.may_export(user):
            with CaptureQueriesContext(connection) as queries:
                exported(user, kind, tmp_path)
            asked[kind.key] = Counter(re.sub(r"\d+", "?", query["sql"]) for query in queries)
    assert [(key, sql, n) for key, each in asked.items() for sql, n in each.items() if n > 2] == []
    assert [(key, sql) for key, each in asked.items() for sql in each if sql.count('JOIN "history_actor"') > 2] == []


def test_every_list_with_rows_leads_to_its_export(world: World, client_of):
    """Contacts stand on the page of their supplier, users on that of a region."""
    user = world.users["admin"]
    pages = {
        kind.key: client_of(user).get(kind.list_url)
        for kind in registry.all_kinds()
        if kind.key not in {"contacts", "users"} and kind.may_export(user) and kind.rows(user, QueryDict()).exists()
    }
    assert len(pages) >= 8
    assert [key for key, page in pages.items() if f"/{key}/export/".encode() not in page.content] == []


FILTERS = ("q", "category", "supplier", "area", "group", "period", "state", "region", "country", "attention", "mine")


@pytest.mark.long
@pytest.mark.parametrize("value", ["\x00", "finns inte", "a" * 5_000, "%", "'"])
def test_no_query_string_breaks_an_export(world: World, client_of, value):
    """What isn't valid narrows nothing, as on the page."""
    broken = []
    for role in ("admin", "buyer"):
        client = client_of(world.users[role])
        for kind in registry.all_kinds():
            if kind.may_export(world.users[role]):
                address = f"/exchange/{kind.key}/export/"
                broken += [
                    (kind.key, name) for name in FILTERS if client.get(address, {name: value}).status_code != 200
                ]
    assert broken == []
