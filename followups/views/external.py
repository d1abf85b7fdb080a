"""Pages about results that others made."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codeofconduct.models import Supplier
from followups.actions.external import add_body, offer_body, register_result, revise_result, withdraw_external
from followups.forms.external import BodyForm, ResultEditForm, ResultFilterForm, ResultRegisterForm
from followups.forms.reuse import WithdrawForm
from followups.models import ExternalResult, ResultBody
from followups.permissions import can_change_result, can_keep_reuse, can_register_result, can_reuse
from followups.queries.external import (
    bodies_listed,
    facility_shown,
    result_page,
    results_of_supplier,
    reuses_of,
    with_names,
)
from portal.files.responses import serve
from portal.history.versions import StaleVersionError
from portal.ui.responses import Comparison, at_version, conflict
from portal.ui.templatetags.formats import shown
from regions.requests import UserRequest, require, require_role


def _visible(request: UserRequest, public_id: str) -> ExternalResult:
    return get_object_or_404(with_names(ExternalResult.objects.visible_to(request.user)), public_id=public_id)


@require_safe
def external_result_list(request: UserRequest) -> HttpResponse:
    require_role(request)
    form = ResultFilterForm(request.GET)
    form.is_valid()
    context = {
        "form": form,
        "page": result_page(request.user, form.cleaned_data, request.GET),
        "is_narrowed": any(form.cleaned_data.values()),
        "may_keep": can_keep_reuse(request.user),
    }
    return render(request, "followups/external_result_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def external_result_register(request: UserRequest, public_id: str) -> HttpResponse:
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user).current(), public_id=public_id)
    require(can_register_result(request.user))
    form = ResultRegisterForm(request.POST or None, request.FILES or None, user=request.user, supplier=supplier)
    if request.method == "POST" and form.is_valid():
        try:
            result = register_result(by=request.user, supplier=supplier, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The result is registered. It counts for reuse by the same rules as our own."))
            return redirect("followups:external-result-detail", result.public_id)
    earlier = results_of_supplier(request.user, supplier)[:5]
    context = {"form": form, "supplier": supplier, "earlier": earlier}
    return render(request, "followups/external_result_register.html", context)


@require_safe
def external_result_detail(request: UserRequest, public_id: str) -> HttpResponse:
    result = _visible(request, public_id)
    may_read = ExternalResult.objects.with_document_for(request.user).filter(pk=result.pk).exists()
    context = {
        "result": result,
        "facility": facility_shown(request.user, result),
        "document": result.document if may_read else None,
        "reuses": reuses_of(request.user, external_result=result),
        "may_change": can_change_result(request.user, result),
        "may_reuse": can_reuse(request.user) and result.withdrawn_at is None,
    }
    return render(request, "followups/external_result_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def external_result_edit(request: UserRequest, public_id: str) -> HttpResponse:
    result = _visible(request, public_id)
    require(can_change_result(request.user, result))
    form = ResultEditForm(request.POST or None, request.FILES or None, user=request.user, result=result)
    if request.method == "POST" and form.is_valid():
        try:
            revise_result(by=request.user, result=result, **form.cleaned_data)
        except StaleVersionError as error:
            return _edit_conflict(request, form, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The result is saved."))
            return redirect("followups:external-result-detail", result.public_id)
    return render(request, "followups/external_result_edit.html", {"form": form, "result": result})


def _edit_conflict(
    request: UserRequest, form: ResultEditForm, error: StaleVersionError[ExternalResult]
) -> HttpResponse:
    stored, typed = error.stored, form.cleaned_data
    again = ResultEditForm(at_version(request.POST, stored.version), user=request.user, result=stored)
    comparisons = [
        Comparison(form.fields[name].label, _told(form, name, typed[name]), _told(form, name, getattr(stored, name)))
        for name in form.fields
        if name not in {"version", "document"} and typed[name] != getattr(stored, name)
    ]
    url = reverse("followups:external-result-detail", args=[stored.public_id])
    return conflict(request, "409.html", {"form": again, "back_url": url}, comparisons=comparisons)


def _told(form: ResultEditForm, name: str, value: Any) -> str:
    """The word that the form offers for the value, else the value as pages write it."""
    words = dict(getattr(form.fields[name], "choices", ())) if isinstance(value, str) else {}
    return str(words.get(value) or shown(value) or "–")


@require_http_methods(["GET", "HEAD", "POST"])
def external_result_withdraw(request: UserRequest, public_id: str) -> HttpResponse:
    result = _visible(request, public_id)
    require(can_change_result(request.user, result))
    form = WithdrawForm(request.POST or None, version=result.version)
    url = reverse("followups:external-result-detail", args=[result.public_id])
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_external(by=request.user, result=result, **form.cleaned_data)
        except StaleVersionError as error:
            again = WithdrawForm(at_version(request.POST, error.stored.version), version=error.stored.version)
            return conflict(request, "409.html", {"form": again, "back_url": url})
        messages.success(request, _("The result is withdrawn: it can no longer be reused."))
        return redirect(url)
    return render(request, "followups/external_result_withdraw.html", {"form": form, "result": result})


@require_safe
def external_result_document(request: UserRequest, public_id: str) -> FileResponse:
    results = ExternalResult.objects.with_document_for(request.user).select_related("document")
    document = get_object_or_404(results, public_id=public_id).document
    if document is None:
        raise Http404
    return serve(document)


@require_http_methods(["GET", "HEAD", "POST"])
def body_list(request: UserRequest) -> HttpResponse:
    """The bodies whose results are registered, and the form for another."""
    require_role(request)
    require(can_keep_reuse(request.user))
    form = BodyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_body(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The body can be chosen from now on."))
            return redirect("followups:body-list")
    return render(request, "followups/body_list.html", {"form": form, "bodies": bodies_listed()})


@require_POST
def body_offer(request: UserRequest, public_id: str) -> HttpResponse:
    """Let the body be chosen, or no longer."""
    require_role(request)
    body = get_object_or_404(ResultBody, public_id=public_id)
    require(can_keep_reuse(request.user))
    offer_body(by=request.user, body=body, is_offered=not body.is_offered)
    return redirect("followups:body-list")
