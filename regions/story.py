"""The demo's people: one account per role, with a known password. Told once; again changes nothing."""

from datetime import date

from portal import demo
from portal.history.models import SystemActor, actor_of
from regions.enums import GROUP_ROLES, REGION_ROLES
from regions.models import Membership, PurchasingGroup, Region, User

SINCE = date(2023, 1, 1)


def tell(*, by: SystemActor) -> None:
    """Create the accounts of `portal.demo` that are not there yet."""
    for role, email, name, scope in demo.ACCOUNTS:
        if User.objects.filter(email=email).exists():
            continue
        user = User.objects.create_user(email, demo.PASSWORD, name=name)
        Membership.objects.create(
            user=user,
            role=role,
            region=Region.objects.get(code=scope) if role in REGION_ROLES else None,
            group=PurchasingGroup.objects.get(letter=scope) if role in GROUP_ROLES else None,
            valid_from=SINCE,
            created_by=actor_of(by),
        )
