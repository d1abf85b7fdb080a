"""Governing documents in the search: what is adopted, for the secretariat the drafts too."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codeofconduct.models import ClauseVersion, ProcessRequirement, RequirementPoint
from codeofconduct.models.governing import GoverningVersion
from portal.search.matching import Fields, Through
from portal.search.sources import Source
from regions.models import User


def version_caption(version: GoverningVersion) -> str:
    """Which version it stands in, and whether that is in force."""
    return _("Version %(version)s, %(state)s") % {"version": version.name, "state": version.state.label}


def _requirements(user: User) -> QuerySet[ProcessRequirement]:
    versions = ClauseVersion.objects.visible_to(user)
    return ProcessRequirement.objects.filter(clause_version__in=versions).select_related("clause_version")


def _requirement_fields(user: User) -> Fields:
    points = Through(RequirementPoint.objects.all(), "requirement", Fields(texts=("text_sv", "text_en")))
    return Fields(names=("title_sv", "title_en"), texts=("criterion_sv", "criterion_en"), through=(points,))


PROCESS_REQUIREMENTS = Source(
    key="process-requirement",
    label=gettext_lazy("Process requirements"),
    rows=_requirements,
    fields=_requirement_fields,
    url=lambda requirement: reverse("codeofconduct:requirement-list"),
    title=str,
    caption=lambda requirement: version_caption(requirement.clause_version),
    body=lambda requirement: requirement.told("criterion"),
    order=60,
)
