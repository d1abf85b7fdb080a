"""Documents of a follow-up: ordered here, made by a job, fetched on the job's page."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from followups.enums.documents import DocumentKind
from followups.views.follow_ups import visible
from portal.jobs.actions import start_job
from regions.requests import UserRequest


@require_POST
def document_order(request: UserRequest, public_id: str, document: str, language: str) -> HttpResponse:
    """Have it made as the user sees the follow-up; ordered twice it is made once."""
    follow_up = visible(request, public_id)
    if document not in DocumentKind.values:
        raise Http404
    with override(language):
        kind = DocumentKind(document)
        title = _("%(document)s: %(supplier)s") % {"document": kind.label, "supplier": follow_up.supplier.name}
    job = start_job(by=request.user, kind=kind, subject=follow_up.public_id, title=title[:200], language=language)
    return redirect(job)
