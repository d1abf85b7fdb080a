"""What the supplier writes before it submits, and the submitting, after which no draft is left.

`by` is who came by the link. Each locks the self-assessment, which is therefore never submitted beneath a saving hand;
submitting locks the follow-up first.
"""

import hashlib
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from codeofconduct.enums import QuestionKind
from codeofconduct.models import Question
from followups.actions.follow_ups import carry_forward
from followups.emails.assessments import mail_received
from followups.enums.follow_ups import State
from followups.models import Answer, AnswerFile, DraftAnswer, DraftFile, FollowUp, SelfAssessment
from followups.queries.assessments import RECEIPT_JOB, receipt_waits
from followups.queries.drafts import Line, Space, space_of
from portal import clock
from portal.files.actions import store_file
from portal.files.checks import Upload
from portal.history.models import By, actor_of
from portal.history.versions import StaleVersionError
from portal.jobs.actions import start_job

FILES_MAX = 10


@transaction.atomic
def save_answer(*, by: By, assessment: SelfAssessment, key: str, value: str, version: int) -> DraftAnswer:
    """Keep what was typed to a question. `version`: of the draft that the page showed, 0 where it showed none.

    An answer to a question that is asked no more is kept all the same: nothing typed is lost, and it is not handed in.
    Raises StaleVersionError where someone else has saved another text since, ValidationError where the self-assessment
    is submitted, withdrawn or its follow-up has ended, and for a question that no questionnaire has.
    """
    _lock(assessment)
    draft = DraftAnswer.objects.select_for_update().filter(self_assessment=assessment, key=key).first()
    if draft is None:
        _refuse_unknown(key)
        return DraftAnswer.objects.create(
            self_assessment=assessment, key=key, value=value, saved_by=actor_of(by), saved_at=clock.now()
        )
    if draft.value == value:
        return draft
    if draft.version != version:
        raise StaleVersionError(draft)
    draft.value, draft.saved_at, draft.saved_by = value, clock.now(), actor_of(by)
    draft.version += 1
    draft.save(update_fields=["value", "saved_at", "saved_by", "version"])
    return draft


@transaction.atomic
def add_draft_file(*, by: By, assessment: SelfAssessment, key: str, upload: Upload) -> DraftFile:
    """Keep a checked file for a question; the same file again gives the one that is there."""
    _lock(assessment)
    _refuse_unknown(key)
    digest = hashlib.sha256(upload.content).hexdigest()
    files = DraftFile.objects.filter(self_assessment=assessment, key=key).defer("content")
    if found := files.filter(sha256=digest, name=upload.name).first():
        return found
    if files.count() >= FILES_MAX:
        raise ValidationError(
            ngettext_lazy(
                "A question takes at most %(limit)d file.", "A question takes at most %(limit)d files.", "limit"
            ),
            params={"limit": FILES_MAX},
            code="too_many",
        )
    return DraftFile.objects.create(
        self_assessment=assessment,
        key=key,
        name=upload.name,
        media_type=upload.media_type,
        size=len(upload.content),
        sha256=digest,
        content=upload.content,
        saved_by=actor_of(by),
        saved_at=clock.now(),
    )


@transaction.atomic
def remove_draft_file(*, by: By, assessment: SelfAssessment, public_id: str) -> None:
    """Take a file out of the draft again; harmless where it is gone. Nothing of it is kept."""
    _lock(assessment)
    DraftFile.objects.filter(self_assessment=assessment, public_id=public_id).delete()


@transaction.atomic
def claim_secrecy(*, by: By, assessment: SelfAssessment, answers: Mapping[str, str], files: Mapping[str, str]) -> None:
    """Say of answers (by key) and files (by public id) why they are business secrets; "" takes a claim back.

    An answer without a draft of its own, as one that is only files, gets one to carry the claim.
    """
    _lock(assessment)
    actor, now = actor_of(by), clock.now()
    for key, reason in answers.items():
        known = DraftAnswer.objects.filter(self_assessment=assessment, key=key)
        if not known.update(secrecy_claim=reason) and reason:
            _refuse_unknown(key)
            DraftAnswer.objects.create(
                self_assessment=assessment, key=key, secrecy_claim=reason, saved_by=actor, saved_at=now
            )
    for public_id, reason in files.items():
        DraftFile.objects.filter(self_assessment=assessment, public_id=public_id).update(secrecy_claim=reason)


@transaction.atomic
def roll_forward(*, by: By, assessment: SelfAssessment) -> int:
    """Fill in last time's answers and files where nothing stands yet; how many questions got one.

    What a question that is asked only now was answered last time comes with it, so conditions are followed to the end.
    """
    _lock(assessment)
    filled = 0
    while lines := [line for line in space_of(assessment).asked_lines if line.can_roll_forward]:
        for line in lines:
            _fill(by, assessment, line)
        filled += len(lines)
    return filled


def _fill(by: By, assessment: SelfAssessment, line: Line) -> None:
    if line.earlier is None:
        return
    actor, now = actor_of(by), clock.now()
    if line.earlier.value:
        draft = line.draft or DraftAnswer(self_assessment=assessment, key=line.key, version=0)
        draft.value, draft.saved_by, draft.saved_at = line.earlier.value, actor, now
        draft.version += 1
        draft.save()
    for each in line.earlier.files.all():
        stored = each.file
        content = stored.read()
        DraftFile.objects.get_or_create(
            self_assessment=assessment,
            key=line.key,
            name=stored.name,
            sha256=stored.sha256,
            defaults={
                "media_type": stored.media_type,
                "size": stored.size,
                "content": content,
                "saved_by": actor,
                "saved_at": now,
            },
        )


@transaction.atomic
def submit_assessment(*, by: By, assessment: SelfAssessment, seen: str, consent: bool, language: str) -> SelfAssessment:
    """Hand it in: answers and files become the follow-up's, the drafts are gone, a receipt is made and thanks are sent.

    `seen`: `Space.seen` of what the page showed. Handed in already: the same, unchanged. Raises ValidationError where
    something is missing (code "missing"), where the drafts are others by now (code "changed"), and where the
    self-assessment is withdrawn or its follow-up has ended; nothing is written then.
    """
    follow_up = FollowUp.objects.select_for_update(of=["self"]).get(pk=assessment.follow_up_id)
    locked = _locked(assessment)
    if locked.submitted_at is not None:
        return locked
    _refuse_closed(locked)
    space = space_of(locked)
    _refuse_unready(space, seen)
    actor, now = actor_of(by), clock.now()
    for line in space.answered:
        _hand_in(by, locked, line)
    locked.submitted_at, locked.submitted_by, locked.consent_to_share = now, actor, consent
    locked.version += 1
    locked.save(update_fields=["submitted_at", "submitted_by", "consent_to_share", "version"])
    clear_drafts(by=by, assessment=locked)
    carry_forward(
        by=by,
        follow_up=follow_up,
        target=State.ANSWERED,
        reason=str(_("The supplier has submitted the self-assessment.")),
    )
    make_receipt(by=by, assessment=locked, language=language)
    mail_received(locked)
    return locked


def make_receipt(*, by: By, assessment: SelfAssessment, language: str) -> None:
    """Have the receipt made, unless it is there or on its way; nothing before the self-assessment is submitted."""
    if assessment.submitted_at is not None and assessment.receipt_id is None and not receipt_waits(assessment):
        start_job(by=by, kind=RECEIPT_JOB, subject=assessment.public_id, language=language)


@transaction.atomic
def clear_drafts(*, by: By, assessment: SelfAssessment) -> None:
    """Nothing is left of what was written and not handed in."""
    DraftAnswer.objects.filter(self_assessment=assessment).delete()
    DraftFile.objects.filter(self_assessment=assessment).delete()


def _hand_in(by: By, assessment: SelfAssessment, line: Line) -> None:
    actor, now = actor_of(by), clock.now()
    answer = Answer.objects.create(
        self_assessment=assessment,
        question=line.question,
        value="" if line.text.kind == QuestionKind.FILE else line.value.strip(),
        since=line.since,
        secrecy_claim=line.secrecy_claim,
        created_at=now,
        created_by=actor,
    )
    for each in line.files:
        # One at a time: a file is up to 20 MB.
        content = bytes(DraftFile.objects.values_list("content", flat=True).get(pk=each.pk))
        stored = store_file(by=by, name=each.name, content=content, media_type=each.media_type)
        AnswerFile.objects.create(
            answer=answer, file=stored, secrecy_claim=each.secrecy_claim, created_at=now, created_by=actor
        )


def _locked(assessment: SelfAssessment) -> SelfAssessment:
    rows = SelfAssessment.objects.select_for_update(of=["self"], no_key=True)
    return rows.select_related("follow_up", "questionnaire_version").get(pk=assessment.pk)


def _lock(assessment: SelfAssessment) -> SelfAssessment:
    locked = _locked(assessment)
    _refuse_closed(locked)
    return locked


def _refuse_closed(assessment: SelfAssessment) -> None:
    if assessment.submitted_at is not None:
        raise ValidationError(
            _("The self-assessment has been submitted. What you typed here is not part of it."), code="submitted"
        )
    if assessment.withdrawn_at is not None:
        raise ValidationError(_("The self-assessment has been withdrawn. You need not answer it."), code="withdrawn")
    if not assessment.follow_up.is_under_way:
        raise ValidationError(_("The follow-up has ended. Nothing can be saved or submitted any more."), code="ended")


def _refuse_unknown(key: str) -> None:
    """A question of another version, that was open in an old tab, is known; a made-up key is not."""
    if not Question.objects.filter(key=key).exists():
        raise ValidationError(_("There is no such question."), code="unknown")


def _refuse_unready(space: Space, seen: str) -> None:
    if space.missing:
        raise ValidationError(
            ngettext_lazy(
                "%(count)d question has to be answered before you can submit.",
                "%(count)d questions have to be answered before you can submit.",
                "count",
            ),
            params={"count": len(space.missing)},
            code="missing",
        )
    if space.seen != seen:
        raise ValidationError(
            _("An answer has changed since this page was shown. Look at the answers once more, and submit them then."),
            code="changed",
        )
