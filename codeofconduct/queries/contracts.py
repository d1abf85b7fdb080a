"""Reads over contracts."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypedDict

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from codeofconduct.models import (
    ClauseParameter,
    ClauseVersion,
    Contract,
    ContractCategory,
    ContractingBody,
    ContractParty,
    PurchaseCategory,
    Supplier,
)
from codeofconduct.models.contracts import ContractQuerySet
from codeofconduct.queries.categories import below
from codeofconduct.queries.suppliers import SUPPLIER_NAMES
from portal import clock
from portal.search.matching import Fields, Through, matching_or_closest
from portal.search.ordering import swedish
from regions.models import Region, User
from regions.permissions import access_of, is_staff

EXPIRING_DAYS = 90


class Running(StrEnum):
    """Whether a contract runs today."""

    ACTIVE = "active"
    COMING = "coming"
    ENDED = "ended"


class ContractFilter(TypedDict, total=False):
    """How the list of contracts is narrowed; what is missing or empty narrows nothing."""

    q: str
    region: Region | None
    category: PurchaseCategory | None
    clause: str
    running: str
    expiring: int | None
    requirement_set: str
    contracting_body: ContractingBody | None
    is_joint: bool


def contracts_listed(user: User, narrowed: ContractFilter) -> QuerySet[Contract]:
    """The contracts that the user may see, narrowed; with region, supplier, clause version and categories at hand."""
    contracts = Contract.objects.visible_to(user)
    today = clock.today()
    if region := narrowed.get("region"):
        joint = ContractParty.objects.filter(contract=OuterRef("pk"), region=region)
        contracts = contracts.filter(Q(region=region) | Exists(joint))
    if category := narrowed.get("category"):
        contracts = contracts.filter(_in_categories(below(category)))
    if body := narrowed.get("contracting_body"):
        contracts = contracts.filter(contracting_body=body)
    if narrowed.get("is_joint"):
        parties = ContractParty.objects.filter(contract=OuterRef("pk"))
        contracts = contracts.filter(Q(contracting_body__isnull=False) | Exists(parties))
    if uses := narrowed.get("requirement_set"):
        contracts = contracts.filter(uses_requirement_set=uses == "yes")
    if clause := narrowed.get("clause"):
        contracts = on_replaced_clauses(contracts) if clause == "replaced" else _of_clause(contracts, clause)
    if days := narrowed.get("expiring"):
        contracts = expiring(contracts, days)
    contracts = _running(contracts, narrowed.get("running", ""), today)
    if text := narrowed.get("q"):
        return _with_names(matching_or_closest(contracts, text, contract_fields()))
    return _with_names(contracts)


def _with_names(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    return contracts.select_related("region", "supplier", "clause_version", "contracting_body").prefetch_related(
        "categories"
    )


def contract_fields() -> Fields:
    """Where contracts are searched. A contract is found by its supplier's name too: that is what people remember."""
    of_supplier = Through(Supplier.objects.all(), "pk", SUPPLIER_NAMES, here="supplier")
    return Fields(names=("title",), numbers=("registration_number",), through=(of_supplier,))


def contract_sums(contracts: QuerySet[Contract]) -> dict[str, Any]:
    """`contracts` (how many), `value_ore` (their yearly value, öre) and `without_value` (how many state none)."""
    return contracts.order_by().aggregate(
        contracts=Count("pk"),
        value_ore=Sum("yearly_value_ore", default=0),
        without_value=Count("pk", filter=Q(yearly_value_ore__isnull=True)),
    )


def expiring(contracts: ContractQuerySet, days: int = EXPIRING_DAYS) -> ContractQuerySet:
    """Running contracts whose last day comes within so many days."""
    return contracts.active().filter(ends_on__lte=clock.today() + timedelta(days=days))


def on_replaced_clauses(contracts: ContractQuerySet) -> ContractQuerySet:
    """Running contracts that were signed under a version that another has replaced by today."""
    replaced = ClauseVersion.objects.adopted().filter(valid_to__lt=clock.today())
    return contracts.active().filter(clause_version__in=replaced)


def parameters_of(contract: Contract) -> list[tuple[ClauseParameter, int | None, bool]]:
    """The clause's parameters in their order: (parameter, the value that holds, whether it is the contract's own)."""
    own = {row.parameter_id: row.value for row in contract.contract_parameters.all()}
    return [
        (parameter, own.get(parameter.pk, parameter.default), parameter.pk in own)
        for parameter in ClauseParameter.objects.filter(clause_version=contract.clause_version_id)
    ]


def contracts_of(user: User, supplier: Supplier) -> QuerySet[Contract]:
    """The supplier's contracts that the user may see, the one that ends last first."""
    return (
        Contract.objects.visible_to(user)
        .filter(supplier=supplier)
        .select_related("region", "clause_version")
        .prefetch_related("categories")
        .order_by("-ends_on", "region__code")
    )


def contracting_bodies() -> QuerySet[ContractingBody]:
    """The joint bodies in Swedish order, each with `contract_count`."""
    return ContractingBody.objects.annotate(contract_count=Count("contracts")).order_by(swedish("name"), "pk")


def contract_regions(user: User) -> frozenset[int] | None:
    """Regions (ids) for which the user may register contracts; None means all."""
    return None if is_staff(user) else access_of(user).regions


def _in_categories(categories: set[int]) -> Exists:
    return Exists(ContractCategory.objects.filter(contract=OuterRef("pk"), category__in=categories))


def _of_clause(contracts: ContractQuerySet, public_id: str) -> ContractQuerySet:
    return contracts.filter(clause_version__public_id=public_id)


def _running(contracts: ContractQuerySet, state: str, today: date) -> ContractQuerySet:
    match state:
        case Running.ACTIVE:
            return contracts.active()
        case Running.COMING:
            return contracts.filter(starts_on__gt=today)
        case Running.ENDED:
            return contracts.filter(ends_on__lt=today)
    return contracts
