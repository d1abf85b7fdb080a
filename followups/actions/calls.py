"""The yearly call: the secretariat asks, each region answers until it is closed."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import Contract, PurchaseCategory
from followups.emails.calls import ask_regions
from followups.enums.plan import Answering
from followups.models import CallAnswer, CallCategory, CallContract, ContractCall
from followups.queries.calls import answer_of, last_answer, still_running
from portal import clock
from portal.history.models import By, actor_of
from portal.history.versions import StaleVersionError, lock_at
from regions.models import Region


def _closed() -> ValidationError:
    return ValidationError(_("The call is closed: answers can no longer be changed."), code="closed")


@transaction.atomic
def open_call(
    *,
    by: By,
    year: int,
    categories: Iterable[PurchaseCategory],
    answer_by_on: date,
    audit_on: date,
    text: str = "",
    asks: bool = True,
) -> ContractCall:
    """Open the year's call and ask every region by mail.

    `asks` False writes no letters: for calls of years past. Raises IntegrityError where the year has one already.
    """
    actor = actor_of(by)
    call = ContractCall.objects.create(
        year=year, text=text, answer_by_on=answer_by_on, audit_on=audit_on, created_by=actor
    )
    CallCategory.objects.bulk_create(CallCategory(call=call, category=category) for category in categories)
    if asks:
        ask_regions(by=by, call=call, regions=Region.objects.order_by("code"))
    return call


@transaction.atomic
def revise_call(
    *, by: By, call: ContractCall, version: int, text: str, answer_by_on: date, audit_on: date
) -> ContractCall:
    """Change what an open call says. Raises ValidationError where it is closed, StaleVersionError after a lost race."""
    locked = lock_at(call, version)
    if not locked.is_open:
        raise _closed()
    locked.text, locked.answer_by_on, locked.audit_on = text, answer_by_on, audit_on
    locked.version += 1
    locked.save(update_fields=["text", "answer_by_on", "audit_on", "version"])
    return locked


@transaction.atomic
def close_call(*, by: By, call: ContractCall) -> ContractCall:
    """Take no more answers; closed already, it stays as it was closed first."""
    locked = lock_at(call, None)
    if locked.is_open:
        locked.closed_at, locked.closed_by = clock.now(), actor_of(by)
        locked.version += 1
        locked.save(update_fields=["closed_at", "closed_by", "version"])
    return locked


@transaction.atomic
def reopen_call(*, by: By, call: ContractCall) -> ContractCall:
    """Take answers again; harmless where it is open."""
    locked = lock_at(call, None)
    if not locked.is_open:
        locked.closed_at = locked.closed_by = None
        locked.version += 1
        locked.save(update_fields=["closed_at", "closed_by", "version"])
    return locked


@transaction.atomic
def answer_call(
    *,
    by: By,
    call: ContractCall,
    region: Region,
    version: int,
    kind: Answering,
    contracts: Iterable[Contract] = (),
    comment: str | None = None,
) -> CallAnswer:
    """Keep the region's answer in place of an earlier one. `comment` None leaves what stands.

    `version`: of the answer that the page showed, 0 where there was none; StaleVersionError where someone answered since.
    Raises ValidationError where the call is closed and where no contract is chosen, IntegrityError for another region's
    contract; nothing is written then.
    """
    if not ContractCall.objects.select_for_update().get(pk=call.pk).is_open:
        raise _closed()
    chosen = {} if kind == Answering.NONE else {contract.pk: contract for contract in contracts}
    if not chosen and kind != Answering.NONE:
        raise ValidationError(_("Choose at least one contract, or say that there is none."), code="nothing")
    answer = answer_of(call, region)
    if (answer.version if answer else 0) != version:
        raise StaleVersionError(answer or CallAnswer(call=call, region=region, version=0))
    actor, now = actor_of(by), clock.now()
    if answer is None:
        answer = CallAnswer(call=call, region=region, version=0, created_by=actor)
    answer.kind, answer.answered_at, answer.answered_by = kind, now, actor
    answer.comment = answer.comment if comment is None else comment
    answer.version += 1
    answer.save()
    kept = set(answer.call_contracts.values_list("contract", flat=True))
    answer.call_contracts.exclude(contract__in=chosen).delete()
    CallContract.objects.bulk_create(
        CallContract(answer=answer, contract=contract) for pk, contract in chosen.items() if pk not in kept
    )
    return answer


@transaction.atomic
def answer_as_last_year(*, by: By, call: ContractCall, region: Region, version: int) -> CallAnswer:
    """Copy the answer to the call before, without contracts that have ended or are not asked about any more.

    Raises ValidationError where there is none to copy, or nothing of it is left; else as `answer_call`.
    """
    earlier = last_answer(call, region)
    if earlier is None:
        raise ValidationError(_("There is no answer from last year to copy."), code="missing")
    if earlier.kind == Answering.NONE:
        return answer_call(by=by, call=call, region=region, version=version, kind=Answering.NONE)
    contracts = list(still_running(call, earlier))
    if not contracts:
        raise ValidationError(
            _("None of last year's contracts still runs. Choose contracts, or say that there is none."), code="ended"
        )
    return answer_call(by=by, call=call, region=region, version=version, kind=Answering.SAME, contracts=contracts)
