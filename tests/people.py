"""People to test with."""

from datetime import date

from portal.history.models import SystemActor, actor_of
from regions.enums import Role
from regions.models import Membership, PurchasingGroup, Region, User


def make_person(role: str = "", scope: str = "", *, email: str = "", language: str = "sv") -> User:
    """`make_person("buyer", "23")`: a user with one membership; without a role a stranger."""
    number = User.objects.count()
    user = User.objects.create_user(
        email or f"{role or 'stranger'}{number}@test.example", name=f"{role or 'stranger'} {number}", language=language
    )
    if role:
        region = group = None
        if role in {Role.BUYER, Role.REGIONAL_COORDINATOR}:
            region, _new = Region.objects.get_or_create(
                code=scope, defaults={"name": f"Region {scope}", "organisation_number": f"232100-00{scope}"}
            )
        if role == Role.AREA_COORDINATOR:
            group, _new = PurchasingGroup.objects.get_or_create(letter=scope)
        Membership.objects.create(
            user=user,
            role=role,
            region=region,
            group=group,
            valid_from=date(2020, 1, 1),
            created_by=actor_of(SystemActor("test")),
        )
    return user
