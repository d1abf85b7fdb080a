"""Pages about the regions themselves."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from regions.models import Region
from regions.queries import groups_of, population_of, regions_with_latest_population
from regions.requests import UserRequest
from regions.slots import region_sections


@require_safe
def region_list(request: UserRequest) -> HttpResponse:
    """All regions with their purchasing group and latest known population."""
    return render(request, "regions/region_list.html", {"regions": regions_with_latest_population(request.user)})


@require_safe
def region_detail(request: UserRequest, code: str) -> HttpResponse:
    """One region: who it is, how many live there, and what upper rooms add."""
    region = get_object_or_404(Region.objects.visible_to(request.user), code=code)
    context = {
        "region": region,
        "figures": population_of(region),
        "groups": groups_of(region),
        "sections": [section for fill in region_sections if (section := fill(request.user, region))],
    }
    return render(request, "regions/region_detail.html", context)
