"""The process as a page: the table that moves follow-ups, told to those who work with it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from followups.enums.follow_ups import TRANSITIONS
from regions.requests import UserRequest, require_role


@require_safe
def process(request: UserRequest) -> HttpResponse:
    require_role(request)
    return render(request, "followups/process.html", {"transitions": TRANSITIONS.values()})
