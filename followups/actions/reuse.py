"""Relying on what exists: reuse a result, join a follow-up under way, or open another all the same."""

from collections.abc import Collection, Iterable
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from codeofconduct.models import Contract, Supplier
from followups.actions.follow_ups import open_follow_up
from followups.actions.severe import link_report
from followups.emails.joining import tell_lead
from followups.models import (
    ExternalResult,
    FollowUp,
    FollowUpContract,
    OpenedAnyway,
    Reuse,
    ReuseContract,
    SevereReport,
    StandardCost,
)
from followups.queries.reuse import covered_already, facts_now, rules_in_force
from followups.refusals import ended
from followups.reusing import expires_on, fitting, why_not, why_terms_do_not_fit
from portal import clock
from portal.history.models import Actor, By, actor_of
from portal.history.versions import StaleVersionError, lock_at
from portal.ui.templatetags.formats import day
from regions.models import Region


@transaction.atomic
def reuse_result(
    *,
    by: By,
    submission: UUID,
    supplier: Supplier,
    result: FollowUp | ExternalResult,
    contracts: Collection[Contract],
    avoided_kind: str,
    valid_until_on: date,
    note: str = "",
) -> list[Reuse]:
    """Accept the result for these contracts with the supplier until a day: a reuse for each of their regions.

    Where the region reuses the result already, the contracts join that reuse. The same `submission` again gives what is
    there. The standard cost of the kind on the day is frozen. Raises ValidationError with a sentence where the rules do
    not allow it as rows stand now (product rule 2), and where a contract has been spared such a follow-up already.
    """
    Supplier.objects.select_for_update().get(pk=supplier.pk)
    if found := list(Reuse.objects.filter(supplier=supplier, submission=submission).select_related("region")):
        return found
    _check(supplier, result, contracts, avoided_kind, valid_until_on)
    facts = {
        "submission": submission,
        "supplier": supplier,
        "valid_until_on": valid_until_on,
        "note": note,
        **_avoided(avoided_kind),
    }
    actor = actor_of(by)
    in_order = sorted(contracts, key=lambda contract: contract.region_id)
    return [
        _reuse_for(actor, region, result, list(own), facts)
        for region, own in groupby(in_order, key=lambda contract: contract.region)
    ]


def _avoided(kind: str) -> dict[str, Any]:
    """What is spared, with its standard cost today, frozen."""
    cost = StandardCost.objects.in_force_on(kind, clock.today())
    return {"avoided_kind": kind, "standard_cost": cost, "standard_cost_ore": cost.amount_ore if cost else None}


def _reuse_for(
    actor: Actor,
    region: Region,
    result: FollowUp | ExternalResult,
    contracts: list[Contract],
    facts: dict[str, Any],
) -> Reuse:
    which = {"external_result" if isinstance(result, ExternalResult) else "follow_up": result}
    reuse = Reuse.objects.standing().filter(region=region, supplier=facts["supplier"], **which).first()
    if reuse is None:
        reuse = Reuse.objects.create(region=region, created_by=actor, accepted_on=clock.today(), **which, **facts)
    else:
        reuse.valid_until_on = facts["valid_until_on"]
        reuse.version += 1
        reuse.save(update_fields=["valid_until_on", "version"])
    present = set(reuse.covered.values_list("contract", flat=True))
    ReuseContract.objects.bulk_create(
        ReuseContract(reuse=reuse, contract=contract, created_by=actor)
        for contract in contracts
        if contract.pk not in present
    )
    return reuse


def _check(
    supplier: Supplier,
    result: FollowUp | ExternalResult,
    contracts: Collection[Contract],
    avoided_kind: str,
    valid_until_on: date,
) -> None:
    facts, rules, today = facts_now(supplier, result, avoided_kind), rules_in_force(), clock.today()
    if isinstance(result, ExternalResult) and result.withdrawn_at is not None:
        raise ValidationError(_("The result has been withdrawn."), code="withdrawn")
    if why := why_not(facts, rules, avoided_kind, today):
        raise ValidationError(why, code="not_reusable")
    if len(fitting(facts.level, contracts)) < len(contracts):
        raise ValidationError(why_terms_do_not_fit(facts.level), code="terms")
    if isinstance(result, FollowUp) and result.participations.filter(contract__in=contracts).exists():
        raise ValidationError(_("A contract that takes part in a follow-up is covered by it anyway."), code="own")
    latest = expires_on(facts, rules)
    if valid_until_on < today or (latest is not None and valid_until_on > latest):
        message = _("Choose a day from today until %(latest)s, when the result becomes too old.")
        raise ValidationError({"valid_until_on": message % {"latest": day(latest)}})
    for contract_id, reuse in covered_already(contracts, avoided_kind).items():
        if reuse.follow_up_id == result.pk and isinstance(result, FollowUp):
            continue
        if reuse.external_result_id == result.pk and isinstance(result, ExternalResult):
            continue
        contract = next(each for each in contracts if each.pk == contract_id)
        message = _("%(contract)s already relies on another result, until %(day)s. Withdraw that reuse first.")
        raise ValidationError(message % {"contract": contract.title, "day": day(reuse.valid_until_on)}, code="covered")


@transaction.atomic
def withdraw_reuse(*, by: By, reuse: Reuse, version: int, reason: str) -> Reuse:
    """The region no longer relies on the result: the ledger no longer counts it. Withdrawing again changes nothing.

    Raises StaleVersionError where someone else saved after `version`.
    """
    locked = lock_at(reuse, None)
    if locked.withdrawn_at is not None:
        return locked
    if locked.version != version:
        raise StaleVersionError(locked)
    locked.withdrawn_at, locked.withdrawn_by, locked.withdrawn_reason = clock.now(), actor_of(by), reason
    locked.version += 1
    locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "version"])
    return locked


@transaction.atomic
def join_follow_up(
    *, by: By, follow_up: FollowUp, contracts: Collection[Contract], avoided_kind: str
) -> list[FollowUpContract]:
    """Let the contracts take part; their regions are concerned from now on. Those that take part already stay.

    A region that neither led it nor took part avoids a follow-up of its own, of `avoided_kind`: it is kept with the
    standard cost of the day, once. Who carries the follow-up out is told by mail. Raises ValidationError where it has
    ended, and where its clause demands less than a contract's; IntegrityError for a contract with another supplier.
    """
    locked = FollowUp.objects.select_for_update(of=["self"]).select_related("clause_version").get(pk=follow_up.pk)
    if not locked.is_under_way:
        raise ended()
    if len(fitting(locked.clause_version.level, contracts)) < len(contracts):
        raise ValidationError(why_terms_do_not_fit(locked.clause_version.level), code="terms")
    present = set(locked.participations.values_list("contract", flat=True))
    new = [contract for contract in contracts if contract.pk not in present]
    actor = actor_of(by)
    concerned = locked.concerned_regions
    rows = FollowUpContract.objects.bulk_create(
        FollowUpContract(follow_up=locked, contract=contract, created_by=actor) for contract in new
    )
    _spare(actor, locked, [contract for contract in new if contract.region_id not in concerned], avoided_kind)
    if new:
        tell_lead(by=by, follow_up=locked, contracts=new)
    return rows


def _spare(actor: Actor, follow_up: FollowUp, contracts: Iterable[Contract], kind: str) -> None:
    """Keep for each region of the contracts that it joined instead of following up itself."""
    for region, own in groupby(
        sorted(contracts, key=lambda contract: contract.region_id), key=lambda contract: contract.region
    ):
        kept = {"region": region, "supplier": follow_up.supplier, "follow_up": follow_up}
        if Reuse.objects.standing().filter(**kept).exists():
            continue
        reuse = Reuse.objects.create(**kept, **_avoided(kind), accepted_on=clock.today(), created_by=actor)
        ReuseContract.objects.bulk_create(
            ReuseContract(reuse=reuse, contract=contract, created_by=actor) for contract in own
        )


@transaction.atomic
def open_beside(
    *,
    by: By,
    reason: str,
    existing: int,
    contracts: Iterable[Contract],
    report: SevereReport | None = None,
    **facts: Any,
) -> FollowUp:
    """Open a follow-up, and keep why, where `existing` results could have been reused or joined.

    `report`: of a severe deviation that it is opened for, and that belongs to it from now on. `facts`: as
    `open_follow_up` takes them; raises what that raises, and ValidationError without a needed reason, and where the
    report has been put in another follow-up meanwhile.
    """
    if existing and not reason.strip():
        raise ValidationError({"reason": _("Write why a new follow-up is needed although something exists.")})
    follow_up = open_follow_up(by=by, contracts=contracts, **facts)
    if reason.strip() and not OpenedAnyway.objects.filter(follow_up=follow_up).exists():
        OpenedAnyway.objects.create(
            follow_up=follow_up, reason=reason.strip(), existing=existing, created_by=actor_of(by)
        )
    if report is not None:
        if lock_at(report, None).follow_up_id not in (None, follow_up.pk):
            raise ValidationError(_("The report has been put in another follow-up meanwhile."), code="linked")
        link_report(by=by, report=report, follow_up=follow_up)
    return follow_up
