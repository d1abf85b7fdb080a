"""Which decision of a region a year follows."""

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet

from funding.enums import YearState
from funding.models import Contribution, ContributionQuerySet, FundingYear, RegionDecision
from regions.models import Region


def covering(year: int) -> Q:
    """Of decisions: that they are for the year."""
    return Q(Q(valid_to_year=None) | Q(valid_to_year__gte=year), valid_from_year__lte=year)


def standing_decisions(year: int, regions: Iterable[int] | None = None) -> dict[int, RegionDecision]:
    """By region id the decision that holds for the year: of those that cover it the one decided, then registered, last."""
    found = RegionDecision.objects.filter(covering(year), withdrawn_at=None)
    if regions is not None:
        found = found.filter(region__in=regions)
    return {decision.region_id: decision for decision in found.order_by("decided_on", "created_at", "pk")}


def decisions_of(region: Region) -> QuerySet[RegionDecision]:
    """All that the region has decided, the latest first, with those that were withdrawn."""
    return region.funding_decisions.select_related("document", "created_by", "withdrawn_by")


def years_covered(decision: RegionDecision) -> QuerySet[FundingYear]:
    """The years that have been opened and that the decision is for."""
    years = FundingYear.objects.filter(year__gte=decision.valid_from_year)
    return years if decision.valid_to_year is None else years.filter(year__lte=decision.valid_to_year)


def exceeded(decision: RegionDecision) -> ContributionQuerySet:
    """Of the years that follow the decision and are not closed: where more is paid, or invoiced, than it gives. By year."""
    rows = Contribution.objects.with_amounts().filter(decision=decision).exclude(funding_year__state=YearState.CLOSED)
    beyond = rows.filter(Q(paid_ore__gt=F("owed_ore")) | Q(invoiced_ore__gt=F("owed_ore")))
    return beyond.select_related("funding_year").order_by("funding_year__year")
