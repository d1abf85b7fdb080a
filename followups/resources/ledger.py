"""The ledger of avoided follow-ups, and the reuses behind it, as files that only go out."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from followups.enums.reuse import Method
from followups.forms.reuse import LedgerForm
from followups.models import Reuse
from followups.permissions import can_see_follow_ups
from followups.queries.ledger import by_region, counted, counted_for, narrowed, with_names, years
from portal.exchange.engine.columns import Told
from portal.exchange.engine.resource import ExchangeResource
from portal.exchange.registry import ExchangeKind
from regions.models import User


def _kronor(ore: int | None) -> float | int | None:
    if ore is None:
        return None
    return ore // 100 if ore % 100 == 0 else ore / 100


class LedgerResource(ExchangeResource):
    """What was avoided per region, year and kind: the sums are made where the page has them made."""

    region = Told(_("Region"), lambda row: row["region_name"], width=26)
    year = Told(_("Year"), lambda row: row["year"], width=8)
    kind = Told(_("Instead of"), lambda row: Method(row["avoided_kind"]).label, width=20)
    count = Told(_("Avoided follow-ups"), lambda row: row["n"], width=12)
    cost = Told(_("Standard cost (kronor)"), lambda row: _kronor(row["cost_ore"]), width=16)
    uncosted = Told(_("Without a known standard cost"), lambda row: row["uncosted"], width=12)

    class Meta:
        model = Reuse

    def with_what_is_told(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """They are sums, not rows of a table."""
        return rows


class ReuseResource(ExchangeResource):
    """Who relies on what, or joined it, for which contracts, until when."""

    region = Told(_("Region"), lambda row: row.region.name, width=26)
    supplier = Told(_("Supplier"), lambda row: row.supplier.name, width=30)
    result = Told(_("Result"), lambda row: row.source_name, width=40)
    contracts = Told(
        _("Contracts"), lambda row: "; ".join(contract.title for contract in row.contracts.all()), width=40
    )
    way = Told(_("How"), lambda row: _("joined") if row.is_joined else _("reused"), width=10)
    kind = Told(_("Instead of"), lambda row: row.get_avoided_kind_display(), width=20)
    cost = Told(_("Standard cost (kronor)"), lambda row: _kronor(row.standard_cost_ore), width=16)
    accepted_on = Told(_("Accepted on"), width=12)
    valid_until_on = Told(_("Valid until"), width=12)
    withdrawn_at = Told(_("Withdrawn"), width=12)
    withdrawn_reason = Told(_("Reason"), width=40)
    note = Told(_("Note"), width=40)

    class Meta:
        model = Reuse


def _criteria(query: QueryDict) -> dict[str, Any]:
    form = LedgerForm(query, years=years())
    form.is_valid()
    return form.cleaned_data


def avoided(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """The sums of the ledger's table per region with this query string; all for the system."""
    seen = counted_for(by) if isinstance(by, User) else counted()
    return by_region(narrowed(seen, _criteria(query)))


def reuses(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """The rows of the list of reuses with this query string; all for the system."""
    seen = Reuse.objects.visible_to(by) if isinstance(by, User) else Reuse.objects.all()
    return with_names(narrowed(seen, _criteria(query))).order_by("-accepted_on", "-pk")


KINDS = (
    ExchangeKind(
        "avoided-follow-ups",
        _("Avoided follow-ups"),
        LedgerResource,
        avoided,
        "followups:ledger",
        may_export=can_see_follow_ups,
        order=211,
    ),
    ExchangeKind(
        "reuses",
        _("Reused results"),
        ReuseResource,
        reuses,
        "followups:reuse-list",
        may_export=can_see_follow_ups,
        order=212,
    ),
)
