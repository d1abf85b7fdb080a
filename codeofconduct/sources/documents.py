"""Governing documents in the search: what is adopted, for the secretariat the drafts too."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codeofconduct.models import (
    ClauseSection,
    ClauseVersion,
    CodeSection,
    CodeVersion,
    ProcessRequirement,
    Question,
    QuestionnaireSection,
    QuestionnaireVersion,
    RequirementPoint,
)
from codeofconduct.models.governing import DocumentSection, GoverningVersion
from codeofconduct.presentation.documents import version_url
from portal.search.matching import Fields, Through
from portal.search.sources import Source
from portal.ui.prose import plain
from regions.models import User

SECTION_FIELDS = Fields(names=("heading_sv", "heading_en"), texts=("body_sv", "body_en"))


def _version_caption(version: GoverningVersion) -> str:
    """Which version it stands in, and whether that is in force."""
    return _("Version %(version)s, %(state)s") % {"version": version.name, "state": version.state.label}


def _sections(
    key: str, label: Any, rows: Callable[[User], QuerySet[Any]], version: Callable[[Any], GoverningVersion], order: int
) -> Source:
    """The sections of a kind of document."""

    def url(section: Any) -> str:
        return f"{version_url(version(section))}#section-{section.public_id}"

    def caption(section: Any) -> str:
        return _version_caption(version(section))

    def body(section: DocumentSection) -> str:
        return plain(section.body)

    return Source(key, label, rows, lambda user: SECTION_FIELDS, url, caption=caption, body=body, order=order)


CODE_SECTIONS = _sections(
    "code-section",
    gettext_lazy("Code of conduct"),
    lambda user: CodeSection.objects.filter(code_version__in=CodeVersion.objects.visible_to(user)).select_related(
        "code_version"
    ),
    lambda section: section.code_version,
    order=50,
)
CLAUSE_SECTIONS = _sections(
    "clause-section",
    gettext_lazy("Contract clause"),
    lambda user: ClauseSection.objects.filter(clause_version__in=ClauseVersion.objects.visible_to(user)).select_related(
        "clause_version"
    ),
    lambda section: section.clause_version,
    order=55,
)


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
    url=lambda each: f"{version_url(each.clause_version)}#requirement-{each.public_id}",
    caption=lambda each: _version_caption(each.clause_version),
    body=lambda each: plain(each.told("criterion")),
    order=60,
)


def _questionnaires(user: User) -> QuerySet[QuestionnaireVersion]:
    return QuestionnaireVersion.objects.visible_to(user).select_related("questionnaire")


def _questionnaire_fields(user: User) -> Fields:
    """By title, and by what its sections and questions say."""
    questions = Fields(names=("text_sv", "text_en"), texts=("help_sv", "help_en"))
    return Fields(
        names=("questionnaire__title_sv", "questionnaire__title_en"),
        through=(
            Through(QuestionnaireSection.objects.all(), "questionnaire_version", SECTION_FIELDS),
            Through(Question.objects.all(), "section__questionnaire_version", questions),
        ),
    )


QUESTIONNAIRES = Source(
    key="questionnaire",
    label=gettext_lazy("Questionnaires"),
    rows=_questionnaires,
    fields=_questionnaire_fields,
    url=lambda version: reverse("codeofconduct:questionnaire-version", args=[version.public_id]),
    title=lambda version: version.questionnaire.title,
    caption=_version_caption,
    order=68,
)
