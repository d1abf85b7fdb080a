"""What this room puts on the start page and on a supplier's page."""

import pytest
from django.urls import reverse

from followups.models import Severity
from followups.reference import load
from followups.slots import attention_tiles
from portal.history.models import SystemActor
from tests.followups.factories import CorrectiveActionFactory, FindingFactory, FollowUpFactory

pytestmark = pytest.mark.django_db


def figures(user):
    return [(tile.figure, tile.url.partition("=")[2], tile.late) for tile in attention_tiles(user)]


def test_tiles_count_what_their_links_list(client_of, buyer, secretariat, neighbour, reader, stranger):
    late = FindingFactory(follow_up=FollowUpFactory(supplier__name="Norrmed AB", contracts=["23"], handler=buyer))
    CorrectiveActionFactory(finding=late, days=-12)
    CorrectiveActionFactory(finding=late, days=-1)
    CorrectiveActionFactory(finding=FindingFactory(follow_up=FollowUpFactory(contracts=["23"])), days=14)
    FollowUpFactory(contracts=["23"], sharing_tier="regions", state="closed")
    assert figures(secretariat) == [(1, "late", True), (1, "unassigned", False), (1, "soon", False)]
    assert figures(buyer) == [(1, "late", True), (1, "soon", False)]
    assert figures(neighbour) == figures(reader) == [(1, "new-shared", False)]
    assert figures(stranger) == []
    for user in (secretariat, buyer, neighbour):
        for tile in attention_tiles(user):
            assert len(client_of(user).get(tile.url).context["page"].rows) == tile.figure
    assert "12" in attention_tiles(buyer)[0].note


def test_start_page_shows_own_follow_ups_and_no_others(client_of, buyer, neighbour):
    FollowUpFactory(supplier__name="Norrmed AB", contracts=["23"])
    start = reverse("home:start")
    assert "Norrmed AB" in client_of(buyer).get(start).text
    assert "Norrmed AB" not in client_of(neighbour).get(start).text


def test_supplier_page_shows_what_each_may_see(client_of, follow_up, buyer, neighbour):
    url = reverse("codeofconduct:supplier-detail", args=[follow_up.supplier.public_id])
    link = reverse("followups:follow-up-detail", args=[follow_up.public_id])
    assert link in client_of(buyer).get(url).text
    assert link not in client_of(neighbour).get(url).text


def test_severities_are_loaded_once():
    for _turn in range(2):
        load(by=SystemActor("test"))
    assert list(Severity.objects.values_list("key", "is_severe")) == [("deviation", False), ("severe", True)]
