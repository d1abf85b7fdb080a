"""Who may change the register."""

from regions.models import User
from regions.permissions import access_of, is_buyer, is_staff


def can_register_supplier(user: User) -> bool:
    """Staff and everyone who works for a region: a follow-up must not wait for the register."""
    return is_staff(user) or is_buyer(user)


def can_register_contract(user: User) -> bool:
    """Staff for any region, a buyer for the own."""
    return is_staff(user) or bool(access_of(user).regions)
