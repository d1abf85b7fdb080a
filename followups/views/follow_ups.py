"""Pages about a follow-up as a whole."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from followups.actions.follow_ups import assign_follow_up, move_follow_up, share_follow_up
from followups.actions.reuse import open_beside
from followups.enums.follow_ups import Transition, transitions_from
from followups.enums.lists import ListKey
from followups.forms.follow_ups import AssignForm, FilterForm, MoveForm, OpenForm, ShareForm, SupplierForm
from followups.models import FollowUp
from followups.models.follow_ups import FollowUpQuerySet
from followups.pages.detail import detail_context
from followups.pages.lists import list_context
from followups.pages.reuse import opening_context
from followups.permissions import (
    can_assign,
    can_coordinate,
    can_coordinate_any,
    can_move,
    can_open_follow_up,
    can_read_reports,
    can_see_existing,
    can_see_follow_ups,
)
from followups.queries.follow_ups import (
    follow_up_page,
    follow_ups_listed,
    suppliers_to_follow_up,
    with_progress,
)
from portal.history.versions import StaleVersionError
from portal.search.ordering import swedish
from portal.ui.paging import key_page
from portal.ui.responses import Comparison, at_version, conflict
from portal.ui.templatetags.formats import day
from regions.requests import UserRequest, require


def visible(request: UserRequest, public_id: str, follow_ups: FollowUpQuerySet | None = None) -> FollowUp:
    """The follow-up as far as this user may see it, otherwise 404."""
    found = FollowUp.objects.select_related("supplier", "category", "lead_region", "handler", "clause_version")
    return get_object_or_404(
        (found if follow_ups is None else follow_ups).visible_to(request.user), public_id=public_id
    )


@require_safe
def follow_up_list(request: UserRequest) -> HttpResponse:
    if not can_see_follow_ups(request.user):
        raise Http404
    form = FilterForm(request.GET)
    form.is_valid()
    found = follow_ups_listed(request.user, form.cleaned_data)
    page = follow_up_page(found, request.user, request.GET, form.page_order())
    context = {
        **list_context(request.user, ListKey.FOLLOW_UPS, form, found, page, request.GET),
        "may_open": can_open_follow_up(request.user),
        "may_coordinate": can_coordinate_any(request.user),
        "reads_reports": can_read_reports(request.user),
    }
    return render(request, "followups/follow_up_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_open(request: UserRequest) -> HttpResponse:
    """Two steps: the supplier by GET, then what exists for it already; staff may open another all the same."""
    if not can_see_follow_ups(request.user):
        raise Http404
    may_open = can_open_follow_up(request.user)
    require(may_open or (can_see_existing(request.user) and request.method != "POST"))
    chosen = SupplierForm(request.GET, user=request.user)
    chosen.is_valid()
    supplier, text = chosen.cleaned_data.get("supplier"), chosen.cleaned_data.get("q", "")
    if supplier is None:
        page = key_page(suppliers_to_follow_up(request.user, text), request.GET, by=swedish("name"))
        context = {"form": chosen, "page": page, "text": text, "may_open": may_open}
        return render(request, "followups/follow_up_open_supplier.html", context)
    report = chosen.cleaned_data.get("report")
    context = {**opening_context(request.user, supplier, request.GET), "report": report}
    if not may_open:
        return render(request, "followups/follow_up_open.html", context)
    about: dict[str, Any] = {"supplier": supplier, "report": report}
    form = OpenForm(request.POST or None, user=request.user, usable=context["usable"], **about)
    if request.method == "POST" and form.is_valid():
        try:
            follow_up = open_beside(by=request.user, existing=context["usable"], **about, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The follow-up is open. Now say who carries it out."))
            return redirect("followups:follow-up-assign", follow_up.public_id)
    return render(request, "followups/follow_up_open.html", {**context, "form": form})


@require_safe
def follow_up_detail(request: UserRequest, public_id: str) -> HttpResponse:
    follow_ups = with_progress(FollowUp.objects.all()).select_related(
        "supplier", "category", "lead_region", "handler", "clause_version", "created_by", "assigned_by", "shared_by"
    )
    follow_up = visible(request, public_id, follow_ups)
    return render(request, "followups/follow_up_detail.html", detail_context(request.user, follow_up))


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_assign(request: UserRequest, public_id: str) -> HttpResponse:
    follow_up = visible(request, public_id)
    require(can_assign(request.user, follow_up))
    form = AssignForm(request.POST or None, follow_up=follow_up)
    if request.method == "POST" and form.is_valid():
        try:
            assign_follow_up(by=request.user, follow_up=follow_up, **form.cleaned_data)
        except StaleVersionError as error:
            return _assign_conflict(request, form, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Case handler and date are saved."))
            return redirect("followups:follow-up-detail", follow_up.public_id)
    return render(request, "followups/follow_up_assign.html", {"form": form, "follow_up": follow_up})


def _assign_conflict(request: UserRequest, form: AssignForm, error: StaleVersionError[FollowUp]) -> HttpResponse:
    stored, typed = error.stored, form.cleaned_data
    again = AssignForm(at_version(request.POST, stored.version), follow_up=stored)
    return conflict(
        request,
        "followups/conflict.html",
        {"form": again, "follow_up": stored},
        comparisons=[
            Comparison(_("Case handler"), str(typed["handler"] or "–"), str(stored.handler or "–")),
            Comparison(_("Planned date"), day(typed["planned_on"]), day(stored.planned_on)),
        ],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_share(request: UserRequest, public_id: str) -> HttpResponse:
    follow_up = visible(request, public_id)
    require(can_coordinate(request.user, follow_up))
    form = ShareForm(request.POST or None, follow_up=follow_up)
    if request.method == "POST" and form.is_valid():
        try:
            shared = share_follow_up(by=request.user, follow_up=follow_up, **form.cleaned_data)
        except StaleVersionError as error:
            return _share_conflict(request, form, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Who may read it now: %(tier)s.") % {"tier": shared.get_sharing_tier_display()})
            return redirect("followups:follow-up-detail", follow_up.public_id)
    return render(request, "followups/follow_up_share.html", {"form": form, "follow_up": follow_up})


def _share_conflict(request: UserRequest, form: ShareForm, error: StaleVersionError[FollowUp]) -> HttpResponse:
    stored, tier = error.stored, form.cleaned_data["tier"]
    again = ShareForm(at_version(request.POST, stored.version), follow_up=stored)
    comparison = Comparison(form.fields["tier"].label, str(tier.label), stored.get_sharing_tier_display())
    context = {"form": again, "follow_up": stored}
    return conflict(request, "followups/conflict.html", context, comparisons=[comparison])


def _moves(request: UserRequest, follow_up: FollowUp) -> list[Transition]:
    return [move for move in transitions_from(follow_up.state) if can_move(request.user, follow_up, move)]


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_move(request: UserRequest, public_id: str) -> HttpResponse:
    follow_up = visible(request, public_id)
    moves = _moves(request, follow_up)
    require(bool(moves))
    form = MoveForm(request.POST or None, follow_up=follow_up, transitions=moves)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("transition", "reason", "version")}
        try:
            moved = move_follow_up(by=request.user, follow_up=follow_up, **values)
        except StaleVersionError as error:
            return _move_conflict(request, form, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The follow-up is now: %(state)s.") % {"state": moved.get_state_display()})
            return redirect("followups:follow-up-detail", follow_up.public_id)
    return render(request, "followups/follow_up_move.html", {"form": form, "follow_up": follow_up})


def _move_conflict(request: UserRequest, form: MoveForm, error: StaleVersionError[FollowUp]) -> HttpResponse:
    stored, target = error.stored, form.cleaned_data["transition"].target
    again = MoveForm(at_version(request.POST, stored.version), follow_up=stored, transitions=_moves(request, stored))
    comparison = Comparison(form.fields["target"].label, str(target.label), stored.get_state_display())
    context = {"form": again, "follow_up": stored}
    return conflict(request, "followups/conflict.html", context, comparisons=[comparison])
