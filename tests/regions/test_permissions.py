"""What a dated membership makes of a user."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portal.history.models import SystemActor, actor_of
from regions.models import GroupMembership, Membership, PurchasingGroup, Region, User
from regions.permissions import access_of, has_role, is_admin, is_buyer, is_staff

pytestmark = pytest.mark.django_db


def test_roles_in_plain_words(secretariat, admin, buyer, reader, stranger):
    cast = [secretariat, admin, buyer, reader, stranger]
    assert [is_staff(user) for user in cast] == [True, True, False, False, False]
    assert [is_admin(user) for user in cast] == [False, True, False, False, False]
    assert [is_buyer(user) for user in cast] == [False, False, True, False, False]
    assert [has_role(user) for user in cast] == [True, True, True, True, False]


def test_membership_ends_with_its_last_day(buyer):
    Membership.objects.filter(user=buyer).update(valid_to=date(2026, 6, 30))
    with time_machine.travel("2026-06-30 23:30 +0200", tick=False):
        assert is_buyer(User.objects.get(pk=buyer.pk))
    with time_machine.travel("2026-07-01 00:30 +0200", tick=False):
        assert not has_role(User.objects.get(pk=buyer.pk))


def test_inactive_user_has_no_access(buyer):
    User.objects.filter(pk=buyer.pk).update(is_active=False)
    assert not has_role(User.objects.get(pk=buyer.pk))


def test_area_coordinator_reaches_the_regions_of_the_group(area_coordinator):
    group = PurchasingGroup.objects.get(letter="A")
    inside = Region.objects.create(code="22", name="Region Västernorrland", organisation_number="232100-0206")
    left = Region.objects.create(code="14", name="Västra Götalandsregionen", organisation_number="232100-0131")
    GroupMembership.objects.create(group=group, region=inside, valid_from=date(2020, 1, 1))
    GroupMembership.objects.create(group=group, region=left, valid_from=date(2020, 1, 1), valid_to=date(2021, 1, 1))
    assert access_of(area_coordinator).group_regions == {inside.pk}


def test_access_costs_at_most_two_queries(area_coordinator, django_assert_num_queries):
    user = User.objects.get(pk=area_coordinator.pk)
    with django_assert_num_queries(2):
        assert is_buyer(user)
        assert not is_staff(user)


@pytest.mark.parametrize(("role", "scope"), [("buyer", ""), ("secretariat", "region"), ("area_coordinator", "region")])
def test_scope_must_fit_the_role(buyer, role, scope):
    region = Region.objects.get(code="23") if scope else None
    membership = Membership(
        user=buyer, role=role, region=region, valid_from=date(2020, 1, 1), created_by=actor_of(SystemActor("test"))
    )
    with pytest.raises(ValidationError):
        membership.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        membership.save()


def test_email_is_one_account_whatever_its_case(buyer):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email=buyer.email.upper(), name="Dubbel")
