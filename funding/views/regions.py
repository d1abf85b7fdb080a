"""A region's own page: what it contributes, and what it gets."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from funding.permissions import can_see_what_it_gets
from funding.presentation import year_bars
from funding.queries.figures import latest_contributions
from funding.queries.regions import gains_of, years_of
from regions.models import Region
from regions.requests import UserRequest, require_role


@require_safe
def region_show(request: UserRequest, code: str) -> HttpResponse:
    """What each region pays is open to all with a role; what it gets to itself, its group's coordinators, readers and staff."""
    require_role(request)
    region = get_object_or_404(Region.objects.visible_to(request.user), code=code)
    years = years_of(region, request.user)
    context = {
        "region": region,
        "years": years,
        "latest": next(iter(latest_contributions([region.pk])), None),
        "bars": year_bars(years),
        "gains": gains_of(region) if can_see_what_it_gets(request.user, region) else None,
    }
    return render(request, "funding/region_show.html", context)
