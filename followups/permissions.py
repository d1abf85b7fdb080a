"""Who may do what with a follow-up that is visible to them. `visible_to` on the querysets decides what is visible."""

from followups.enums.follow_ups import Transition
from followups.models import Finding, FollowUp
from regions.models import User
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
