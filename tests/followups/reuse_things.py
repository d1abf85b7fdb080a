"""Results to rely on: an audited follow-up, another body's result, a standard cost, and the day they are from."""

from datetime import date, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from followups.models import ExternalResult, ResultBody, StandardCost, StateChange
from portal import clock
from tests.factories import SupplierFactory, system
from tests.followups.factories import FollowUpFactory

OFFICE = "office_audit"


def months_ago(months: int) -> date:
    return clock.today() - timedelta(days=round(months * 30.44))


def audited(*, months: int = 6, state: str = "closed", **facts):
    """A follow-up that was audited so many months ago, shared with all regions unless told."""
    follow_up = FollowUpFactory(state=state, **{"sharing_tier": "regions", **facts})
    at = datetime.combine(months_ago(months), datetime.min.time(), tzinfo=clock.STOCKHOLM)
    StateChange.objects.create(
        follow_up=follow_up, source="office_audit_planned", target="audited", created_at=at, created_by=system()
    )
    return follow_up


class BodyFactory(DjangoModelFactory):
    class Meta:
        model = ResultBody
        django_get_or_create = ("name",)

    name = "Adda"
    kind = "joint"
    created_by = factory.LazyFunction(system)


class ExternalResultFactory(DjangoModelFactory):
    """`months=6`: carried out so long ago. Shared with all regions."""

    class Meta:
        model = ExternalResult

    class Params:
        months = 6

    supplier = factory.SubFactory(SupplierFactory)
    body = factory.SubFactory(BodyFactory)
    carried_out_on = factory.LazyAttribute(lambda result: months_ago(result.months))
    terms_level = "advanced"
    method = OFFICE
    light = "green"
    sharing_tier = "regions"
    created_by = factory.LazyFunction(system)


class StandardCostFactory(DjangoModelFactory):
    class Meta:
        model = StandardCost

    kind = OFFICE
    amount_ore = 8_500_000
    valid_from = date(2020, 1, 1)
    source = "Ramavtal revision 2020"
    created_by = factory.LazyFunction(system)
