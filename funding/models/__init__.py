"""What the cooperation costs each region: the rate, the funding year, the frozen bases, the contributions, the reports."""

from funding.models.base import FIRST_YEAR, HIGHEST_ORE, HIGHEST_POPULATION, LAST_YEAR
from funding.models.contributions import Basis, Contribution, ContributionQuerySet
from funding.models.decisions import HIGHEST_AMOUNT_ORE, RegionDecision
from funding.models.payments import Payment
from funding.models.rates import Rate, RatePart
from funding.models.reports import FundingReport
from funding.models.years import FundingYear, Reopening, YearStep

__all__ = [
    "FIRST_YEAR",
    "HIGHEST_AMOUNT_ORE",
    "HIGHEST_ORE",
    "HIGHEST_POPULATION",
    "LAST_YEAR",
    "Basis",
    "Contribution",
    "ContributionQuerySet",
    "FundingReport",
    "FundingYear",
    "Payment",
    "Rate",
    "RatePart",
    "RegionDecision",
    "Reopening",
    "YearStep",
]
