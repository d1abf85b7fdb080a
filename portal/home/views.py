"""The start page, put together from what the rooms say waits for the user."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import slots
from regions.permissions import has_role
from regions.requests import UserRequest


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
