"""Follow-ups by state, and the list for a purchasing group's meeting."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from followups.forms.calendar import BoardForm
from followups.permissions import can_see_follow_ups
from followups.queries.board import ON_A_MEETING_LIST, board_of, meeting_of
from followups.queries.plan import groups_listed
from portal import clock
from regions.models import PurchasingGroup
from regions.requests import UserRequest


@require_safe
def board(request: UserRequest) -> HttpResponse:
    if not can_see_follow_ups(request.user):
        raise Http404
    form = BoardForm(request.GET)
    form.is_valid()
    kept = request.GET.copy()
    for name in ("state", "after", "before"):
        kept.pop(name, None)
    context = {"form": form, "columns": board_of(request.user, form.cleaned_data), "rest": kept.urlencode()}
    return render(request, "followups/board.html", context)


@require_safe
def group_list(request: UserRequest, letter: str) -> HttpResponse:
    """What the group goes through at its monthly meeting, to be printed."""
    if not can_see_follow_ups(request.user):
        raise Http404
    group = get_object_or_404(PurchasingGroup, letter=letter)
    context = {
        "group": group,
        "groups": groups_listed(),
        "meeting": meeting_of(request.user, group),
        "today": clock.today(),
        "most": ON_A_MEETING_LIST,
    }
    return render(request, "followups/group_list.html", context)
