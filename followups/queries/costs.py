"""What audits cost, in öre excluding VAT. The sums are made here and nowhere else; budgets and results read them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce, ExtractYear

from followups.enums.audits import Payer
from followups.models import Audit
from followups.models.audits import AuditQuerySet


@dataclass(frozen=True)
class Cost:
    """A sum over audits. `expected_ore`: the invoice where it has come, otherwise the price of the order.

    `actual_ore`: invoices alone. `unpriced`: audits with neither price nor invoice, which the sums leave out.
    """

    key: Any
    audits: int
    invoiced: int
    unpriced: int
    expected_ore: int
    actual_ore: int


# By what sums are told apart: the name of a field of an audit.
YEAR, MONTH, CATEGORY, REGION, KIND, PAYER, FRAMEWORK = (
    "cost_year",
    "invoiced_on__month",
    "follow_up__category",
    "follow_up__lead_region",
    "kind",
    "payer",
    "framework",
)


def priced(*, years: Collection[int] | None = None, payer: Payer | None = Payer.COOPERATION) -> AuditQuerySet:
    """The audits by the year in which their cost counts: of the invoice, else of the audit, else of the day planned or ordered.

    `years`: those alone. Cancelled ones count where they were invoiced all the same. `payer` None: whoever pays.
    """
    audits = Audit.objects.filter(Q(cancelled_at__isnull=True) | Q(actual_ore__isnull=False)).annotate(
        cost_year=ExtractYear(Coalesce("invoiced_on", "carried_out_on", "planned_on", "ordered_on"))
    )
    if years is not None:
        audits = audits.filter(cost_year__in=years)
    return audits if payer is None else audits.filter(payer=payer)


def costs_by(what: str | tuple[str, ...], audits: AuditQuerySet) -> list[Cost]:
    """Sums over audits from `priced`, for each value of `what`, in one query; of several fields the key is their tuple."""
    fields = (what,) if isinstance(what, str) else what
    sums = (
        audits.order_by()
        .values(*fields)
        .annotate(
            n=Count("pk"),
            n_invoiced=Count("pk", filter=Q(actual_ore__isnull=False)),
            n_unpriced=Count("pk", filter=Q(actual_ore__isnull=True, price_ore__isnull=True)),
            expected=Coalesce(Sum(Coalesce("actual_ore", "price_ore")), 0),
            actual=Coalesce(Sum("actual_ore"), 0),
        )
        .order_by(*fields)
    )
    return [
        Cost(
            row[what] if isinstance(what, str) else tuple(row[field] for field in fields),
            row["n"],
            row["n_invoiced"],
            row["n_unpriced"],
            int(row["expected"]),
            int(row["actual"]),
        )
        for row in sums
    ]
