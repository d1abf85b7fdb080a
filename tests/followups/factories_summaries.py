"""Summaries in each of their states, to test with."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from followups.actions.summaries import publish_summary
from followups.enums.follow_ups import State
from followups.models import FactCheck, FollowUp, Summary, SummaryEdition
from portal import clock
from tests.factories import system
from tests.followups.factories import FollowUpFactory


class SummaryFactory(DjangoModelFactory):
    class Meta:
        model = Summary

    follow_up = factory.SubFactory(FollowUpFactory, contracts=["23"], state=State.CLOSED)
    text_sv = "# Vad som hittades\n\nInga avvikelser i leverantörens arbete, som är beslutat och används."
    text_en = "# What was found\n\nNo deviations in the supplier's work, which is decided upon and used."
    created_by = factory.LazyFunction(system)


class CheckFactory(DjangoModelFactory):
    """`days=-1`: the days have passed."""

    class Meta:
        model = FactCheck

    class Params:
        days = 10

    summary = factory.SubFactory(SummaryFactory)
    text_sv = factory.LazyAttribute(lambda check: check.summary.text_sv)
    text_en = factory.LazyAttribute(lambda check: check.summary.text_en)
    due_on = factory.LazyAttribute(lambda check: clock.today() + timedelta(days=check.days))
    created_by = factory.LazyFunction(system)


def published(by, **values) -> SummaryEdition:
    """An edition of a new summary that the supplier had time to check. Its follow-up comes fresh from the database."""
    summary = SummaryFactory(**values)
    CheckFactory(summary=summary, days=-1)
    return publish_summary(by=by, summary=summary, version=summary.version)


def fresh(follow_up) -> FollowUp:
    return FollowUp.objects.select_related("supplier", "category").get(pk=follow_up.pk)
