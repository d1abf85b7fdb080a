"""Regions' years side by side, and where the money for audits went, as files of the very figures that the pages show."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from funding.forms.statements import RegionAskedForm
from funding.models import Contribution, FrozenSpending, FundingYear
from funding.queries.moment import one_moment
from funding.queries.spending import spending_places
from funding.queries.statements import statement_rows
from funding.resources import in_kronor, in_per_cent, told_kronor, year_asked
from portal.exchange.engine.columns import Told
from portal.exchange.engine.resource import ExchangeResource, visible_rows
from portal.exchange.engine.rows import ComputedRows


class StatementResource(ExchangeResource):
    """A row a region and year: the same query as the region's statement."""

    code = Told(gettext_lazy("County code"), lambda row: row.region.code, width=8)
    region = Told(gettext_lazy("Region"), lambda row: row.region.name, width=26)
    year = Told(gettext_lazy("Year"), lambda row: row.funding_year.year, width=8)
    ore_per_inhabitant = Told(gettext_lazy("Rate per inhabitant (öre)"), lambda row: row.basis.ore_per_inhabitant)
    population = Told(gettext_lazy("Inhabitants"), lambda row: row.basis.population, width=12)
    computed = told_kronor(gettext_lazy("Computed amount (kr)"), "computed_ore")
    decided = told_kronor(gettext_lazy("Decided amount (kr)"), "decided_ore")
    owed = told_kronor(gettext_lazy("To be paid (kr)"), "owed_ore")
    owed_difference = told_kronor(gettext_lazy("Change of what is to be paid (kr)"), "owed_difference_ore")
    invoiced = told_kronor(gettext_lazy("Invoiced (kr)"), "invoiced_ore")
    paid = told_kronor(gettext_lazy("Paid (kr)"), "paid_ore")
    fixed = told_kronor(gettext_lazy("In fixed prices (kr)"), "fixed_ore")
    base_year = Told(gettext_lazy("In the prices of the year"), lambda row: row.base_year, width=10)

    class Meta:
        model = Contribution


class SpendingResource(ExchangeResource):
    """A row a category and lead region, as on the year's page of what was spent."""

    year = Told(gettext_lazy("Year"), lambda row: row.year, width=8)
    category = Told(gettext_lazy("Category"), lambda row: row.category, width=30)
    code = Told(gettext_lazy("County code"), lambda row: row.region.code if row.region else "", width=8)
    region = Told(gettext_lazy("Lead region"), lambda row: row.cost.label, width=26)
    audits = Told(gettext_lazy("Audits"), lambda row: row.cost.audits, width=10)
    invoiced = Told(gettext_lazy("Invoiced sum (kr)"), lambda row: in_kronor(row.cost.actual_ore), width=16)
    ordered = Told(gettext_lazy("Ordered, not invoiced (kr)"), lambda row: in_kronor(row.cost.ordered_ore), width=16)
    share = Told(gettext_lazy("Share of what is invoiced in the year (%)"), lambda row: in_per_cent(row.cost.share))

    class Meta:
        model = FrozenSpending


def statements_listed(by: Any, query: QueryDict) -> ComputedRows:
    """All opened years of the region that the query string names, or of all regions; of one moment with their index."""
    form = RegionAskedForm(query)
    code = form.cleaned_data["region"] if form.is_valid() else ""
    with one_moment():
        rows = statement_rows(by if getattr(by, "is_authenticated", False) else None)
        return ComputedRows(list(rows.filter(region__code=code) if code else rows))


def spending_listed(by: Any, query: QueryDict) -> ComputedRows:
    """Of the year that the query string names, or of all, the latest first; of one moment."""
    asked = {name.removeprefix("funding_year__"): value for name, value in year_asked(query).items()}
    years = visible_rows(FundingYear, by).filter(**asked).order_by("-year")
    with one_moment():
        return ComputedRows(spending_places(years, by if getattr(by, "is_authenticated", False) else None))
