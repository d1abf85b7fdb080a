"""What a region has contributed over the years, and the price index that makes the years comparable."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from funding.permissions import can_import_price_index, can_see_names
from funding.presentation import year_bars
from funding.queries.statements import price_indices, statement_of
from regions.models import Region
from regions.requests import UserRequest, require_role


@require_safe
def statement(request: UserRequest, code: str) -> HttpResponse:
    """All years of a region, in current prices and, where an index is loaded, in fixed ones."""
    region = get_object_or_404(Region.objects.visible_to(request.user), code=code)
    found = statement_of(region)
    context = {
        "region": region,
        "statement": found,
        "bars": year_bars([each.contribution for each in found.years]),
        "can_import": can_import_price_index(request.user),
    }
    return render(request, "funding/statement.html", context)


@require_safe
def price_index(request: UserRequest) -> HttpResponse:
    """Every registered figure with its source; those that a later one replaced are told."""
    require_role(request)
    context = {
        "figures": price_indices(),
        "can_import": can_import_price_index(request.user),
        "by_name": can_see_names(request.user),
    }
    return render(request, "funding/price_index.html", context)
