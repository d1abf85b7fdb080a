"""Who works in a follow-up is said twice, in Python for a page and in SQL for a list: the two agree for everyone."""

from datetime import date, timedelta

import pytest

from codeofconduct.models import CategoryOwner
from followups.models import FollowUp
from followups.permissions import can_work
from portal import clock
from regions.models import GroupMembership, Membership, PurchasingGroup, User
from tests.factories import CategoryFactory, RegionFactory, system
from tests.followups.factories import FollowUpFactory

pytestmark = pytest.mark.django_db
ALL = {"own", "foreign", "taking part", "shared", "handled", "left", "of the group", "once of the group", "ended"}
# What each works in. 23 is the own region, 25 the foreign one, A the own group, B another.
WORKS_IN = {
    ("secretariat", ""): ALL,
    ("admin", ""): ALL,
    ("buyer", "23"): {"own", "ended"},
    ("buyer", "25"): ALL - {"own", "ended"},
    ("regional_coordinator", "23"): {"own", "ended"},
    ("regional_coordinator", "12"): set(),
    ("area_coordinator", "A"): {"of the group"},
    ("area_coordinator", "B"): {"once of the group"},
    ("area_coordinator", "C"): set(),
    ("reader", ""): set(),
    ("", ""): set(),
}


@pytest.fixture
def follow_ups(person):
    """By name. The handler of "handled" is nobody else's; that of "left" has ended the last membership."""
    handler, left = person("buyer", "14"), person("buyer", "23")
    Membership.objects.filter(user=left).update(valid_to=clock.today() - timedelta(days=1))
    group_a, group_b = (PurchasingGroup.objects.get_or_create(letter=letter)[0] for letter in "AB")
    foreign = RegionFactory(code="25")
    GroupMembership.objects.create(group=group_a, region=foreign, valid_from=date(2023, 1, 1))
    of_group, moved = CategoryFactory(name="Av gruppen"), CategoryFactory(name="Flyttad")
    CategoryOwner.objects.create(category=of_group, group=group_a, valid_from=date(2023, 1, 1))
    yesterday = clock.today() - timedelta(days=1)
    CategoryOwner.objects.create(category=moved, group=group_a, valid_from=date(2023, 1, 1), valid_to=yesterday)
    CategoryOwner.objects.create(category=moved, group=group_b, valid_from=clock.today())
    return {
        "own": FollowUpFactory(contracts=["23"]),
        "foreign": FollowUpFactory(lead_region=foreign, contracts=["25"]),
        "taking part": FollowUpFactory(lead_region=foreign, contracts=["25", "23", "12"]),
        "shared": FollowUpFactory(lead_region=foreign, sharing_tier="regions"),
        "handled": FollowUpFactory(lead_region=foreign, handler=handler),
        "left": FollowUpFactory(lead_region=foreign, handler=left),
        "of the group": FollowUpFactory(lead_region=foreign, category=of_group),
        "once of the group": FollowUpFactory(lead_region=foreign, category=moved),
        "ended": FollowUpFactory(contracts=["23"], state="closed"),
    }


def in_python(user, follow_ups):
    return {name for name, follow_up in follow_ups.items() if can_work(user, FollowUp.objects.get(pk=follow_up.pk))}


def in_sql(user, follow_ups):
    found = list(FollowUp.objects.workable_by(user))
    assert len(found) == len(set(found))
    return {name for name, follow_up in follow_ups.items() if follow_up in found}


def works_in(user, follow_ups):
    """What both say; read anew, because a user knows the own memberships once."""
    fresh = User.objects.get(pk=user.pk)
    said = in_python(fresh, follow_ups)
    assert in_sql(fresh, follow_ups) == said
    assert {follow_ups[name] for name in said} <= set(FollowUp.objects.visible_to(fresh))
    return said


@pytest.mark.parametrize(("role", "scope"), list(WORKS_IN))
def test_page_and_list_agree_on_who_works_in_it(role, scope, follow_ups, person):
    assert works_in(person(role, scope), follow_ups) == WORKS_IN[role, scope]


@pytest.mark.parametrize(("role", "scope"), list(WORKS_IN))
def test_they_agree_on_a_handler_who_left_or_changed_role(role, scope, follow_ups, person):
    """Named handler, each role works in that one too, except a stranger; without a membership today in none."""
    user = person(role, scope)
    FollowUp.objects.filter(pk=follow_ups["handled"].pk).update(handler=user)
    assert works_in(user, follow_ups) == WORKS_IN[role, scope] | ({"handled"} if role else set())
    Membership.objects.filter(user=user).update(valid_to=clock.today() - timedelta(days=1))
    assert works_in(user, follow_ups) == set()


def test_they_agree_on_a_user_of_two_roles_and_on_one_who_is_inactive(follow_ups, person):
    user = person("buyer", "23")
    group = PurchasingGroup.objects.get(letter="A")
    Membership.objects.create(
        user=user, role="area_coordinator", group=group, valid_from=date(2024, 1, 1), created_by=system()
    )
    assert works_in(user, follow_ups) == {"own", "ended", "of the group"}
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert works_in(user, follow_ups) == set()
