"""Recommendations, decisions and lights set by hand, to test with."""

from datetime import date, timedelta

import factory
from factory.django import DjangoModelFactory

from followups.models import LightOverride, SanctionDecision, SanctionRecommendation
from portal import clock
from tests.factories import system
from tests.followups.factories import FollowUpFactory


class OverrideFactory(DjangoModelFactory):
    class Meta:
        model = LightOverride

    follow_up = factory.SubFactory(FollowUpFactory)
    colour = "yellow"
    reason = "Leverantören har visat kvitton"
    created_by = factory.LazyFunction(system)


class RecommendationFactory(DjangoModelFactory):
    """`days=-3`: a decision was wanted three days ago."""

    class Meta:
        model = SanctionRecommendation

    class Params:
        days = 10

    follow_up = factory.SubFactory(FollowUpFactory, contracts=["23"])
    remedy = "penalty"
    reason = "Åtgärdsplanen följs inte"
    decide_by_on = factory.LazyAttribute(lambda made: clock.today() + timedelta(days=made.days))
    created_by = factory.LazyFunction(system)


class DecisionFactory(DjangoModelFactory):
    """Of the region of the follow-up's first contract."""

    class Meta:
        model = SanctionDecision

    follow_up = factory.SubFactory(FollowUpFactory, contracts=["23"])
    contract = factory.LazyAttribute(lambda made: made.follow_up.contracts.order_by("pk").first())
    region = factory.LazyAttribute(lambda made: made.contract.region)
    remedy = "dialogue"
    reason = "Vi talar med leverantören"
    from_on = date(2026, 1, 5)
    decided_at = factory.LazyFunction(clock.now)
    decided_by = factory.LazyFunction(system)
    created_by = factory.LazyFunction(system)
