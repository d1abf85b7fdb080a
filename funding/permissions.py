"""Who may do what with the money's figures (product.md: rates, years and reports are the administrator's)."""

from funding.models import FundingYear
from regions.models import User
from regions.permissions import has_role, is_admin


def can_see_funding(user: User) -> bool:
    """What each region pays is open to all with a role."""
    return has_role(user)


def can_open_year(user: User) -> bool:
    return is_admin(user)


def can_enter_basis(user: User, year: FundingYear) -> bool:
    """Only while the year is open: what has been proposed or decided stands on figures that stay."""
    return is_admin(user) and year.is_open


def can_export_report(user: User) -> bool:
    return is_admin(user)
