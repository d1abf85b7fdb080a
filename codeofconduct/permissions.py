"""Who may change the register."""

from codeofconduct.enums import ProposalState
from codeofconduct.models import Contract, Enquiry, SustainabilityRequirement
from regions.models import User
from regions.permissions import access_of, is_buyer, is_staff


def can_register_supplier(user: User) -> bool:
    """Staff and everyone who works for a region: a follow-up must not wait for the register."""
    return is_staff(user) or is_buyer(user)


def can_register_contract(user: User) -> bool:
    """Staff for any region, a buyer for the own."""
    return is_staff(user) or bool(access_of(user).regions)


def can_change_contract(user: User, contract: Contract) -> bool:
    """Staff, and a buyer of the region that keeps the contract; the other parties of a joint one read it."""
    return is_staff(user) or contract.region_id in access_of(user).regions


def can_correct_clause(user: User) -> bool:
    """A contract keeps the clause version it was signed under: a wrong one is corrected by the secretariat."""
    return is_staff(user)


def sees_contracts(user: User) -> bool:
    """Staff and those who work for a region; readers see none."""
    return is_staff(user) or is_buyer(user)


def can_keep_requirement_sets(user: User) -> bool:
    """Begin sets and topics, and decide which variant is adopted."""
    return is_staff(user)


def can_take_part_in_requirements(user: User) -> bool:
    """Propose and comment: staff for the secretariat, buyers for the own region."""
    return is_staff(user) or bool(access_of(user).regions)


def can_change_proposal(user: User, requirement: SustainabilityRequirement) -> bool:
    """Its own region, or the secretariat for its own, until it is decided."""
    if requirement.state != ProposalState.PROPOSED:
        return False
    return requirement.region_id in access_of(user).regions if requirement.region_id else is_staff(user)


def can_ask(user: User) -> bool:
    """Those who work for a region; staff register what reached them another way."""
    return is_buyer(user)


def can_answer(user: User) -> bool:
    """Register, answer and correct questions, and make guidance of an answer."""
    return is_staff(user)


def can_see_asker(user: User, enquiry: Enquiry) -> bool:
    """Who asked, and for which region: staff, the own region, and the one who asked."""
    own = enquiry.region_id in access_of(user).regions or enquiry.created_by.user_id == user.pk
    return is_staff(user) or own
