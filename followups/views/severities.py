"""The scale of severity, and the days that hang on it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from codeofconduct.presentation.conflicts import differences
from followups.actions.findings import set_deadlines
from followups.forms.findings import DeadlinesForm
from followups.models import Severity
from followups.permissions import can_set_deadlines
from portal.history.versions import StaleVersionError
from portal.ui.responses import at_version, conflict
from regions.requests import UserRequest, require, require_role


@require_safe
def severity_list(request: UserRequest) -> HttpResponse:
    require_role(request)
    context = {"severities": Severity.objects.all(), "may_change": can_set_deadlines(request.user)}
    return render(request, "followups/severity_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def severity_edit(request: UserRequest, key: str) -> HttpResponse:
    require_role(request)
    severity = get_object_or_404(Severity, key=key)
    require(can_set_deadlines(request.user))
    form = DeadlinesForm(request.POST or None, severity=severity)
    if request.method == "POST" and form.is_valid():
        try:
            set_deadlines(by=request.user, severity=severity, **form.cleaned_data)
        except StaleVersionError as error:
            return _conflict(request, form, error)
        messages.success(request, _("The days are saved. They hold for findings from now on."))
        return redirect("followups:severity-list")
    return render(request, "followups/severity_edit.html", {"form": form, "severity": severity})


def _conflict(request: UserRequest, form: DeadlinesForm, error: StaleVersionError[Severity]) -> HttpResponse:
    stored = error.stored
    again = DeadlinesForm(at_version(request.POST, stored.version), severity=stored)
    held = {name: getattr(stored, name) for name in ("days_for_plan", "days_for_action")}
    return conflict(request, context={"form": again}, comparisons=differences(form, held))
