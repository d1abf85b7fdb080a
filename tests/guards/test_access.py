"""Every address × method × role × own, foreign or missing object answers as tests/guards/access.py declares."""

from collections.abc import Callable, Iterable, Iterator
from itertools import product

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.guards.access import ACCESS
from tests.guards.rule import Rule
from tests.guards.world import FOREIGN, MAY_READ, MISSING, OWN, ROLES, World, canary

METHODS = ("GET", "POST")
# What a view takes stands above who may: whether it asks is seen with those who may most, and with nobody.
OTHER_METHODS = ("HEAD", "PUT", "PATCH", "DELETE")
# What `make test` tries at every address: whom it doesn't concern, reading and writing.
QUICKLY = (("neighbour", "GET", OWN), ("neighbour", "POST", OWN))


def names(patterns: list, namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"


def test_every_address_is_declared():
    assert set(names(get_resolver().url_patterns)) == set(ACCESS)


@pytest.fixture(scope="module")
def clients(world) -> Callable[[str], Client]:
    """`clients(role)`: a new client that carries the role's session, so that one test's log-out is not another's."""
    sessions = {}
    for role, user in world.users.items():
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        sessions[role] = client.cookies.output(header="", sep=";")

    def carry(role: str) -> Client:
        client = Client()
        client.cookies.load(sessions.get(role, ""))
        return client

    return carry


def expected(rule: Rule, role: str, method: str, which: str) -> frozenset[int]:
    """The statuses that the declaration allows."""
    if role == "anonymous" and not rule.public:
        return frozenset({302})
    if method not in rule.methods:
        return frozenset({405})
    if which == MISSING or role not in rule.see.get(which, frozenset()):
        return frozenset({404}) if rule.kind or rule.public or role == "stranger" else frozenset({403})
    if role not in rule.allowed(which) or (method == "POST" and rule.posts is not None and role not in rule.posts):
        return frozenset({403})
    return rule.fine


def body_of(answer: HttpResponseBase) -> bytes:
    """All of it; a file is closed once it has been read."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def unsafe_headers(answer: HttpResponseBase) -> list[str]:
    """What an answer's headers lack; `check --deploy` passes without a content security policy."""
    policy = answer.headers.get("Content-Security-Policy", "")
    wanted = {
        "policy": "unsafe" not in policy and ("default-src 'none'" in policy or "sandbox" in policy),
        "content type": answer.headers["X-Content-Type-Options"] == "nosniff",
        "referrer": answer.headers["Referrer-Policy"] == "same-origin",
    }
    return [header for header, holds in wanted.items() if not holds]


def check(name: str, world: World, clients: Callable[[str], Client], attempts: Iterable[tuple[str, str, str]]) -> None:
    """Every attempt, a role with a method at an object, is answered as declared."""
    rule, wrong, leaks = ACCESS[name], [], []
    for role, method, which in attempts:
        for url in rule.addresses(name, world, which):
            with transaction.atomic():
                answer = clients(role).generic(method, url)
                body = body_of(answer)
                transaction.set_rollback(True)
            wanted = expected(rule, role, method, which)
            if answer.status_code not in wanted:
                wrong.append(f"{role} {method} {which}: {answer.status_code}, not {sorted(wanted)}")
            to_login = answer.headers.get("Location", "").startswith("/account/login/")
            if role == "anonymous" and not rule.public and not to_login:
                wrong.append(f"anonymous {method} {which}: not sent to log-in")
            wrong += [f"{role} {method} {which}: {header}" for header in unsafe_headers(answer)]
            leaks += [
                f"{role} {method} {which}: {code}"
                for code, readers in MAY_READ.items()
                if role not in readers and canary(code).encode() in body
            ]
    assert wrong == []
    assert leaks == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ACCESS))
def test_access(name, world, clients):
    check(name, world, clients, QUICKLY)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ACCESS))
def test_access_in_full(name, world, clients):
    known = world.objects.get(ACCESS[name].kind, {})
    objects = [each for each in (OWN, FOREIGN, MISSING) if each in known] or [OWN]
    check(name, world, clients, product(ROLES, METHODS, objects))
    check(name, world, clients, product(("admin", "neighbour", "anonymous"), OTHER_METHODS, [OWN]))


@pytest.mark.django_db
def test_the_canaries_can_be_found(world, clients):
    """The control of the search for leaks: who may read does read them, on pages and in files."""
    for code, which in (("23", OWN), ("12", FOREIGN)):
        for name in ("followups:follow-up-detail", "followups:evidence-download"):
            answer = clients("secretariat").get(ACCESS[name].addresses(name, world, which)[0])
            assert canary(code).encode() in body_of(answer)
