"""Figures fetched from Statistics Sweden by the worker."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.jobs.registry import Crumb, JobFailed, JobKind, Output, Progress
from regions.actions import FETCH_JOB, keep_fetched
from regions.models import PopulationFile
from regions.permissions import is_staff
from regions.scb.fetching import NotFetched, fetch_year


def run_fetch(job: Job, progress: Progress) -> Output:
    """Ask SCB for the year that the job is about."""
    progress(0, 1)
    try:
        content = fetch_year(settings.SCB_POPULATION_URL, int(job.subject), timeout_s=settings.SCB_TIMEOUT_S)
    except NotFetched as problem:
        raise JobFailed(str(problem)) from None
    return Output(f"scb-{job.subject}.json", content, "application/json")


def keep(job: Job, stored: StoredFile | None) -> None:
    """The answer becomes a file that can be looked at, with the job."""
    if stored is not None:
        keep_fetched(by=job.owner, stored=stored)


def page_of(job: Job) -> str:
    """The page of the file, once it is there."""
    brought = PopulationFile.objects.filter(file=job.result_id or 0).first()
    return brought.get_absolute_url() if brought else ""


def parents(job: Job) -> list[Crumb]:
    return [(reverse("regions:population-list"), _("Population"))]


FETCH = JobKind(
    FETCH_JOB,
    _("Population from SCB"),
    run_fetch,
    result_page=page_of,
    completed=keep,
    open_to=is_staff,
    parents=parents,
)
