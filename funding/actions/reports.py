"""Exporting a funding report, and keeping it."""

from django.utils.translation import gettext as _

from funding.models import FundingReport, FundingYear
from funding.queries.reports import REPORT_JOB
from portal.files.models import StoredFile
from portal.history.models import By, actor_of
from portal.jobs.actions import start_job
from portal.jobs.models import Job
from regions.models import User


def export_report(*, by: User, funding_year: FundingYear) -> Job:
    """Have the funding report rendered in the background, in the language in use."""
    return start_job(
        by=by,
        kind=REPORT_JOB,
        subject=funding_year.public_id,
        title=_("Funding report %(year)s") % {"year": funding_year.year},
    )


def record_report(*, by: By, job: Job, stored: StoredFile, sum_ore: int, regions_counted: int) -> FundingReport:
    """Keep a rendered report with the figures it shows (öre, number of regions). Runs in the job's own transaction."""
    return FundingReport.objects.create(
        funding_year=FundingYear.objects.get(public_id=job.subject),
        job=job,
        language=job.language,
        file=stored,
        sum_ore=sum_ore,
        regions_counted=regions_counted,
        created_by=actor_of(by),
    )
