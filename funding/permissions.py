"""Who may do what with the money's figures (product.md: rates, years and reports are the administrator's).

What the secretariat spends is for all with a role to see; its staff enters the outcome, the administrator sets the budget.
"""

from funding.enums import Transition, transitions_from
from funding.models import FundingYear, regions_opened_to
from regions.models import Region, User
from regions.permissions import access_of, has_role, is_admin, is_staff


def can_see_funding(user: User) -> bool:
    """What each region pays is open to all with a role."""
    return has_role(user)


def can_see_what_it_gets(user: User, region: Region) -> bool:
    """What the cooperation did for the region: of those whose documents the user reads too."""
    opened = regions_opened_to(user)
    return opened is None or region.pk in opened


def can_see_names(user: User) -> bool:
    """Who at the secretariat did what, by name. To others it was the secretariat."""
    return is_staff(user)


def can_open_year(user: User) -> bool:
    return is_admin(user)


def can_register_rate(user: User) -> bool:
    return is_admin(user)


def can_enter_basis(user: User) -> bool:
    """While the year is open: what has been proposed or decided stands on figures that stay. Page and action see to that."""
    return is_admin(user)


def can_register_decision(user: User) -> bool:
    """Registering and withdrawing what a region has decided. A closed year doesn't follow: page and action see to that."""
    return is_admin(user)


def can_import_payments(user: User) -> bool:
    """Bringing in what the host's ledger says."""
    return is_admin(user)


def can_export_report(user: User) -> bool:
    return is_admin(user)


def can_make_documents(user: User) -> bool:
    """Having the documents made of which every region gets its own."""
    return is_admin(user)


def can_write_brief(user: User) -> bool:
    """The texts of a year's decision brief. A closed year's stay: page and action see to that."""
    return is_staff(user)


def can_move_year(user: User) -> bool:
    """Proposing, deciding, closing, taking back, and asking for a closed year to be reopened."""
    return is_admin(user)


def moves_open_to(user: User, year: FundingYear) -> list[Transition]:
    """What stands as buttons on the year's page."""
    return transitions_from(year.state) if can_move_year(user) else []


def can_answer_reopening(user: User) -> bool:
    """Any administrator declines; that whoever asked doesn't confirm is the action's and the database's to refuse."""
    return is_admin(user)


def can_set_budget(user: User) -> bool:
    """Adding and revising budget lines. A closed year's stay: page and action see to that."""
    return is_admin(user)


def can_see_entries(user: User) -> bool:
    """The outcome voucher by voucher, whose texts may name suppliers and people. Others see sums."""
    return is_staff(user)


def can_enter_outcome(user: User) -> bool:
    """Entering, correcting and withdrawing. A closed year's stays: page and action see to that."""
    return can_import_outcomes(user)


def can_import_outcomes(user: User) -> bool:
    return is_staff(user)


def can_see_invoicing(user: User) -> bool:
    """References and addresses of invoices: the secretariat's, and of the own region those who work for it."""
    return is_staff(user) or bool(access_of(user).regions)


def can_see_payer(user: User, region: Region) -> bool:
    """The same of one region."""
    return is_staff(user) or region.pk in access_of(user).regions


def can_prepare_invoicing(user: User) -> bool:
    """Registering due dates, payers and how VAT is treated."""
    return is_admin(user)


def can_import_price_index(user: User) -> bool:
    return is_admin(user)
