"""A call, its answers and its plan, to test with."""

from datetime import date, timedelta

import factory
from factory.django import DjangoModelFactory

from codeofconduct.models import CategoryOwner
from followups.actions.calls import answer_call
from followups.actions.plan import decide_candidate, draw_up_plan
from followups.enums.plan import Answering
from followups.models import CallAnswer, CallCategory, ContractCall
from portal import clock
from portal.history.models import SystemActor
from regions.models import GroupMembership, Region
from tests.factories import CategoryFactory, ContractFactory, RegionFactory, system

BY = SystemActor("test")


class CallFactory(DjangoModelFactory):
    """Asks about surgical instruments; `categories=[…]` about others."""

    class Meta:
        model = ContractCall
        skip_postgeneration_save = True

    year = 2027
    answer_by_on = factory.LazyFunction(lambda: clock.today() + timedelta(days=20))
    audit_on = date(2027, 6, 30)
    created_by = factory.LazyFunction(system)

    @factory.post_generation
    def categories(self, create, extracted, **kwargs):
        for category in extracted or [CategoryFactory()]:
            CallCategory.objects.create(call=self, category=category)


def contract_of(code, **kwargs):
    """A contract of the region in the category that a call asks about."""
    kwargs.setdefault("category", CategoryFactory())
    return ContractFactory(region=RegionFactory(code=code), **kwargs)


def answered(call, code, *contracts):
    """The region's answer, given by nobody in particular."""
    region = Region.objects.get(code=code)
    answer = CallAnswer.objects.filter(call=call, region=region).first()
    return answer_call(
        by=BY,
        call=call,
        region=region,
        version=answer.version if answer else 0,
        kind=Answering.CHOSEN if contracts else Answering.NONE,
        contracts=contracts,
    )


def candidate_of(*contracts, call=None):
    """The plan's only candidate, which these contracts of one supplier in one category make."""
    call = call or CallFactory()
    for contract in contracts:
        answered(call, contract.region.code, contract)
    return draw_up_plan(by=BY, call=call).candidates.get()


def decide(candidate, *, is_chosen=True, **values):
    """As the form does; planned for the autumn by Jämtland Härjedalen unless told otherwise."""
    candidate.refresh_from_db()
    planned = {"lead_region": RegionFactory(code="23"), "kind": "office_audit", "planned_on": date(2027, 9, 1)}
    values = {"reason": "Hög risk och många regioner.", **(planned if is_chosen else {}), **values}
    return decide_candidate(by=BY, candidate=candidate, version=candidate.version, is_chosen=is_chosen, **values)


def region_in_group(code, group):
    """The region belongs to the purchasing group (id)."""
    GroupMembership.objects.create(group_id=group, region=RegionFactory(code=code), valid_from=date(2020, 1, 1))


def owned_by(category, group):
    """The purchasing group (id) answers for the category."""
    CategoryOwner.objects.create(category=category, group_id=group, valid_from=date(2020, 1, 1))
