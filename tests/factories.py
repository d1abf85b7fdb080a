"""Things to test with. What they are called is theirs; what matters in a test is said there."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from codeofconduct.models import (
    ClauseVersion,
    Contract,
    ContractCategory,
    ProcessRequirement,
    PurchaseCategory,
    Supplier,
)
from portal import clock
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
    """An adopted version with three requirements; `adopted=False` leaves it a draft."""

    class Meta:
        model = ClauseVersion
        django_get_or_create = ("name",)
        skip_postgeneration_save = True

    name = "2023"
    # Of each level one is in force at a time: an earlier one ends with its year.
    valid_from = factory.LazyAttribute(lambda version: date(int(version.name), 3, 1))
    valid_to = factory.LazyAttribute(lambda version: date(int(version.name), 12, 31) if version.name < "2023" else None)
    created_by = factory.LazyFunction(system)

    @factory.post_generation
    def adopted(self, create, extracted, **kwargs):
        """Requirements come first: an adopted version is locked."""
        if self.adopted_at or extracted is False:
            return
        for number in range(1, 4):
            ProcessRequirement.objects.create(
                clause_version=self,
                public_id=f"{self.name}-{number}",
                number=number,
                title_sv=f"Processkrav {number}",
                title_en=f"Process requirement {number}",
            )
        self.adopted_at, self.adopted_by = clock.now(), system()
        self.save(update_fields=["adopted_at", "adopted_by"])


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
