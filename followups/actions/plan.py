"""The year's plan: candidates are drawn up, decided with a reason, agreed from both sides, and become follow-ups."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as now_told
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import ClauseVersion
from followups.actions.follow_ups import assign_follow_up
from followups.actions.reuse import open_beside
from followups.enums.plan import PlannedKind
from followups.models import Candidate, ClauseTerms, ContractCall, FollowUp, FollowUpPlan, PlanSetting
from followups.models.plan import CandidateQuerySet
from followups.queries.candidates import Named, contracts_to_cover, facts_of, named_in, newest_clause
from followups.queries.plan import why_not_agreed, why_not_opened
from followups.queries.reuse import count_usable, existing_for
from followups.ranking import Facts, points_of
from portal import clock
from portal.history.models import Actor, By, actor_of
from portal.history.versions import StaleVersionError, lock_at
from regions.models import Region, User

# What coordinator and secretariat agree on; who handles it may change afterwards.
AGREED_ON = ("is_chosen", "lead_region_id", "kind", "planned_on", "is_month", "is_unannounced")


@transaction.atomic
def draw_up_plan(*, by: By, call: ContractCall) -> FollowUpPlan:
    """Make a candidate of each supplier and category that the answers name; again adds the new and renews the undecided.

    What is decided keeps the points it was decided on. A candidate that no answer names any more stays, without points for
    regions or value; one that a merger has made the twin of another is decided by that.
    """
    actor = actor_of(by)
    ContractCall.objects.select_for_update().get(pk=call.pk)
    plan, _new = FollowUpPlan.objects.get_or_create(call=call, defaults={"created_by": actor})
    named = named_in(call)
    held: dict[tuple[int, int], Candidate] = {}
    for candidate in plan.candidates.select_for_update(of=("self",)).order_by("is_chosen", "pk"):
        key = (candidate.supplier_id, candidate.category_id)
        if key in held and candidate.is_chosen is None:
            _decide_twin(candidate, actor)
        elif key not in held or held[key].is_chosen is None:
            held[key] = candidate
    facts = facts_of({**dict.fromkeys(held, Named()), **named})
    for key, known in facts.items():
        if key not in held:
            Candidate.objects.create(
                plan=plan,
                supplier_id=key[0],
                category_id=key[1],
                points=points_of(known),
                facts=known.stored(),
                created_by=actor,
            )
        elif held[key].is_chosen is None:
            _renew(held[key], known)
    return plan


def _renew(candidate: Candidate, known: Facts) -> None:
    stored = known.stored()
    if candidate.facts != stored:
        candidate.points, candidate.facts = points_of(known), stored
        candidate.save(update_fields=["points", "facts"])


def _decide_twin(candidate: Candidate, actor: Actor) -> None:
    candidate.is_chosen = False
    candidate.reason = now_told("The suppliers were merged; the other candidate counts.")
    candidate.decided_at, candidate.decided_by = clock.now(), actor
    candidate.version += 1
    candidate.save(update_fields=["is_chosen", "reason", "decided_at", "decided_by", "version"])


@transaction.atomic
def decide_candidate(
    *,
    by: By,
    candidate: Candidate,
    version: int,
    is_chosen: bool,
    reason: str,
    lead_region: Region | None = None,
    handler: User | None = None,
    kind: str = "",
    planned_on: date | None = None,
    is_month: bool = False,
    is_unannounced: bool = False,
) -> Candidate:
    """Choose the candidate or not, with the reason, and say how it is to be followed up.

    Whatever was agreed on and changes has to be agreed anew, by the coordinator and for the whole. Raises ValidationError
    without a reason and where the follow-up is open already, StaleVersionError after a lost race.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Write the reason: every candidate is treated alike.")})
    plan = FollowUpPlan.objects.select_for_update().get(pk=candidate.plan_id)
    locked = lock_at(candidate, None)
    if locked.follow_up_id is not None:
        raise ValidationError(_("The follow-up is open already. Change it on its own page."), code="opened")
    if locked.version != version:
        raise StaleVersionError(locked)
    before = [getattr(locked, name) for name in AGREED_ON]
    locked.is_chosen, locked.reason = is_chosen, reason.strip()
    locked.decided_at, locked.decided_by = clock.now(), actor_of(by)
    if not is_chosen:
        lead_region = handler = planned_on = None
        kind, is_month, is_unannounced = "", False, False
    locked.lead_region, locked.handler = lead_region, handler
    locked.kind, locked.planned_on, locked.is_month = kind, planned_on, is_month
    # Nobody announces a questionnaire, so nothing of it can be unannounced.
    locked.is_unannounced = is_unannounced and kind != PlannedKind.SELF_ASSESSMENT
    if [getattr(locked, name) for name in AGREED_ON] != before:
        locked.agreed_at = locked.agreed_by = None
        _withdraw(plan)
    locked.version += 1
    locked.save()
    return locked


def _withdraw(plan: FollowUpPlan) -> None:
    if plan.agreed_at is not None:
        plan.agreed_at = plan.agreed_by = None
        plan.version += 1
        plan.save(update_fields=["agreed_at", "agreed_by", "version"])


@transaction.atomic
def agree_candidate(*, by: By, candidate: Candidate, version: int | None = None) -> Candidate:
    """The area coordinator agrees; agreed already, it stays as it was first.

    Raises ValidationError where it isn't decided, or chosen without lead region, kind or date; StaleVersionError where it
    changed since the page that was read.
    """
    FollowUpPlan.objects.select_for_update().get(pk=candidate.plan_id)
    locked = lock_at(candidate, None)
    if locked.agreed_at is not None:
        return locked
    if version is not None and locked.version != version:
        raise StaleVersionError(locked)
    if locked.is_chosen is None:
        raise ValidationError(_("The candidate is not decided yet."), code="undecided")
    if locked.is_chosen and not locked.is_ready:
        raise ValidationError(_("Say lead region, kind and date first."), code="unready")
    locked.agreed_at, locked.agreed_by = clock.now(), actor_of(by)
    locked.version += 1
    locked.save(update_fields=["agreed_at", "agreed_by", "version"])
    return locked


@transaction.atomic
def agree_candidates(*, by: By, candidates: CandidateQuerySet) -> int:
    """Agree all of them that can be; how many there were."""
    waiting = candidates.filter(agreed_at__isnull=True, is_chosen__isnull=False).order_by("pk")
    able = [candidate for candidate in waiting if candidate.is_ready or not candidate.is_chosen]
    for candidate in able:
        agree_candidate(by=by, candidate=candidate)
    return len(able)


@transaction.atomic
def agree_plan(*, by: By, plan: FollowUpPlan) -> FollowUpPlan:
    """The secretariat agrees the whole; agreed already, it stays as it was first.

    Raises ValidationError while a candidate is not decided or a chosen one not planned.
    """
    locked = lock_at(plan, None)
    if locked.agreed_at is None:
        if why := why_not_agreed(locked):
            raise ValidationError(why, code="unready")
        locked.agreed_at, locked.agreed_by = clock.now(), actor_of(by)
        locked.version += 1
        locked.save(update_fields=["agreed_at", "agreed_by", "version"])
    return locked


@dataclass(frozen=True)
class Opened:
    """What became of the chosen candidates. `empty`: those whose contracts have all ended. `beside`: those that wait for
    a reason, since a result could be reused or a follow-up joined instead."""

    opened: int
    waiting: int
    empty: tuple[Candidate, ...]
    beside: tuple[Candidate, ...]


@transaction.atomic
def open_planned(*, by: User, plan: FollowUpPlan) -> Opened:
    """Open the follow-ups of what both sides have agreed; again opens only what is left.

    Where something exists that could be used instead, none is opened without a reason (product rule 2): that is for
    `open_candidate`. Raises ValidationError while the whole isn't agreed.
    """
    locked = lock_at(plan, None)
    if locked.agreed_at is None:
        raise ValidationError(_("The secretariat agrees the plan before follow-ups are created."), code="unagreed")
    chosen = locked.candidates.ready().filter(follow_up__isnull=True).select_for_update(of=("self",))
    opened, waiting, empty, beside = 0, 0, [], []
    for candidate in chosen.select_related("plan__call", "supplier", "category", "lead_region", "handler").order_by(
        "pk"
    ):
        if candidate.agreed_at is None:
            waiting += 1
        elif _existing_instead(by, candidate):
            beside.append(candidate)
        elif _open(by, candidate):
            opened += 1
        else:
            empty.append(candidate)
    return Opened(opened, waiting, tuple(empty), tuple(beside))


@transaction.atomic
def open_candidate(*, by: User, candidate: Candidate, reason: str) -> FollowUp:
    """Open the follow-up of one that both sides have agreed, and keep why, where something exists that could be used instead.

    Opened already, its follow-up stays. Raises ValidationError while it isn't agreed, without a needed reason, and where
    its contracts have all ended.
    """
    plan = FollowUpPlan.objects.select_for_update().get(pk=candidate.plan_id)
    locked = lock_at(candidate, None)
    if locked.follow_up is not None:
        return locked.follow_up
    if why := why_not_opened(locked, plan):
        raise ValidationError(why, code="unready")
    follow_up = _open(by, locked, reason, _existing_instead(by, locked))
    if follow_up is None:
        raise ValidationError(_("None of its contracts runs any more, so there is nothing to follow up."), code="empty")
    return follow_up


def _twin(candidate: Candidate) -> Candidate | None:
    """Of suppliers that were merged: the one that is opened already."""
    opened = candidate.plan.candidates.filter(follow_up__isnull=False).select_related("follow_up")
    return opened.filter(supplier=candidate.supplier_id, category=candidate.category_id).first()


def _existing_instead(by: User, candidate: Candidate) -> int:
    """How many results could be used instead, as rows stand."""
    if _twin(candidate) is not None:
        return 0
    return count_usable(existing_for(by, candidate.supplier, candidate.kind), candidate.plan)


def _open(by: By, candidate: Candidate, reason: str = "", existing: int = 0) -> FollowUp | None:
    """None where no contract is left to cover. Suppliers that were merged have one follow-up for both candidates."""
    twin = _twin(candidate)
    follow_up = twin.follow_up if twin else None
    if follow_up is None:
        contracts = contracts_to_cover(candidate)
        clause = newest_clause(contracts)
        if clause is None or candidate.lead_region is None:
            return None
        follow_up = open_beside(
            by=by,
            reason=reason,
            existing=existing,
            submission=candidate.submission,
            supplier=candidate.supplier,
            category=candidate.category,
            clause_version=clause,
            lead_region=candidate.lead_region,
            contracts=contracts,
            planned_on=candidate.planned_on,
        )
        follow_up.is_unannounced = candidate.is_unannounced
        follow_up.save(update_fields=["is_unannounced"])
        if candidate.handler is not None:
            assign_follow_up(
                by=by,
                follow_up=follow_up,
                version=follow_up.version,
                handler=candidate.handler,
                planned_on=candidate.planned_on,
            )
    candidate.follow_up = follow_up
    candidate.version += 1
    candidate.save(update_fields=["follow_up", "version"])
    return follow_up


@transaction.atomic
def set_unannounced(*, by: By, follow_up: FollowUp, version: int, is_unannounced: bool) -> FollowUp:
    """Say whether the audit comes unannounced. Raises StaleVersionError after a lost race."""
    locked = lock_at(follow_up, version)
    if locked.is_unannounced != is_unannounced:
        locked.is_unannounced = is_unannounced
        locked.version += 1
        locked.save(update_fields=["is_unannounced", "version"])
    return locked


@transaction.atomic
def set_months_past_audit(*, by: By, valid_from: date, months_past_audit: int) -> PlanSetting:
    """From a day on, how long contracts must run past the audit. Raises IntegrityError where the day has a number."""
    return PlanSetting.objects.create(
        valid_from=valid_from, months_past_audit=months_past_audit, created_by=actor_of(by)
    )


@transaction.atomic
def record_clause_terms(
    *,
    by: By,
    clause_version: ClauseVersion,
    version: int,
    gives_audit: bool | None,
    gives_sanctions: bool | None,
    source: str,
) -> ClauseTerms:
    """Keep what a clause version gives. `version`: 0 where nothing was recorded; StaleVersionError after a lost race."""
    actor, now = actor_of(by), clock.now()
    ClauseVersion.objects.select_for_update().get(pk=clause_version.pk)
    terms = ClauseTerms.objects.filter(clause_version=clause_version).first()
    if terms is None:
        terms = ClauseTerms(clause_version=clause_version, version=0, created_by=actor)
    if terms.version != version:
        raise StaleVersionError(terms)
    terms.gives_audit, terms.gives_sanctions, terms.source = gives_audit, gives_sanctions, source
    terms.recorded_at, terms.recorded_by = now, actor
    terms.version += 1
    terms.save()
    return terms
