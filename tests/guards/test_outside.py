"""Pages for those outside: the holder of a link sees one follow-up and nothing of another, whatever is tried."""

import pytest
from django.db import transaction
from django.test import Client

from followups.actions.links import revoke_link
from followups.models import AccessLink
from tests.guards.access import ACCESS
from tests.guards.test_access import body_of
from tests.guards.world import FOREIGN, MAY_READ, OWN, World, canary, client_with

PAGES = sorted(name for name, rule in ACCESS.items() if rule.outside)
FOREIGN_CANARIES = [canary(code).encode() for code in MAY_READ if code != "23"]


def answers(world: World, name: str, client: Client, which: str) -> list[tuple[str, int, bytes]]:
    """Each method and address with its status and body; nothing stays written."""
    found = []
    for url in ACCESS[name].addresses(name, world, which):
        for method in sorted(ACCESS[name].methods):
            with transaction.atomic():
                answer = client.generic(method, url)
                found.append((f"{method} {url}", answer.status_code, body_of(answer)))
                transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_the_holder_sees_it_and_nothing_of_other_regions(world, name):
    rule = ACCESS[name]
    for what, status, body in answers(world, name, client_with(world.objects[rule.outside][OWN]), OWN):
        assert status in rule.fine, (what, status)
        assert [word for word in FOREIGN_CANARIES if word in body] == [], what


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_the_holder_of_another_link_does_not(world, name):
    """Neither at the foreign address nor, with the own link in it, at the foreign object."""
    rule = ACCESS[name]
    client = client_with(world.objects[rule.outside][OWN])
    assert {status for _what, status, _body in answers(world, name, client, FOREIGN)} == {404}
    if rule.kind:
        mixed = World(
            world.users,
            {**world.objects, rule.outside: dict.fromkeys((OWN, FOREIGN), world.objects[rule.outside][OWN])},
        )
        assert {status for _what, status, _body in answers(mixed, name, client, FOREIGN)} == {404}


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_a_revoked_link_leads_nowhere(world, name):
    public_id = world.objects[ACCESS[name].outside][OWN]
    with transaction.atomic():
        revoke_link(by=world.users["admin"], link=AccessLink.objects.get(public_id=public_id))
        statuses = {status for _what, status, _body in answers(world, name, client_with(public_id), OWN)}
        transaction.set_rollback(True)
    assert statuses == {410}
