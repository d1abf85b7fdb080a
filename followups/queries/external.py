"""Reads over results that others made."""

from typing import Any

from django.db.models import Count, F, QuerySet
from django.http import QueryDict

from codeofconduct.models import Facility, PurchaseCategory, Supplier
from codeofconduct.queries.suppliers import SUPPLIER_NAMES
from followups.models import ExternalResult, ResultBody, Reuse
from portal.search.matching import Fields, Through, matching_or_closest
from portal.ui.paging import KeyPage, key_page
from regions.models import User


def result_fields(user: User) -> Fields:
    """By supplier, body and category, and by what was written of it."""
    return Fields(
        names=("auditor", "terms"),
        texts=("summary",),
        through=(
            Through(Supplier.objects.all(), "pk", SUPPLIER_NAMES, here="supplier"),
            Through(ResultBody.objects.all(), "pk", Fields(names=("name",)), here="body"),
            Through(PurchaseCategory.objects.all(), "pk", Fields(names=("name",)), here="category"),
        ),
        title="supplier__name",
    )


def with_names(results: QuerySet[ExternalResult]) -> QuerySet[ExternalResult]:
    return results.select_related("supplier", "category", "body", "region", "created_by", "changed_by", "withdrawn_by")


def results_listed(user: User, criteria: dict[str, Any]) -> QuerySet[ExternalResult]:
    """Visible results that stand, narrowed by a cleaned filter form."""
    found: QuerySet[ExternalResult] = ExternalResult.objects.visible_to(user).standing()
    if criteria.get("body"):
        found = found.filter(body=criteria["body"])
    if criteria.get("method"):
        found = found.filter(method=criteria["method"])
    if text := criteria.get("q"):
        found = matching_or_closest(found, text, result_fields(user))
    return found


def result_page(user: User, criteria: dict[str, Any], query: QueryDict) -> KeyPage[ExternalResult]:
    """A page of them, the latest first."""
    found = with_names(results_listed(user, criteria))
    among = ExternalResult.objects.visible_to(user)
    return key_page(found, query, by=F("carried_out_on"), newest_first=True, among=among)


def results_of_supplier(user: User, supplier: Supplier) -> QuerySet[ExternalResult]:
    return with_names(ExternalResult.objects.visible_to(user).standing().filter(supplier=supplier))


def facility_shown(user: User, result: ExternalResult) -> Facility | None:
    """The facility, where the user may see it: a confidential one stays unnamed when the result is shared."""
    return Facility.objects.visible_to(user).filter(pk=result.facility_id or 0).first()


def reuses_of(user: User, **of: Any) -> QuerySet[Reuse]:
    """The reuses that the user may see of a result, a supplier or a contract, the latest first, withdrawn ones too."""
    from followups.queries.ledger import with_names as named

    return named(Reuse.objects.visible_to(user).filter(**of))


def bodies_listed() -> QuerySet[ResultBody]:
    return ResultBody.objects.annotate(n_results=Count("results")).in_swedish_order()
