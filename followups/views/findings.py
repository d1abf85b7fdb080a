"""Pages about findings, their evidence and their corrective actions."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from followups.actions.findings import add_action, mark_action_done, revise_finding, submit_finding
from followups.forms.findings import ActionForm, FindingEditForm, FindingForm
from followups.models import CorrectiveAction, Evidence, Finding
from followups.permissions import can_change_finding, can_submit_finding
from followups.views.follow_ups import visible
from portal.files.responses import serve
from portal.history.versions import StaleVersionError
from portal.ui.responses import Comparison, at_version, conflict
from regions.requests import UserRequest, require


def _visible_finding(request: UserRequest, public_id: str) -> Finding:
    findings = Finding.objects.visible_to(request.user).select_related(
        "follow_up__supplier", "follow_up__category", "follow_up__clause_version", "severity", "requirement", "section"
    )
    return get_object_or_404(findings, public_id=public_id)


def _to_finding(finding: Finding) -> HttpResponseRedirect:
    page = reverse("followups:follow-up-detail", args=[finding.follow_up.public_id])
    return redirect(f"{page}#finding-{finding.public_id}")


@require_http_methods(["GET", "HEAD", "POST"])
def finding_submit(request: UserRequest, public_id: str) -> HttpResponse:
    follow_up = visible(request, public_id)
    require(can_submit_finding(request.user, follow_up))
    form = FindingForm(request.POST or None, request.FILES or None, follow_up=follow_up)
    if request.method == "POST" and form.is_valid():
        try:
            finding = submit_finding(by=request.user, follow_up=follow_up, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The finding is submitted."))
            return _to_finding(finding)
    return render(request, "followups/finding_submit.html", {"form": form, "follow_up": follow_up})


@require_http_methods(["GET", "HEAD", "POST"])
def finding_edit(request: UserRequest, public_id: str) -> HttpResponse:
    finding = _visible_finding(request, public_id)
    require(can_change_finding(request.user, finding))
    form = FindingEditForm(request.POST or None, finding=finding)
    if request.method == "POST" and form.is_valid():
        try:
            revise_finding(by=request.user, finding=finding, **form.cleaned_data)
        except StaleVersionError as error:
            return _edit_conflict(request, form, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The finding is saved."))
            return _to_finding(finding)
    return render(request, "followups/finding_edit.html", {"form": form, "finding": finding})


def _edit_conflict(request: UserRequest, form: FindingEditForm, error: StaleVersionError[Finding]) -> HttpResponse:
    stored, typed = error.stored, form.cleaned_data
    again = FindingEditForm(at_version(request.POST, stored.version), finding=stored)
    comparisons = [
        Comparison(form.fields[name].label, str(typed[name] or "–"), str(getattr(stored, name) or "–"))
        for name in ("text", "severity", "requirement", "section")
        if typed[name] != getattr(stored, name)
    ]
    context = {"form": again, "follow_up": stored.follow_up}
    return conflict(request, "followups/conflict.html", context, comparisons=comparisons)


@require_http_methods(["GET", "HEAD", "POST"])
def action_add(request: UserRequest, public_id: str) -> HttpResponse:
    finding = _visible_finding(request, public_id)
    require(can_change_finding(request.user, finding))
    form = ActionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_action(by=request.user, finding=finding, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The corrective action is added."))
            return _to_finding(finding)
    return render(request, "followups/action_add.html", {"form": form, "finding": finding})


@require_POST
def action_done(request: UserRequest, public_id: str) -> HttpResponse:
    actions = CorrectiveAction.objects.visible_to(request.user).select_related("finding__follow_up__category")
    action = get_object_or_404(actions, public_id=public_id)
    require(can_change_finding(request.user, action.finding))
    try:
        mark_action_done(by=request.user, action=action)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The corrective action is marked as done."))
    return _to_finding(action.finding)


@require_safe
def evidence_download(request: UserRequest, public_id: str) -> FileResponse:
    evidence = Evidence.objects.visible_to(request.user).select_related("file")
    return serve(get_object_or_404(evidence, public_id=public_id).file)
