"""The supplier's receipt as a job of the jobs kit, started by the one who handed in: what runs, and what is kept of it."""

from typing import Any

from django.utils.translation import gettext_lazy

from followups.documents.receipts import receipt_name, render_receipt
from followups.models import SelfAssessment
from followups.queries.assessments import RECEIPT_JOB
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.jobs.registry import JobKind, Output, Progress, register


def register_jobs() -> None:
    """Called once, when the portal starts."""
    register(
        JobKind(
            key=RECEIPT_JOB,
            label=gettext_lazy("Receipt of a self-assessment"),
            run=run_receipt,
            completed=keep_receipt,
            result_url=_nowhere,
            open_to=_nobody,
        )
    )


def run_receipt(job: Job, progress: Progress) -> Output:
    progress(0, 2)
    assessment = SelfAssessment.objects.select_related(
        "follow_up__supplier", "follow_up__lead_region", "questionnaire_version__questionnaire", "submitted_by"
    ).get(public_id=job.subject)
    content = render_receipt(assessment, language=job.language)
    progress(1, 2)
    return Output(name=receipt_name(assessment, job.language), content=content, media_type="application/pdf")


def keep_receipt(job: Job, stored: StoredFile | None) -> None:
    """The page behind the link offers it from now on."""
    SelfAssessment.objects.filter(public_id=job.subject, receipt__isnull=True).update(receipt=stored)


def _nowhere(job: Job) -> str:
    """It is found behind the link, and not on the pages of jobs."""
    return ""


def _nobody(user: Any) -> bool:
    """A user starts none."""
    return False
