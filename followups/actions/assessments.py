"""A self-assessment is sent, changed while it is with the supplier, or withdrawn. Locks: follow-up, then the row."""

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import QuestionnaireVersion
from followups.actions.drafts import clear_drafts
from followups.actions.follow_ups import carry_forward
from followups.actions.links import issue_link
from followups.emails.assessments import mail_sent, mail_withdrawn
from followups.enums.follow_ups import State
from followups.enums.links import Holder
from followups.models import FollowUp, SelfAssessment
from followups.refusals import ended
from portal import clock
from portal.history.models import By, actor_of
from portal.history.versions import lock_at


@transaction.atomic
def send_assessment(
    *,
    by: By,
    follow_up: FollowUp,
    submission: UUID,
    questionnaire_version: QuestionnaireVersion,
    due_on: date,
    name: str,
    email: str,
    language: str,
) -> SelfAssessment:
    """Ask the supplier: the contact gets a link and a letter, and the follow-up moves on. The same `submission` again
    gives the one that is there.

    Raises ValidationError where the follow-up has ended, where one is with the supplier already, for a questionnaire
    that is a draft, and for what is no e-mail address.
    """
    locked = FollowUp.objects.select_for_update(of=["self"]).get(pk=follow_up.pk)
    if found := SelfAssessment.objects.filter(follow_up=locked, submission=submission).first():
        return found
    if not locked.is_under_way:
        raise ended()
    if not questionnaire_version.is_locked:
        raise ValidationError(_("The questionnaire is a draft: it has to be adopted first."), code="draft")
    if SelfAssessment.objects.unsent().filter(follow_up=locked).exists():
        raise ValidationError(
            _("A self-assessment is with the supplier already. Wait for the answers, or withdraw it first."),
            code="unsent",
        )
    latest = SelfAssessment.objects.filter(follow_up=locked).aggregate(number=Max("number"))["number"]
    assessment = SelfAssessment.objects.create(
        follow_up=locked,
        number=(latest or 0) + 1,
        submission=submission,
        questionnaire_version=questionnaire_version,
        due_on=due_on,
        created_by=actor_of(by),
    )
    issue_link(by=by, holder=Holder.SUPPLIER, name=name, email=email, language=language, follow_up=locked)
    carry_forward(by=by, follow_up=locked, target=State.SELF_ASSESSMENT_SENT)
    mail_sent(assessment)
    return assessment


@transaction.atomic
def change_assessment(
    *, by: By, assessment: SelfAssessment, version: int, questionnaire_version: QuestionnaireVersion, due_on: date
) -> SelfAssessment:
    """Another date, or another version of the questionnaire, while it is with the supplier. What the supplier has
    written stays; a question that is asked no more stays in its drafts.

    Raises StaleVersionError where someone else saved after `version`, ValidationError where it isn't with the supplier
    any more, where the follow-up has ended, or for a draft of a questionnaire.
    """
    follow_up = FollowUp.objects.select_for_update(of=["self"]).get(pk=assessment.follow_up_id)
    locked = lock_at(assessment, version)
    _refuse_sent_in(locked)
    if not follow_up.is_under_way:
        raise ended()
    if not questionnaire_version.is_locked:
        raise ValidationError(_("The questionnaire is a draft: it has to be adopted first."), code="draft")
    locked.questionnaire_version, locked.due_on = questionnaire_version, due_on
    locked.version += 1
    locked.save(update_fields=["questionnaire_version", "due_on", "version"])
    return locked


@transaction.atomic
def withdraw_assessment(*, by: By, assessment: SelfAssessment, reason: str) -> SelfAssessment:
    """The supplier need not answer: it is told so, and its drafts are removed. Withdrawn already: the same, unchanged.

    Raises ValidationError without a reason, and for one that was submitted.
    """
    FollowUp.objects.select_for_update(of=["self"]).get(pk=assessment.follow_up_id)
    locked = lock_at(assessment, None)
    if locked.withdrawn_at is not None:
        return locked
    _refuse_sent_in(locked)
    if not reason.strip():
        raise ValidationError({"reason": _("Write why it is withdrawn.")})
    locked.withdrawn_at, locked.withdrawn_by = clock.now(), actor_of(by)
    locked.withdrawal_reason = reason.strip()
    locked.version += 1
    locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason", "version"])
    clear_drafts(by=by, assessment=locked)
    mail_withdrawn(locked)
    return locked


def _refuse_sent_in(assessment: SelfAssessment) -> None:
    if assessment.submitted_at is not None:
        raise ValidationError(_("The supplier has submitted the self-assessment already."), code="submitted")
    if assessment.withdrawn_at is not None:
        raise ValidationError(_("The self-assessment has been withdrawn already."), code="withdrawn")
