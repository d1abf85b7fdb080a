"""Several rows at once: the preview says what would change, and it changes as a whole or not at all."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from codeofconduct.models import CategoryOwner
from followups.actions.bulk import mark_actions_done, move_due_dates, share_follow_ups
from followups.actions.due_dates import move_due_date
from followups.actions.findings import mark_action_done
from followups.models import CorrectiveAction, DueDateMove, FollowUp
from portal import clock
from portal.history.versions import StaleVersionError
from regions.enums import SharingTier
from regions.models import PurchasingGroup
from tests.factories import CategoryFactory, RegionFactory, SupplierFactory
from tests.followups.factories import CorrectiveActionFactory, FindingFactory, FollowUpFactory
from tests.followups.pages import in_days, page

pytestmark = pytest.mark.django_db
ASSIGN, SHARE, DONE, DUE = (reverse(f"followups:bulk-{name}") for name in ("assign", "share", "done", "due"))


def preview(client, address, rows, **values):
    """By GET, as the list and then the page's own form send it; without values the first of the two."""
    data = {"chosen": [row.public_id for row in rows], "selected": "on", **values}
    return client.get(address, data | ({"preview": "on"} if values else {}))


def confirm(client, address, shown, rows, **values):
    """By POST, what the preview showed."""
    return client.post(
        address, {"chosen": [row.public_id for row in rows], "seen": shown.context["preview"].seen, **values}
    )


def told(shown) -> tuple[list, list]:
    """The rows that would change, and why the others stay."""
    result = shown.context["preview"]
    return [each.row for each in result.changing], [each.why for each in result.staying]


@pytest.fixture
def three(db) -> list[FollowUp]:
    """Two led by Jämtland Härjedalen, the second ended; the third led by Norrbotten."""
    return [
        FollowUpFactory(supplier=SupplierFactory(name="A"), lead_region=RegionFactory(code="23")),
        FollowUpFactory(supplier=SupplierFactory(name="B"), lead_region=RegionFactory(code="23"), state="closed"),
        FollowUpFactory(supplier=SupplierFactory(name="C"), lead_region=RegionFactory(code="25")),
    ]


# --- follow-ups: case handler


def test_assigning_shows_which_change_and_why_others_stay(three, secretariat, buyer, client_of):
    first = three[0]
    client = client_of(secretariat)
    chosen = preview(client, ASSIGN, three)
    assert [len(part) for part in told(chosen)] == [2, 1]
    shown = preview(client, ASSIGN, three, handler=buyer.public_id)
    changing, why = told(shown)
    assert (changing, len(why)) == ([first], 2)
    assert str(RegionFactory(code="25").name) in " ".join(why)
    answer = confirm(client, ASSIGN, shown, three, handler=buyer.public_id)
    assert answer.url == reverse("followups:follow-up-list")
    assert [FollowUp.objects.get(pk=row.pk).handler for row in three] == [buyer, None, None]
    again = preview(client, ASSIGN, [first], handler=buyer.public_id)
    assert told(again)[0] == []


def test_getting_changes_nothing(three, secretariat, buyer, client_of):
    preview(client_of(secretariat), ASSIGN, three, handler=buyer.public_id)
    assert FollowUp.objects.filter(handler__isnull=False).count() == 0


def test_coordinator_changes_those_of_the_own_categories_only(area_coordinator, person, client_of):
    own, other = CategoryFactory(), CategoryFactory(name="Livsmedel")
    group = PurchasingGroup.objects.get(letter="A")
    CategoryOwner.objects.create(category=own, group=group, valid_from=date(2020, 1, 1))
    mine = FollowUpFactory(category=own, lead_region=RegionFactory(code="23"))
    theirs = FollowUpFactory(category=other, lead_region=RegionFactory(code="23"), sharing_tier="regions")
    client, rows = client_of(area_coordinator), [mine, theirs]
    assert told(preview(client, SHARE, rows, tier="regions"))[0] == [mine]
    handler = person("buyer", "23")
    shown = preview(client, ASSIGN, rows, handler=handler.public_id)
    confirm(client, ASSIGN, shown, rows, handler=handler.public_id)
    assert [FollowUp.objects.get(pk=row.pk).handler for row in rows] == [handler, None]


def test_who_may_change_none_gets_403_and_the_stranger_404(three, buyer, reader, stranger, client_of):
    for address in (ASSIGN, SHARE):
        assert [client_of(who).get(address).status_code for who in (buyer, reader, stranger)] == [403, 403, 404]
        assert [client_of(who).post(address).status_code for who in (buyer, reader, stranger)] == [403, 403, 404]
    for address in (DONE, DUE):
        assert [client_of(who).get(address).status_code for who in (buyer, reader, stranger)] == [200, 403, 404]


def test_a_row_that_is_not_seen_is_none(three, neighbour, client_of):
    action = CorrectiveActionFactory(finding=FindingFactory(follow_up=three[0]))
    shown = preview(client_of(neighbour), DONE, [action])
    assert told(shown) == ([], [])
    answer = client_of(neighbour).post(DONE, {"chosen": action.public_id, "seen": f"{action.public_id}:1"})
    action.refresh_from_db()
    assert (answer.status_code, action.done_at) == (200, None)


# --- follow-ups: sharing


def test_sharing_several(three, secretariat, client_of):
    client = client_of(secretariat)
    shown = preview(client, SHARE, three, tier="regions")
    assert told(shown)[0] == three
    confirm(client, SHARE, shown, three, tier="regions")
    assert set(FollowUp.objects.values_list("sharing_tier", flat=True)) == {"regions"}
    assert told(preview(client, SHARE, three, tier="regions"))[0] == []


@pytest.mark.parametrize("values", [{"tier": "public"}, {"tier": ""}, {}])
def test_a_tier_that_cannot_be_chosen_changes_nothing(values, three, secretariat, client_of):
    answer = client_of(secretariat).post(SHARE, {"chosen": [row.public_id for row in three], "seen": "x", **values})
    assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
    assert set(FollowUp.objects.values_list("sharing_tier", flat=True)) == {"concerned"}


def test_what_changed_since_the_preview_changes_nothing_and_is_shown_anew(three, secretariat, client_of):
    client = client_of(secretariat)
    shown = preview(client, SHARE, three, tier="regions")
    FollowUp.objects.filter(pk=three[0].pk).update(version=2)
    answer = confirm(client, SHARE, shown, three, tier="regions")
    assert (answer.status_code, bool(answer.context["form"].non_field_errors())) == (409, True)
    assert set(FollowUp.objects.values_list("sharing_tier", flat=True)) == {"concerned"}
    confirm(client, SHARE, answer, three, tier="regions")
    assert set(FollowUp.objects.values_list("sharing_tier", flat=True)) == {"regions"}


def test_one_that_fails_undoes_the_others(three, secretariat):
    FollowUp.objects.filter(pk=three[-1].pk).update(version=2)
    with pytest.raises(StaleVersionError):
        share_follow_ups(by=secretariat, follow_ups=three, tier=SharingTier.REGIONS)
    assert set(FollowUp.objects.values_list("sharing_tier", flat=True)) == {"concerned"}


# --- actions


@pytest.fixture
def actions(three) -> list[CorrectiveAction]:
    """Of each of the three follow-ups one, and one that is done."""
    made = [CorrectiveActionFactory(finding=FindingFactory(follow_up=row), days=5 + n) for n, row in enumerate(three)]
    made.append(
        CorrectiveActionFactory(
            finding=made[0].finding, days=9, done_at=clock.now(), done_by=made[0].finding.created_by
        )
    )
    return made


def test_marking_several_as_done(actions, buyer, client_of):
    """The buyer of region 23 sees neither the third nor may change it; one is done, one is of an ended follow-up."""
    client = client_of(buyer)
    shown = preview(client, DONE, actions)
    changing, why = told(shown)
    assert (changing, len(why)) == ([actions[0]], 2)
    confirm(client, DONE, shown, actions)
    assert [CorrectiveAction.objects.get(pk=row.pk).done_at is not None for row in actions] == [
        True,
        False,
        False,
        True,
    ]
    assert CorrectiveAction.objects.get(pk=actions[0].pk).done_by.user == buyer


def test_an_action_that_changed_meanwhile_is_not_marked_unread(actions, secretariat):
    CorrectiveAction.objects.filter(pk=actions[2].pk).update(version=2)
    with pytest.raises(StaleVersionError):
        mark_actions_done(by=secretariat, actions=[actions[0], actions[2]])
    assert CorrectiveAction.objects.filter(done_at__isnull=False).count() == 1


def test_moving_due_dates_leaves_the_reason_on_the_page(actions, buyer, client_of):
    client, day = client_of(buyer), in_days(30)
    shown = preview(client, DUE, actions, due_on=day, reason="Leveransen är försenad")
    assert told(shown)[0] == [actions[0]]
    before = actions[0].due_on
    confirm(client, DUE, shown, actions, due_on=day, reason="Leveransen är försenad")
    moved = CorrectiveAction.objects.get(pk=actions[0].pk)
    assert (moved.due_on.isoformat(), moved.version) == (day, 2)
    trail = DueDateMove.objects.get()
    assert (trail.from_date, trail.to_date, trail.created_by.user) == (before, moved.due_on, buyer)
    assert "Leveransen är försenad" in client.get(page("follow-up-detail", moved.finding.follow_up)).content.decode()


@pytest.mark.parametrize(
    ("values", "field"),
    [({"due_on": "", "reason": "x"}, "due_on"), ({"due_on": "2020-01-01", "reason": "x"}, "due_on")]
    + [({"due_on": "2099-01-01", "reason": reason}, "reason") for reason in ("", " ", "a\x00")],
)
def test_a_move_that_does_not_do_is_told_and_kept(values, field, actions, buyer, client_of):
    answer = client_of(buyer).post(DUE, {"chosen": actions[0].public_id, "seen": f"{actions[0].public_id}:1", **values})
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])
    assert DueDateMove.objects.count() == 0


def test_moving_one_due_date(actions, secretariat):
    first, of_ended, _third, done = actions
    day = first.due_on + timedelta(days=7)
    for refused in (of_ended, done):
        with pytest.raises(ValidationError):
            move_due_date(by=secretariat, action=refused, version=1, due_on=day, reason="x")
    with pytest.raises(ValidationError):
        move_due_date(by=secretariat, action=first, version=1, due_on=day, reason="  ")
    with pytest.raises(StaleVersionError):
        move_due_date(by=secretariat, action=first, version=7, due_on=day, reason="x")
    assert move_due_date(by=secretariat, action=first, version=1, due_on=first.due_on, reason="x").version == 1
    with pytest.raises(ValidationError):
        move_due_dates(by=secretariat, actions=[first, done], due_on=day, reason="x")
    first.refresh_from_db()
    assert (first.version, DueDateMove.objects.count()) == (1, 0)


# --- ticked


def test_all_of_a_page_are_ticked_without_a_script(actions, secretariat, client_of):
    ids = [row.public_id for row in actions]
    shown = client_of(secretariat).get(DONE, {"every": "on", "on_page": ids, "chosen": ids[0], "selected": "on"})
    assert len(told(shown)[0]) + len(told(shown)[1]) == 4


def test_none_ticked_and_too_many_are_told(secretariat, client_of):
    client = client_of(secretariat)
    assert "preview" in client.get(DONE).context
    page = client.get(DONE, {"chosen": [f"a{number}" for number in range(101)]})
    assert (page.status_code, list(page.context["ticked"].errors)) == (200, ["chosen"])


def test_one_comes_back_to_the_list_as_it_was(actions, secretariat, client_of):
    client = client_of(secretariat)
    shown = preview(client, DONE, actions[:1])
    data = {"chosen": actions[0].public_id, "seen": shown.context["preview"].seen, "back": "status=open&sort=-due"}
    assert client.post(DONE, data).url == f"{reverse('followups:action-list')}?status=open&sort=-due"
    odd = client.get(DONE, {"chosen": actions[0].public_id, "back": "//annan.example"})
    assert odd.context["list_url"] == f"{reverse('followups:action-list')}?%2F%2Fannan.example="


def test_preview_asks_no_more_for_more(secretariat, client_of, django_assert_num_queries):
    client = client_of(secretariat)
    for rows in (1, 3):
        while CorrectiveAction.objects.count() < rows:
            CorrectiveActionFactory(finding=FindingFactory(follow_up=FollowUpFactory(contracts=["23"])))
        with django_assert_num_queries(6):
            preview(client, DONE, CorrectiveAction.objects.all())


def test_done_by_the_list_is_as_done_on_the_page(actions, buyer):
    """Marking it again leaves the first who and when."""
    mark_action_done(by=buyer, action=actions[0])
    marked = CorrectiveAction.objects.get(pk=actions[0].pk)
    mark_actions_done(by=buyer, actions=[actions[0]])
    assert CorrectiveAction.objects.get(pk=actions[0].pk).done_at == marked.done_at
