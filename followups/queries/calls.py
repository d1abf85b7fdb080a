"""Reads over the yearly calls for contracts."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from codeofconduct.models import Contract, ContractCategory, ContractParty, PurchaseCategory
from codeofconduct.models.contracts import ContractQuerySet
from followups.enums.plan import MONTHS_PAST_AUDIT
from followups.models import CallAnswer, ContractCall, PlanSetting
from portal import clock
from portal.search.ordering import swedish
from regions.models import Membership, Region, User
from regions.permissions import access_of, is_staff

# A form with more boxes than this is no help to anyone: more come by file.
CONTRACTS_SHOWN = 400


def months_past_audit(day: date | None = None) -> int:
    """How many months a contract must run past the audit, by the setting that holds on the day; 12 without one."""
    settings = PlanSetting.objects.filter(valid_from__lte=day or clock.today()).order_by("-valid_from")
    found = settings.values_list("months_past_audit", flat=True).first()
    return MONTHS_PAST_AUDIT if found is None else found


def runs_until(audit_on: date, months: int) -> date:
    """The first last day that is long enough."""
    year, month = divmod(audit_on.year * 12 + audit_on.month - 1 + months, 12)
    return date(year, month + 1, min(audit_on.day, monthrange(year, month + 1)[1]))


def counted_as(categories: Iterable[int]) -> dict[int, int]:
    """For each category at or below one of these (ids) in the tree, the nearest of them. One query."""
    wanted = set(categories)
    parents = dict(PurchaseCategory.objects.values_list("pk", "parent"))
    found: dict[int, int] = {}
    for category in parents:
        key: int | None = category
        while key is not None and key not in wanted:
            key = parents[key]
        if key is not None:
            found[category] = key
    return found


def of_region(region: Region) -> Q:
    """Contracts that the region keeps, and joint ones that it is party to."""
    joint = ContractParty.objects.filter(contract=OuterRef("pk"), region=region)
    return Q(region=region) | Q(Exists(joint))


def contracts_asked(call: ContractCall, region: Region) -> Any:
    """The region's contracts in the call's categories that have not ended, each with `is_long` and `ends_on`."""
    categories = counted_as(call.call_categories.values_list("category", flat=True))
    within = ContractCategory.objects.filter(contract=OuterRef("pk"), category__in=list(categories))
    until = runs_until(call.audit_on, months_past_audit())
    return Contract.objects.filter(of_region(region), Exists(within), ends_on__gte=clock.today()).annotate(
        is_long=_runs_until(until)
    )


def offered_contracts(
    call: ContractCall, region: Region, answer: CallAnswer | None, *, limited: bool = True
) -> tuple[Any, bool]:
    """What a form shows, by supplier in Swedish order, and whether there is more than it can; not `limited`: all of it.

    What is in the answer comes along whatever became of it; of the rest those that run longest.
    """
    ids = contracts_asked(call, region).order_by("-ends_on", "pk").values_list("pk", flat=True)
    shown = list(ids[: CONTRACTS_SHOWN + 1] if limited else ids)
    is_cut = limited and len(shown) > CONTRACTS_SHOWN
    kept = list(answer.call_contracts.values_list("contract", flat=True)) if answer else []
    wanted = {*(shown[:CONTRACTS_SHOWN] if is_cut else shown), *kept}
    return offered_of(call, Contract.objects.filter(pk__in=wanted)), is_cut


def offered_of(call: ContractCall, contracts: ContractQuerySet) -> Any:
    """The contracts as a form lists them: by supplier in Swedish order, each with `is_long`."""
    until = runs_until(call.audit_on, months_past_audit())
    return (
        contracts.annotate(is_long=_runs_until(until))
        .select_related("supplier", "clause_version")
        .order_by(swedish("supplier__name"), "title", "pk")
    )


def _runs_until(until: date) -> Case:
    return Case(When(ends_on__gte=until, then=True), default=False, output_field=BooleanField())


def answer_of(call: ContractCall, region: Region) -> CallAnswer | None:
    return CallAnswer.objects.filter(call=call, region=region).select_related("answered_by").first()


def call_before(call: ContractCall) -> ContractCall | None:
    """The latest call for an earlier year."""
    return ContractCall.objects.filter(year__lt=call.year).order_by("-year").first()


def last_answer(call: ContractCall, region: Region) -> CallAnswer | None:
    """The region's answer to the call before."""
    previous = call_before(call)
    return answer_of(previous, region) if previous else None


def still_running(call: ContractCall, answer: CallAnswer) -> Any:
    """The contracts of an earlier answer that this call asks about and that have not ended."""
    return contracts_asked(call, answer.region).filter(pk__in=answer.call_contracts.values("contract"))


def contracts_by_number(call: ContractCall, region: Region, numbers: Iterable[str]) -> tuple[list[int], list[str]]:
    """Ids of the asked contracts with these registration numbers, and the numbers that none of them has.

    One purchase often gives several contracts under one number: all of them are meant. Capitals and spaces don't count.
    """
    found: dict[str, list[int]] = {}
    for pk, number in (
        contracts_asked(call, region).exclude(registration_number="").values_list("pk", "registration_number")
    ):
        found.setdefault(folded_number(number), []).append(pk)
    wanted = {folded_number(number): number for number in numbers}
    hits = [pk for key in wanted for pk in found.get(key, ())]
    return hits, [number for key, number in wanted.items() if key not in found]


def folded_number(number: str) -> str:
    """A registration number as it is compared."""
    return "".join(number.split()).casefold()


@dataclass(frozen=True)
class AnswerState:
    """A region in a call. `people`: how many could answer for it; 0 means that the mail reached nobody."""

    region: Region
    answer: Any
    people: int


def states_of(user: User, call: ContractCall) -> list[AnswerState]:
    """The regions whose answers the user may see, in Swedish order. Three queries."""
    regions = Region.objects.in_swedish_order()
    if not is_staff(user):
        access = access_of(user)
        regions = regions.filter(pk__in=access.regions | access.group_regions)
    answers = {
        answer.region_id: answer
        for answer in CallAnswer.objects.visible_to(user)
        .filter(call=call)
        .select_related("answered_by")
        .annotate(n_contracts=Count("call_contracts"))
    }
    people = dict(
        Membership.objects.valid_on(clock.today())
        .filter(region__isnull=False, user__is_active=True)
        .values_list("region")
        .annotate(n=Count("user", distinct=True))
    )
    return [AnswerState(region, answers.get(region.pk), people.get(region.pk, 0)) for region in regions]


def unanswered(call: ContractCall) -> QuerySet[Region]:
    return Region.objects.exclude(pk__in=call.answers.values("region")).in_swedish_order()


def regions_of(user: User) -> QuerySet[Region]:
    """The regions that the user answers for."""
    return Region.objects.filter(pk__in=access_of(user).regions).in_swedish_order()


def calls_listed(user: User) -> QuerySet[ContractCall]:
    """With `n_answers`, `n_candidates`, `n_chosen` and `n_opened`: counts that every region may know but the candidates'."""
    answers = CallAnswer.objects.filter(call=OuterRef("pk")).order_by().values("call").annotate(n=Count("pk"))
    return (
        ContractCall.objects.visible_to(user)
        .select_related("plan")
        .annotate(n_answers=Coalesce(Subquery(answers.values("n"), output_field=IntegerField()), Value(0)))
        .order_by("-year")
    )


def categories_of(call: ContractCall) -> QuerySet[PurchaseCategory]:
    """What the call asks about, in Swedish order."""
    asked = call.call_categories.values("category")
    return PurchaseCategory.objects.filter(pk__in=asked).in_swedish_order()


def region_count() -> int:
    return Region.objects.count()


def waiting_for(user: User) -> list[tuple[ContractCall, Region]]:
    """The open calls that the user's own regions have not answered, the most urgent first."""
    own = list(regions_of(user))
    if not own:
        return []
    calls = list(ContractCall.objects.open().order_by("answer_by_on"))
    answered = set(CallAnswer.objects.filter(call__in=calls, region__in=own).values_list("call", "region"))
    return [(call, region) for call in calls for region in own if (call.pk, region.pk) not in answered]
