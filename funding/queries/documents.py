"""The documents of a year of which every region has its own."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Max, QuerySet

from funding.enums import RegionDocumentKind
from funding.models import Contribution, FundingYear, RegionDocument
from portal.jobs.models import Job
from regions.models import User

DOCUMENTS_JOB = "region_documents"


def newest_documents(contribution: Contribution, user: User) -> QuerySet[RegionDocument]:
    """Of the region and year, the newest file of each kind, language and type that the user may see."""
    own = RegionDocument.objects.visible_to(user).filter(
        funding_year=contribution.funding_year, region=contribution.region
    )
    place = ("kind", "language", "file__media_type")
    newest = own.order_by(*place, "-created_at", "-pk").distinct(*place)
    return (
        RegionDocument.objects.filter(pk__in=newest.values("pk"))
        .select_related("file", "created_by")
        .order_by("kind", "-language", "-file__media_type")
    )


@dataclass(frozen=True)
class MadeDocuments:
    """How many regions have a document of the kind in the language, and when the newest was made."""

    kind: str
    language: str
    regions: int
    latest_at: datetime


def made_documents(year: FundingYear, user: User) -> list[MadeDocuments]:
    """Of the year, by kind and language, as far as the user may see them."""
    rows = RegionDocument.objects.visible_to(user).filter(funding_year=year).order_by().values("kind", "language")
    languages = dict(settings.LANGUAGES)
    return [
        MadeDocuments(
            str(RegionDocumentKind(row["kind"]).label), str(languages[row["language"]]), row["regions"], row["latest"]
        )
        for row in rows.annotate(regions=Count("region", distinct=True), latest=Max("created_at")).order_by(
            "kind", "-language"
        )
    ]


def latest_documents_job(year: FundingYear, user: User, *, code: str = "") -> Job | None:
    """The user's own latest making of documents of the year: of all regions, or of the one with the county code."""
    jobs = Job.objects.visible_to(user).filter(kind=DOCUMENTS_JOB, subject=year.public_id, params__region=code)
    return jobs.select_related("result").order_by("created_at", "pk").last()
