"""Reads over the follow-up plan: its candidates as a ranked list, and what is still to be agreed."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from codeofconduct.models import CategoryOwner, ClauseVersion
from followups.enums.plan import Choice
from followups.models import Candidate, FollowUpPlan, PlanSetting
from followups.models.plan import CandidateQuerySet
from followups.queries.candidates import Basis, Rights, bases_of, rights_of
from portal import clock
from portal.ui.paging import KeyPage, key_page
from regions.enums import Role
from regions.models import Membership, PurchasingGroup, User
from regions.permissions import access_of, is_staff


@dataclass(frozen=True)
class CandidateRow:
    """A candidate as the list shows it. `basis` None: for those who don't decide about it."""

    candidate: Candidate
    basis: Basis | None


@dataclass(frozen=True)
class Tally:
    """How far the plan has come, over all candidates or those of one group."""

    candidates: int = 0
    decided: int = 0
    chosen: int = 0
    ready: int = 0
    agreed: int = 0
    opened: int = 0


def candidates_listed(user: User, plan: FollowUpPlan, criteria: dict[str, Any]) -> CandidateQuerySet:
    """Those that the user may see, narrowed by `criteria` (a cleaned filter form)."""
    found = Candidate.objects.visible_to(user).filter(plan=plan)
    if group := criteria.get("group"):
        found = found.of_group(group.pk)
    if category := criteria.get("category"):
        found = found.filter(category=category)
    match criteria.get("choice"):
        case Choice.UNDECIDED:
            found = found.undecided()
        case Choice.CHOSEN:
            found = found.chosen()
        case Choice.NOT_CHOSEN:
            found = found.filter(is_chosen=False)
        case Choice.UNAGREED:
            found = found.filter(is_chosen__isnull=False, agreed_at__isnull=True)
    return found


def candidate_page(user: User, plan: FollowUpPlan, criteria: dict[str, Any], query: QueryDict) -> KeyPage[CandidateRow]:
    """A page of them, the most points first."""
    found = with_names(candidates_listed(user, plan, criteria))
    page = key_page(
        found, query, by=F("points"), newest_first=True, among=Candidate.objects.visible_to(user).filter(plan=plan)
    )
    own = set(workable_ids(user, page.rows))
    bases = bases_of(plan.call, [candidate for candidate in page.rows if candidate.pk in own])
    rows = [CandidateRow(candidate, bases.get(candidate.pk)) for candidate in page.rows]
    return KeyPage(rows, page.previous_url, page.next_url)


def with_names(candidates: CandidateQuerySet) -> CandidateQuerySet:
    """With what a row of the list names."""
    return candidates.select_related(
        "supplier", "category", "lead_region", "handler", "follow_up", "decided_by", "agreed_by"
    )


def workable_ids(user: User, candidates: Collection[Candidate]) -> QuerySet[Any]:
    """Which of them the user decides about."""
    return (
        Candidate.objects.workable_by(user)
        .filter(pk__in=[candidate.pk for candidate in candidates])
        .values_list("pk", flat=True)
    )


def tally_of(candidates: CandidateQuerySet) -> Tally:
    """One query."""
    ready = Q(is_chosen=True, lead_region__isnull=False, planned_on__isnull=False) & ~Q(kind="")
    counted = candidates.order_by().aggregate(
        candidates=Count("pk"),
        decided=Count("pk", filter=Q(is_chosen__isnull=False)),
        chosen=Count("pk", filter=Q(is_chosen=True)),
        ready=Count("pk", filter=ready),
        agreed=Count("pk", filter=Q(is_chosen=True, agreed_at__isnull=False)),
        opened=Count("pk", filter=Q(follow_up__isnull=False)),
    )
    return Tally(**counted)


@dataclass(frozen=True)
class GroupTally:
    """A purchasing group's part of the plan. `may_agree`: the one who looks can agree what is left of it."""

    group: PurchasingGroup
    tally: Tally
    waiting: int
    may_agree: bool


def group_tallies(user: User, plan: FollowUpPlan) -> list[GroupTally]:
    """The groups whose categories have candidates that the user decides about. The queries do not grow with candidates."""
    owners = CategoryOwner.objects.valid_on(clock.today())
    group_of = dict(owners.values_list("category", "group"))
    counted: dict[int, dict[str, int]] = {}
    rows = Candidate.objects.visible_to(user).filter(plan=plan).workable_by(user)
    for category, chosen, lead, planned, kind, agreed, opened in rows.values_list(
        "category", "is_chosen", "lead_region", "planned_on", "kind", "agreed_at", "follow_up"
    ):
        owner = group_of.get(category)
        if owner is None:
            continue
        tally = counted.setdefault(owner, dict.fromkeys((*Tally.__dataclass_fields__, "waiting"), 0))
        ready = bool(chosen and lead and planned and kind)
        tally["candidates"] += 1
        tally["decided"] += chosen is not None
        tally["chosen"] += bool(chosen)
        tally["ready"] += ready
        tally["agreed"] += bool(chosen and agreed)
        tally["opened"] += opened is not None
        tally["waiting"] += agreed is None and (ready or chosen is False)
    served = groups_with_coordinators()
    found = []
    for group in PurchasingGroup.objects.filter(pk__in=counted):
        waiting = counted[group.pk].pop("waiting")
        may = may_agree_for(user, group.pk, served)
        found.append(GroupTally(group, Tally(**counted[group.pk]), waiting, may and waiting > 0))
    return found


def groups_with_coordinators() -> frozenset[int]:
    """Ids of the purchasing groups that an area coordinator is at work for today."""
    held = Membership.objects.valid_on(clock.today()).filter(role=Role.AREA_COORDINATOR, user__is_active=True)
    return frozenset(held.values_list("group", flat=True))


def may_agree_for(user: User, group: int | None, served: frozenset[int]) -> bool:
    """The group's coordinator agrees; staff only where no group answers, or nobody is at work for it."""
    if group is not None and group in access_of(user).groups:
        return True
    return is_staff(user) and (group is None or group not in served)


def can_agree_candidate(user: User, candidate: Candidate) -> bool:
    """Whether it is for this user to agree it; whether it can be agreed is the action's question."""
    owner = CategoryOwner.objects.valid_on(clock.today()).filter(category=candidate.category_id)
    return may_agree_for(user, owner.values_list("group", flat=True).first(), groups_with_coordinators())


def why_not_agreed(plan: FollowUpPlan) -> str:
    """The sentence that says what is missing before the secretariat can agree the whole; "" where nothing is."""
    tally = tally_of(plan.candidates.all())
    if not tally.candidates:
        return _("There is no candidate to agree on yet.")
    if undecided := tally.candidates - tally.decided:
        return ngettext(
            "%(count)d candidate is not decided yet.", "%(count)d candidates are not decided yet.", undecided
        ) % {"count": undecided}
    if unready := tally.chosen - tally.ready:
        return ngettext(
            "%(count)d chosen candidate lacks its lead region, kind or date.",
            "%(count)d chosen candidates lack their lead region, kind or date.",
            unready,
        ) % {"count": unready}
    return ""


def why_not_opened(candidate: Candidate, plan: FollowUpPlan) -> str:
    """The sentence that says why the candidate's follow-up can't be opened yet; "" where it can."""
    if not candidate.is_ready:
        return _("The candidate is not chosen, or lacks its lead region, kind or date.")
    if candidate.agreed_at is None:
        return _("The candidate waits for its area coordinator.")
    if plan.agreed_at is None:
        return _("The secretariat agrees the plan before follow-ups are created.")
    return ""


def plans_seen(user: User, plans: Collection[FollowUpPlan]) -> dict[int, Tally]:
    """How far each plan has come, as far as the user sees candidates: one query for all."""
    ready = Q(is_chosen=True, lead_region__isnull=False, planned_on__isnull=False) & ~Q(kind="")
    rows: Any = (
        Candidate.objects.visible_to(user)
        .filter(plan__in=plans)
        .order_by()
        .values("plan")
        .annotate(
            candidates=Count("pk"),
            decided=Count("pk", filter=Q(is_chosen__isnull=False)),
            chosen=Count("pk", filter=Q(is_chosen=True)),
            ready=Count("pk", filter=ready),
            agreed=Count("pk", filter=Q(is_chosen=True, agreed_at__isnull=False)),
            opened=Count("pk", filter=Q(follow_up__isnull=False)),
        )
    )
    return {row["plan"]: Tally(*(row[name] for name in Tally.__dataclass_fields__)) for row in rows}


def settings_listed() -> QuerySet[PlanSetting]:
    return PlanSetting.objects.select_related("created_by").order_by("-valid_from")


def clauses_with_rights(user: User) -> list[tuple[ClauseVersion, Rights]]:
    """The adopted versions of the clause, the newest first."""
    versions = list(ClauseVersion.objects.visible_to(user).adopted().order_by("-valid_from", "-pk"))
    rights = rights_of(version.pk for version in versions)
    return [(version, rights[version.pk]) for version in versions]


def groups_listed() -> QuerySet[PurchasingGroup]:
    return PurchasingGroup.objects.order_by("letter")
