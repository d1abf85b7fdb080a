"""Categories, assessments and plans to test with."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from codeofconduct.enums import Area, RiskLevel, Stage
from codeofconduct.models import (
    CategoryOwner,
    CategoryPlan,
    CpvCode,
    PlanTask,
    PriorityPeriod,
    RiskAssessment,
    RiskCell,
)
from portal import clock
from regions.models import PurchasingGroup
from tests.factories import CategoryFactory, system


class CpvFactory(DjangoModelFactory):
    class Meta:
        model = CpvCode
        django_get_or_create = ("code",)

    code = "33141420-0"
    name_sv = "Operationshandskar"


class PeriodFactory(DjangoModelFactory):
    class Meta:
        model = PriorityPeriod
        django_get_or_create = ("valid_from",)

    valid_from = date(2026, 1, 1)
    valid_to = date(2090, 12, 31)
    created_by = factory.LazyFunction(system)


class OwnerFactory(DjangoModelFactory):
    """`letter=`: the procurement region that answers for the category."""

    class Meta:
        model = CategoryOwner
        exclude = ("letter",)

    letter = "A"
    category = factory.SubFactory(CategoryFactory)
    group = factory.LazyAttribute(lambda owner: PurchasingGroup.objects.get_or_create(letter=owner.letter)[0])
    valid_from = date(2023, 1, 1)


class AssessmentFactory(DjangoModelFactory):
    """Settled, with its twelve cells. `levels=`: {(area, stage): level}; the others are insufficient information.

    `settled=False` leaves it a draft.
    """

    class Meta:
        model = RiskAssessment
        skip_postgeneration_save = True

    category = factory.SubFactory(CategoryFactory)
    assessed_on = date(2026, 1, 15)
    author = "Kansliet"
    created_by = factory.LazyFunction(system)

    @factory.post_generation
    def levels(self, create, extracted, **kwargs):
        for area in Area:
            for stage in Stage:
                level = (extracted or {}).get((area, stage), RiskLevel.INSUFFICIENT)
                told = "" if level == RiskLevel.INSUFFICIENT else "Så är det"
                facts = {"reason": told, "source": told, "dated_on": self.assessed_on, "author": self.author}
                RiskCell.objects.create(assessment=self, area=area, stage=stage, level=level, **facts)

    @factory.post_generation
    def settled(self, create, extracted, **kwargs):
        """Cells come first: a settled assessment is locked."""
        if extracted is not False:
            self.settled_at, self.settled_by = clock.now(), system()
            self.save(update_fields=["settled_at", "settled_by"])


class PlanFactory(DjangoModelFactory):
    class Meta:
        model = CategoryPlan

    category = factory.SubFactory(CategoryFactory)
    title = "Handlingsplan"
    valid_from = date(2026, 1, 1)
    created_by = factory.LazyFunction(system)


class TaskFactory(DjangoModelFactory):
    class Meta:
        model = PlanTask

    plan = factory.SubFactory(PlanFactory)
    text = factory.Sequence(lambda number: f"Uppgift {number}")
    due_on = date(2090, 1, 1)
    created_by = factory.LazyFunction(system)
