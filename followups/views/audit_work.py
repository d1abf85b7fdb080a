"""What user and auditor do alike at an audit. Who may come here, the views that call this have asked."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from followups.actions.audit_details import add_role, remove_role
from followups.actions.judgements import judge
from followups.forms.audit_details import JudgementForm, RoleForm
from followups.models import Audit, AuditJudgement, RoleMet
from followups.pages.audits import Desk
from followups.queries.audits import Line, checklist_of
from portal.history.versions import StaleVersionError
from portal.ui.responses import Comparison, at_version, conflict


def found_audit(desk: Desk, public_id: str) -> Audit:
    """The audit as far as it can be seen from the desk, otherwise 404."""
    audits = desk.audits.select_related(
        "follow_up__supplier",
        "follow_up__category",
        "follow_up__lead_region",
        "follow_up__clause_version",
        "follows",
        "facility",
        "framework",
        "booked_by",
        "carried_out_by",
        "handed_in_by",
        "approved_by",
        "cancelled_by",
        "created_by",
    )
    return get_object_or_404(audits, public_id=public_id)


def context_of(desk: Desk, audit: Audit, **more: Any) -> dict[str, Any]:
    """What the forms at an audit need to be drawn at either desk."""
    return {
        "desk": desk,
        "frame": desk.frame,
        "link": desk.link,
        "audit": audit,
        "follow_up": audit.follow_up,
        "back_url": desk.url("audit-detail", audit.public_id),
        **more,
    }


def judgement_page(request: HttpRequest, desk: Desk, audit: Audit, requirement: str) -> HttpResponse:
    """Judge one requirement, then on to the next of the checklist."""
    lines = checklist_of(audit)
    place = next((n for n, line in enumerate(lines) if line.requirement.public_id == requirement), None)
    if place is None:
        raise Http404
    line, following = lines[place], lines[place + 1] if place + 1 < len(lines) else None
    form = JudgementForm(request.POST or None, judgement=line.judgement)
    if request.method == "POST" and form.is_valid():
        try:
            judge(by=desk.by, audit=audit, requirement=line.requirement, **form.cleaned_data)
        except StaleVersionError as error:
            return _judgement_conflict(request, desk, audit, form, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _after_judgement(request, desk, audit, following)
    context = context_of(desk, audit, form=form, line=line, following=following, number=place + 1, total=len(lines))
    return render(request, "followups/judgement_edit.html", context)


def _after_judgement(request: HttpRequest, desk: Desk, audit: Audit, following: Line | None) -> HttpResponse:
    messages.success(request, _("The judgement is saved."))
    if following is not None and "next" in request.POST:
        return redirect(desk.url("judgement-edit", audit.public_id, following.requirement.public_id))
    return redirect(f"{desk.url('audit-detail', audit.public_id)}#checklist")


def _judgement_conflict(
    request: HttpRequest, desk: Desk, audit: Audit, form: JudgementForm, error: StaleVersionError[AuditJudgement]
) -> HttpResponse:
    stored, typed = error.stored, form.cleaned_data
    again = JudgementForm(at_version(request.POST, stored.version), judgement=stored)
    pairs = [
        (form.fields["judgement"].label, str(typed["judgement"].label), stored.get_judgement_display()),
        (form.fields["note"].label, typed["note"] or "–", stored.note or "–"),
    ]
    comparisons = [Comparison(label, mine, theirs) for label, mine, theirs in pairs if mine != theirs]
    context = context_of(desk, audit, form=again)
    return conflict(request, "followups/audit_conflict.html", context, comparisons=comparisons)


def role_page(request: HttpRequest, desk: Desk, audit: Audit) -> HttpResponse:
    """Whom the audit met, a role at a time."""
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("submission", "role", "people")}
        try:
            add_role(by=desk.by, audit=audit, **facts)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The role is noted."))
            return redirect(f"{desk.url('audit-detail', audit.public_id)}#roles")
    return render(request, "followups/role_add.html", context_of(desk, audit, form=form))


def role_taken_back(request: HttpRequest, desk: Desk, role: RoleMet) -> HttpResponse:
    """A line that was wrong goes; back to the audit."""
    try:
        remove_role(by=desk.by, role=role)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The role is removed."))
    return redirect(f"{desk.url('audit-detail', role.audit.public_id)}#roles")
