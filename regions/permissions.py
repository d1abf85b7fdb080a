"""What a user is today. Every other permission is built of these words."""

from regions.enums import Role
from regions.models import Access, User

NOBODY = Access()


def access_of(user: User) -> Access:
    """At most two queries in a user object's life. The anonymous have none."""
    return user.access if getattr(user, "is_authenticated", False) else NOBODY


def is_admin(user: User) -> bool:
    return Role.ADMIN in access_of(user).roles


def is_staff(user: User) -> bool:
    """Secretariat or admin: they see all regions."""
    return bool(access_of(user).roles & {Role.SECRETARIAT, Role.ADMIN})


def is_buyer(user: User) -> bool:
    """Works for at least one region or procurement region, coordinators included."""
    return bool(access_of(user).regions or access_of(user).groups)


def has_role(user: User) -> bool:
    """Anyone with a membership today; a stranger sees nothing but the own account."""
    return bool(access_of(user).roles)
