"""Things to test with. What they are called is theirs; what matters in a test is said there."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from codeofconduct.models import ClauseVersion, Contract, ContractCategory, PurchaseCategory, Supplier
from portal.history.models import SystemActor, actor_of
from regions.models import Region


def system() -> object:
    """The actor of what a test sets up."""
    return actor_of(SystemActor("test"))


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = "23"
    name = factory.LazyAttribute(lambda region: f"Region {region.code}")
    organisation_number = factory.LazyAttribute(lambda region: f"232100-00{region.code}")


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = PurchaseCategory
        django_get_or_create = ("name",)

    name = "Kirurgiska instrument"
    created_by = factory.LazyFunction(system)


class ClauseVersionFactory(DjangoModelFactory):
    class Meta:
        model = ClauseVersion
        django_get_or_create = ("name",)

    name = "2023"
    valid_from = date(2023, 3, 1)
    state = "in_force"
    created_by = factory.LazyFunction(system)


class SupplierFactory(DjangoModelFactory):
    class Meta:
        model = Supplier

    name = factory.Sequence(lambda number: f"Leverantör {number} AB")
    created_by = factory.LazyFunction(system)


class ContractFactory(DjangoModelFactory):
    class Meta:
        model = Contract
        skip_postgeneration_save = True

    region = factory.SubFactory(RegionFactory)
    supplier = factory.SubFactory(SupplierFactory)
    clause_version = factory.SubFactory(ClauseVersionFactory)
    title = factory.Sequence(lambda number: f"Avtal {number}")
    starts_on = date(2024, 1, 1)
    ends_on = date(2029, 12, 31)
    created_by = factory.LazyFunction(system)

    @factory.post_generation
    def category(self, create, extracted, **kwargs):
        """`category=`: the contract's purchase category."""
        if extracted:
            ContractCategory.objects.create(contract=self, category=extracted)
