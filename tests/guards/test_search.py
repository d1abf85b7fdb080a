"""Whatever the search finds can be opened by whoever found it, and nothing of another region is found."""

import pytest
from django.test import Client

from portal.home.queries import found
from tests.guards.world import MAY_READ, WITH_ROLE, World, canary

pytestmark = pytest.mark.django_db
TEXTS = (
    "leverantör",
    "avtal",
    "anläggning",
    "kirurgisk",
    "krav",
    "policy",
    "vägledning",
    "fråga",
    "självskattning",
    "planerad",
)


def test_texts_find_nearly_every_kind(world: World):
    sections = [each for text in TEXTS for each in found(world.users["admin"], text=text).sections]
    assert len({section.group.source.key for section in sections}) >= 8


# Who sees most, and who sees what is shared; `make test-all` tries the others.
QUICK_ROLES = ("admin", "buyer")


@pytest.mark.parametrize(
    "role", [*QUICK_ROLES, *(pytest.param(role, marks=pytest.mark.long) for role in sorted(WITH_ROLE - {*QUICK_ROLES}))]
)
def test_whatever_is_found_can_be_opened(world: World, role):
    client = Client()
    client.force_login(world.users[role], backend="allauth.account.auth_backends.AuthenticationBackend")
    urls = {
        hit.url.partition("#")[0]
        for text in TEXTS
        for section in found(world.users[role], text=text).sections
        for hit in section.group.hits
    }
    assert len(urls) > 5
    assert [url for url in sorted(urls) if client.get(url).status_code != 200] == []


@pytest.mark.parametrize("role", sorted(WITH_ROLE))
def test_nothing_of_a_region_is_found_that_it_does_not_share(world: World, role):
    """Neither by the word nor by one that looks like it."""
    leaks = [
        (code, hit.url)
        for code, may_read in MAY_READ.items()
        if role not in may_read
        for text in (canary(code), canary(code).replace("ie", "ei"))
        for section in found(world.users[role], text=text).sections
        for hit in section.group.hits
        if canary(code) in "".join(piece for piece, _is_wanted in (*hit.title, *hit.excerpt)) + hit.caption
    ]
    assert leaks == []


def test_what_is_shared_with_none_is_found_by_those_it_concerns(world: World):
    """The control: the word does stand in what is searched."""
    seen = {role for role in WITH_ROLE if found(world.users[role], text=canary("23")).sections}
    assert MAY_READ["23"] <= seen
