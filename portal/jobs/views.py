"""The page of a job: how far it is, its result, or why it failed."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.files.responses import serve
from portal.jobs import actions
from portal.jobs.models import Job
from portal.jobs.permissions import can_retry

# htmx stops asking when it is answered so.
STOP_POLLING = 286


def _own_job(request: HttpRequest, public_id: str) -> Job:
    jobs = Job.objects.visible_to(request.user).select_related("created_by", "result")
    return get_object_or_404(jobs, public_id=public_id)


@require_safe
def show(request: HttpRequest, public_id: str) -> HttpResponse:
    job = _own_job(request, public_id)
    return render(request, "jobs/job_show.html", {"job": job, "can_retry": can_retry(request.user, job)})


@require_safe
def progress(request: HttpRequest, public_id: str) -> HttpResponse:
    """The part of the page that changes, asked for every second while the job isn't finished."""
    job = _own_job(request, public_id)
    context = {"job": job, "can_retry": can_retry(request.user, job), "announce": job.is_finished}
    return render(request, "jobs/_progress.html", context, status=STOP_POLLING if job.is_finished else 200)


@require_safe
def result(request: HttpRequest, public_id: str) -> HttpResponseBase:
    job = _own_job(request, public_id)
    if job.result is None:
        raise Http404
    return serve(job.result)


@require_POST
def retry(request: HttpRequest, public_id: str) -> HttpResponse:
    """Queue a failed job again; pressed twice, or for one that meanwhile runs, it only shows the job."""
    job = _own_job(request, public_id)
    return redirect(actions.retry_job(by=job.owner, job=job))
