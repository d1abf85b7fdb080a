"""Having documents made of which every region gets its own, and keeping them."""

from collections.abc import Iterable

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from funding.enums import RegionDocumentKind
from funding.models import FundingYear, RegionDocument
from funding.queries.documents import DOCUMENTS_JOB
from portal.files.actions import store_file
from portal.history.models import By, actor_of
from portal.jobs.actions import start_job
from portal.jobs.models import Job
from portal.jobs.registry import Output
from regions.models import Region, User


def make_documents(
    *, by: User, funding_year: FundingYear, kind: str, language: str, region: Region | None = None
) -> Job:
    """Have the documents of the kind made in the background, of one region or of all in one go, also of a closed year."""
    with override(language):
        names = {
            "kind": capfirst(str(RegionDocumentKind(kind).label)),
            "year": funding_year.year,
            "region": region.name if region else _("all regions"),
        }
        title = _("%(kind)s %(year)s, %(region)s") % names
    return start_job(
        by=by,
        kind=DOCUMENTS_JOB,
        subject=funding_year.public_id,
        params={"kind": str(kind), "region": region.code if region else ""},
        title=title,
        language=language,
    )


def record_documents(*, by: By, job: Job, made: Iterable[tuple[str, Output]]) -> list[RegionDocument]:
    """Keep what was made, each file with the county code of its region. Runs in the job's own transaction."""
    year = FundingYear.objects.get(public_id=job.subject)
    regions = {region.code: region for region in Region.objects.all()}
    return [
        RegionDocument.objects.create(
            funding_year=year,
            region=regions[code],
            kind=job.params["kind"],
            language=job.language,
            job=job,
            file=store_file(by=by, name=output.name, content=output.content, media_type=output.media_type),
            created_by=actor_of(by),
        )
        for code, output in made
    ]
