"""Who is reminded of what belongs to a follow-up (product rule 7)."""

from datetime import date
from functools import cached_property
from itertools import groupby

from django.db.models import Q

from codeofconduct.models import CategoryOwner
from followups.enums.links import Holder
from followups.models import AccessLink, FollowUp
from portal.reminders.sources import Outside
from regions.enums import Role
from regions.models import Membership, User
from regions.queries import at_work

# At these steps it is escalated.
ESCALATED = frozenset({"+7", "+21"})


class Recipients:
    """Of one day; asks the database a fixed number of times, and once for each lead region without a handler."""

    def __init__(self, day: date) -> None:
        self.day = day
        self._buyers: dict[int, list[User]] = {}

    def of(self, follow_up: FollowUp, step: str) -> list[User]:
        """Those who see to it, and at the steps at which it is escalated also those who are to know; each once."""
        found = self.responsible(follow_up) + (self.escalation(follow_up) if step in ESCALATED else [])
        return list({user.pk: user for user in found}.values())

    def responsible(self, follow_up: FollowUp) -> list[User]:
        """The handler, otherwise the lead region's buyers. A handler who has left is none: it must not fall silent."""
        if follow_up.handler is not None and follow_up.handler_id in self._present:
            return [follow_up.handler]
        if follow_up.lead_region_id not in self._buyers:
            self._buyers[follow_up.lead_region_id] = list(at_work(self.day, Q(region=follow_up.lead_region_id)))
        return self._buyers[follow_up.lead_region_id]

    def escalation(self, follow_up: FollowUp) -> list[User]:
        """The coordinators of the group that answers for the category, and the secretariat."""
        return self._coordinators.get(follow_up.category_id, []) + self._secretariat

    def contacts(self, follow_up: FollowUp, holder: Holder = Holder.SUPPLIER) -> list[Outside]:
        """Those outside who have an open link of the kind to the follow-up."""
        return [
            Outside(link.email, link.name, link.language)
            for link in self._links.get(follow_up.pk, [])
            if link.holder == holder
        ]

    @cached_property
    def _present(self) -> set[int]:
        return set(at_work(self.day).values_list("pk", flat=True))

    @cached_property
    def _secretariat(self) -> list[User]:
        return list(at_work(self.day, Q(role=Role.SECRETARIAT)))

    @cached_property
    def _coordinators(self) -> dict[int, list[User]]:
        """By category."""
        held = Membership.objects.valid_on(self.day).filter(role=Role.AREA_COORDINATOR, user__is_active=True)
        of_group: dict[int | None, list[User]] = {}
        for membership in held.select_related("user").order_by("user__name", "user__pk"):
            of_group.setdefault(membership.group_id, []).append(membership.user)
        owners = CategoryOwner.objects.valid_on(self.day).values_list("category", "group")
        return {category: of_group.get(group, []) for category, group in owners}

    @cached_property
    def _links(self) -> dict[int | None, list[AccessLink]]:
        """By follow-up."""
        links = AccessLink.objects.open().filter(follow_up__isnull=False).order_by("follow_up", "pk")
        return {key: list(found) for key, found in groupby(links, key=lambda link: link.follow_up_id)}


def is_responsible(follow_up: FollowUp, recipient: User, day: date) -> bool:
    """Whether the recipient is one who sees to it, rather than one who is to know."""
    return recipient.pk in {user.pk for user in Recipients(day).responsible(follow_up)}
