"""Several rows at once: ticked in a list, shown as what they would become, and then changed, all of them or none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from followups.actions.bulk import assign_follow_ups, mark_actions_done, move_due_dates, share_follow_ups
from followups.enums.lists import LIST_PAGES, ListKey
from followups.forms.bulk import AssignManyForm, BulkForm, ChosenForm, MoveDueDatesForm, ShareManyForm
from followups.pages.bulk import Preview, assigning, finishing, moving, sharing
from followups.permissions import can_coordinate_any, can_work_any
from followups.queries.bulk import chosen_actions, chosen_follow_ups
from portal.history.versions import StaleVersionError
from regions.models import User
from regions.requests import UserRequest, require, require_role


@dataclass(frozen=True)
class Bulk:
    """One way to change several rows. `values`: the fields of its form that the change needs; none: nothing is asked."""

    title: Any
    confirm: Any
    list_key: ListKey
    rows: Callable[[User, Sequence[str]], list[Any]]
    form: Callable[[Any, list[Any]], BulkForm]
    preview: Callable[[User, list[Any], dict[str, Any]], Preview[Any]]
    act: Callable[[User, list[Any], dict[str, Any]], None]
    values: tuple[str, ...] = ()


ASSIGN = Bulk(
    gettext_lazy("Who should handle the chosen follow-ups?"),
    gettext_lazy("Assign the case handler"),
    ListKey.FOLLOW_UPS,
    chosen_follow_ups,
    lambda data, rows: AssignManyForm(data, follow_ups=rows),
    lambda user, rows, values: assigning(user, rows, values.get("handler")),
    lambda user, rows, values: assign_follow_ups(by=user, follow_ups=rows, handler=values["handler"]),
    values=("handler",),
)
SHARE = Bulk(
    gettext_lazy("Who may read the chosen follow-ups?"),
    gettext_lazy("Share them so"),
    ListKey.FOLLOW_UPS,
    chosen_follow_ups,
    lambda data, rows: ShareManyForm(data),
    lambda user, rows, values: sharing(user, rows, values.get("tier")),
    lambda user, rows, values: share_follow_ups(by=user, follow_ups=rows, tier=values["tier"]),
    values=("tier",),
)
FINISH = Bulk(
    gettext_lazy("Are the chosen corrective actions done?"),
    gettext_lazy("Mark them as done"),
    ListKey.ACTIONS,
    chosen_actions,
    lambda data, rows: BulkForm(data),
    lambda user, rows, values: finishing(user, rows),
    lambda user, rows, values: mark_actions_done(by=user, actions=rows),
)
MOVE = Bulk(
    gettext_lazy("When are the chosen corrective actions due instead?"),
    gettext_lazy("Move the due date"),
    ListKey.ACTIONS,
    chosen_actions,
    lambda data, rows: MoveDueDatesForm(data),
    lambda user, rows, values: moving(user, rows, values.get("due_on")),
    lambda user, rows, values: move_due_dates(by=user, actions=rows, due_on=values["due_on"], reason=values["reason"]),
    values=("due_on", "reason"),
)


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_assign(request: UserRequest) -> HttpResponse:
    require_role(request)
    require(can_coordinate_any(request.user))
    return _changed(request, ASSIGN)


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_share(request: UserRequest) -> HttpResponse:
    require_role(request)
    require(can_coordinate_any(request.user))
    return _changed(request, SHARE)


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_done(request: UserRequest) -> HttpResponse:
    require_role(request)
    require(can_work_any(request.user))
    return _changed(request, FINISH)


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_due(request: UserRequest) -> HttpResponse:
    require_role(request)
    require(can_work_any(request.user))
    return _changed(request, MOVE)


def _changed(request: UserRequest, bulk: Bulk) -> HttpResponse:
    """The preview by GET; by POST the change, if it is what the preview showed."""
    data = request.POST if request.method == "POST" else request.GET
    ticked = ChosenForm(data)
    ticked.is_valid()
    rows = bulk.rows(request.user, ticked.cleaned_data.get("chosen") or [])
    asked = request.method == "POST" or "preview" in data or not bulk.values
    form = bulk.form(data if asked else None, rows)
    valid = asked and form.is_valid()
    preview = bulk.preview(request.user, rows, form.cleaned_data if valid else {})
    status = 200
    if request.method == "POST" and valid and preview.rows:
        fault = _done(request.user, bulk, form, preview)
        if not fault:
            return _back(request, bulk, ticked, preview)
        form.add_error(None, fault)
        status, rows = 409, bulk.rows(request.user, ticked.cleaned_data.get("chosen") or [])
        preview = bulk.preview(request.user, rows, form.cleaned_data)
    context = {"bulk": bulk, "form": form, "ticked": ticked, "preview": preview, "is_judged": valid}
    context["list_url"] = _list_url(bulk, ticked)
    return render(request, "followups/bulk.html", context, status=status)


def _done(user: User, bulk: Bulk, form: BulkForm, preview: Preview[Any]) -> str:
    """Do it; otherwise the sentence that says why nothing was changed."""
    moved = _("Something was changed by someone else meanwhile, so nothing was done. Read what would change now.")
    if form.cleaned_data["seen"] != preview.seen:
        return moved
    try:
        bulk.act(user, preview.rows, form.cleaned_data)
    except StaleVersionError:
        return moved
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _back(request: UserRequest, bulk: Bulk, ticked: ChosenForm, preview: Preview[Any]) -> HttpResponse:
    count = len(preview.rows)
    text = ngettext("%(count)d row is changed.", "%(count)d rows are changed.", count) % {"count": count}
    if preview.staying:
        left = len(preview.staying)
        text += " " + ngettext("%(count)d stays as it was.", "%(count)d stay as they were.", left) % {"count": left}
    messages.success(request, text)
    return redirect(_list_url(bulk, ticked))


def _list_url(bulk: Bulk, ticked: ChosenForm) -> str:
    """The list as it was when the rows were ticked."""
    query = ticked.cleaned_data.get("back", "")
    return f"{reverse(LIST_PAGES[bulk.list_key])}{'?' if query else ''}{query}"
