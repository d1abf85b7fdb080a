"""Rows that someone ticked, with all that is asked of each: the number of queries does not grow with them."""

from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from codeofconduct.models import CategoryOwner
from followups.models import CorrectiveAction, FollowUp
from followups.queries.corrective_actions import with_names
from portal import clock
from portal.search.ordering import swedish
from regions.models import Membership, User
from regions.queries import at_work


def chosen_follow_ups(user: User, public_ids: Iterable[str]) -> list[FollowUp]:
    """Those of them that the user may see, by supplier in Swedish order, ready for permissions."""
    found = FollowUp.objects.visible_to(user).filter(public_id__in=list(public_ids))
    follow_ups = list(
        found.select_related("supplier", "category", "lead_region", "handler").order_by(swedish("supplier__name"), "pk")
    )
    _know_owners(follow_ups)
    return follow_ups


def chosen_actions(user: User, public_ids: Iterable[str]) -> list[CorrectiveAction]:
    """Those of them that the user may see, by due date, ready for permissions."""
    found = CorrectiveAction.objects.visible_to(user).filter(public_id__in=list(public_ids))
    actions = list(with_names(found).order_by("due_on", "pk"))
    _know_owners([action.finding.follow_up for action in actions])
    return actions


def _know_owners(follow_ups: Sequence[FollowUp]) -> None:
    """`FollowUp.owner_groups` of them all, in one query."""
    owners = CategoryOwner.objects.valid_on(clock.today()).filter(category__in={row.category_id for row in follow_ups})
    groups: dict[int, set[int]] = {}
    for category, group in owners.values_list("category", "group"):
        groups.setdefault(category, set()).add(group)
    for follow_up in follow_ups:
        follow_up.__dict__["owner_groups"] = frozenset(groups.get(follow_up.category_id, ()))


def handlers_for_all(follow_ups: Sequence[FollowUp]) -> QuerySet[User]:
    """Who works today for any of their lead regions."""
    people = at_work(clock.today(), Q(region__in={row.lead_region_id for row in follow_ups}))
    return User.objects.filter(pk__in=people.order_by().values("pk")).order_by(swedish("name"), "pk")


def regions_worked_for(person: User) -> frozenset[int]:
    """Ids of the regions that the person works for today."""
    held = Membership.objects.valid_on(clock.today()).filter(user=person, region__isnull=False)
    return frozenset(held.values_list("region", flat=True))
