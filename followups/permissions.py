"""Who may do what with a follow-up that is visible to them. `visible_to` on the querysets decides what is visible."""

from codeofconduct.models import Contract
from followups.enums.actions import Party, Rule
from followups.enums.follow_ups import SETTLED, State, Transition
from followups.models import (
    Audit,
    Candidate,
    CorrectiveAction,
    ExternalResult,
    Finding,
    FollowUp,
    Reuse,
    SelfAssessment,
    SevereReport,
)
from followups.models.follow_ups import owner_groups
from regions.models import Region, User
from regions.permissions import access_of, has_role, is_buyer, is_staff


def can_see_follow_ups(user: User) -> bool:
    """Everyone with a role has the list; what stands in it differs."""
    return has_role(user)


def can_open_follow_up(user: User) -> bool:
    return is_staff(user)


def can_coordinate(user: User, follow_up: FollowUp) -> bool:
    """Plan, share and end it: staff, and the coordinators of the purchasing group that owns the category."""
    return is_staff(user) or bool(access_of(user).groups & follow_up.owner_groups)


def can_assign(user: User, follow_up: FollowUp) -> bool:
    """Say who carries it out and when, as long as there is something to carry out."""
    return can_coordinate(user, follow_up) and follow_up.is_under_way


def can_work(user: User, follow_up: FollowUp) -> bool:
    """Submit and change findings and actions: the handler, the lead region's buyers, and who coordinates it."""
    if not has_role(user):
        return False
    mine = follow_up.handler_id == user.pk or follow_up.lead_region_id in access_of(user).regions
    return mine or can_coordinate(user, follow_up)


def can_see_names(user: User, follow_up: FollowUp) -> bool:
    """Who did what, by name: for those who work at the secretariat or in the regions, not for mere readers."""
    return is_staff(user) or is_buyer(user) or can_work(user, follow_up)


def can_see_reminders(user: User, follow_up: FollowUp) -> bool:
    """Letters to named people: for those it concerns, not for those it is merely shared with."""
    access = access_of(user)
    return can_work(user, follow_up) or bool((access.regions | access.group_regions) & follow_up.concerned_regions)


def can_submit_finding(user: User, follow_up: FollowUp) -> bool:
    return can_work(user, follow_up) and follow_up.is_under_way


def can_change_finding(user: User, finding: Finding) -> bool:
    return can_submit_finding(user, finding.follow_up)


def can_move(user: User, follow_up: FollowUp, transition: Transition) -> bool:
    """The transition table says which steps are for those who coordinate."""
    return can_coordinate(user, follow_up) if transition.coordinates else can_work(user, follow_up)


def can_give_access(user: User, follow_up: FollowUp) -> bool:
    """Send, send anew and revoke links to those outside."""
    return can_work(user, follow_up) and follow_up.is_under_way


def can_see_plan(user: User) -> bool:
    """Calls and plans are for those who ask and those who are asked."""
    return is_staff(user) or is_buyer(user)


def can_keep_plan(user: User) -> bool:
    """Ask the regions, draw up the plan, agree it as a whole, and keep its conditions."""
    return is_staff(user)


def can_answer_call(user: User, region: Region) -> bool:
    """For the own region; the secretariat may in a region's place."""
    return is_staff(user) or region.pk in access_of(user).regions


def can_read_answer(user: User, region: Region) -> bool:
    """As `CallAnswer.visible_to`, for a region that may not have answered yet."""
    access = access_of(user)
    return is_staff(user) or region.pk in access.regions | access.group_regions


def can_decide_candidate(user: User, candidate: Candidate) -> bool:
    """Choose it or not, and plan it: staff, and the coordinators of the group that owns the category; not once it is opened."""
    if candidate.follow_up_id is not None:
        return False
    return is_staff(user) or bool(access_of(user).groups & owner_groups(candidate.category))


def can_see_points(user: User, candidate: Candidate) -> bool:
    """What a choice rests on adds up several regions' contracts: for those who decide, not for each region."""
    return is_staff(user) or bool(access_of(user).groups & owner_groups(candidate.category))


def can_send_assessment(user: User, follow_up: FollowUp) -> bool:
    """Send, change and withdraw a self-assessment."""
    return can_work(user, follow_up) and follow_up.is_under_way


def can_review(user: User, assessment: SelfAssessment) -> bool:
    """Ask back about answers and accept them."""
    return can_send_assessment(user, assessment.follow_up) and assessment.submitted_at is not None


def can_recommend(user: User, assessment: SelfAssessment) -> bool:
    """The secretariat recommends; regions decide (product rule 0)."""
    return is_staff(user) and can_review(user, assessment)


def can_answer_recommendation(user: User, assessment: SelfAssessment) -> bool:
    """The lead region's people, whoever handles the follow-up."""
    is_lead = assessment.follow_up.lead_region_id in access_of(user).regions
    return is_lead and can_review(user, assessment)


def can_override_light(user: User, follow_up: FollowUp) -> bool:
    """Who coordinates it; an aborted follow-up has no light."""
    return can_coordinate(user, follow_up) and follow_up.state != State.ABORTED


def can_recommend_sanction(user: User, follow_up: FollowUp) -> bool:
    """The secretariat recommends, and decides nothing (product rule 0)."""
    return is_staff(user) and follow_up.state not in SETTLED


def can_decide(user: User, region: Region, follow_up: FollowUp) -> bool:
    """A buyer of the region, for it alone; never the secretariat. Nothing is decided in what is closed or aborted."""
    return not is_staff(user) and region.pk in access_of(user).regions and follow_up.state not in SETTLED


def can_write_summary(user: User, follow_up: FollowUp) -> bool:
    """Staff, and those who work in the follow-up: its handler, its lead region, its area coordinators."""
    return can_work(user, follow_up) and follow_up.state != State.ABORTED


def can_publish_summary(user: User) -> bool:
    """The secretariat publishes, corrects and withdraws."""
    return is_staff(user)


def can_coordinate_any(user: User) -> bool:
    """Whether there may be follow-ups that the user coordinates: each is judged by `can_coordinate`."""
    return is_staff(user) or bool(access_of(user).groups)


def can_work_any(user: User) -> bool:
    """Whether there may be follow-ups in which the user works: each is judged by `can_work`."""
    return is_staff(user) or is_buyer(user)


def can_share_views(user: User) -> bool:
    """Staff show their saved views to everyone with a role."""
    return is_staff(user)


def can_pause_reminders(user: User, follow_up: FollowUp) -> bool:
    """That nobody is reminded for a while is the secretariat's to decide."""
    return is_staff(user) and follow_up.is_under_way


def can_move_action(user: User, action: CorrectiveAction, rule: Rule) -> bool:
    """The table of moves says which are for those who work in the follow-up; the others are the supplier's."""
    if rule.party != Party.WORKER or action.state not in rule.sources:
        return False
    return can_submit_finding(user, action.finding.follow_up)


def can_ask_for_plan(user: User, follow_up: FollowUp) -> bool:
    """Ask the supplier for its action plan, and answer it."""
    return can_submit_finding(user, follow_up)


def can_read_plan(user: User, follow_up: FollowUp) -> bool:
    """What the supplier wrote and handed in: for those the follow-up concerns, not for those it is shared with."""
    return can_see_reminders(user, follow_up)


def can_set_deadlines(user: User) -> bool:
    """The scale of severity and its days."""
    return is_staff(user)


def can_read_reports(user: User) -> bool:
    """Has a list of the suppliers' reports of severe deviations; which ones stand in it, `visible_to` says."""
    return is_staff(user) or is_buyer(user)


def can_handle_report(user: User, report: SevereReport) -> bool:
    """Take up a visible report and link it: the secretariat and the contracting regions' buyers."""
    return is_staff(user) or _buys_under(user, report.contract)


def can_issue_reporter_link(user: User, contract: Contract) -> bool:
    """Give the supplier its standing link for severe deviations under the contract."""
    return is_staff(user) or _buys_under(user, contract)


def _buys_under(user: User, contract: Contract) -> bool:
    own = access_of(user).regions
    if contract.region_id in own:
        return True
    return bool(own) and contract.contract_parties.filter(region__in=own).exists()


def can_read_frameworks(user: User) -> bool:
    """Has a list of the agreements on which audits are ordered."""
    return is_staff(user) or is_buyer(user)


def can_keep_frameworks(user: User) -> bool:
    """Register and change the agreements on which audits are ordered."""
    return is_staff(user)


def can_order_audit(user: User, follow_up: FollowUp) -> bool:
    """An order binds money: for those who coordinate, while there is something to audit."""
    return can_coordinate(user, follow_up) and follow_up.is_under_way


def can_work_on_audit(user: User, audit: Audit) -> bool:
    """Book, ask for documents, judge and approve: whoever works in the follow-up, until the audit is settled."""
    return can_work(user, audit.follow_up) and audit.follow_up.is_under_way and not audit.is_settled


def can_change_order(user: User, audit: Audit) -> bool:
    """Change or cancel what was ordered, as long as it is neither carried out nor cancelled."""
    return can_order_audit(user, audit.follow_up) and not audit.is_settled and audit.carried_out_at is None


def can_register_invoice(user: User, audit: Audit) -> bool:
    """An invoice also comes after the follow-up has ended."""
    has_cost = audit.carried_out_at is not None or audit.cancelled_at is not None
    return can_work(user, audit.follow_up) and has_cost


def can_see_inside_audit(user: User, follow_up: FollowUp) -> bool:
    """Costs, the agenda, people met and documents: for those it concerns, not for those it is merely shared with."""
    return can_see_reminders(user, follow_up)


def can_see_existing(user: User) -> bool:
    """What exists already for a supplier: staff, and everyone who works for a region. Readers have the lists."""
    return is_staff(user) or is_buyer(user)


def can_reuse(user: User) -> bool:
    """Rely on a result, or join: those who work for a region for its contracts, staff for any region's."""
    return is_staff(user) or bool(access_of(user).regions)


def can_withdraw_reuse(user: User, reuse: Reuse) -> bool:
    """Who works for the region, and staff. Contracts that joined take part, and that is not taken back."""
    return not reuse.is_joined and (is_staff(user) or reuse.region_id in access_of(user).regions)


def can_see_avoided_of_all(user: User) -> bool:
    """The figures of every region: staff and mere readers, the steering group among them. Buyers see the own regions'."""
    return has_role(user) and (is_staff(user) or not is_buyer(user))


def can_keep_reuse(user: User) -> bool:
    """Standard costs, the rules of reuse, and the bodies whose results count."""
    return is_staff(user)


def can_register_result(user: User) -> bool:
    """Another body's result: staff, and those who work for a region for it."""
    return is_staff(user) or bool(access_of(user).regions)


def can_change_result(user: User, result: ExternalResult) -> bool:
    """Who works for the region that registered it, and staff, until it is withdrawn."""
    mine = result.region_id in access_of(user).regions
    return (is_staff(user) or mine) and result.withdrawn_at is None


def can_bring_past(user: User) -> bool:
    """History from before the portal, and its documents."""
    return is_staff(user)
