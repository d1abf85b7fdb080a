"""Pages about findings, their evidence and their corrective actions."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codeofconduct.presentation.conflicts import differences
from followups.actions.findings import (
    add_action,
    add_evidence,
    date_evidence,
    mark_action_done,
    revise_finding,
    submit_finding,
)
from followups.forms.findings import ActionForm, EvidenceDatesForm, EvidenceForm, FindingEditForm, FindingForm
from followups.models import CorrectiveAction, Evidence, Finding, FollowUp
from followups.models.findings import staleness
from followups.permissions import can_submit_finding, can_work
from followups.views.follow_ups import visible
from portal import clock
from portal.files.responses import serve
from portal.history.versions import StaleVersionError
from portal.ui.responses import at_version, conflict
from regions.requests import UserRequest, require


def _visible_finding(request: UserRequest, public_id: str) -> Finding:
    findings = Finding.objects.visible_to(request.user).select_related(
        "follow_up__supplier",
        "follow_up__category",
        "follow_up__clause_version",
        "severity",
        "requirement",
        "section",
        "facility",
    )
    return get_object_or_404(findings, public_id=public_id)


def _require_work(request: UserRequest, follow_up: FollowUp) -> None:
    """Those who work in it. What an old page sends to one that has ended is answered with a sentence, not with a 403."""
    may = can_work if request.method == "POST" else can_submit_finding
    require(may(request.user, follow_up))


def _to_finding(finding: Finding) -> HttpResponseRedirect:
    page = reverse("followups:follow-up-detail", args=[finding.follow_up.public_id])
    return redirect(f"{page}#finding-{finding.public_id}")


@require_http_methods(["GET", "HEAD", "POST"])
def finding_submit(request: UserRequest, public_id: str) -> HttpResponse:
    follow_up = visible(request, public_id)
    _require_work(request, follow_up)
    form = FindingForm(request.POST or None, request.FILES or None, follow_up=follow_up, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            finding = submit_finding(by=request.user, follow_up=follow_up, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The finding is submitted."))
            _warn_of_age(request, form.cleaned_data)
            return _to_finding(finding)
    return render(request, "followups/finding_submit.html", {"form": form, "follow_up": follow_up})


def _warn_of_age(request: UserRequest, dated: dict[str, Any]) -> None:
    """Old evidence is taken, and said to be old."""
    how = staleness(dated["effective_on"], dated["valid_until_on"], clock.today())
    if how == "expired":
        messages.warning(request, _("The evidence is no longer valid. Ask for a newer one."))
    elif how == "old":
        messages.warning(request, _("The evidence is old. Ask for a newer one if the matter may have changed."))


@require_http_methods(["GET", "HEAD", "POST"])
def finding_edit(request: UserRequest, public_id: str) -> HttpResponse:
    finding = _visible_finding(request, public_id)
    _require_work(request, finding.follow_up)
    form = FindingEditForm(request.POST or None, finding=finding, user=request.user)
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
    stored = error.stored
    again = FindingEditForm(at_version(request.POST, stored.version), finding=stored, user=request.user)
    shared = [name for name in form.fields if name in again.fields and name != "version"]
    held = {name: getattr(stored, name) for name in shared}
    context = {"form": again, "follow_up": stored.follow_up}
    return conflict(request, "followups/conflict.html", context, comparisons=differences(form, held))


@require_http_methods(["GET", "HEAD", "POST"])
def action_add(request: UserRequest, public_id: str) -> HttpResponse:
    finding = _visible_finding(request, public_id)
    _require_work(request, finding.follow_up)
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
    _require_work(request, action.finding.follow_up)
    try:
        mark_action_done(by=request.user, action=action)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The corrective action is marked as done."))
    return _to_finding(action.finding)


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_add(request: UserRequest, public_id: str) -> HttpResponse:
    """Further files for a finding."""
    finding = _visible_finding(request, public_id)
    _require_work(request, finding.follow_up)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = add_evidence(by=request.user, finding=finding, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            text = ngettext("%(count)d file is added.", "%(count)d files are added.", added)
            messages.success(request, text % {"count": added})
            _warn_of_age(request, form.cleaned_data)
            return _to_finding(finding)
    return render(request, "followups/evidence_add.html", {"form": form, "finding": finding})


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_edit(request: UserRequest, public_id: str) -> HttpResponse:
    """What a file is, and its dates."""
    found = Evidence.objects.visible_to(request.user).select_related("file", "finding__follow_up__category")
    evidence = get_object_or_404(found, public_id=public_id)
    _require_work(request, evidence.finding.follow_up)
    form = EvidenceDatesForm(request.POST or None, evidence=evidence)
    if request.method == "POST" and form.is_valid():
        try:
            date_evidence(by=request.user, evidence=evidence, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The evidence is saved."))
            _warn_of_age(request, form.cleaned_data)
            return _to_finding(evidence.finding)
    return render(request, "followups/evidence_edit.html", {"form": form, "evidence": evidence})


@require_safe
def evidence_download(request: UserRequest, public_id: str) -> FileResponse:
    evidence = Evidence.objects.visible_to(request.user).select_related("file")
    return serve(get_object_or_404(evidence, public_id=public_id).file)
