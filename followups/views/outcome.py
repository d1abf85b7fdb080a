"""Pages about what a follow-up leads to: a light set by hand, the secretariat's recommendation, a region's decision."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from codeofconduct.models import Contract
from followups.actions.light import override_light, withdraw_override
from followups.actions.sanctions import decide_sanction, recommend, withdraw_recommendation
from followups.forms.outcome import (
    DecideForm,
    OverrideForm,
    RecommendForm,
    WithdrawOverrideForm,
    WithdrawRecommendationForm,
)
from followups.models import FollowUp, FollowUpContract, SanctionRecommendation
from followups.permissions import can_decide, can_override_light, can_recommend_sanction
from followups.queries.follow_ups import row_of, with_progress
from followups.queries.outcome import (
    latest_decision,
    override_of,
    parties_of,
    recommendation_of,
    terms_of,
)
from followups.views.follow_ups import visible
from regions.requests import UserRequest, require

PAGE = ["GET", "HEAD", "POST"]


@require_http_methods(PAGE)
def light_override(request: UserRequest, public_id: str) -> HttpResponse:
    follow_up = visible(request, public_id, with_progress(FollowUp.objects.all()))
    require(can_override_light(request.user, follow_up))
    form = OverrideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            override_light(by=request.user, follow_up=follow_up, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The light is set by hand. The derived one stands beside it."))
            return redirect("followups:follow-up-detail", follow_up.public_id)
    context = {"form": form, "follow_up": follow_up, "light": row_of(follow_up).light}
    return render(request, "followups/light_override.html", context)


@require_http_methods(PAGE)
def light_withdraw(request: UserRequest, public_id: str) -> HttpResponse:
    """404 where no light is set by hand, as after someone else has withdrawn it."""
    follow_up = visible(request, public_id)
    require(can_override_light(request.user, follow_up))
    override = override_of(follow_up)
    if override is None:
        raise Http404
    form = WithdrawOverrideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        withdraw_override(by=request.user, override=override, **form.cleaned_data)
        messages.success(request, _("The derived light holds again."))
        return redirect("followups:follow-up-detail", follow_up.public_id)
    context = {"form": form, "follow_up": follow_up, "override": override}
    return render(request, "followups/light_withdraw.html", context)


@require_http_methods(PAGE)
def recommendation_make(request: UserRequest, public_id: str) -> HttpResponse:
    follow_up = visible(request, public_id)
    require(can_recommend_sanction(request.user, follow_up))
    form = RecommendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            recommend(by=request.user, follow_up=follow_up, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The step is recommended. The contracting regions decide."))
            return redirect("followups:follow-up-detail", follow_up.public_id)
    context = {"form": form, "follow_up": follow_up, "present": recommendation_of(follow_up)}
    return render(request, "followups/recommendation_make.html", context)


@require_http_methods(PAGE)
def recommendation_withdraw(request: UserRequest, public_id: str) -> HttpResponse:
    found = SanctionRecommendation.objects.visible_to(request.user).select_related(
        "follow_up__supplier", "follow_up__category"
    )
    recommendation = get_object_or_404(found, public_id=public_id)
    require(can_recommend_sanction(request.user, recommendation.follow_up))
    form = WithdrawRecommendationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        withdraw_recommendation(by=request.user, recommendation=recommendation, **form.cleaned_data)
        messages.success(request, _("The recommendation is withdrawn. No decision is awaited."))
        return redirect("followups:follow-up-detail", recommendation.follow_up.public_id)
    context = {"form": form, "follow_up": recommendation.follow_up, "recommendation": recommendation}
    return render(request, "followups/recommendation_withdraw.html", context)


def _participation(request: UserRequest, public_id: str) -> FollowUpContract:
    """Of a contract that the user may see."""
    found = FollowUpContract.objects.filter(
        contract__in=Contract.objects.visible_to(request.user).values("pk"),
        follow_up__in=FollowUp.objects.visible_to(request.user).values("pk"),
    ).select_related("follow_up__supplier", "follow_up__category", "contract__region", "contract__clause_version")
    return get_object_or_404(found.prefetch_related("contract__contract_parameters"), public_id=public_id)


@require_http_methods(PAGE)
def decision_make(request: UserRequest, public_id: str, code: str) -> HttpResponse:
    """What region `code` decides about a participating contract."""
    participation = _participation(request, public_id)
    follow_up, contract = participation.follow_up, participation.contract
    region = get_object_or_404(parties_of(contract), code=code)
    require(can_decide(request.user, region, follow_up))
    latest, terms = latest_decision(follow_up, contract, region), terms_of(contract)
    form = DecideForm(request.POST or None, terms=terms, seen=latest.public_id if latest else "")
    about: dict[str, Any] = {"follow_up": follow_up, "contract": contract, "region": region}
    if request.method == "POST" and form.is_valid():
        try:
            decide_sanction(by=request.user, **about, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            form.look_again()
        else:
            messages.success(
                request, _("The decision is registered. Your region, the secretariat and the area coordinator see it.")
            )
            return redirect("followups:follow-up-detail", follow_up.public_id)
    told = {"form": form, "terms": terms, "latest": latest, "recommendation": recommendation_of(follow_up)}
    return render(request, "followups/decision_make.html", about | told)
