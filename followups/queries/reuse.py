"""What already exists for a supplier, its group and its facilities, and who relies on what. Nothing grows with rows."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _

from codeofconduct.models import Contract, Facility, Supplier, SupplyLink
from followups.enums.actions import UNPLANNED
from followups.enums.audits import AuditKind
from followups.enums.follow_ups import ENDS, Colour, State
from followups.enums.reuse import Method, Progress
from followups.light import Light, as_told_by
from followups.models import (
    Audit,
    CorrectiveAction,
    ExternalResult,
    Finding,
    FollowUp,
    FollowUpContract,
    FollowUpPlan,
    Reuse,
    ReuseContract,
    ReuseRules,
    StateChange,
)
from followups.models.follow_ups import FollowUpQuerySet
from followups.queries.follow_ups import row_of, with_progress
from followups.reusing import Facts, Rules, expires_on, fitting, why_not, why_terms_do_not_fit
from portal import clock
from portal.search.ordering import swedish
from regions.models import User
from regions.permissions import access_of, is_staff

# An audit as `facts_of` reads it: its kind, the day it was carried out, and at which facility (id).
AUDIT_TOLD = JSONObject(kind="kind", on="carried_out_on", at="facility_id")
METHOD_OF = {
    AuditKind.OFFICE.value: Method.OFFICE_AUDIT.value,
    AuditKind.FACTORY.value: Method.FACTORY_AUDIT.value,
    AuditKind.FOLLOW_UP.value: Method.FOLLOW_UP_AUDIT.value,
}


def rules_in_force() -> Rules:
    """The rules of reuse that hold today."""
    stored = ReuseRules.objects.all().in_force()
    return Rules(stored.max_age_months, stored.group_counts, stored.pairs)


# --- whom it concerns


def group_of(supplier: Supplier) -> list[int]:
    """Ids of the companies of the supplier's group, itself included, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE above (id, parent_id) AS (
                SELECT id, parent_id FROM codeofconduct_supplier WHERE id = %s
                UNION
                SELECT s.id, s.parent_id FROM codeofconduct_supplier s JOIN above ON s.id = above.parent_id
            ), whole (id) AS (
                SELECT id FROM above
                UNION
                SELECT s.id FROM codeofconduct_supplier s JOIN whole ON s.parent_id = whole.id
            )
            SELECT id FROM whole
            """,
            [supplier.pk],
        )
        return [row[0] for row in cursor.fetchall()]


def _seen(rows: Any, user: User | None) -> Any:
    """What the user may see of them; all where a rule asks, and nobody looks."""
    return rows.visible_to(user) if user else rows.all()


@dataclass(frozen=True)
class Near:
    """What is near a supplier, as far as someone may see it: the companies of its group (ids), and by id the facilities
    of the group and of the chains that serve the supplier's contracts, and the same places (OS ID) of other suppliers.

    `named`: by follow-up (id) a facility of these that an audit or a finding of it names; `linked`: by follow-up (id) one
    that serves a contract it covers.
    """

    supplier: Supplier
    group: list[int]
    facilities: dict[int, Facility]
    named: dict[int, int]
    linked: dict[int, int]

    @cached_property
    def owners(self) -> dict[int, Facility]:
        """By supplier (id) outside the group: a facility of theirs."""
        return {each.supplier_id: each for each in self.facilities.values() if each.supplier_id not in self.group}

    def via(self, result: FollowUp | ExternalResult) -> tuple[str, str]:
        """How the result comes near (`Facts.via`), and by which company or facility."""
        if result.supplier_id == self.supplier.pk:
            return "", ""
        if result.supplier_id in self.group:
            return "group", result.supplier.name
        if isinstance(result, ExternalResult):
            place, served, is_elsewhere = result.facility_id, None, result.facility_id is not None
        else:
            place, served, is_elsewhere = self.named.get(result.pk), self.linked.get(result.pk), False
        if place is not None and place in self.facilities:
            return "facility", str(self.facilities[place])
        if owned := self.owners.get(result.supplier_id):
            return "chain" if is_elsewhere else "facility", str(owned)
        return "chain", str(self.facilities[served]) if served is not None else ""


def near_to(supplier: Supplier, user: User | None = None) -> Near:
    """Five queries, however much there is; all that there is without a `user`."""
    group = group_of(supplier)
    visible, links = _seen(Facility.objects, user), _seen(SupplyLink.objects, user)
    own = visible.filter(Q(supplier__in=group) | Q(pk__in=links.filter(contract__supplier=supplier).values("facility")))
    same_place = visible.exclude(os_id="").filter(os_id__in=own.exclude(os_id="").values("os_id"))
    facilities = visible.filter(Q(pk__in=own.values("pk")) | Q(pk__in=same_place.values("pk"))).order_by("pk").in_bulk()
    findings = _seen(Finding.objects, user).submitted().filter(facility__in=facilities)
    audits = _seen(Audit.objects, user).standing().filter(facility__in=facilities)
    named = [dict(rows.order_by("pk").values_list("follow_up", "facility")) for rows in (findings, audits)]
    served = FollowUpContract.objects.filter(contract__supply_links__in=links.filter(facility__in=facilities))
    linked = dict(served.values_list("follow_up", "contract__supply_links__facility"))
    return Near(supplier, group, facilities, {**named[0], **named[1]}, linked)


def own_contracts(user: User, supplier: Supplier) -> QuerySet[Contract]:
    """Those that the user may reuse a result for: the own regions' that have not ended; staff for any region."""
    found = Contract.objects.visible_to(user).filter(supplier=supplier, ends_on__gte=clock.today())
    if not is_staff(user):
        found = found.filter(region__in=access_of(user).regions)
    return found.select_related("region", "clause_version").order_by(swedish("region__name"), "title", "pk")


# --- what exists


@dataclass(frozen=True)
class Existing:
    """Something that exists, as the page shows it, with what may be done about it and for which own contracts."""

    result: FollowUp | ExternalResult
    facts: Facts
    progress: Progress
    light: Light | None
    why_not: str
    via: str = ""
    expires_on: date | None = None
    reusable_for: list[Contract] = field(default_factory=list)
    joinable_for: list[Contract] = field(default_factory=list)
    reused_by: list[Reuse] = field(default_factory=list)

    @property
    def is_external(self) -> bool:
        return isinstance(self.result, ExternalResult)

    @property
    def may_reuse(self) -> bool:
        return not self.why_not and bool(self.reusable_for)

    @property
    def may_join(self) -> bool:
        return bool(self.joinable_for)

    @property
    def method(self) -> str:
        return str(Method(self.facts.method).label) if self.facts.method else ""

    @property
    def url(self) -> str:
        name = "external-result-detail" if self.is_external else "follow-up-detail"
        return reverse(f"followups:{name}", args=[self.result.public_id])


def with_facts(follow_ups: FollowUpQuerySet) -> FollowUpQuerySet:
    """Adds what `facts_of` reads, to rows with their progress."""
    reached = StateChange.objects.filter(follow_up=OuterRef("pk")).order_by("-created_at")
    agreed = CorrectiveAction.objects.filter(finding=OuterRef("pk")).exclude(state__in=UNPLANNED)
    unplanned = Finding.objects.unresolved().filter(~Exists(agreed), follow_up=OuterRef("pk"))
    audits = Audit.objects.standing().filter(follow_up=OuterRef("pk"), carried_out_at__isnull=False)
    return (
        with_progress(follow_ups)
        .select_related("clause_version", "past")
        .annotate(
            audits_made=ArraySubquery(audits.order_by("carried_out_on", "pk").values(told=AUDIT_TOLD)),
            audited_at=Subquery(reached.filter(target=State.AUDITED).values("created_at")[:1]),
            answered_at=Subquery(reached.filter(target=State.ANSWERED).values("created_at")[:1]),
            ended_at=Subquery(reached.filter(target__in=(State.CLOSED, State.ESCALATED)).values("created_at")[:1]),
            is_unplanned=Exists(unplanned),
        )
    )


def facts_of(follow_up: Any, via: str = "", suits: Collection[str] = (), places: Collection[int] = ()) -> Facts:
    """Of a row from `with_facts`. A follow-up is completed once it has been audited, or has ended with an answer.

    Of several audits the latest counts whose method is among `suits`; where none is, the latest. What comes near by a
    facility counts by its audits at `places` (ids), and by those that went to no particular one.
    """
    past = getattr(follow_up, "past", None)
    level = follow_up.clause_version.level
    if past is not None:
        return Facts(past.carried_out_on, past.kind, level, via, not follow_up.is_unplanned)
    aborted = follow_up.state == State.ABORTED
    audits = follow_up.audits_made
    if via == "facility" and audits:
        there = [audit for audit in audits if audit["at"] is None or audit["at"] in places]
        audits, via = (there, via) if there else (audits, "chain")
    made = [(METHOD_OF[audit["kind"]], date.fromisoformat(audit["on"])) for audit in audits]
    if made and not aborted:
        method, day = ([each for each in made if each[0] in suits] or made)[-1]
        return Facts(day, method, level, via, not follow_up.is_unplanned)
    method, moment = "", None
    if follow_up.audited_at:
        method, moment = Method.OFFICE_AUDIT.value, follow_up.audited_at
    elif follow_up.answered_at:
        method, moment = Method.SELF_ASSESSMENT.value, follow_up.ended_at
    done_on = moment.astimezone(clock.STOCKHOLM).date() if moment and not aborted else None
    return Facts(done_on, method, level, via, not follow_up.is_unplanned, aborted)


def facts_of_external(result: ExternalResult, via: str = "") -> Facts:
    """A result from outside is completed; what isn't green in it needs its dated action plan."""
    has_plan = result.light in {"", Colour.GREEN} or result.action_plan_on is not None
    return Facts(result.carried_out_on, result.method, result.terms_level, via, has_plan)


def progress_of_state(state: str) -> Progress:
    """Done once it has ended; under way from the self-assessment on."""
    if state == State.PLANNED:
        return Progress.PLANNED
    return Progress.DONE if state in ENDS else Progress.UNDER_WAY


def existing_for(user: User, supplier: Supplier, wanted: str) -> list[Existing]:
    """All that the user may see: what may be reused first, then what may be joined, then the rest, the latest first."""
    near = near_to(supplier, user)
    contracts, rules = list(own_contracts(user, supplier)), rules_in_force()
    of_supplier = Q(supplier__in=[*near.group, *near.owners])
    follow_ups = FollowUp.objects.visible_to(user).filter(of_supplier | Q(pk__in=[*near.named, *near.linked]))
    results = (
        ExternalResult.objects.visible_to(user)
        .standing()
        .filter(of_supplier | Q(facility__in=near.facilities))
        .select_related("supplier", "category", "facility", "body", "region")
    )
    suits = {given for instead_of, given in rules.pairs if instead_of == wanted}
    joined, relied = _taking_part(contracts), _relied_on(contracts)
    found: list[Existing] = []
    among: list[FollowUp | ExternalResult] = [*with_facts(follow_ups), *results]
    for result in among:
        via, told = near.via(result)
        if isinstance(result, ExternalResult):
            facts = facts_of_external(result, via)
        else:
            facts = facts_of(result, via, suits, near.facilities)
        found.append(_judged(result, facts, rules, wanted, contracts, told, joined, relied))
    _add_reuses(user, supplier, found)
    return sorted(found, key=_order)


def _judged(
    result: Any,
    facts: Facts,
    rules: Rules,
    wanted: str,
    contracts: list[Contract],
    told: str,
    joined: set[tuple[int, int]],
    relied: set[tuple[bool, int, int]],
) -> Existing:
    why = why_not(facts, rules, wanted, clock.today())
    fit = fitting(facts.level, contracts)
    if not why and contracts and not fit:
        why = why_terms_do_not_fit(facts.level)
    outside = isinstance(result, ExternalResult)
    apart = [each for each in fit if outside or (result.pk, each.pk) not in joined]
    left = [each for each in apart if (outside, result.pk, each.pk) not in relied]
    if not why and fit and not left:
        why = _("Your contracts rely on it already.") if apart else _("Your contracts take part in it.")
    if isinstance(result, ExternalResult):
        light = as_told_by(result.light, result.body)
        progress, joinable = Progress.DONE, []
    else:
        light, progress = row_of(result).light, progress_of_state(result.state)
        joinable = [
            contract
            for contract in fit
            if result.is_under_way
            and contract.supplier_id == result.supplier_id
            and (result.pk, contract.pk) not in joined
        ]
    return Existing(result, facts, progress, light, why, told, expires_on(facts, rules), [] if why else left, joinable)


def _taking_part(contracts: list[Contract]) -> set[tuple[int, int]]:
    rows = FollowUpContract.objects.filter(contract__in=[contract.pk for contract in contracts])
    return set(rows.values_list("follow_up", "contract"))


def _relied_on(contracts: list[Contract]) -> set[tuple[bool, int, int]]:
    """(Whether it is from outside, the result, the contract) of what holds today."""
    rows = ReuseContract.objects.filter(
        contract__in=[contract.pk for contract in contracts], reuse__in=Reuse.objects.holding_on(clock.today())
    ).values_list("reuse__external_result", "reuse__follow_up", "contract")
    return {(outside is not None, outside or own or 0, contract) for outside, own, contract in rows}


def _add_reuses(user: User, supplier: Supplier, found: list[Existing]) -> None:
    """Who relies on it already, as far as the user may see it."""
    by_result = {(each.is_external, each.result.pk): each for each in found}
    for reuse in (
        Reuse.objects.visible_to(user).holding_on(clock.today()).filter(supplier=supplier).select_related("region")
    ):
        key = (True, reuse.external_result_id) if reuse.external_result_id else (False, reuse.follow_up_id)
        if key in by_result:
            by_result[key].reused_by.append(reuse)


def _order(each: Existing) -> tuple[bool, bool, int]:
    since = each.facts.done_on or each.result.created_at.date()
    return not each.may_reuse, not each.may_join, -since.toordinal()


def facts_now(supplier: Supplier, result: FollowUp | ExternalResult, wanted: str) -> Facts:
    """What the rules ask of the result for this supplier, as the rows stand, where one would otherwise do `wanted`."""
    near = near_to(supplier)
    via, _told = near.via(result)
    if isinstance(result, ExternalResult):
        return facts_of_external(result, via)
    suits = {given for instead_of, given in rules_in_force().pairs if instead_of == wanted}
    return facts_of(with_facts(FollowUp.objects.all()).get(pk=result.pk), via, suits, near.facilities)


def covered_already(contracts: Collection[Contract], kind: str) -> dict[int, Reuse]:
    """By contract (ids): the reuse that spares it a follow-up of the kind today."""
    holding = Reuse.objects.holding_on(clock.today()).filter(avoided_kind=kind)
    rows = ReuseContract.objects.filter(contract__in=contracts, reuse__in=holding).select_related("reuse")
    return {row.contract_id: row.reuse for row in rows}


def count_usable(existing: Iterable[Existing], plan: FollowUpPlan | None = None) -> int:
    """How many of them could be reused or joined instead of opening a follow-up.

    `plan`: without those that it has opened itself: it was drawn up with them in view.
    """
    opened = set(plan.candidates.values_list("follow_up", flat=True)) if plan else set()
    usable = (each for each in existing if each.may_reuse or each.may_join)
    return sum(each.is_external or each.result.pk not in opened for each in usable)
