"""The pages of the lists of findings and corrective actions; that of follow-ups stands with them."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from followups.enums.lists import ListKey
from followups.forms.lists import ActionListForm, FindingListForm
from followups.pages.lists import list_context
from followups.permissions import can_see_follow_ups, can_work_any
from followups.queries.corrective_actions import action_page, actions_listed
from followups.queries.findings import finding_page, findings_listed
from regions.requests import UserRequest


@require_safe
def finding_list(request: UserRequest) -> HttpResponse:
    if not can_see_follow_ups(request.user):
        raise Http404
    form = FindingListForm(request.GET)
    form.is_valid()
    found = findings_listed(request.user, form.cleaned_data)
    page = finding_page(found, request.user, request.GET, form.page_order())
    context = list_context(request.user, ListKey.FINDINGS, form, found, page, request.GET)
    return render(request, "followups/finding_list.html", context)


@require_safe
def action_list(request: UserRequest) -> HttpResponse:
    if not can_see_follow_ups(request.user):
        raise Http404
    form = ActionListForm(request.GET)
    form.is_valid()
    found = actions_listed(request.user, form.cleaned_data)
    page = action_page(found, request.user, request.GET, form.page_order())
    context = list_context(request.user, ListKey.ACTIONS, form, found, page, request.GET)
    return render(request, "followups/action_list.html", context | {"may_work": can_work_any(request.user)})
