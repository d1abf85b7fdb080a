"""Reads over follow-ups, findings and actions. Nothing here grows with the rows of a page."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.http import QueryDict

from codeofconduct.models import ClauseVersion, Contract, Facility, PurchaseCategory, Supplier
from codeofconduct.queries.suppliers import suppliers_listed
from followups.enums.follow_ups import NEW_DAYS, SETTLED, SOON_DAYS, Attention, FindingState
from followups.light import Light, Progress, as_told, light_of, next_day, overridden
from followups.models import (
    ActionEvent,
    AskBack,
    Audit,
    CorrectiveAction,
    DueDateMove,
    Evidence,
    Finding,
    FollowUp,
    FollowUpContract,
    LightOverride,
    PastFollowUp,
    SanctionRecommendation,
    SelfAssessment,
    SupplierReply,
)
from followups.models.actions import NEXT_DUE
from followups.models.follow_ups import FollowUpQuerySet
from followups.queries.letters import with_undelivered
from followups.queries.outcome import awaiting
from followups.queries.searching import follow_up_fields
from portal import clock
from portal.search.matching import matching_or_closest
from portal.search.ordering import swedish
from portal.ui.paging import KeyPage, key_page
from regions.enums import SharingTier
from regions.models import User
from regions.permissions import access_of, is_staff
from regions.queries import people_of_region


def _counted(rows: QuerySet[Any], path: str) -> Coalesce:
    """How many of `rows` belong to the outer follow-up, as a subquery: joins would multiply the counts."""
    counted = rows.filter(**{path: OuterRef("pk")}).order_by().values(path).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def with_progress(follow_ups: FollowUpQuerySet) -> FollowUpQuerySet:
    """Adds the counts that `progress_of` reads, in the same query, and fetches what a row of a list names."""
    actions = CorrectiveAction.objects.filter(finding__state=FindingState.SUBMITTED)
    findings = Finding.objects.submitted()
    still_open = Finding.objects.unresolved()
    still_to_do = CorrectiveAction.objects.open()
    in_follow_up = still_to_do.filter(finding__follow_up=OuterRef("pk"))
    by_hand = LightOverride.objects.in_force().filter(follow_up=OuterRef("pk"))
    return follow_ups.select_related("supplier", "category", "lead_region", "handler").annotate(
        n_findings=_counted(findings, "follow_up"),
        n_open=_counted(still_open, "follow_up"),
        n_severe=_counted(still_open.severe(), "follow_up"),
        n_actions=_counted(actions, "finding__follow_up"),
        n_done=_counted(actions.filter(done_at__isnull=False), "finding__follow_up"),
        n_insufficient=_counted(still_to_do.insufficient(), "finding__follow_up"),
        next_due_on=Subquery(in_follow_up.order_by(NEXT_DUE).values(next_on=NEXT_DUE)[:1]),
        light_by_hand=Subquery(
            by_hand.values(told=JSONObject(colour="colour", reason="reason", by="created_by__name"))[:1]
        ),
        told_light=Subquery(PastFollowUp.objects.filter(follow_up=OuterRef("pk")).values("light")[:1]),
    )


def progress_of(follow_up: Any) -> Progress:
    """Of a row from `with_progress`."""
    return Progress(
        findings=follow_up.n_findings,
        open_findings=follow_up.n_open,
        open_severe=follow_up.n_severe,
        actions=follow_up.n_actions,
        done_actions=follow_up.n_done,
        insufficient_actions=follow_up.n_insufficient,
        next_due_on=follow_up.next_due_on,
    )


@dataclass(frozen=True)
class Row:
    """A follow-up as a list shows it."""

    follow_up: FollowUp
    progress: Progress
    light: Light | None
    next_on: date | None


def row_of(follow_up: Any) -> Row:
    """Of a row from `with_progress`."""
    progress = progress_of(follow_up)
    told = None if follow_up.is_under_way else as_told(follow_up.told_light or "")
    derived = told or light_of(follow_up.state, follow_up.planned_on, progress, clock.today())
    return Row(
        follow_up,
        progress,
        overridden(derived, follow_up.light_by_hand),
        next_day(follow_up.state, follow_up.planned_on, progress),
    )


def needing_attention(user: User, kind: str) -> QuerySet[FollowUp]:
    """What waits for the user: the start page counts it and the list shows exactly it."""
    today = clock.today()
    follow_ups = FollowUp.objects.workable_by(user).under_way()
    open_actions = CorrectiveAction.objects.open().filter(finding__follow_up=OuterRef("pk"))
    if kind == Attention.LATE:
        return follow_ups.filter(Exists(open_actions.due_before(today)))
    if kind == Attention.SOON:
        until = today + timedelta(days=SOON_DAYS)
        return follow_ups.filter(Exists(open_actions.due_between(today, until)))
    if kind == Attention.TO_ANSWER:
        return follow_ups.filter(Exists(open_actions.waiting_for_us()))
    if kind == Attention.TO_REVIEW:
        return follow_ups.filter(_has_something_to_review())
    if kind == Attention.TO_DECIDE:
        return _to_decide(user)
    if kind == Attention.UNASSIGNED:
        return follow_ups.filter(handler__isnull=True)
    if kind == Attention.UNDELIVERED:
        return with_undelivered(follow_ups)
    if is_staff(user):
        return FollowUp.objects.none()
    since = clock.now() - timedelta(days=NEW_DAYS)
    shared = FollowUp.objects.visible_to(user).exclude(sharing_tier=SharingTier.CONCERNED).filter(shared_at__gte=since)
    return shared.exclude(pk__in=FollowUp.objects.concerning(user).values("pk"))


def _has_something_to_review() -> Q:
    """Answers that nobody has accepted and that no question to the supplier waits about, or an audit that was handed in
    and is not approved."""
    asked = AskBack.objects.unanswered().values("answer__self_assessment")
    unread = SelfAssessment.objects.submitted().filter(follow_up=OuterRef("pk"), accepted_at__isnull=True)
    audits = Audit.objects.unsettled().filter(follow_up=OuterRef("pk"), handed_in_at__isnull=False)
    return Q(Exists(unread.exclude(pk__in=asked))) | Q(Exists(audits))


def _to_decide(user: User) -> QuerySet[FollowUp]:
    """The secretariat has recommended what comes next, or a step, and the user's region has not answered yet."""
    own = access_of(user).regions
    if is_staff(user) or not own:
        return FollowUp.objects.none()
    asked = SelfAssessment.objects.under_way().filter(
        follow_up__lead_region__in=own, recommended_at__isnull=False, region_answered_at__isnull=True
    )
    steps = awaiting(SanctionRecommendation.objects.in_force()).filter(contract__region__in=own)
    unsettled = FollowUp.objects.visible_to(user).exclude(state__in=SETTLED)
    return unsettled.filter(Q(pk__in=asked.values("follow_up")) | Q(pk__in=steps.values("follow_up")))


def oldest_due(follow_ups: QuerySet[FollowUp]) -> CorrectiveAction | None:
    """The open action of these follow-ups that is due first."""
    actions = CorrectiveAction.objects.open().filter(finding__follow_up__in=follow_ups.values("pk"))
    return actions.select_related("finding__follow_up__supplier").order_by(NEXT_DUE, "pk").first()


def mine(user: User) -> QuerySet[FollowUp]:
    """The user's own: handled, led by the own region, or of the own group's categories; staff: those they handle."""
    if is_staff(user):
        return FollowUp.objects.filter(handler=user)
    return FollowUp.objects.workable_by(user)


def follow_ups_listed(user: User, criteria: dict[str, Any]) -> FollowUpQuerySet:
    """Visible follow-ups, narrowed by `criteria` (a cleaned filter form)."""
    found = FollowUp.objects.visible_to(user)
    if criteria.get("state"):
        found = found.filter(state=criteria["state"])
    if criteria.get("category"):
        found = found.filter(category=criteria["category"])
    if region := criteria.get("region"):
        taking_part = FollowUp.objects.filter(contracts__region=region).values("pk")
        found = found.filter(Q(lead_region=region) | Q(pk__in=taking_part))
    if criteria.get("mine"):
        found = found.filter(pk__in=mine(user).values("pk"))
    if criteria.get("attention"):
        found = found.filter(pk__in=needing_attention(user, criteria["attention"]).values("pk"))
    if criteria.get("selected"):
        found = found.filter(public_id__in=criteria.get("chosen") or [])
    if criteria.get("q"):
        found = cast(FollowUpQuerySet, matching_or_closest(found, criteria["q"], follow_up_fields(user)))
    return found


def follow_up_page(found: FollowUpQuerySet, user: User, query: QueryDict, order: dict[str, Any]) -> KeyPage[Row]:
    """A page of the follow-ups found."""
    visible = with_progress(FollowUp.objects.visible_to(user))
    page = key_page(with_progress(found), query, among=visible, **order)
    return KeyPage([row_of(follow_up) for follow_up in page.rows], page.previous_url, page.next_url)


def ongoing(user: User, limit: int) -> list[Row]:
    """The user's own that are under way, the most pressing first; staff see everyone's."""
    own = FollowUp.objects.workable_by(user).under_way()
    pressing = with_progress(own).order_by(Coalesce("next_due_on", "planned_on").asc(nulls_last=True), "pk")
    return [row_of(follow_up) for follow_up in pressing[:limit]]


def of_supplier(user: User, supplier: Supplier) -> list[Row]:
    """The supplier's follow-ups that the user may see, the latest first."""
    found = FollowUp.objects.visible_to(user).filter(supplier=supplier)
    return [row_of(follow_up) for follow_up in with_progress(found).order_by("-created_at", "-pk")]


def of_contract(user: User, contract: Contract) -> list[Row]:
    """The follow-ups that the contract takes part in, as far as the user may see them, the latest first."""
    found = FollowUp.objects.visible_to(user).filter(contracts=contract)
    return [row_of(follow_up) for follow_up in with_progress(found).order_by("-created_at", "-pk")]


def of_category(user: User, category: PurchaseCategory, limit: int) -> list[Row]:
    """The latest follow-ups in the category that the user may see."""
    found = FollowUp.objects.visible_to(user).filter(category=category)
    return [row_of(follow_up) for follow_up in with_progress(found).order_by("-created_at", "-pk")[:limit]]


def findings_of(user: User, follow_up: FollowUp) -> QuerySet[Finding]:
    """With actions, their moves, the supplier's replies and the evidence that the user may see, in the order they were made.

    As many queries however many findings. `facility_readable` says whether the facility may be named to the user.
    """
    evidence = Evidence.objects.visible_to(user).select_related("file")
    actions = CorrectiveAction.objects.select_related("created_by", "done_by").prefetch_related(
        Prefetch("due_date_moves", DueDateMove.objects.select_related("created_by")),
        Prefetch("moves", ActionEvent.objects.select_related("created_by")),
    )
    replies = SupplierReply.objects.select_related("created_by")
    readable = Facility.objects.visible_to(user).filter(pk=OuterRef("facility"))
    return (
        Finding.objects.visible_to(user)
        .filter(follow_up=follow_up)
        .select_related("severity", "requirement", "section", "facility", "submitted_by", "changed_by")
        .annotate(facility_readable=Exists(readable))
        .prefetch_related(Prefetch("evidence", evidence), Prefetch("actions", actions), Prefetch("replies", replies))
    )


def suppliers_to_follow_up(user: User, text: str) -> QuerySet[Supplier]:
    """As the register lists them, each with `n_follow_ups`: those that the user may see, whatever became of them."""
    suppliers = suppliers_listed(user, text=text)
    return suppliers.annotate(n_follow_ups=_counted(FollowUp.objects.visible_to(user), "supplier"))


def contracts_of(user: User, supplier: Supplier) -> QuerySet[Contract]:
    """The supplier's contracts that the user may see, by region in Swedish order."""
    return (
        Contract.objects.visible_to(user)
        .filter(supplier=supplier)
        .select_related("region", "clause_version")
        .order_by(swedish("region__name"), "pk")
    )


def clause_versions_of(contracts: QuerySet[Contract]) -> QuerySet[ClauseVersion]:
    """The versions these contracts were signed under, the newest first."""
    return ClauseVersion.objects.filter(pk__in=contracts.order_by().values("clause_version"))


def handlers_for(follow_up: FollowUp) -> QuerySet[User]:
    """Who can be assigned: those who work for the lead region today, and the present handler."""
    present = User.objects.filter(pk=follow_up.handler_id or 0)
    people = User.objects.filter(Q(pk__in=people_of_region(follow_up.lead_region_id).values("pk")) | Q(pk__in=present))
    return people.order_by(swedish("name"), "pk")


def participations_of(user: User, follow_up: FollowUp) -> QuerySet[FollowUpContract]:
    """The participating contracts, by region in Swedish order.

    `readable` says whether the user may read the contract: all of them where the follow-up concerns the user; where it
    is merely shared, those that the user sees anyhow. That a region takes part is shared with the follow-up.
    """
    concerns = FollowUp.objects.concerning(user).filter(pk=OuterRef("follow_up"))
    visible = Contract.objects.visible_to(user).filter(pk=OuterRef("contract"))
    return (
        follow_up.participations.select_related("contract__region", "contract__clause_version")
        .annotate(readable=Exists(concerns) | Exists(visible))
        .order_by(swedish("contract__region__name"), "pk")
    )
