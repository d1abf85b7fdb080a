"""Reads for surveys that are brought in: the questionnaires that they may have been, and what was said of columns before."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from codeofconduct.enums import QuestionKind
from codeofconduct.models import Question, QuestionnaireVersion
from portal.exchange.enums import RunState
from portal.exchange.models import ImportRun
from portal.exchange.reading import heading_key
from regions.models import User

SURVEY_KIND = "past-self-assessments"


def answer_key(question: Question) -> str:
    """How a mapping names the question."""
    return f"answer-{question.key}"


def answerable(questions: Iterable[Question]) -> list[Question]:
    """Those that a cell can answer: a file stands in none."""
    return [question for question in questions if question.kind != QuestionKind.FILE]


def survey_versions(user: User, headings: Collection[str]) -> list[QuestionnaireVersion]:
    """The adopted versions: the one first of whose questions most are headings, then the newest."""
    adopted = QuestionnaireVersion.objects.visible_to(user).adopted().select_related("questionnaire", "clause_version")
    questions = Question.objects.filter(section__questionnaire_version__in=adopted.values("pk"))
    known, matches = set(map(heading_key, headings)), Counter[int]()
    for version, *texts in questions.values_list("section__questionnaire_version", "text_sv", "text_en"):
        matches[version] += any(heading_key(text) in known for text in texts if text)
    return sorted(adopted.order_by("-valid_from", "-pk"), key=lambda version: -matches[version.pk])


def mapping_before(user: User, run: ImportRun, version: QuestionnaireVersion) -> Mapping[str, Any]:
    """What was said of the columns of this file, or else last time of a file that went in, for the same version."""
    if run.mapping.get("version") == version.public_id:
        return dict(run.mapping)
    done = ImportRun.objects.visible_to(user).filter(
        kind=SURVEY_KIND, state=RunState.DONE, mapping__version=version.public_id
    )
    last = done.order_by("-pk").first()
    return {"columns": last.mapping["columns"]} if last else {}
