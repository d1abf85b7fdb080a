"""The PDF of a version: asked for, and downloaded."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from codeofconduct.presentation.documents import version_title
from codeofconduct.queries.documents import PDF_JOB, pdf_params, stored_pdf
from codeofconduct.views.versions import visible_version
from portal.files.responses import serve
from portal.jobs.actions import start_job
from regions.requests import UserRequest


@require_POST
def version_pdf(request: UserRequest, kind: str, public_id: str, language: str) -> HttpResponse:
    """Have the PDF rendered; where it has been, whoever asked for it, straight to the file."""
    version = visible_version(request, kind, public_id)
    if stored_pdf(version, language):
        return redirect("codeofconduct:version-download", kind, public_id, language)
    with override(language):
        title = _("PDF: %(title)s") % {"title": version_title(version)}
    job = start_job(
        by=request.user,
        kind=PDF_JOB,
        subject=version.public_id,
        params=pdf_params(version),
        title=title,
        language=language,
    )
    return redirect(job)


@require_safe
def version_download(request: UserRequest, kind: str, public_id: str, language: str) -> HttpResponseBase:
    """The PDF of the version as it is now, to whoever sees the version."""
    job = stored_pdf(visible_version(request, kind, public_id), language)
    if job is None or job.result is None:
        raise Http404
    return serve(job.result)
