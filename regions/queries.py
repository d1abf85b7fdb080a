"""Reads over people and places."""

from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery

from portal import clock
from regions.models import GroupMembership, Membership, PopulationFigure, PurchasingGroup, Region, User
from regions.permissions import access_of


def at_work(day: date, *memberships: Q) -> QuerySet[User]:
    """Active users with a membership that holds on the day and meets the conditions: who can see to something then."""
    held = Membership.objects.valid_on(day).filter(*memberships)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("name", "pk")


def people_of_region(region_id: int) -> QuerySet[User]:
    """Active users who work for the region today: candidates for handler."""
    return at_work(clock.today(), Q(region=region_id))


def caption(user: User) -> str:
    """What the user is, for the head of the page: "Områdessamordnare · upphandlingsregion A"."""
    return ", ".join(str(membership) for membership in access_of(user).memberships)


def population_of(region: Region) -> QuerySet[PopulationFigure]:
    """The region's figures, the latest first; several of one date where a source corrected another."""
    return region.population.order_by("-reference_date", "-pk")


def regions_with_latest_population(user: User) -> QuerySet[Region]:
    """Regions in Swedish order with `inhabitants`, `inhabitants_on` and `group_letter`, in one query."""
    latest = PopulationFigure.objects.filter(region=OuterRef("pk")).order_by("-reference_date", "-pk")
    in_group = GroupMembership.objects.valid_on(clock.today()).filter(region=OuterRef("pk"))
    return (
        Region.objects.visible_to(user)
        .in_swedish_order()
        .annotate(
            inhabitants=Subquery(latest.values("count")[:1]),
            inhabitants_on=Subquery(latest.values("reference_date")[:1]),
            group_letter=Subquery(in_group.values("group__letter")[:1]),
        )
    )


def groups_of(region: Region) -> QuerySet[PurchasingGroup]:
    """The purchasing groups that the region belongs to today."""
    return PurchasingGroup.objects.filter(
        pk__in=GroupMembership.objects.valid_on(clock.today()).filter(region=region).values("group")
    ).order_by("letter")
