"""What hangs on a supplier, to test with."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from codeofconduct.enums import Scheme, Stage
from codeofconduct.models import (
    CodeVersion,
    Facility,
    SupplierCommitment,
    SupplierContact,
    SupplierIdentifier,
    SupplyLink,
)
from portal import clock
from tests.factories import ContractFactory, SupplierFactory, system


class IdentifierFactory(DjangoModelFactory):
    class Meta:
        model = SupplierIdentifier

    supplier = factory.SubFactory(SupplierFactory)
    scheme = Scheme.DUNS
    value = factory.Sequence(lambda number: f"{number:09}")


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = SupplierContact

    supplier = factory.SubFactory(SupplierFactory)
    name = factory.Sequence(lambda number: f"Person {number}")
    email = factory.Sequence(lambda number: f"person{number}@leverantor.example")
    created_by = factory.LazyFunction(system)


class CodeVersionFactory(DjangoModelFactory):
    """An adopted version of the code, in force."""

    class Meta:
        model = CodeVersion
        django_get_or_create = ("name",)

    name = "2023"
    valid_from = date(2023, 3, 1)
    adopted_at = factory.LazyFunction(clock.now)
    adopted_by = factory.LazyFunction(system)
    created_by = factory.LazyFunction(system)


class CommitmentFactory(DjangoModelFactory):
    class Meta:
        model = SupplierCommitment

    supplier = factory.SubFactory(SupplierFactory)
    code_version = factory.SubFactory(CodeVersionFactory)
    committed_on = date(2024, 5, 1)
    created_by = factory.LazyFunction(system)


class FacilityFactory(DjangoModelFactory):
    class Meta:
        model = Facility

    supplier = factory.SubFactory(SupplierFactory)
    name = factory.Sequence(lambda number: f"Anläggning {number}")
    country = "CN"
    stage = Stage.FINAL_MANUFACTURE
    created_by = factory.LazyFunction(system)


class SupplyLinkFactory(DjangoModelFactory):
    class Meta:
        model = SupplyLink

    contract = factory.SubFactory(ContractFactory)
    facility = factory.LazyAttribute(lambda link: FacilityFactory(supplier=link.contract.supplier))
    tier = 1
    stage = Stage.FINAL_MANUFACTURE
    created_by = factory.LazyFunction(system)
