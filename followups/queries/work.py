"""How much has been followed up, counted for what others compare it with. No row names a supplier or a person."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate

from codeofconduct.models import CategoryPriority, ContractCategory
from codeofconduct.queries.categories import period_that_counts
from followups.enums.follow_ups import State
from followups.models import FollowUp, FollowUpContract, ReuseRules, StateChange
from followups.queries import ledger
from followups.queries.calls import counted_as
from followups.reusing import months_after
from regions.models import Region


def begun() -> QuerySet[Any]:
    """Those that are more than planned and not aborted, each with the day `begun_on` of its first step.

    One from before the portal began when it was carried out.
    """
    first = StateChange.objects.filter(follow_up=OuterRef("pk"), source=State.PLANNED).order_by()
    step = first.values("follow_up").annotate(at=Min("created_at")).values("at")
    return (
        FollowUp.objects.exclude(state__in=(State.PLANNED, State.ABORTED))
        .annotate(begun_on=Coalesce("past__carried_out_on", TruncDate(Subquery(step))))
        .filter(begun_on__isnull=False)
    )


@dataclass(frozen=True)
class Count:
    """Of one region: follow-ups that it led or took part in, those that it led, and the ledger's of what it was spared."""

    follow_ups: int = 0
    led: int = 0
    avoided: int = 0
    avoided_ore: int = 0
    uncosted: int = 0


def counts_by_region(since: date, until: date) -> dict[int, Count]:
    """By region id, for every region; in a number of queries that doesn't grow with them."""
    rows = begun().filter(begun_on__range=(since, until))
    led = set(rows.values_list("pk", "lead_region"))
    parts = FollowUpContract.objects.filter(follow_up__in=rows.values("pk"))
    pairs = led | set(parts.values_list("follow_up", "contract__region"))
    pairs |= set(
        parts.exclude(contract__contract_parties=None).values_list("follow_up", "contract__contract_parties__region")
    )
    of_each, led_of_each = Counter(region for _, region in pairs), Counter(region for _, region in led)
    spared = ledger.counted().filter(accepted_on__range=(since, until)).order_by().values("region")
    avoided = {row["region"]: row for row in spared.annotate(**ledger.SUMS)}
    nothing = {"n": 0, "cost_ore": 0, "uncosted": 0}
    return {
        region: Count(
            of_each[region],
            led_of_each[region],
            (row := avoided.get(region, nothing))["n"],
            int(row["cost_ore"]),
            row["uncosted"],
        )
        for region in Region.objects.values_list("pk", flat=True)
    }


def targets(day: date) -> set[tuple[int, int]]:
    """(Supplier, prioritised category), by id, with a contract that runs on the day; a category below counts as its own.

    The list of an earlier period counts until another has been decided.
    """
    priorities = CategoryPriority.objects.filter(period=period_that_counts(day))
    wanted = counted_as(priorities.values_list("category", flat=True))
    rows = ContractCategory.objects.filter(
        category__in=wanted, contract__starts_on__lte=day, contract__ends_on__gte=day
    )
    return {(supplier, wanted[category]) for supplier, category in rows.values_list("contract__supplier", "category")}


@dataclass(frozen=True)
class Covered:
    """How many of the `targets` of a day have a follow-up begun within `months` before it."""

    targets: int
    covered: int
    months: int


def covered_on(day: date) -> Covered:
    """By the rules of reuse: what they let be relied on counts."""
    months = ReuseRules.objects.in_force().max_age_months
    wanted = targets(day)
    counts = counted_as({category for _, category in wanted})
    recent = begun().filter(begun_on__range=(months_after(day, -months), day), category__in=counts)
    done = {(supplier, counts[category]) for supplier, category in recent.values_list("supplier", "category")}
    return Covered(len(wanted), len(wanted & done), months)
