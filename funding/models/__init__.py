"""What the cooperation costs each region, from rates to reports, and what the secretariat may spend and has spent."""

from funding.models.base import FIRST_YEAR, HIGHEST_ORE, HIGHEST_POPULATION, LAST_YEAR, regions_opened_to
from funding.models.budget import BudgetLine, OutcomeEntry
from funding.models.contributions import Basis, Contribution, ContributionQuerySet
from funding.models.decisions import HIGHEST_AMOUNT_ORE, RegionDecision
from funding.models.documents import BriefText, RegionDocument
from funding.models.indices import (
    FIRST_INDEX_YEAR,
    HIGHEST_INDEX,
    LAST_INDEX_YEAR,
    PriceIndexFigure,
    PriceIndexQuerySet,
)
from funding.models.invoicing import HIGHEST_PERCENT, InvoicingTerms, Payer, PayerQuerySet, VatTreatment
from funding.models.payments import Payment
from funding.models.rates import Rate, RatePart
from funding.models.reports import FundingReport
from funding.models.spending import FrozenSpending
from funding.models.years import FundingYear, Reopening, YearStep

__all__ = [
    "FIRST_INDEX_YEAR",
    "FIRST_YEAR",
    "HIGHEST_AMOUNT_ORE",
    "HIGHEST_INDEX",
    "HIGHEST_ORE",
    "HIGHEST_PERCENT",
    "HIGHEST_POPULATION",
    "LAST_INDEX_YEAR",
    "LAST_YEAR",
    "Basis",
    "BriefText",
    "BudgetLine",
    "Contribution",
    "ContributionQuerySet",
    "FrozenSpending",
    "FundingReport",
    "FundingYear",
    "InvoicingTerms",
    "OutcomeEntry",
    "Payer",
    "PayerQuerySet",
    "Payment",
    "PriceIndexFigure",
    "PriceIndexQuerySet",
    "Rate",
    "RatePart",
    "RegionDecision",
    "RegionDocument",
    "Reopening",
    "VatTreatment",
    "YearStep",
    "regions_opened_to",
]
