"""Reports and the regions' documents as jobs of the jobs kit: what runs in the background, and what is kept of it."""

from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from funding.actions.documents import record_documents
from funding.actions.reports import record_report
from funding.documents import report as documents
from funding.documents.batch import ZIP_TYPE, documents_in, zipped_documents
from funding.documents.makers import MAKERS
from funding.enums import RegionDocumentKind
from funding.models import FundingReport, FundingYear
from funding.queries.figures import year_figures
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.jobs.registry import Crumb, JobFailed, Output, Progress


def run_report(job: Job, progress: Progress) -> Output:
    """Read the figures, render them. Raises JobFailed with a sentence where the year has no contributions."""
    progress(0, 3)
    year = FundingYear.objects.get(public_id=job.subject)
    figures = year_figures(year)
    if not figures.contributions:
        raise JobFailed(_("Funding year %(year)s has no contributions to report.") % {"year": year.year})
    progress(1, 3)
    content = documents.render_funding_report(year, figures, made_by=_("the secretariat"), language=job.language)
    progress(2, 3)
    return Output(name=documents.report_name(year, job.language), content=content, media_type="application/pdf")


def keep_report(job: Job, stored: StoredFile | None) -> None:
    """The year's page lists the report, with the figures that the file itself carries."""
    assert stored is not None  # noqa: S101 - run_report returns nothing else
    shown = documents.figures_shown_in(stored.read())
    record_report(by=job.owner, job=job, stored=stored, sum_ore=shown.sum_ore, regions_counted=shown.regions)


def year_parents(job: Job) -> list[Crumb]:
    year = FundingYear.objects.get(public_id=job.subject)
    return [(reverse("funding:year-list"), _("Funding")), (year.get_absolute_url(), str(year.year))]


def report_url(job: Job) -> str:
    report = FundingReport.objects.select_related("funding_year").get(job=job)
    return reverse("funding:report-download", args=[report.funding_year.year, report.public_id])


def run_documents(job: Job, progress: Progress) -> Output:
    """Read once what all documents show, then make them region by region, as one zip. Raises JobFailed with a sentence."""
    year = FundingYear.objects.get(public_id=job.subject)
    kind, code = RegionDocumentKind(job.params["kind"]), job.params["region"]
    regions = [
        (each.region.code, each.region.name)
        for each in year_figures(year).contributions
        if not code or each.region.code == code
    ]
    if not regions:
        raise JobFailed(_("Funding year %(year)s has no contribution to make a document of.") % {"year": year.year})
    progress(0, len(regions))
    maker = MAKERS[kind]
    content = zipped_documents(
        maker,
        maker.prepare(year),
        regions,
        made_by=_("the secretariat"),
        language=job.language,
        progress=progress,
    )
    return Output(name=f"{slugify(job.title)}.zip", content=content, media_type=ZIP_TYPE)


def keep_documents(job: Job, stored: StoredFile | None) -> None:
    """Each region finds its own files on its page, in the very transaction that makes the job done."""
    assert stored is not None  # noqa: S101 - run_documents returns nothing else
    record_documents(by=job.owner, job=job, made=documents_in(stored.read()))


def documents_page(job: Job) -> str:
    """Of one region its page, where the files are; those of all regions are downloaded as one zip."""
    code = job.params["region"]
    year = FundingYear.objects.get(public_id=job.subject) if code else None
    return reverse("funding:contribution-detail", args=[year.year, code]) if year else ""
