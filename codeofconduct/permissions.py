"""Who may change the register."""

from codeofconduct.enums import ProposalState
from codeofconduct.models import (
    CategoryOwner,
    Contract,
    Enquiry,
    PlanTask,
    PriorityPeriod,
    PurchaseCategory,
    QuestionnaireVersion,
    RiskAssessment,
    SustainabilityRequirement,
)
from portal import clock
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


def can_keep_contracting_bodies(user: User) -> bool:
    """The joint bodies that contracts choose from."""
    return is_staff(user)


def sees_contracts(user: User) -> bool:
    """Staff and those who work for a region; readers see none."""
    return is_staff(user) or is_buyer(user)


def can_keep_requirement_sets(user: User) -> bool:
    """Begin sets and topics, and decide which variant is adopted."""
    return is_staff(user)


def speaks_for(user: User) -> frozenset[int]:
    """The own regions (ids); of an area coordinator without one those of the procurement region."""
    access = access_of(user)
    return access.regions or access.group_regions


def can_take_part_in_requirements(user: User) -> bool:
    """Propose and comment: staff for the secretariat, those who work for a region for it."""
    return is_staff(user) or bool(speaks_for(user))


def can_see_proposals(user: User) -> bool:
    """Open proposals and the talk about them: staff and those who work for a region, not readers."""
    return is_staff(user) or is_buyer(user)


def can_change_proposal(user: User, requirement: SustainabilityRequirement) -> bool:
    """Its own region, or the secretariat for its own, until it is decided."""
    if requirement.state != ProposalState.PROPOSED:
        return False
    return requirement.region_id in speaks_for(user) if requirement.region_id else is_staff(user)


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


def can_keep_categories(user: User) -> bool:
    """The tree, its CPV codes, who answers for a category, and the priority periods."""
    return is_staff(user)


def can_prioritise(user: User, period: PriorityPeriod) -> bool:
    """Until the period has ended: what was prioritised then is history."""
    return is_staff(user) and not period.is_past


def can_assess_risk(user: User) -> bool:
    """Begin a risk assessment."""
    return is_staff(user)


def can_change_assessment(user: User, assessment: RiskAssessment) -> bool:
    """Until it is settled."""
    return is_staff(user) and not assessment.is_locked


def can_keep_plan(user: User, category: PurchaseCategory) -> bool:
    """A category's action plan and its tasks: staff, and area coordinators of the group that answers for it today."""
    groups = access_of(user).groups
    owned = CategoryOwner.objects.valid_on(clock.today()).filter(category=category, group__in=groups)
    return is_staff(user) or (bool(groups) and owned.exists())


def can_finish_task(user: User, task: PlanTask) -> bool:
    """Those who keep the plan, and the one whose task it is."""
    return task.owner_id == user.pk or can_keep_plan(user, task.plan.category)


def can_build_questionnaires(user: User) -> bool:
    """The secretariat writes what suppliers are asked."""
    return is_staff(user)


def can_edit_questionnaire(user: User, version: QuestionnaireVersion) -> bool:
    """A draft, by the secretariat; what is adopted is locked for everyone."""
    return can_build_questionnaires(user) and not version.is_locked


def can_keep_documents(user: User) -> bool:
    """Write, adopt and discard versions of the code, the clause and the guidance."""
    return is_staff(user)


def can_change_supplier(user: User) -> bool:
    """What the register says of a supplier, its numbers, its group, and which suppliers are one: staff alone."""
    return is_staff(user)


def can_contribute(user: User, *, has_contract: bool) -> bool:
    """Contacts, commitments and facilities: staff, and a buyer whose region keeps a contract with the supplier."""
    return is_staff(user) or has_contract


def can_change_facility(user: User, *, keeps_served: bool) -> bool:
    """Staff, and a buyer who keeps a contract that the facility serves."""
    return is_staff(user) or keeps_served
