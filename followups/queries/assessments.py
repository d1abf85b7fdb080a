"""Reads about self-assessments: what was sent, what came in, and what can be sent."""

from dataclasses import dataclass

from django.db.models import Case, IntegerField, Prefetch, QuerySet, Value, When
from django.utils.translation import gettext

from codeofconduct.countries import country_choices
from codeofconduct.enums import QuestionKind
from codeofconduct.models import Question, QuestionnaireSection, QuestionnaireVersion
from codeofconduct.queries.questionnaires import sections_of
from codeofconduct.questionnaire_logic import YES
from followups.enums.links import Holder
from followups.models import AccessLink, Answer, AnswerFile, AskBack, FollowUp, SelfAssessment
from portal.jobs.enums import UNFINISHED
from portal.jobs.models import Job
from regions.models import User

RECEIPT_JOB = "assessment_receipt"


def assessments_of(user: User, follow_up: FollowUp) -> list[SelfAssessment]:
    """The follow-up's self-assessments that the user may see, in order: one query."""
    found = SelfAssessment.objects.visible_to(user).filter(follow_up=follow_up)
    return list(found.select_related("questionnaire_version__questionnaire", "created_by").order_by("number"))


def questionnaires_for(follow_up: FollowUp) -> QuerySet[QuestionnaireVersion]:
    """Adopted versions: those that inform the requirements of the follow-up's clause version first, then the newest."""
    fits = Case(
        When(clause_version=follow_up.clause_version_id, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    adopted = QuestionnaireVersion.objects.adopted().select_related("questionnaire", "clause_version")
    return adopted.order_by(fits, "-valid_from", "-pk")


def supplier_links(follow_up: FollowUp) -> QuerySet[AccessLink]:
    """The open links of the supplier's people: whom letters about its self-assessments go to."""
    return AccessLink.objects.open().filter(follow_up=follow_up, holder=Holder.SUPPLIER)


def earlier_answers(assessment: SelfAssessment) -> dict[str, Answer]:
    """By the question's key, what the supplier answered last time to this line of questionnaires: three queries.

    `assessment` with its follow-up and questionnaire version. Of one that is submitted: last time before that.
    """
    earlier = (
        SelfAssessment.objects.submitted()
        .filter(
            follow_up__supplier=assessment.follow_up.supplier_id,
            questionnaire_version__questionnaire=assessment.questionnaire_version.questionnaire_id,
        )
        .exclude(pk=assessment.pk)
    )
    if assessment.submitted_at:
        earlier = earlier.filter(submitted_at__lt=assessment.submitted_at)
    latest = earlier.order_by("-submitted_at", "-pk").values("pk")[:1]
    answers = Answer.objects.filter(self_assessment__in=latest).select_related("question", "self_assessment")
    return {answer.question.key: answer for answer in answers.prefetch_related("files__file")}


def said(question: Question, value: str) -> str:
    """An answer in words of the page's language. `question` with its choices."""
    if question.kind == QuestionKind.YES_NO and value:
        return gettext("Yes") if value == YES else gettext("No")
    if question.kind == QuestionKind.CHOICE:
        return next((choice.text for choice in question.choices.all() if choice.key == value), value)
    if question.kind == QuestionKind.COUNTRY:
        return dict(country_choices()).get(value, value)
    return value


@dataclass(frozen=True)
class Reviewed:
    """A question of a submitted questionnaire with what may be seen of its answer. `hidden`: claimed secret, not for here."""

    question: Question
    answer: Answer | None
    earlier: Answer | None
    is_hidden: bool

    @property
    def value(self) -> str:
        return said(self.question, self.answer.value) if self.answer else ""

    @property
    def earlier_value(self) -> str:
        return said(self.question, self.earlier.value) if self.earlier else ""


def reviewed(user: User, assessment: SelfAssessment) -> list[tuple[QuestionnaireSection, list[Reviewed]]]:
    """A submitted self-assessment, section by section, with the questions that were answered: eleven queries at most."""
    files = AnswerFile.objects.visible_to(user).select_related("file")
    asked_back = AskBack.objects.visible_to(user).select_related("created_by", "replied_by")
    visible = (
        Answer.objects.visible_to(user)
        .filter(self_assessment=assessment)
        .prefetch_related(Prefetch("files", files), Prefetch("ask_backs", asked_back))
    )
    answers = {answer.question_id: answer for answer in visible}
    given = set(assessment.answers.values_list("question", flat=True))
    told_earlier = earlier_answers(assessment)
    may_see = Answer.objects.visible_to(user).filter(pk__in=[answer.pk for answer in told_earlier.values()])
    readable = set(may_see.values_list("pk", flat=True))
    earlier = {key: answer for key, answer in told_earlier.items() if answer.pk in readable}
    return [
        (section, lines)
        for section in sections_of(assessment.questionnaire_version)
        if (
            lines := [
                Reviewed(each, answers.get(each.pk), earlier.get(each.key), each.pk not in answers)
                for each in section.questions.all()
                if each.pk in given
            ]
        )
    ]


def told_to_auditor(follow_up: FollowUp) -> list[tuple[Question, str, list[str]]]:
    """What the supplier said before the audit: each answered question, the answer, and what it replied when asked back."""
    replies = AskBack.objects.exclude(replied_at=None).order_by("pk")
    answers = Answer.objects.for_auditor(follow_up).select_related("question__section", "question__requirement")
    found = answers.prefetch_related("question__choices", Prefetch("ask_backs", replies))
    return [
        (answer.question, said(answer.question, answer.value), [each.reply for each in answer.ask_backs.all()])
        for answer in found.order_by("question__section__number", "question__number")
        if answer.value
    ]


def left_to_accept(assessment: SelfAssessment) -> int:
    """How many answers are not accepted yet."""
    return assessment.answers.filter(accepted_at__isnull=True).count()


def receipt_waits(assessment: SelfAssessment) -> bool:
    """A job is at work on the receipt, or about to be."""
    return Job.objects.filter(kind=RECEIPT_JOB, subject=assessment.public_id, state__in=UNFINISHED).exists()
