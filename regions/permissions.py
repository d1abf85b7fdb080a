"""What a user is today. Every other permission is built of these words."""

from dataclasses import dataclass

from portal import clock
from regions.enums import GROUP_ROLES, REGION_ROLES, Role
from regions.models import GroupMembership, Membership, User


@dataclass(frozen=True)
class Access:
    """A user's memberships of today, read once per user object: roles, own regions, own groups and their regions (ids)."""

    roles: frozenset[str]
    regions: frozenset[int]
    groups: frozenset[int]
    group_regions: frozenset[int]
    memberships: tuple[Membership, ...]


NOBODY = Access(frozenset(), frozenset(), frozenset(), frozenset(), ())


def access_of(user: User) -> Access:
    """At most two queries for a user object's life, so once per request. Without memberships, and inactive: nothing."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return NOBODY
    if not hasattr(user, "_access"):
        today = clock.today()
        memberships = tuple(user.memberships.valid_on(today).select_related("region", "group").order_by("pk"))
        groups = frozenset(m.group_id for m in memberships if m.role in GROUP_ROLES)
        group_regions = (
            frozenset(GroupMembership.objects.valid_on(today).filter(group__in=groups).values_list("region", flat=True))
            if groups
            else frozenset()
        )
        user._access = Access(
            roles=frozenset(m.role for m in memberships),
            regions=frozenset(m.region_id for m in memberships if m.role in REGION_ROLES),
            groups=groups,
            group_regions=group_regions,
            memberships=memberships,
        )
    return user._access


def is_admin(user: User) -> bool:
    return Role.ADMIN in access_of(user).roles


def is_staff(user: User) -> bool:
    """Secretariat or admin: they see all regions."""
    return bool(access_of(user).roles & {Role.SECRETARIAT, Role.ADMIN})


def is_buyer(user: User) -> bool:
    """Works for at least one region, coordinators included."""
    return bool(access_of(user).regions or access_of(user).groups)


def has_role(user: User) -> bool:
    """Anyone with a membership today; a stranger sees nothing but the own account."""
    return bool(access_of(user).roles)
