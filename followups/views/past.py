"""Pages about what came along from before the portal: the reports' zip, what waits, and single documents."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from followups.actions.past import Received, attach_document, match_document, receive_archive
from followups.forms.past import ArchiveForm, AttachForm, MatchForm, SearchForm
from followups.models import EarlierDocument
from followups.permissions import can_bring_past
from followups.queries.past import candidates, counts, matched_lately, waiting_documents, without_reports
from followups.views.follow_ups import visible
from portal.files.responses import serve
from regions.requests import UserRequest, require, require_role

# So many refused files are named; a zip full of other things is sent again anyway.
NAMED = 20


@require_http_methods(["GET", "HEAD", "POST"])
def past_list(request: UserRequest) -> HttpResponse:
    """What has come in and what waits, and the form for a zip."""
    require_role(request)
    require(can_bring_past(request.user))
    form = ArchiveForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        archive = form.cleaned_data["archive"]
        try:
            received = receive_archive(by=request.user, name=archive.name, content=archive.content)
        except ValidationError as error:
            form.add_error("archive", error)
        else:
            _tell(request, received)
            return redirect("followups:past-list")
    context = {
        "form": form,
        "matched": matched_lately(request.user),
        "page": waiting_documents(request.user, request.GET),
        "lacking": without_reports()[:20],
        "counts": counts(),
    }
    return render(request, "followups/past_list.html", context)


def _tell(request: UserRequest, received: Received) -> None:
    """What became of each file of the zip: those that came in stand on the page, those that didn't are named here."""
    text = _("In their place: %(matched)d. Waiting: %(waiting)d. Here already: %(known)d. Not taken in: %(refused)d.")
    messages.success(
        request,
        text
        % {
            "matched": len(received.matched),
            "waiting": len(received.waiting),
            "known": len(received.known),
            "refused": len(received.refused),
        },
    )
    for name, why in received.refused[:NAMED]:
        messages.warning(request, f"{name}: {why}")


@require_http_methods(["GET", "HEAD", "POST"])
def document_match(request: UserRequest, public_id: str) -> HttpResponse:
    """Whose a document is that found no follow-up by its name."""
    documents = EarlierDocument.objects.visible_to(request.user).select_related("file")
    document = get_object_or_404(documents, public_id=public_id)
    require(can_bring_past(request.user))
    search = SearchForm(request.GET)
    search.is_valid()
    offered = candidates(request.user, document, search.cleaned_data.get("q", ""))
    form = MatchForm(request.POST or None, follow_ups=offered)
    if request.method == "POST" and form.is_valid():
        try:
            match_document(by=request.user, document=document, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The document stands on its follow-up."))
            return redirect("followups:past-list")
    context = {"form": form, "search": search, "document": document, "offered": offered}
    return render(request, "followups/document_match.html", context)


@require_safe
def earlier_document(request: UserRequest, public_id: str) -> FileResponse:
    documents = EarlierDocument.objects.visible_to(request.user).select_related("file")
    return serve(get_object_or_404(documents, public_id=public_id).file)


@require_http_methods(["GET", "HEAD", "POST"])
def document_attach(request: UserRequest, public_id: str) -> HttpResponse:
    follow_up = visible(request, public_id)
    require(can_bring_past(request.user))
    form = AttachForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        attach_document(by=request.user, follow_up=follow_up, **form.cleaned_data)
        messages.success(request, _("The document stands on the follow-up."))
        return redirect("followups:follow-up-detail", follow_up.public_id)
    return render(request, "followups/document_attach.html", {"form": form, "follow_up": follow_up})
