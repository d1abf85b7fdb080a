"""The rows of each list page, filtered by its own form and query: what an export of that page holds.

`by` is a user, or the system on the command line, which has no list and gets all rows.
"""

from typing import Any, cast

from django.db.models import Case, QuerySet, When
from django.http import QueryDict

from codeofconduct.forms.categories import CategoryFilterForm, CpvSearchForm
from codeofconduct.forms.chain import FacilityFilterForm
from codeofconduct.forms.contracts import ContractFilterForm
from codeofconduct.forms.suppliers import ContactFilterForm, SupplierSearchForm
from codeofconduct.models import Contract, CpvCode, Facility, PurchaseCategory, Supplier, SupplierContact
from codeofconduct.queries.categories import categories_listed, cpv_listed, in_tree_order
from codeofconduct.queries.chain import facilities_listed
from codeofconduct.queries.contracts import ContractFilter, contracts_listed
from codeofconduct.queries.suppliers import suppliers_listed
from portal.exchange.engine.resource import visible_rows
from portal.search.ordering import swedish
from regions.models import User


def suppliers(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """In Swedish order, parent companies above their subsidiaries, so that an empty portal can take the file."""
    depth = Case(When(parent=None, then=0), When(parent__parent=None, then=1), default=2)
    rows = visible_rows(Supplier, by).filter(merged_into=None).order_by(depth, swedish("name"), "pk")
    told = narrowed_by(SupplierSearchForm(query))
    if not (isinstance(by, User) and told):
        return rows
    text, country, group = (told.get(name, "") for name in ("q", "country", "group"))
    return rows.filter(pk__in=suppliers_listed(by, text=text, country=country, group=group).values("pk"))


def contracts(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """By region and registration number."""
    rows = visible_rows(Contract, by).order_by("region__code", "registration_number", "pk")
    if not (isinstance(by, User) and query):
        return rows
    form = ContractFilterForm(query, user=by)
    form.is_valid()
    return rows.filter(pk__in=contracts_listed(by, cast(ContractFilter, form.cleaned_data)).values("pk"))


def facilities(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """In Swedish order; those of merged suppliers stand with the one that stayed."""
    rows = visible_rows(Facility, by).filter(supplier__merged_into=None).order_by(swedish("name"), "pk")
    told = narrowed_by(FacilityFilterForm(query, user=by)) if isinstance(by, User) else {}
    if not told:
        return rows
    found = facilities_listed(
        by,
        text=told.get("q", ""),
        country=told.get("country", ""),
        stage=told.get("stage", ""),
        supplier=told.get("supplier"),
    )
    return rows.filter(pk__in=found.values("pk"))


def contacts(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """In Swedish order, of all suppliers or of one."""
    rows = visible_rows(SupplierContact, by).filter(supplier__merged_into=None).order_by(swedish("name"), "pk")
    told = narrowed_by(ContactFilterForm(query, user=by)) if isinstance(by, User) else {}
    return rows.filter(supplier=told["supplier"]) if told else rows


def categories(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """As the tree stands, each parent above its children, so that an empty portal can take the file."""
    rows = in_tree_order(PurchaseCategory.objects.all())
    told = narrowed_by(CategoryFilterForm(query))
    if not (isinstance(by, User) and told):
        return rows
    found = categories_listed(
        by,
        text=told.get("q", ""),
        group=told.get("group"),
        prioritised=told.get("prioritised", False),
        period=told.get("period"),
    )
    return rows.filter(pk__in=found.values("pk"))


def cpv_codes(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """By code."""
    told = narrowed_by(CpvSearchForm(query))
    rows = CpvCode.objects.order_by("code")
    found = cpv_listed(text=told.get("q", ""), category=told.get("category"))
    return rows.filter(pk__in=found.values("pk")) if told else rows


def narrowed_by(form: Any) -> dict[str, Any]:
    """What narrows the list; what isn't valid narrows nothing, as on its page."""
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value}
