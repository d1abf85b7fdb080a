"""The exported reports of a year."""

from django.db.models import QuerySet

from funding.models import FundingReport, FundingYear
from portal.jobs.enums import JobState
from portal.jobs.models import Job
from regions.models import User

REPORT_JOB = "funding_report"


def reports_of(year: FundingYear, user: User) -> QuerySet[FundingReport]:
    """The year's exported reports, the latest first."""
    return FundingReport.objects.visible_to(user).filter(funding_year=year).select_related("file", "created_by")


def pending_report_job(year: FundingYear, user: User) -> Job | None:
    """The user's own latest export of the year, unless it became a report: waiting, working or failed."""
    job = (
        Job.objects.visible_to(user).filter(kind=REPORT_JOB, subject=year.public_id).order_by("created_at", "pk").last()
    )
    return job if job and job.state != JobState.DONE else None
