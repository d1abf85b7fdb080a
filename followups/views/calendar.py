"""The calendar of follow-ups."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from followups.forms.calendar import CalendarForm
from followups.permissions import can_see_follow_ups
from followups.queries.calendar import MOST_EVENTS, month_of
from portal import clock
from regions.requests import UserRequest


@require_safe
def calendar(request: UserRequest) -> HttpResponse:
    """A month: a grid to look at, and the same as a list."""
    if not can_see_follow_ups(request.user):
        raise Http404
    query = request.GET.copy()
    query.setdefault("month", f"{clock.today():%Y-%m}")
    form = CalendarForm(query)
    form.is_valid()
    month = month_of(request.user, form.cleaned_data, form.first)
    rest = request.GET.copy()
    rest.pop("month", None)
    context = {"form": form, "month": month, "rest": rest.urlencode(), "most": MOST_EVENTS}
    return render(request, "followups/calendar.html", context)
