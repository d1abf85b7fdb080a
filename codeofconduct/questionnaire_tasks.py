"""The PDF of a questionnaire as a job of the jobs kit: what runs in the background."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codeofconduct.models import QuestionnaireVersion
from codeofconduct.queries.questionnaires import PDF_JOB
from codeofconduct.questionnaire_documents import document_name, document_title, render_questionnaire
from portal.jobs.models import Job
from portal.jobs.registry import Crumb, JobFailed, JobKind, Output, Progress, register
from regions.permissions import has_role


def register_jobs() -> None:
    """Called once, when the portal starts."""
    register(
        JobKind(
            key=PDF_JOB,
            label=gettext_lazy("PDF of a questionnaire"),
            run=run_questionnaire_pdf,
            result_url=questionnaire_pdf_url,
            open_to=has_role,
            parents=questionnaire_pdf_parents,
        )
    )


def run_questionnaire_pdf(job: Job, progress: Progress) -> Output:
    """Raises JobFailed with a sentence where the version is gone, as a draft may be."""
    progress(0, 2)
    version = _version_of(job)
    if version is None:
        raise JobFailed(_("The draft has been discarded meanwhile."))
    progress(1, 2)
    content = render_questionnaire(version, language=job.language)
    return Output(name=document_name(version, job.language), content=content, media_type="application/pdf")


def questionnaire_pdf_url(job: Job) -> str:
    return reverse("codeofconduct:questionnaire-download", args=[job.subject, job.language])


def questionnaire_pdf_parents(job: Job) -> list[Crumb]:
    version = _version_of(job)
    above: list[Crumb] = [
        (reverse("codeofconduct:requirement-list"), _("Requirements")),
        (reverse("codeofconduct:questionnaire-list"), _("Questionnaires")),
    ]
    if version is None:
        return above
    return [*above, (reverse("codeofconduct:questionnaire-version", args=[job.subject]), document_title(version))]


def _version_of(job: Job) -> QuestionnaireVersion | None:
    versions = QuestionnaireVersion.objects.select_related("questionnaire", "clause_version")
    return versions.filter(public_id=job.subject).first()
