"""A region's contribution in a year, and what the region has decided."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from funding.actions.decisions import register_decision, withdraw_decision
from funding.forms.decisions import DecisionForm, WithdrawForm
from funding.models import Contribution, RegionDecision
from funding.pages.history import told
from funding.permissions import can_enter_basis, can_make_documents, can_register_decision, can_see_names
from funding.queries.decisions import decisions_of
from funding.queries.documents import newest_documents
from funding.queries.figures import contributions_with_figures
from funding.queries.payments import history_of, payments_of
from funding.views.closed import closed_page
from portal.files.responses import serve
from regions.models import User
from regions.requests import UserRequest, require


def _contribution(user: User, year: int, code: str) -> Contribution:
    return get_object_or_404(contributions_with_figures(user), funding_year__year=year, region__code=code)


@require_safe
def contribution_detail(request: UserRequest, year: int, code: str) -> HttpResponse:
    """What the region is asked for, what it has decided, and the papers."""
    contribution = _contribution(request.user, year, code)
    context = {
        "contribution": contribution,
        "year": contribution.funding_year,
        "decisions": [(each, each.covers(year)) for each in decisions_of(contribution.region)],
        "payments": payments_of(contribution),
        "documents": newest_documents(contribution, request.user),
        "can_make": can_make_documents(request.user),
        "can_enter": can_enter_basis(request.user) and contribution.funding_year.is_open,
        "by_name": can_see_names(request.user),
        "can_register": can_register_decision(request.user) and not contribution.funding_year.is_closed,
    }
    return render(request, "funding/contribution_detail.html", context)


@require_safe
def contribution_history(request: UserRequest, year: int, code: str) -> HttpResponse:
    """What was changed, and to the secretariat by whom: bases, the region's decisions for the year, invoices, payments."""
    contribution = _contribution(request.user, year, code)
    changes = told(history_of(contribution, request.GET.get("before", "")), by_name=can_see_names(request.user))
    context = {
        "contribution": contribution,
        "year": contribution.funding_year,
        "changes": changes.rows,
        "older_url": f"?{urlencode({'before': changes.older})}" if changes.older else "",
    }
    return render(request, "funding/contribution_history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decision_register(request: UserRequest, year: int, code: str) -> HttpResponse:
    """Register what the region has decided."""
    contribution = _contribution(request.user, year, code)
    require(can_register_decision(request.user))
    form = DecisionForm(request.POST or None, request.FILES or None, initial={"valid_from_year": year})
    if contribution.funding_year.is_closed:
        return closed_page(request, contribution.funding_year, form)
    if request.method == "POST" and form.is_valid():
        try:
            register_decision(by=request.user, region=contribution.region, **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The decision of %(region)s is registered.") % {"region": contribution.region})
            return redirect("funding:contribution-detail", year, code)
    context = {"form": form, "contribution": contribution, "year": contribution.funding_year}
    return render(request, "funding/decision_register.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decision_withdraw(request: UserRequest, year: int, code: str, public_id: str) -> HttpResponse:
    """Take a wrongly registered decision back, with the reason."""
    contribution = _contribution(request.user, year, code)
    decision = get_object_or_404(decisions_of(contribution.region), public_id=public_id)
    require(can_register_decision(request.user))
    form = WithdrawForm(request.POST or None)
    if contribution.funding_year.is_closed:
        return closed_page(request, contribution.funding_year, form)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_decision(by=request.user, decision=decision, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, _("The decision %(number)s is withdrawn.") % {"number": decision.registration_number}
            )
            return redirect("funding:contribution-detail", year, code)
    context = {"form": form, "contribution": contribution, "year": contribution.funding_year, "decision": decision}
    return render(request, "funding/decision_withdraw.html", context)


@require_safe
def decision_document(request: UserRequest, public_id: str) -> HttpResponseBase:
    """The region's paper: open to all who see what each region pays."""
    decisions = RegionDecision.objects.visible_to(request.user).select_related("document")
    decision = get_object_or_404(decisions, public_id=public_id)
    if decision.document is None:
        raise Http404
    return serve(decision.document)
