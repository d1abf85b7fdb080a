"""What the reviewer does with a submitted self-assessment, and what supplier and lead region reply.

Locks: follow-up, then the self-assessment.
"""

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from followups.emails.assessments import mail_asked_back
from followups.enums.assessments import Recommended
from followups.models import Answer, AskBack, FollowUp, SelfAssessment
from followups.queries.assessments import left_to_accept
from followups.refusals import ended
from portal import clock
from portal.history.models import By, actor_of
from portal.history.versions import lock_at


@transaction.atomic
def ask_back(*, by: By, answer: Answer, submission: UUID, question: str, due_on: date) -> AskBack:
    """Ask the supplier about an answer; its people are told by mail. The same `submission` again gives the one there is.

    An answer that was accepted is not any more. Raises ValidationError where the follow-up has ended or the
    recommendation is made.
    """
    locked = _lock(answer.self_assessment)
    if found := AskBack.objects.filter(answer=answer, submission=submission).first():
        return found
    _refuse_settled(locked)
    asked = AskBack.objects.create(
        answer=answer, submission=submission, question=question, due_on=due_on, created_by=actor_of(by)
    )
    Answer.objects.filter(pk=answer.pk, accepted_at__isnull=False).update(accepted_at=None, accepted_by=None)
    _settle_acceptance(by, locked)
    mail_asked_back(asked)
    return asked


@transaction.atomic
def reply_to_ask(*, by: By, ask: AskBack, reply: str) -> AskBack:
    """The supplier's reply, once: another is refused, and the first stays. The same reply again changes nothing.

    Raises ValidationError where it was replied to already or the follow-up has ended.
    """
    _lock(ask.answer.self_assessment)
    locked = AskBack.objects.select_for_update(of=["self"]).get(pk=ask.pk)
    if locked.replied_at is not None:
        if locked.reply == reply:
            return locked
        raise ValidationError(_("Someone has replied already. The first reply stands."), code="replied")
    locked.reply, locked.replied_at, locked.replied_by = reply, clock.now(), actor_of(by)
    locked.save(update_fields=["reply", "replied_at", "replied_by"])
    return locked


@transaction.atomic
def accept_answer(*, by: By, answer: Answer) -> Answer:
    """Once; again leaves the first who and when. The last one accepted accepts the self-assessment.

    Raises ValidationError while a question about it waits for the supplier, and where the follow-up has ended.
    """
    locked = _lock(answer.self_assessment)
    if AskBack.objects.unanswered().filter(answer=answer).exists():
        raise ValidationError(_("The supplier has not replied to the question about this answer yet."), code="waiting")
    _accept(by, Answer.objects.filter(pk=answer.pk))
    _settle_acceptance(by, locked)
    answer.refresh_from_db()
    return answer


@transaction.atomic
def accept_all(*, by: By, assessment: SelfAssessment) -> SelfAssessment:
    """Every answer that no question waits about. All accepted: the self-assessment is."""
    locked = _lock(assessment)
    waiting = AskBack.objects.unanswered().filter(answer__self_assessment=locked).values("answer")
    _accept(by, locked.answers.exclude(pk__in=waiting))
    return _settle_acceptance(by, locked)


@transaction.atomic
def recommend(
    *, by: By, assessment: SelfAssessment, recommendation: Recommended, reason: str, version: int
) -> SelfAssessment:
    """What ought to come next, with the reason; the lead region is asked. It can be made anew until that has answered.

    Raises StaleVersionError where someone else saved after `version`, ValidationError while answers are not accepted,
    once the region has answered, and where the follow-up has ended.
    """
    locked = _lock(assessment, version)
    if locked.region_answered_at is not None:
        raise ValidationError(_("The lead region has answered the recommendation already."), code="answered")
    if left := left_to_accept(locked):
        raise ValidationError(
            ngettext_lazy("%(count)d answer is not accepted yet.", "%(count)d answers are not accepted yet.", "count"),
            params={"count": left},
            code="unaccepted",
        )
    locked.recommendation, locked.recommendation_reason = recommendation, reason
    locked.recommended_at, locked.recommended_by = clock.now(), actor_of(by)
    locked.version += 1
    locked.save(
        update_fields=["recommendation", "recommendation_reason", "recommended_at", "recommended_by", "version"]
    )
    return locked


@transaction.atomic
def answer_recommendation(
    *, by: By, assessment: SelfAssessment, accepts: bool, answer: str, version: int
) -> SelfAssessment:
    """The lead region accepts the recommendation, or says what it does instead. Answered already: StaleVersionError or
    the same.

    Raises ValidationError without an answer where it doesn't accept, without a recommendation, and where the follow-up
    has ended.
    """
    locked = _lock(assessment, version)
    if locked.recommended_at is None:
        raise ValidationError(_("There is no recommendation yet."), code="missing")
    if not accepts and not answer.strip():
        raise ValidationError({"answer": _("Write what the region does instead, and why.")})
    locked.region_accepts, locked.region_answer = accepts, answer.strip()
    locked.region_answered_at, locked.region_answered_by = clock.now(), actor_of(by)
    locked.version += 1
    locked.save(
        update_fields=["region_accepts", "region_answer", "region_answered_at", "region_answered_by", "version"]
    )
    return locked


def _lock(assessment: SelfAssessment, version: int | None = None) -> SelfAssessment:
    follow_up = FollowUp.objects.select_for_update(of=["self"]).get(pk=assessment.follow_up_id)
    locked = lock_at(assessment, version)
    if not follow_up.is_under_way:
        raise ended()
    return locked


def _refuse_settled(assessment: SelfAssessment) -> None:
    if assessment.recommended_at is not None:
        raise ValidationError(
            _("The recommendation is made. What is still unclear is asked in what follows."), code="settled"
        )


def _accept(by: By, answers: QuerySet[Answer]) -> None:
    answers.filter(accepted_at__isnull=True).update(accepted_at=clock.now(), accepted_by=actor_of(by))


def _settle_acceptance(by: By, assessment: SelfAssessment) -> SelfAssessment:
    """Accepted when and only when each answer is."""
    if assessment.submitted_at is None:
        return assessment
    is_accepted = left_to_accept(assessment) == 0
    if is_accepted == (assessment.accepted_at is not None):
        return assessment
    pair = (clock.now(), actor_of(by)) if is_accepted else (None, None)
    assessment.accepted_at, assessment.accepted_by = pair
    assessment.version += 1
    assessment.save(update_fields=["accepted_at", "accepted_by", "version"])
    return assessment
