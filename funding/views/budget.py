"""The secretariat's budget and outcome of a year, and where the money for audits went: sums, for all with a role."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from funding import permissions
from funding.presentation import cost_bars, line_bars, month_bars
from funding.queries.budget import budget_of, outcome_by_month
from funding.queries.moment import one_moment
from funding.queries.spending import spending_of
from funding.views.years import year_of
from regions.requests import UserRequest


@require_safe
def budget_detail(request: UserRequest, year: int) -> HttpResponse:
    """Budget, outcome and forecast line by line, and whether the contributions suffice."""
    with one_moment():
        funding_year = year_of(request.user, year)
        figures = budget_of(funding_year)
        months = outcome_by_month(funding_year, figures)
    context = {
        "year": funding_year,
        "figures": figures,
        "bars": line_bars(figures),
        "months": months,
        "month_bars": month_bars(months),
        "can_set": permissions.can_set_budget(request.user) and not funding_year.is_closed,
        "can_enter": permissions.can_enter_outcome(request.user) and not funding_year.is_closed,
        "can_see_entries": permissions.can_see_entries(request.user),
    }
    return render(request, "funding/budget_detail.html", context)


@require_safe
def spending_detail(request: UserRequest, year: int) -> HttpResponse:
    """What audits cost by kind, category and region, and what of the contributions goes back to the regions."""
    with one_moment():
        funding_year = year_of(request.user, year)
        spending = spending_of(funding_year).seen_by(request.user)
    context = {
        "year": funding_year,
        "spending": spending,
        "category_bars": cost_bars(spending.categories),
        "region_bars": cost_bars(each.cost for each in spending.regions if each.cost.audits),
    }
    return render(request, "funding/spending_detail.html", context)
