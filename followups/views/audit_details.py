"""Pages of what goes with an audit, for those who work in its follow-up: documents, people met, the checklist."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from followups.actions.audit_details import ask_for_document, receive_document, withdraw_request
from followups.forms.audit_details import DocumentRequestForm, ReceivedForm
from followups.models import AuditDocument, AuditDocumentRequest, RoleMet
from followups.pages.audits import user_desk
from followups.permissions import can_work
from followups.views.audit_work import context_of, judgement_page, role_page, role_taken_back
from followups.views.audits import worked_audit
from portal.files.responses import serve
from regions.requests import UserRequest, require


@require_http_methods(["GET", "HEAD", "POST"])
def judgement_edit(request: UserRequest, public_id: str, requirement: str) -> HttpResponse:
    audit = worked_audit(request, public_id)
    return judgement_page(request, user_desk(request.user), audit, requirement)


@require_http_methods(["GET", "HEAD", "POST"])
def role_add(request: UserRequest, public_id: str) -> HttpResponse:
    audit = worked_audit(request, public_id)
    return role_page(request, user_desk(request.user), audit)


@require_POST
def role_remove(request: UserRequest, public_id: str) -> HttpResponse:
    roles = RoleMet.objects.visible_to(request.user).select_related("audit__follow_up__category")
    role = get_object_or_404(roles, public_id=public_id)
    require(can_work(request.user, role.audit.follow_up))
    return role_taken_back(request, user_desk(request.user), role)


@require_http_methods(["GET", "HEAD", "POST"])
def document_ask(request: UserRequest, public_id: str) -> HttpResponse:
    audit = worked_audit(request, public_id)
    form = DocumentRequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_document(by=request.user, audit=audit, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The document is asked for. The supplier sees it at its link."))
            return redirect("followups:audit-detail", audit.public_id)
    return render(request, "followups/document_ask.html", context_of(user_desk(request.user), audit, form=form))


def _worked_request(request: UserRequest, public_id: str) -> AuditDocumentRequest:
    wanted = AuditDocumentRequest.objects.visible_to(request.user).select_related(
        "audit__follow_up__category", "audit__follow_up__supplier"
    )
    found = get_object_or_404(wanted, public_id=public_id)
    require(can_work(request.user, found.audit.follow_up))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def document_receive(request: UserRequest, public_id: str) -> HttpResponse:
    """What came another way than by the supplier's link."""
    wanted = _worked_request(request, public_id)
    form = ReceivedForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            receive_document(by=request.user, request=wanted, uploads=form.cleaned_data["documents"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The document is registered as received."))
            return redirect("followups:audit-detail", wanted.audit.public_id)
    context = context_of(user_desk(request.user), wanted.audit, form=form, wanted=wanted)
    return render(request, "followups/document_receive.html", context)


@require_POST
def document_withdraw(request: UserRequest, public_id: str) -> HttpResponse:
    wanted = _worked_request(request, public_id)
    try:
        withdraw_request(by=request.user, request=wanted)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The document isn't asked for any more."))
    return redirect("followups:audit-detail", wanted.audit.public_id)


@require_safe
def audit_document(request: UserRequest, public_id: str) -> FileResponse:
    documents = AuditDocument.objects.visible_to(request.user).select_related("file")
    return serve(get_object_or_404(documents, public_id=public_id).file)
