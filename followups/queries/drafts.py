"""The supplier's own space as the supplier meets it. Only outside views, the link's own, may read what stands here.

For everyone else there is one figure, `progress_of`: how many questions have an answer.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from codeofconduct.enums import QuestionKind
from codeofconduct.models import Question, QuestionnaireSection
from codeofconduct.queries.questionnaires import question_text, sections_of
from codeofconduct.questionnaire_logic import QuestionText, Sentence, asked, complaints
from followups.enums.assessments import Since
from followups.models import Answer, DraftAnswer, DraftFile, SelfAssessment
from followups.queries.assessments import earlier_answers, said


@dataclass
class Line:
    """A question with what the supplier has written so far, and what it answered last time."""

    question: Question
    text: QuestionText
    draft: DraftAnswer | None = None
    files: list[DraftFile] = field(default_factory=list)
    earlier: Answer | None = None

    @property
    def key(self) -> str:
        return self.text.key

    @property
    def value(self) -> str:
        """As the questionnaire's logic takes it: of a file its name."""
        if self.text.kind == QuestionKind.FILE:
            return self.files[0].name if self.files else ""
        return self.draft.value if self.draft else ""

    @property
    def version(self) -> int:
        """Of the draft; 0 where nothing was ever saved."""
        return self.draft.version if self.draft else 0

    @property
    def can_roll_forward(self) -> bool:
        """Nothing stands here, and last time something did."""
        return (
            self.earlier is not None and not self.is_answered and bool(self.earlier.value or self.earlier.files.all())
        )

    @property
    def is_answered(self) -> bool:
        return bool(self.value.strip() or self.files)

    @property
    def complaints(self) -> list[Sentence]:
        """What stands against handing it in."""
        return complaints(self.text, self.value)

    @property
    def said(self) -> str:
        return said(self.question, "" if self.text.kind == QuestionKind.FILE else self.value)

    @property
    def said_earlier(self) -> str:
        return said(self.question, self.earlier.value) if self.earlier else ""

    @property
    def since(self) -> Since:
        """The answer beside last time's: the same only where its files are the same too."""
        if self.earlier is None:
            return Since.NEW
        written = "" if self.text.kind == QuestionKind.FILE else self.value.strip()
        here = {file.sha256 for file in self.files}
        then = {each.file.sha256 for each in self.earlier.files.all()}
        return Since.SAME if written == self.earlier.value and here == then else Since.CHANGED

    @property
    def secrecy_claim(self) -> str:
        return self.draft.secrecy_claim if self.draft else ""


@dataclass
class Space:
    """All that the supplier has written in a self-assessment. `gone`: drafts whose question is not asked any more."""

    sections: list[QuestionnaireSection]
    lines: dict[str, Line]
    drafts: list[DraftAnswer]
    files: list[DraftFile]

    @cached_property
    def asked(self) -> set[str]:
        """The keys of the questions that are asked, given the answers so far."""
        answers = {key: line.value for key, line in self.lines.items()}
        return asked((line.text for line in self.lines.values()), answers)

    def lines_of(self, section: QuestionnaireSection) -> list[Line]:
        """All questions of the section, asked or not, in order."""
        return [self.lines[each.key] for each in section.questions.all()]

    def of(self, section: QuestionnaireSection) -> list[Line]:
        """The section's questions that are asked, in order."""
        return [line for line in self.lines_of(section) if line.key in self.asked]

    @property
    def asked_lines(self) -> list[Line]:
        return [line for key, line in self.lines.items() if key in self.asked]

    @property
    def answered(self) -> list[Line]:
        return [line for line in self.asked_lines if line.is_answered]

    @property
    def missing(self) -> list[Line]:
        """What stands in the way of handing it in."""
        return [line for line in self.asked_lines if line.complaints]

    @property
    def gone(self) -> list[DraftAnswer]:
        """What was written to questions that are not asked, or not any more: it stays here and is not handed in."""
        return [draft for draft in self.drafts if draft.value.strip() and draft.key not in self.asked]

    @property
    def can_roll_forward(self) -> bool:
        """Something of last time can be filled in where nothing stands now."""
        return any(line.can_roll_forward for line in self.asked_lines)

    @property
    def claims(self) -> list[tuple[Line, str, str]]:
        """What is claimed as a business secret: the question, the file's name or "", and the reason."""
        of_answers = [(line, "", line.secrecy_claim) for line in self.answered if line.secrecy_claim]
        of_files = [
            (line, file.name, file.secrecy_claim)
            for line in self.answered
            for file in line.files
            if file.secrecy_claim and line.key in self.asked
        ]
        return of_answers + of_files

    @property
    def seen(self) -> str:
        """Tells this state of the drafts from any other: whoever hands in has seen what is handed in."""
        parts = [f"{draft.key} {draft.version} {draft.secrecy_claim}" for draft in self.drafts]
        parts += [f"{file.public_id} {file.secrecy_claim}" for file in self.files]
        return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:32]


def space_of(assessment: SelfAssessment) -> Space:
    """Ten queries, however many questions. `assessment` with its follow-up and questionnaire version."""
    sections = sections_of(assessment.questionnaire_version)
    drafts = list(DraftAnswer.objects.filter(self_assessment=assessment).select_related("saved_by").order_by("pk"))
    files = list(DraftFile.objects.filter(self_assessment=assessment).defer("content").order_by("pk"))
    return Space(sections, _lines(sections, drafts, files, earlier_answers(assessment)), drafts, files)


def _lines(
    sections: Iterable[QuestionnaireSection],
    drafts: Iterable[DraftAnswer],
    files: Iterable[DraftFile],
    earlier: dict[str, Answer],
) -> dict[str, Line]:
    lines = {}
    for section in sections:
        for question in section.questions.all():
            question.section = section
            lines[question.key] = Line(question, question_text(question), earlier=earlier.get(question.key))
    for draft in drafts:
        if draft.key in lines:
            lines[draft.key].draft = draft
    for file in files:
        if file.key in lines:
            lines[file.key].files.append(file)
    return lines


@dataclass(frozen=True)
class Progress:
    """How many of the questions that are asked have an answer: all that anyone but the supplier is told before it submits."""

    answered: int
    asked: int


def progress_of(assessment: SelfAssessment) -> Progress:
    """The two figures, and nothing of what was written."""
    sections = sections_of(assessment.questionnaire_version)
    drafts = DraftAnswer.objects.filter(self_assessment=assessment)
    files = DraftFile.objects.filter(self_assessment=assessment).defer("content")
    space = Space(sections, _lines(sections, drafts, files, {}), [], [])
    return Progress(len(space.answered), len(space.asked))
