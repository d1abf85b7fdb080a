"""The start page, put together from what the rooms say waits for the user, and the search over all rooms."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import slots
from portal.home import queries
from portal.home.forms import PlaceForm, SearchForm
from regions.permissions import has_role
from regions.requests import UserRequest, require_role


@require_safe
def start(request: UserRequest) -> HttpResponse:
    """What needs attention first: tiles, then what is under way, then what is good to know."""
    user = request.user
    return render(
        request,
        "home/start.html",
        {
            "has_role": has_role(user),
            "tiles": [tile for tiles in slots.attention for tile in tiles(user)],
            "sections": [section for fill in slots.start_sections if (section := fill(user))],
            "asides": [aside for fill in slots.start_asides if (aside := fill(user))],
        },
    )


@require_safe
def search(request: UserRequest) -> HttpResponse:
    """One box over everything that the user may see."""
    require_role(request)
    form, found, text = SearchForm(request.GET or None), None, ""
    if form.is_bound and form.is_valid() and (text := form.cleaned_data["q"]):
        page = PlaceForm(request.GET).number
        found = queries.found(request.user, text=text, kind=form.cleaned_data["kind"], page=page)
    return render(request, "home/search.html", {"form": form, "found": found, "text": text})
