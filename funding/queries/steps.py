"""Where a year stands on its way from open to closed."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from funding.enums import YearState
from funding.models import FundingYear, Reopening, YearStep
from funding.queries.figures import YearFigures
from portal import clock


def steps_of(year: FundingYear) -> QuerySet[YearStep]:
    """Every step that the year has taken, the first one first."""
    return year.steps.select_related("created_by")


def proposed_on(year: FundingYear) -> date | None:
    """The day of the proposal to the regions that the year stands on; None while it is open."""
    if year.state == YearState.OPEN:
        return None
    proposals = year.steps.filter(source=YearState.OPEN, target=YearState.PROPOSED)
    return proposals.values_list("taken_on", flat=True).last()


def asked_reopening(year: FundingYear) -> Reopening | None:
    """The request that waits for another administrator's answer."""
    waiting = year.reopenings.filter(confirmed_at__isnull=True, declined_at__isnull=True)
    return waiting.select_related("created_by").first()


@dataclass(frozen=True)
class Unfinished:
    """What of a year is not finished. False where everything is."""

    year: FundingYear
    figures: YearFigures

    @property
    def ends_on(self) -> date | None:
        """The last day of the year, None once it has gone."""
        last = date(self.year.year, 12, 31)
        return last if clock.today() <= last else None

    def __bool__(self) -> bool:
        figures = self.figures
        return bool(self.ends_on or figures.undecided or figures.unpaid_ore or figures.overpaid_ore)
