"""The start page: what waits for the user, gathered from the rooms, nothing from those one may not see."""

import pytest
from django.urls import reverse

from portal.clock import today
from tests.followups.factories import CorrectiveActionFactory, FollowUpFactory
from tests.guards.world import canary

pytestmark = pytest.mark.django_db


def page(client_of, user) -> str:
    return client_of(user).get("/").content.decode()


def test_secretariat_sees_what_lacks_a_handler(client_of, secretariat):
    FollowUpFactory()
    assert "saknar handläggare" in page(client_of, secretariat)


def test_buyer_sees_the_own_follow_ups_first(client_of, buyer, neighbour):
    action = CorrectiveActionFactory(
        due_on=today(), finding__follow_up__handler=buyer, finding__follow_up__supplier__name=canary("23")
    )
    assert canary("23") in page(client_of, buyer)
    assert canary("23") not in page(client_of, neighbour)
    assert f"/follow-ups/{action.finding.follow_up.public_id}/" in page(client_of, buyer)


def test_nothing_waiting_is_said(client_of, reader):
    assert "Inget väntar" in page(client_of, reader)


def test_stranger_is_told_why_the_page_is_empty(client_of, stranger):
    FollowUpFactory(sharing_tier="regions")
    text = page(client_of, stranger)
    assert "Ditt konto har ingen roll än" in text
    assert "Uppföljningar" not in text


@pytest.mark.parametrize("count", [1, 3])
def test_start_page_takes_the_same_queries(client_of, buyer, django_assert_num_queries, count):
    for _number in range(count):
        CorrectiveActionFactory(due_on=today(), finding__follow_up__handler=buyer)
    client = client_of(buyer)
    client.get("/")
    with django_assert_num_queries(18):
        client.get("/")


@pytest.mark.parametrize(
    ("address", "item"),
    [
        ("codeofconduct:category-list", "codeofconduct:category-list"),
        ("codeofconduct:risk-map", "codeofconduct:category-list"),
        ("codeofconduct:period-list", "codeofconduct:category-list"),
        ("codeofconduct:requirement-set-list", "codeofconduct:requirement-list"),
        ("codeofconduct:harmonisation", "codeofconduct:requirement-list"),
        ("codeofconduct:facility-list", "codeofconduct:supplier-list"),
        ("codeofconduct:knowledge", "codeofconduct:knowledge"),
    ],
)
def test_navigation_says_where_a_page_belongs(client_of, secretariat, address, item):
    navigation = client_of(secretariat).get(reverse(address)).context["navigation"]
    assert [each["url"] for each in navigation if each["is_current"]] == [reverse(item)]
