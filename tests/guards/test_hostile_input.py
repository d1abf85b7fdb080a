"""Every form of the portal with input that no one types by accident: a page with a sentence, never a 500."""

from collections.abc import Iterable
from urllib.parse import quote_plus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import resolve

from followups.models import Finding
from tests.guards.access import ACCESS
from tests.guards.parts import PARTS
from tests.guards.world import OWN, World, client_with

HOSTILE = {
    "nul": "a\x00b",
    "surrogate": "\ud800",
    "megabyte": "å" * 500_000,
    "number": "-1",
    "huge number": "9" * 400,
    "not a number": "NaN",
    "list": "[1, 2]",
    "markup": "<script>alert('x')</script>",
    "direction": "\u202e\u0000",
    "sql": "'; DROP TABLE regions_region; --",
    "percent": "%s %(x)s {0}",
    "blank": " \t\n",
}
FORM = "application/x-www-form-urlencoded"
FORMS = sorted(name for name, rule in ACCESS.items() if "POST" in rule.methods)
# Each form is filled with each of them in all fields at once, and each field by itself with a few: what else there is,
# the type refuses that fields of a kind share.
IN_EACH = ("nul", "surrogate", "huge number", "markup")
LISTS = sorted(name for name, rule in ACCESS.items() if "GET" in rule.methods and not rule.kind)


def client_for(world: World, name: str) -> Client:
    if ACCESS[name].outside:
        return client_with(world.objects[ACCESS[name].outside][OWN])
    roles = frozenset() if ACCESS[name].public else ACCESS[name].allowed(OWN)
    role = "admin" if "admin" in roles else next(iter(sorted(roles - {"anonymous"})), "")
    client = Client()
    if role:
        client.force_login(world.users[role], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def addresses(world: World, name: str) -> list[str]:
    return ACCESS[name].addresses(name, world, OWN)


def fields_of(client: Client, url: str) -> dict[str, object]:
    """The form that the page shows, its names with the values it starts with; empty where a POST has no page."""
    answer = client.get(url)
    form = (answer.context or {}).get("form") if answer.status_code == 200 else None
    return {form.add_prefix(name): form[name].value() or "" for name in form.fields} if form else {}


def encoded(data: dict[str, object]) -> str:
    """As a browser would that had been told to send these very bytes."""
    return "&".join(
        f"{quote_plus(name)}={quote_plus(str(value), errors='surrogatepass')}" for name, value in data.items()
    )


# A POST that has no page of its own with a form on it.
WITHOUT_FORM = {
    "account_logout",
    "followups:action-done",
    "jobs:job-retry",
    "outbox:message-mark-bounced",
    "outbox:message-mark-sent",
    "outbox:message-note",
    "outbox:message-resend",
    "reminders:calendar-renew",
    "reminders:calendar-revoke",
    "reminders:switch-off",
    "ui:set-language",
}.union(*(part.WITHOUT_FORM for part in PARTS))


def broken_by(world: World, name: str, kinds: dict[str, str], *, each: bool) -> list[str]:
    """Which inputs of these kinds the form does not survive: in all fields at once and, with `each`, in one after the other."""
    broken = []
    for url in addresses(world, name):
        fields = fields_of(client_for(world, name), url)
        assert bool(fields) is (name not in WITHOUT_FORM), f"{url} shows {len(fields)} fields"
        for kind, text in kinds.items():
            for target in [None, *(fields if each else ())]:
                data = dict.fromkeys(fields, text) if target is None else {**fields, target: text}
                with transaction.atomic():
                    answer = client_for(world, name).post(url, encoded(data), content_type=FORM)
                    transaction.set_rollback(True)
                if answer.status_code >= 500:
                    broken.append(f"{kind} in {target} of {url}: {answer.status_code}")
                if kind == "markup" and text.encode() in answer.content:
                    broken.append(f"{kind} in {target} of {url} comes back unescaped")
    return broken


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("name", FORMS)
def test_no_form_breaks(world, name):
    assert broken_by(world, name, HOSTILE, each=False) == []
    assert broken_by(world, name, {kind: HOSTILE[kind] for kind in IN_EACH}, each=True) == []


def queries_that_break(world: World, name: str, kinds: Iterable[str]) -> list[str]:
    client, url = client_for(world, name), addresses(world, name)[0]
    names = ("q", "after", "before", "state", "category", "region", "mine", "next", "supplier", "page")
    queries = {kind: encoded(dict.fromkeys(names, HOSTILE[kind][:2000])) for kind in kinds}
    return [kind for kind, query in queries.items() if client.get(f"{url}?{query}").status_code >= 500]


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_no_query_string_breaks(world, name):
    assert queries_that_break(world, name, HOSTILE) == []


@pytest.mark.django_db
def test_broken_uploads_are_refused_with_a_sentence(world):
    client, url = client_for(world, "followups:finding-submit"), addresses(world, "followups:finding-submit")[0]
    fields = fields_of(client, url)
    upload = next(name for name, value in fields.items() if "file" in name or "evidence" in name)
    for name, content in {
        "a.exe": b"MZ",
        "a.pdf": b"%PDF-1.7 broken",
        "../../a.jpg": b"\xff\xd8\xff broken",
        "a\x00.png": b"\x89PNG\r\n",
        "a.pdf ": b"",
        "x" * 400 + ".jpg": b"GIF89a",
    }.items():
        answer = client.post(url, {**fields, upload: SimpleUploadedFile(name, content)})
        assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True), name


@pytest.mark.django_db
def test_a_request_that_is_too_large_is_refused_without_a_trace(world):
    client, url = client_for(world, "followups:finding-submit"), addresses(world, "followups:finding-submit")[0]
    before = Finding.objects.count()
    answer = client.post(url, "text=" + "a" * 4_000_000, content_type=FORM)
    assert (answer.status_code, Finding.objects.count()) == (413, before)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("name", FORMS)
def test_no_form_is_taken_from_another_site(world, name):
    known = client_for(world, name)
    client = Client(enforce_csrf_checks=True)
    client.cookies = known.cookies
    assert {client.post(url, {"language": "en"}).status_code for url in addresses(world, name)} == {403}


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ACCESS))
def test_no_address_breaks(world, name):
    """A NUL where an address names something: PostgreSQL takes none, so it must not get that far."""
    client = client_for(world, name)
    client.raise_request_exception = False
    address = addresses(world, name)[0].partition("?")[0]
    parts, named = (
        [part for part in address.split("/") if part],
        {f"{each}" for each in resolve(address).kwargs.values()},
    )
    for number in (number for number, part in enumerate(parts) if part in named):
        path = "/".join(["", *parts[:number], "%00", *parts[number + 1 :], ""])
        assert max(client.get(path).status_code, client.post(path).status_code) < 500, path
