"""Who may do what with the money's figures (product.md: rates, years and reports are the administrator's)."""

from django.contrib.auth.base_user import AbstractBaseUser

from funding.models import FundingYear
from regions.permissions import has_role, is_admin


def can_see_funding(user: AbstractBaseUser) -> bool:
    """What each region pays is open to all with a role."""
    return has_role(user)


def can_open_year(user: AbstractBaseUser) -> bool:
    return is_admin(user)


def can_enter_basis(user: AbstractBaseUser, year: FundingYear) -> bool:
    """Only while the year is open: what has been proposed or decided stands on figures that stay."""
    return is_admin(user) and year.is_open


def can_export_report(user: AbstractBaseUser) -> bool:
    return is_admin(user)
