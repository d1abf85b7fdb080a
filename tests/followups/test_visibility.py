"""Who sees a follow-up, its findings and its files. Each rule has the thing that could leak, and its negative control."""

from datetime import date, timedelta

import pytest

from codeofconduct.models import CategoryOwner
from followups.models import CorrectiveAction, Evidence, Finding, FollowUp
from portal import clock
from portal.history.models import actor_of
from regions.models import GroupMembership, Membership, PurchasingGroup, User
from tests.factories import RegionFactory
from tests.followups.factories import CorrectiveActionFactory, EvidenceFactory, FindingFactory, FollowUpFactory

pytestmark = pytest.mark.django_db


def seen(user: User) -> set[FollowUp]:
    return set(FollowUp.objects.visible_to(User.objects.get(pk=user.pk)))


def worked(user: User) -> set[FollowUp]:
    return set(FollowUp.objects.workable_by(User.objects.get(pk=user.pk)))


def test_lead_region_sees_and_works_and_neighbour_does_neither(follow_up, buyer, neighbour, secretariat, admin):
    assert seen(buyer) == worked(buyer) == {follow_up}
    assert seen(secretariat) == worked(admin) == {follow_up}
    assert seen(neighbour) == worked(neighbour) == set()


def test_participating_region_sees_but_does_not_work(neighbour):
    follow_up = FollowUpFactory(contracts=["23", "25"])
    assert seen(neighbour) == {follow_up}
    assert worked(neighbour) == set()


def test_contract_of_own_region_outside_the_follow_up_opens_nothing(follow_up, neighbour):
    FollowUpFactory(supplier=follow_up.supplier, contracts=["25"], lead_region=RegionFactory(code="25"))
    assert follow_up not in seen(neighbour)


def test_handler_works_wherever_the_contract_is(neighbour):
    follow_up = FollowUpFactory(contracts=["23"], handler=neighbour)
    assert seen(neighbour) == worked(neighbour) == {follow_up}


def test_handler_who_left_sees_nothing(neighbour):
    FollowUpFactory(contracts=["23"], handler=neighbour)
    Membership.objects.filter(user=neighbour).update(valid_to=clock.today() - timedelta(days=1))
    assert seen(neighbour) == worked(neighbour) == set()


def test_inactive_user_sees_nothing(follow_up, buyer):
    User.objects.filter(pk=buyer.pk).update(is_active=False)
    assert seen(buyer) == set()


def test_area_coordinator_works_in_the_categories_owned_today(follow_up, area_coordinator):
    group = PurchasingGroup.objects.get(letter="A")
    assert seen(area_coordinator) == set()
    owner = CategoryOwner.objects.create(category=follow_up.category, group=group, valid_from=date(2023, 1, 1))
    assert seen(area_coordinator) == worked(area_coordinator) == {follow_up}
    owner.valid_to = clock.today() - timedelta(days=1)
    owner.save(update_fields=["valid_to"])
    assert seen(area_coordinator) == set()


def test_area_coordinator_sees_the_groups_regions_without_working_there(follow_up, area_coordinator):
    group = PurchasingGroup.objects.get(letter="A")
    GroupMembership.objects.create(group=group, region=follow_up.lead_region, valid_from=date(2023, 1, 1))
    assert seen(area_coordinator) == {follow_up}
    assert worked(area_coordinator) == set()


def test_reader_and_stranger_see_nothing_of_what_is_not_shared(follow_up, reader, stranger):
    assert seen(reader) == seen(stranger) == set()


@pytest.mark.parametrize("tier", ["regions", "public"])
def test_shared_is_read_by_all_with_a_role_and_worked_in_by_none_of_them(tier, neighbour, reader, stranger):
    follow_up = FollowUpFactory(contracts=["23"], sharing_tier=tier)
    assert seen(neighbour) == seen(reader) == {follow_up}
    assert seen(stranger) == set()
    assert worked(neighbour) == worked(reader) == set()


def test_findings_and_files_follow_the_follow_up(follow_up, buyer, neighbour):
    evidence = EvidenceFactory(finding=FindingFactory(follow_up=follow_up))
    assert set(Finding.objects.visible_to(buyer)) == {evidence.finding}
    assert set(Evidence.objects.visible_to(buyer)) == {evidence}
    assert not Finding.objects.visible_to(neighbour).exists()
    assert not Evidence.objects.visible_to(neighbour).exists()


def test_draft_is_for_its_author_alone(buyer, neighbour, person, area_coordinator, secretariat, admin, reader):
    follow_up = FollowUpFactory(contracts=["23", "25"], sharing_tier="regions", handler=buyer)
    draft = FindingFactory(follow_up=follow_up, state="draft", created_by=actor_of(buyer))
    file, action = EvidenceFactory(finding=draft), CorrectiveActionFactory(finding=draft)
    assert set(Finding.objects.visible_to(buyer)) == {draft}
    assert set(Evidence.objects.visible_to(buyer)) == {file}
    assert set(CorrectiveAction.objects.visible_to(buyer)) == {action}
    for user in (person("buyer", "23"), neighbour, area_coordinator, secretariat, admin, reader):
        for kind in (Finding, Evidence, CorrectiveAction):
            assert not kind.objects.visible_to(user).exists(), user
    Finding.objects.update(state="submitted", submitted_at=clock.now(), submitted_by=actor_of(buyer))
    assert set(Finding.objects.visible_to(neighbour)) == {draft}


def test_author_who_left_loses_the_draft(buyer):
    FindingFactory(follow_up=FollowUpFactory(contracts=["23"]), state="draft", created_by=actor_of(buyer))
    Membership.objects.filter(user=buyer).update(valid_to=clock.today() - timedelta(days=1))
    assert not Finding.objects.visible_to(User.objects.get(pk=buyer.pk)).exists()


def test_draft_of_no_user_is_seen_by_none_of_them(secretariat, buyer):
    FindingFactory(follow_up=FollowUpFactory(contracts=["23"]), state="draft")
    assert not Finding.objects.visible_to(buyer).exists()
    assert not Finding.objects.visible_to(secretariat).exists()


def test_without_the_scope_the_neighbour_would_see_it(follow_up, neighbour, monkeypatch):
    monkeypatch.setattr("followups.models.follow_ups.is_staff", lambda user: True)
    assert seen(neighbour) == {follow_up}
