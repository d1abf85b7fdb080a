"""Findings written at an audit, alike for user and auditor. Who may come here, the views that call this have asked."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from followups.actions.drafts_of_findings import discard_draft, remove_photo, save_draft, submit_draft
from followups.forms.audit_details import FindingDraftForm
from followups.models import Audit, DraftPhoto, Finding, FindingDraft
from followups.pages.audits import Desk
from followups.views.audit_work import context_of
from portal.files.responses import serve
from portal.history.versions import StaleVersionError
from portal.ui.responses import Comparison, at_version, conflict


def found_draft(desk: Desk, public_id: str) -> FindingDraft:
    """An own draft, otherwise 404."""
    related = ("audit__follow_up__supplier", "audit__follow_up__category", "audit__follow_up__clause_version")
    return get_object_or_404(desk.drafts.select_related(*related), public_id=public_id)


def found_photo(desk: Desk, public_id: str) -> DraftPhoto:
    """A photo of an own draft, otherwise 404."""
    photos = DraftPhoto.objects.filter(draft__in=desk.drafts.order_by().values("pk"))
    return get_object_or_404(photos.select_related("draft__audit", "file"), public_id=public_id)


def draft_page(request: HttpRequest, desk: Desk, audit: Audit, draft: FindingDraft | None = None) -> HttpResponse:
    """Write a finding: whatever is sent is kept as a draft first, and made a finding when that was asked for."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FindingDraftForm(*sent, follow_up=audit.follow_up, draft=draft)
    if request.method != "POST" or not (form.is_valid() or form.can_be_kept):
        return _drawn(request, desk, audit, form, draft)
    try:
        kept = _keep(desk, audit, form)
        if isinstance(kept, Finding):
            return _submitted(request, desk, audit)
        whole = FindingDraftForm(at_version(request.POST, kept.version), follow_up=audit.follow_up, whole=True)
        if form.errors or "submit" not in request.POST:
            return _after_saving(request, desk, audit, form, kept)
        if not whole.is_valid():
            return _drawn(request, desk, audit, whole, kept)
        submit_draft(by=desk.by, audit=audit, submission=form.cleaned_data["submission"], **whole.facts)
    except StaleVersionError as error:
        return _draft_conflict(request, desk, audit, form, error)
    except ValidationError as error:
        form.add_error(None, error)
        return _drawn(request, desk, audit, form, draft)
    return _submitted(request, desk, audit)


def _keep(desk: Desk, audit: Audit, form: FindingDraftForm) -> FindingDraft | Finding:
    machinery = {name: form.cleaned_data[name] for name in ("submission", "version", "window")}
    return save_draft(by=desk.by, audit=audit, photos=form.photos, **machinery, **form.facts)


def _submitted(request: HttpRequest, desk: Desk, audit: Audit) -> HttpResponse:
    messages.success(request, _("The finding is submitted."))
    return redirect(f"{desk.url('audit-detail', audit.public_id)}#findings")


def _after_saving(
    request: HttpRequest, desk: Desk, audit: Audit, form: FindingDraftForm, draft: FindingDraft
) -> HttpResponse:
    """The draft's own page; where a file or a choice was refused, the form with its sentence instead."""
    if not form.errors:
        messages.success(request, _("The draft is saved. Only you see it."))
        return redirect(desk.url("draft-edit", draft.public_id))
    again = FindingDraftForm(at_version(request.POST, draft.version), request.FILES, follow_up=audit.follow_up)
    return _drawn(request, desk, audit, again, draft)


def _drawn(
    request: HttpRequest, desk: Desk, audit: Audit, form: FindingDraftForm, draft: FindingDraft | None
) -> HttpResponse:
    context = context_of(
        desk,
        audit,
        form=form,
        draft=draft,
        photos=_photos(desk, draft),
        post_url=desk.url("draft-edit", draft.public_id) if draft else desk.url("draft-new", audit.public_id),
        save_url=desk.url("draft-save", audit.public_id),
        discard_url=desk.url("draft-discard", draft.public_id) if draft else "",
    )
    return render(request, "followups/finding_draft.html", context)


def _photos(desk: Desk, draft: FindingDraft | None) -> list[dict[str, Any]]:
    """Each file of the draft with its addresses."""
    if draft is None:
        return []
    return [
        {
            "name": photo.file.name,
            "size": photo.file.size,
            "url": desk.url("draft-photo", photo.public_id),
            "remove_url": desk.url("draft-photo-remove", photo.public_id),
        }
        for photo in draft.photos.select_related("file")
    ]


def _draft_conflict(
    request: HttpRequest, desk: Desk, audit: Audit, form: FindingDraftForm, error: StaleVersionError[FindingDraft]
) -> HttpResponse:
    stored, typed = error.stored, form.facts
    again = FindingDraftForm(at_version(request.POST, stored.version), follow_up=audit.follow_up, draft=stored)
    comparisons = [
        Comparison(form.fields[name].label, str(typed[name] or "–"), str(getattr(stored, name) or "–"))
        for name in form.OWN
        if typed[name] != getattr(stored, name)
    ]
    context = context_of(desk, audit, form=again)
    context["back_url"] = desk.url("draft-edit", stored.public_id)
    return conflict(request, "followups/audit_conflict.html", context, comparisons=comparisons)


def draft_saved(request: HttpRequest, desk: Desk, audit: Audit) -> JsonResponse:
    """A save by the page itself. Answers in JSON: the draft's version and address, or why it could not be kept.

    200 saved (`errors`: of a file that was not), 400 not saved, 409 saved otherwise from another window.
    """
    form = FindingDraftForm(request.POST, request.FILES, follow_up=audit.follow_up)
    if not (form.is_valid() or form.can_be_kept):
        return JsonResponse({"errors": _sentences(form)}, status=400)
    try:
        kept = _keep(desk, audit, form)
    except StaleVersionError:
        return JsonResponse({"errors": [_("The draft was changed in another window.")]}, status=409)
    except ValidationError as error:
        return JsonResponse({"errors": error.messages}, status=400)
    if isinstance(kept, Finding):
        return JsonResponse({"submitted": True, "url": desk.url("audit-detail", audit.public_id)})
    answer = {
        "version": kept.version,
        "url": desk.url("draft-edit", kept.public_id),
        "photos": _photos(desk, kept),
        "errors": _sentences(form),
    }
    return JsonResponse(answer)


def _sentences(form: FindingDraftForm) -> list[str]:
    return [str(sentence) for sentences in form.errors.values() for sentence in sentences]


def draft_discarded(request: HttpRequest, desk: Desk, draft: FindingDraft) -> HttpResponse:
    discard_draft(by=desk.by, draft=draft)
    messages.success(request, _("The draft is thrown away."))
    return redirect(f"{desk.url('audit-detail', draft.audit.public_id)}#findings")


def photo_removed(request: HttpRequest, desk: Desk, photo: DraftPhoto) -> HttpResponse:
    draft = photo.draft
    remove_photo(by=desk.by, photo=photo)
    messages.success(request, _("The file is removed from the draft."))
    return redirect(desk.url("draft-edit", draft.public_id))


def photo_shown(desk: Desk, public_id: str) -> FileResponse:
    return serve(found_photo(desk, public_id).file, inline=True)
