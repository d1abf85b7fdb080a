"""Pages of an audit for those who come by a link: the auditor, and the supplier who is asked for documents."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from followups.actions.audit_details import receive_document
from followups.actions.audits import hand_in_audit
from followups.enums.links import Holder
from followups.forms.audit_details import DocumentsForm
from followups.forms.audits import CarriedOutForm
from followups.models import AuditDocument, AuditDocumentRequest, RoleMet
from followups.outside import LinkRequest, by_link
from followups.pages.audits import followed_up_by, link_desk, outside_audit_context
from followups.queries.audits import outside_audits_of
from followups.views.audit_work import context_of, found_audit, judgement_page, role_page, role_taken_back
from followups.views.draft_work import (
    draft_discarded,
    draft_page,
    draft_saved,
    found_draft,
    found_photo,
    photo_removed,
    photo_shown,
)
from portal.files.responses import serve


@require_safe
@by_link(Holder.AUDITOR)
def audit_detail(request: LinkRequest, public_id: str) -> HttpResponse:
    audit = found_audit(link_desk(request.link), public_id)
    return render(request, "followups/outside/audit.html", outside_audit_context(request.link, audit))


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(Holder.AUDITOR)
def audit_hand_in(request: LinkRequest, public_id: str) -> HttpResponse:
    """The auditor is done; from then on the audit is only read here."""
    desk = link_desk(request.link)
    audit = found_audit(desk, public_id)
    form = CarriedOutForm(request.POST or None, audit=audit)
    if request.method == "POST" and form.is_valid():
        try:
            hand_in_audit(by=desk.by, audit=audit, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The audit is handed in. Thank you!"))
            return redirect(desk.url("audit-detail", audit.public_id))
    return render(request, "followups/outside/audit_hand_in.html", context_of(desk, audit, form=form))


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(Holder.AUDITOR)
def judgement_edit(request: LinkRequest, public_id: str, requirement: str) -> HttpResponse:
    desk = link_desk(request.link)
    return judgement_page(request, desk, found_audit(desk, public_id), requirement)


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(Holder.AUDITOR)
def role_add(request: LinkRequest, public_id: str) -> HttpResponse:
    desk = link_desk(request.link)
    return role_page(request, desk, found_audit(desk, public_id))


@require_POST
@by_link(Holder.AUDITOR)
def role_remove(request: LinkRequest, public_id: str) -> HttpResponse:
    desk = link_desk(request.link)
    roles = RoleMet.objects.filter(audit__in=desk.audits.order_by().values("pk")).select_related("audit")
    return role_taken_back(request, desk, get_object_or_404(roles, public_id=public_id))


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(Holder.AUDITOR)
def draft_new(request: LinkRequest, public_id: str) -> HttpResponse:
    desk = link_desk(request.link)
    return draft_page(request, desk, found_audit(desk, public_id))


@require_POST
@by_link(Holder.AUDITOR)
def draft_save(request: LinkRequest, public_id: str) -> JsonResponse:
    desk = link_desk(request.link)
    return draft_saved(request, desk, found_audit(desk, public_id))


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(Holder.AUDITOR)
def draft_edit(request: LinkRequest, public_id: str) -> HttpResponse:
    desk = link_desk(request.link)
    draft = found_draft(desk, public_id)
    return draft_page(request, desk, draft.audit, draft)


@require_POST
@by_link(Holder.AUDITOR)
def draft_discard(request: LinkRequest, public_id: str) -> HttpResponse:
    desk = link_desk(request.link)
    return draft_discarded(request, desk, found_draft(desk, public_id))


@require_safe
@by_link(Holder.AUDITOR)
def draft_photo(request: LinkRequest, public_id: str) -> FileResponse:
    return photo_shown(link_desk(request.link), public_id)


@require_POST
@by_link(Holder.AUDITOR)
def draft_photo_remove(request: LinkRequest, public_id: str) -> HttpResponse:
    desk = link_desk(request.link)
    return photo_removed(request, desk, found_photo(desk, public_id))


@require_safe
@by_link(Holder.AUDITOR)
def audit_document(request: LinkRequest, public_id: str) -> FileResponse:
    """What the supplier sent beforehand, for the auditor."""
    audits = link_desk(request.link).audits.order_by().values("pk")
    documents = AuditDocument.objects.filter(request__audit__in=audits, request__withdrawn_at__isnull=True)
    return serve(get_object_or_404(documents.select_related("file"), public_id=public_id).file)


def _wanted(request: LinkRequest, public_id: str) -> AuditDocumentRequest:
    """A document that the supplier is asked for, otherwise 404: also where the audit isn't for the supplier to know."""
    known = {wanted.pk for audit in outside_audits_of(followed_up_by(request.link)) for wanted in audit.wanted}
    found = AuditDocumentRequest.objects.filter(public_id=public_id, pk__in=known).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(Holder.SUPPLIER)
def document_send(request: LinkRequest, public_id: str) -> HttpResponse:
    """The supplier answers a request with files."""
    wanted = _wanted(request, public_id)
    form = DocumentsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            receive_document(by=request.link.actor, request=wanted, uploads=form.cleaned_data["documents"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Thank you, we have received it."))
            return redirect("followups:outside-start", request.link.public_id)
    context = {"form": form, "link": request.link, "wanted": wanted, "sent": wanted.documents.select_related("file")}
    return render(request, "followups/outside/document_send.html", context)
