"""What the cooperation costs each region, from rates to reports, and what the secretariat may spend and has spent."""

from funding.models.base import FIRST_YEAR, HIGHEST_ORE, HIGHEST_POPULATION, LAST_YEAR
from funding.models.budget import BudgetLine, OutcomeEntry
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
    "BudgetLine",
    "Contribution",
    "ContributionQuerySet",
    "FundingReport",
    "FundingYear",
    "OutcomeEntry",
    "Payment",
    "Rate",
    "RatePart",
    "RegionDecision",
    "Reopening",
    "YearStep",
]
