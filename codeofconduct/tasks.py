"""The PDF of a version as a job of the jobs kit: what runs in the background."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codeofconduct import documents
from codeofconduct.presentation.documents import line_title, line_url, version_url
from codeofconduct.queries.documents import KINDS, PDF_JOB, with_contents
from portal.jobs.models import Job
from portal.jobs.registry import Crumb, JobFailed, JobKind, Output, Progress, register
from regions.permissions import has_role


def register_jobs() -> None:
    """Called once, when the portal starts."""
    register(
        JobKind(
            key=PDF_JOB,
            label=gettext_lazy("PDF of a document"),
            run=run_version_pdf,
            result_url=version_pdf_url,
            open_to=has_role,
            parents=version_pdf_parents,
        )
    )


def run_version_pdf(job: Job, progress: Progress) -> Output:
    """Raises JobFailed with a sentence where the version is gone, as a draft may be."""
    progress(0, 2)
    version = _version_of(job)
    if version is None:
        raise JobFailed(_("The draft has been discarded meanwhile."))
    progress(1, 2)
    content = documents.render_version_document(version, language=job.language)
    name = documents.document_name(version, job.language)
    return Output(name=name, content=content, media_type="application/pdf")


def version_pdf_url(job: Job) -> str:
    return reverse("codeofconduct:version-download", args=[job.params["kind"], job.subject, job.language])


def version_pdf_parents(job: Job) -> list[Crumb]:
    version = _version_of(job)
    hub = (reverse("codeofconduct:requirement-list"), _("Requirements"))
    if version is None:
        return [hub]
    return [hub, (line_url(version), line_title(version)), (version_url(version), version.name)]


def _version_of(job: Job) -> Any:
    return with_contents(KINDS[job.params["kind"]].objects.all()).filter(public_id=job.subject).first()
