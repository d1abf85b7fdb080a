"""The PDFs of a published edition as jobs of the jobs kit: what runs in the background, and what is kept of it."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups.actions.summaries import PDF_JOB, keep_pdf
from followups.documents.summaries import document_name, render_summary
from followups.models import SummaryEdition
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.jobs.registry import Crumb, JobKind, Output, Progress, register
from regions.permissions import is_staff


def register_jobs() -> None:
    """Called once, when the portal starts."""
    register(
        JobKind(
            key=PDF_JOB,
            label=gettext_lazy("PDF of a summary"),
            run=run_pdf,
            result_url=pdf_url,
            completed=keep,
            open_to=is_staff,
            parents=pdf_parents,
        )
    )


def _edition_of(job: Job) -> SummaryEdition:
    found = SummaryEdition.objects.select_related(
        "summary__follow_up__supplier", "summary__follow_up__category", "category"
    )
    return found.get(public_id=job.subject)


def run_pdf(job: Job, progress: Progress) -> Output:
    progress(0, 1)
    edition, language = _edition_of(job), job.params["language"]
    content = render_summary(edition, language=language)
    return Output(name=document_name(edition, language), content=content, media_type="application/pdf")


def keep(job: Job, stored: StoredFile | None) -> None:
    """The page of the edition offers the file from then on."""
    assert stored is not None  # noqa: S101 - run_pdf returns nothing else
    keep_pdf(by=job.owner, edition=_edition_of(job), language=job.params["language"], stored=stored)


def pdf_url(job: Job) -> str:
    return reverse("published:result-pdf", args=[job.params["language"], _edition_of(job).summary.public_id])


def pdf_parents(job: Job) -> list[Crumb]:
    follow_up = _edition_of(job).summary.follow_up
    return [
        (reverse("followups:follow-up-detail", args=[follow_up.public_id]), str(follow_up)),
        (reverse("followups:summary-detail", args=[follow_up.public_id]), _("Summary")),
    ]
