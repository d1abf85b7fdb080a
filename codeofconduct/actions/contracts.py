"""Writes about contracts."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NotRequired, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from codeofconduct.models import (
    ClauseParameter,
    ClauseVersion,
    Contract,
    ContractingBody,
    ContractParameter,
    CpvCode,
    PurchaseCategory,
    Supplier,
)
from portal.history.models import By, actor_of
from portal.history.versions import lock_at
from regions.models import Region


class ContractFacts(TypedDict):
    """What a contract says of itself. The yearly value is in öre."""

    title: str
    clause_version: ClauseVersion
    starts_on: date
    ends_on: date
    registration_number: NotRequired[str]
    options: NotRequired[str]
    extendable_until_on: NotRequired[date | None]
    yearly_value_ore: NotRequired[int | None]
    contracting_body: NotRequired[ContractingBody | None]
    uses_requirement_set: NotRequired[bool]


@transaction.atomic
def register_contract(
    *,
    by: By,
    region: Region,
    supplier: Supplier,
    categories: Iterable[PurchaseCategory],
    cpv_codes: Iterable[CpvCode] = (),
    parties: Iterable[Region] = (),
    **facts: Unpack[ContractFacts],
) -> Contract:
    """Register a region's contract under the clause version it was signed with; the very same again gives the same one.

    `parties`: the other regions of a joint contract. Raises ValidationError where the supplier was merged into another.
    """
    supplier = Supplier.objects.select_for_update().get(pk=supplier.pk)
    if supplier.merged_into_id is not None:
        raise ValidationError(_("The supplier was merged into another. Register the contract there."), code="merged")
    wanted = {item.pk for item in categories}
    codes, others = {item.pk for item in cpv_codes}, {item.pk for item in parties} - {region.pk}
    found = Contract.objects.filter(region=region, supplier=supplier, **_complete(facts)).prefetch_related(
        "contract_categories", "contract_cpvs", "contract_parties"
    )
    for contract in found:
        if (
            {row.category_id for row in contract.contract_categories.all()} == wanted
            and {row.cpv_id for row in contract.contract_cpvs.all()} == codes
            and {row.region_id for row in contract.contract_parties.all()} == others
        ):
            return contract
    contract = Contract.objects.create(region=region, supplier=supplier, **facts, created_by=actor_of(by))
    _relate(contract, wanted, codes, others)
    return contract


@transaction.atomic
def revise_contract(
    *,
    by: By,
    contract: Contract,
    seen: int,
    categories: Iterable[PurchaseCategory],
    cpv_codes: Iterable[CpvCode],
    parties: Iterable[Region],
    **facts: Unpack[ContractFacts],
) -> Contract:
    """Correct what the register says of a contract. Its region and its supplier stay.

    Another clause version takes away the parameters' own values: they belong to the version. Raises StaleVersionError
    where someone else saved after `seen`, PermissionDenied where `by` is nobody.
    """
    locked = lock_at(contract, seen)
    actor_of(by)
    if locked.clause_version_id != facts["clause_version"].pk:
        locked.contract_parameters.all().delete()
    for name, value in facts.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save(update_fields=[*facts, "version"])
    others = {item.pk for item in parties} - {locked.region_id}
    _relate(locked, {item.pk for item in categories}, {item.pk for item in cpv_codes}, others)
    return locked


@transaction.atomic
def set_parameters(*, by: By, contract: Contract, seen: int, values: Mapping[ClauseParameter, int | None]) -> Contract:
    """Write what the contract says where its clause leaves a number open; None goes back to the version's default.

    Raises StaleVersionError where someone else saved after `seen`, ValidationError for a parameter of another version.
    """
    locked = lock_at(contract, seen)
    actor_of(by)
    stored = {row.parameter_id: row for row in locked.contract_parameters.all()}
    for parameter, value in values.items():
        if parameter.clause_version_id != locked.clause_version_id:
            raise ValidationError(_("The contract has another version of the clause by now."), code="clause")
        row = stored.get(parameter.pk)
        if value is None and row is not None:
            row.delete()
        elif value is not None and row is None:
            ContractParameter.objects.create(contract=locked, parameter=parameter, value=value)
        elif value is not None and row is not None and row.value != value:
            row.value = value
            row.save(update_fields=["value"])
    locked.version += 1
    locked.save(update_fields=["version"])
    return locked


@transaction.atomic
def add_contracting_body(*, by: By, name: str, organisation_number: str = "") -> ContractingBody:
    """Put a joint body into the list that contracts choose from. Raises ValidationError where it is there already."""
    actor = actor_of(by)
    if ContractingBody.objects.filter(name__iexact=name).exists():
        raise ValidationError({"name": _("There is a contracting body with this name.")}, code="taken")
    try:
        with transaction.atomic():
            return ContractingBody.objects.create(name=name, organisation_number=organisation_number, created_by=actor)
    except IntegrityError as error:
        raise ValidationError({"name": _("There is a contracting body with this name.")}, code="taken") from error


def _complete(facts: ContractFacts) -> dict[str, object]:
    """The facts with what was left out as it is stored then, to look for the same contract."""
    left_out: dict[str, object] = {
        "registration_number": "",
        "options": "",
        "extendable_until_on": None,
        "yearly_value_ore": None,
        "contracting_body": None,
        "uses_requirement_set": False,
    }
    complete = left_out | dict(facts)
    return {f"{name}__isnull" if value is None else name: value is None or value for name, value in complete.items()}


def _relate(contract: Contract, categories: set[int], codes: set[int], parties: set[int]) -> None:
    """Leave exactly these rows beside the contract, and touch none that stays."""
    for rows, field, wanted in (
        (contract.contract_categories, "category_id", categories),
        (contract.contract_cpvs, "cpv_id", codes),
        (contract.contract_parties, "region_id", parties),
    ):
        known = set(rows.values_list(field, flat=True))
        rows.filter(**{f"{field}__in": known - wanted}).delete()
        model: Any = rows.model
        model.objects.bulk_create(model(contract=contract, **{field: key}) for key in wanted - known)
