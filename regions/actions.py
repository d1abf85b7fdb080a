"""Writes about people and places."""

from django.conf import settings
from django.db import transaction

from portal import clock
from portal.history.models import By, actor_of
from regions.enums import Role
from regions.models import Membership, PurchasingGroup, Region, User


def set_language(*, by: User, language: str) -> None:
    """Remember the page language ("sv" or "en") that the user chose. Raises ValueError for any other."""
    if language not in dict(settings.LANGUAGES):
        raise ValueError(language)
    by.language = language
    by.save(update_fields=["language"])


@transaction.atomic
def create_account(
    *,
    by: By,
    email: str,
    name: str,
    role: Role,
    region: Region | None = None,
    group: PurchasingGroup | None = None,
) -> User:
    """An account with one membership from today and no password: its owner sets one by "Forgotten your password?".

    Raises ValidationError where the address is taken or the scope does not fit the role.
    """
    user = User(email=email.lower(), name=name)
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    membership = Membership(
        user=user, role=role, region=region, group=group, valid_from=clock.today(), created_by=actor_of(by)
    )
    membership.full_clean()
    membership.save()
    return user
