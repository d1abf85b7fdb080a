"""Reads about questionnaires: the lines, what a version says, and what its questions cover."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from codeofconduct.models import (
    ProcessRequirement,
    Question,
    Questionnaire,
    QuestionnaireSection,
    QuestionnaireVersion,
)
from codeofconduct.questionnaire_logic import ChoiceText, Content, QuestionText, SectionText
from portal.jobs.enums import JobState
from portal.jobs.models import Job
from regions.models import User
from regions.permissions import is_staff

PDF_JOB = "questionnaire_pdf"


def questionnaires_visible_to(user: User) -> QuerySet[Questionnaire]:
    """Lines with at least one version that the user may read, each with these in `shown_versions`, the newest first."""
    versions = QuestionnaireVersion.objects.visible_to(user)
    lines = Questionnaire.objects.all()
    if not is_staff(user):
        lines = lines.filter(pk__in=versions.values("questionnaire"))
    shown = versions.select_related("clause_version").order_by("-valid_from", "-pk")
    return lines.prefetch_related(Prefetch("versions", queryset=shown, to_attr="shown_versions"))


def sections_of(version: QuestionnaireVersion) -> list[QuestionnaireSection]:
    """The sections in order, with their questions, choices, conditions and requirements: four queries."""
    questions = Question.objects.order_by("number").select_related("section", "requirement", "depends_on__section")
    return list(
        version.sections.order_by("number").prefetch_related(
            Prefetch("questions", queryset=questions), "questions__choices", "questions__depends_on__choices"
        )
    )


def questions_in_order(version: QuestionnaireVersion) -> list[Question]:
    """All questions as they are asked, with their sections and choices: two queries."""
    questions = Question.objects.filter(section__questionnaire_version=version)
    return list(
        questions.select_related("section", "requirement", "depends_on")
        .prefetch_related("choices")
        .order_by("section__number", "number")
    )


def content_of(version: QuestionnaireVersion) -> Content:
    """What the version says, as plain values."""
    return content_from(sections_of(version))


def content_from(sections: list[QuestionnaireSection]) -> Content:
    """As `content_of`, from what `sections_of` read."""
    return tuple(
        SectionText(
            heading_sv=section.heading_sv,
            heading_en=section.heading_en,
            body_sv=section.body_sv,
            body_en=section.body_en,
            questions=tuple(question_text(question) for question in section.questions.all()),
        )
        for section in sections
    )


def question_text(question: Question) -> QuestionText:
    """A question as plain values; asks the database only for what was not fetched with it."""
    return QuestionText(
        key=question.key,
        kind=question.kind,
        text_sv=question.text_sv,
        text_en=question.text_en,
        help_sv=question.help_sv,
        help_en=question.help_en,
        requirement=question.requirement.number if question.requirement else None,
        is_required=question.is_required,
        weight=question.weight,
        depends_on=question.depends_on.key if question.depends_on else "",
        depends_on_value=question.depends_on_value,
        choices=tuple(ChoiceText(each.key, each.text_sv, each.text_en) for each in question.choices.all()),
    )


def requirement_numbers(version: QuestionnaireVersion) -> set[int]:
    """The numbers of the requirements that its questions can inform."""
    return set(version.clause_version.requirements.values_list("number", flat=True))


@dataclass(frozen=True)
class Covered:
    """A requirement (None: none at all), the questions that inform it, and their weights' sum and share in per cent."""

    requirement: ProcessRequirement | None
    questions: list[QuestionText]
    weight: int
    share: int


def coverage_of(version: QuestionnaireVersion, content: Content) -> list[Covered]:
    """Requirement by requirement; questions that inform none come last. Shares are rounded, of all weights together."""
    questions = [question for section in content for question in section.questions]
    total = sum(question.weight for question in questions)
    requirements: list[ProcessRequirement | None] = [*version.clause_version.requirements.order_by("number")]
    rows = []
    for requirement in [*requirements, None]:
        number = requirement.number if requirement else None
        informing = [question for question in questions if question.requirement == number]
        weight = sum(question.weight for question in informing)
        if requirement or informing:
            rows.append(Covered(requirement, informing, weight, round(100 * weight / total) if total else 0))
    return rows


def stored_pdf(version: QuestionnaireVersion, language: str) -> Job | None:
    """The job that rendered the version as it is now, whoever started it: its file serves everyone who sees the version."""
    done = Job.objects.filter(
        kind=PDF_JOB, subject=version.public_id, language=language, state=JobState.DONE, result__isnull=False
    )
    return done.filter(params=pdf_params(version)).select_related("result").order_by("-pk").first()


def pdf_params(version: QuestionnaireVersion) -> dict[str, int]:
    """Of the job: another state of the version is another PDF."""
    return {"seen": version.version}
