"""Reads over suppliers."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from codeofconduct.enums import RiskLevel, Scheme
from codeofconduct.identifiers import is_of_person, organisation_number_of
from codeofconduct.models import (
    Contract,
    ContractCategory,
    PurchaseCategory,
    Supplier,
    SupplierCommitment,
    SupplierIdentifier,
)
from codeofconduct.queries.risk import profiles_of, with_latest_assessment
from codeofconduct.scores import Profile
from portal.search.matching import Fields, Through, matching_or_closest
from regions.models import User
from regions.permissions import access_of, is_staff

# Where a supplier's name is looked for, as in the model's index.
SUPPLIER_NAMES = Fields(names=("name", "city"), stored="folded_names")


def supplier_fields(user: User) -> Fields:
    """Where suppliers are searched: name and city, the names of those merged into them, and their numbers.

    A sole trader's number is personal data: whoever may not read it may not find by it either.
    """
    identifiers = SupplierIdentifier.objects.all()
    if not is_staff(user):
        contracted = Contract.objects.visible_to(user).values("supplier")
        identifiers = identifiers.filter(Q(supplier__is_sole_trader=False) | Q(supplier__in=contracted))
    merged = Supplier.objects.filter(merged_into__isnull=False)
    return Fields(
        names=SUPPLIER_NAMES.names,
        stored=SUPPLIER_NAMES.stored,
        through=(
            Through(identifiers, "supplier", Fields(numbers=("value",))),
            Through(merged, "merged_into", SUPPLIER_NAMES),
        ),
    )


def with_readable(user: User, suppliers: QuerySet[Supplier]) -> QuerySet[Supplier]:
    """Adds `numbers_readable`: `may_read_number`, for many."""
    if is_staff(user):
        return suppliers.annotate(numbers_readable=Value(True))
    contracts = Contract.objects.visible_to(user).filter(supplier=OuterRef("pk"))
    return suppliers.annotate(
        numbers_readable=ExpressionWrapper(Q(is_sole_trader=False) | Exists(contracts), BooleanField())
    )


def suppliers_listed(user: User, *, text: str = "", country: str = "", group: str = "") -> QuerySet[Supplier]:
    """Visible suppliers with their identifiers and `contract_count` (those the user may see), by name or number.

    `group`: the public id of a parent company whose subsidiaries are listed.
    """
    contracts = Contract.objects.visible_to(user).filter(supplier=OuterRef("pk"))
    suppliers: QuerySet[Supplier] = Supplier.objects.visible_to(user).current()
    if country:
        suppliers = suppliers.filter(country=country)
    if group:
        suppliers = suppliers.filter(parent__public_id=group)
    suppliers = matching_or_closest(suppliers, text, supplier_fields(user)) if text else suppliers
    counted = contracts.order_by().values("supplier").annotate(number=Count("pk")).values("number")
    return suppliers.annotate(contract_count=Coalesce(Subquery(counted), 0)).prefetch_related("identifiers")


def may_read_number(user: User, supplier: Supplier) -> bool:
    """A legal person's number is public; a sole trader's is for staff and those with a contract there (GDPR).

    Street and postal code follow the number. The town doesn't: it tells two people of one name apart.
    """
    return not supplier.is_sole_trader or _is_concerned(user, supplier)


def may_read_former_numbers(user: User, supplier: Supplier) -> bool:
    """As `may_read_number`, in the history: a personal number that was taken away again is still one."""
    if supplier.is_sole_trader or is_staff(user):
        return may_read_number(user, supplier)
    events: Any = SupplierIdentifier.pgh_event_model  # type: ignore[attr-defined]  # the tracker's
    ever = events.objects.filter(supplier=supplier).values_list("scheme", "value").distinct()
    return not any(is_of_person(*each) for each in ever) or _is_concerned(user, supplier)


def _is_concerned(user: User, supplier: Supplier) -> bool:
    return is_staff(user) or Contract.objects.visible_to(user).filter(supplier=supplier).exists()


def identifiers_of(supplier: Supplier) -> list[SupplierIdentifier]:
    """The supplier's numbers: those that still hold first, the organisation number before the other schemes."""
    schemes = Scheme.values
    return sorted(
        supplier.identifiers.all(), key=lambda each: (each.ended_on is not None, schemes.index(each.scheme), each.value)
    )


def identifier_taken(scheme: str, country: str, value: str) -> Supplier | None:
    """The supplier that already has this number."""
    found = SupplierIdentifier.objects.filter(scheme=scheme, country=country, value=value).select_related("supplier")
    identifier = found.first()
    return identifier.supplier if identifier else None


def own_contracts(user: User, supplier: Supplier) -> QuerySet[Contract]:
    """The supplier's contracts that the user keeps: all for staff, the own region's for a buyer."""
    contracts = Contract.objects.visible_to(user).filter(supplier=supplier)
    return contracts if is_staff(user) else contracts.filter(region__in=access_of(user).regions)


def others_count(user: User, supplier: Supplier) -> int:
    """How many contracts there are with the supplier that the user may not see: that there are some, not whose."""
    hidden = Contract.objects.filter(supplier=supplier).exclude(pk__in=Contract.objects.visible_to(user).values("pk"))
    return hidden.count()


def commitments_of(user: User, supplier: Supplier) -> QuerySet[SupplierCommitment]:
    """The versions of the code that the supplier has committed itself to, the latest first."""
    commitments = SupplierCommitment.objects.visible_to(user).filter(supplier=supplier)
    return commitments.select_related("code_version", "document")


def subsidiaries_of(supplier: Supplier) -> QuerySet[Supplier]:
    """The companies right beneath it in its group."""
    return supplier.subsidiaries.all().current().in_swedish_order()


def supplier_named(text: str) -> list[Supplier]:
    """Current suppliers that the text means: by public id, by number, or by their whole name.

    A text like "Norrmed AB (559999-9017)" means the number. For staff: it finds by sole traders' numbers too.
    """
    current = Supplier.objects.current()
    key = text.rpartition("(")[2].rstrip(") ") if text.endswith(")") else text
    numbers = {key, key.replace(" ", "").upper()}
    with suppress(ValidationError):
        numbers.add(organisation_number_of(key))
    for condition in (
        Q(public_id=key),
        Q(pk__in=SupplierIdentifier.objects.filter(value__in=numbers).values("supplier")),
        Q(name__iexact=text),
    ):
        if found := list(current.filter(condition).in_swedish_order()[:2]):
            return found
    return []


@dataclass(frozen=True)
class CategoryRisk:
    """A category that the supplier delivers in, and the worst level of its latest settled assessment; None without one."""

    category: PurchaseCategory
    worst: RiskLevel | None
    assessed_on: date | None


def risks_of(user: User, supplier: Supplier) -> list[CategoryRisk]:
    """The categories of the supplier's contracts that the user may see, with their risk, in Swedish order."""
    contracts = Contract.objects.visible_to(user).filter(supplier=supplier)
    among = ContractCategory.objects.filter(contract__in=contracts).values("category")
    categories = with_latest_assessment(PurchaseCategory.objects.filter(pk__in=among)).in_swedish_order()
    rows: list[Any] = list(categories)
    profiles = profiles_of(row.latest_assessment for row in rows)
    return [
        CategoryRisk(
            row,
            profiles.get(row.latest_assessment, Profile({})).worst if row.latest_assessment else None,
            row.assessed_on,
        )
        for row in rows
    ]
