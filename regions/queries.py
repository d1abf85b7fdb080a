"""Reads over people and places."""

from django.db.models import QuerySet

from portal import clock
from regions.enums import Role
from regions.models import Membership, User


def people_with_role(*roles: Role) -> QuerySet[User]:
    """Active users who hold one of the roles today."""
    held = Membership.objects.valid_on(clock.today()).filter(role__in=roles)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("pk")


def people_of_region(region_id: int) -> QuerySet[User]:
    """Active users who work for the region today: candidates for handler."""
    held = Membership.objects.valid_on(clock.today()).filter(region=region_id)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("name", "pk")
