"""A self-assessment that a supplier was sent, what it answered, and what the reviewer asked back."""

from datetime import date

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import Question, QuestionnaireVersion
from codeofconduct.questionnaire_logic import ANSWER_MAX
from followups.enums.assessments import Recommended, Since
from followups.enums.follow_ups import ENDS
from followups.models.follow_ups import FollowUp, Once
from portal.files.models import StoredFile
from portal.history.models import Record, Versioned, by_field, pair_constraint
from regions.models import User
from regions.permissions import is_buyer, is_staff

REASON_MAX = 2_000


class SelfAssessmentQuerySet(models.QuerySet["SelfAssessment"]):
    def visible_to(self, user: User) -> "SelfAssessmentQuerySet":
        """Of follow-ups that concern the user; shared ones once submitted, with consent, and not to mere readers."""
        mine = Q(follow_up__in=FollowUp.objects.concerning(user).values("pk"))
        if is_staff(user) or not is_buyer(user):
            return self.filter(mine)
        shared = Q(follow_up__in=FollowUp.objects.visible_to(user).values("pk"), consent_to_share=True)
        return self.filter(mine | shared)

    def unsent(self) -> "SelfAssessmentQuerySet":
        """Still with the supplier."""
        return self.filter(submitted_at__isnull=True, withdrawn_at__isnull=True)

    def submitted(self) -> "SelfAssessmentQuerySet":
        return self.filter(submitted_at__isnull=False)

    def under_way(self) -> "SelfAssessmentQuerySet":
        return self.exclude(follow_up__state__in=ENDS)

    def due_before(self, day: date) -> "SelfAssessmentQuerySet":
        return self.filter(due_on__lt=day)


@pghistory.track()
class SelfAssessment(Record, Versioned, Once):
    """A questionnaire sent to a supplier within a follow-up; who sent it and when are the record's own.

    Until it is submitted what the supplier writes is a draft in its own space (`models/drafts.py`), and not here.
    """

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="assessments")
    number = models.PositiveSmallIntegerField(_("number"))
    questionnaire_version = models.ForeignKey(
        QuestionnaireVersion, verbose_name=_("questionnaire"), on_delete=models.PROTECT, related_name="assessments"
    )
    due_on = models.DateField(_("due date"), db_index=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    submitted_by = by_field(_("submitted by"), null=True)
    consent_to_share = models.BooleanField(_("may be shared with the regions"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = by_field(_("withdrawn by"), null=True)
    withdrawal_reason = models.TextField(_("reason for the withdrawal"), blank=True, max_length=REASON_MAX)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = by_field(_("accepted by"), null=True)
    recommendation = models.CharField(_("recommendation"), max_length=13, choices=Recommended, blank=True)
    recommendation_reason = models.TextField(_("reason for the recommendation"), blank=True, max_length=REASON_MAX)
    recommended_at = models.DateTimeField(_("recommended"), null=True, blank=True)
    recommended_by = by_field(_("recommended by"), null=True)
    region_accepts = models.BooleanField(_("the lead region accepts"), null=True, blank=True)
    region_answer = models.TextField(_("the lead region's answer"), blank=True, max_length=REASON_MAX)
    region_answered_at = models.DateTimeField(_("the lead region answered"), null=True, blank=True)
    region_answered_by = by_field(_("answered for the lead region by"), null=True)
    receipt = models.OneToOneField(
        StoredFile, verbose_name=_("receipt"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SelfAssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["follow_up", "number"]
        verbose_name = _("self-assessment")
        constraints = [
            models.UniqueConstraint(fields=["follow_up", "number"], name="assessment_number"),
            models.UniqueConstraint(fields=["follow_up", "submission"], name="assessment_once"),
            models.UniqueConstraint(
                fields=["follow_up"],
                name="assessment_one_unsent",
                condition=Q(submitted_at__isnull=True, withdrawn_at__isnull=True),
                violation_error_message=_("A self-assessment is with the supplier already."),
            ),
            pair_constraint("assessment_submitted_pair", "submitted"),
            pair_constraint("assessment_withdrawn_pair", "withdrawn"),
            pair_constraint("assessment_accepted_pair", "accepted"),
            pair_constraint("assessment_recommended_pair", "recommended"),
            pair_constraint("assessment_region_answered_pair", "region_answered"),
            models.CheckConstraint(
                name="assessment_consent_when_submitted",
                condition=Q(submitted_at__isnull=True, consent_to_share__isnull=True)
                | Q(submitted_at__isnull=False, consent_to_share__isnull=False),
            ),
            models.CheckConstraint(
                name="assessment_withdrawn_unsent_with_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False, submitted_at__isnull=True) & ~Q(withdrawal_reason="")),
            ),
            models.CheckConstraint(
                name="assessment_accepted_when_submitted",
                condition=Q(accepted_at__isnull=True) | Q(submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="assessment_recommended_with_reason",
                condition=Q(recommended_at__isnull=True, recommendation="", recommendation_reason="")
                | (
                    Q(recommended_at__isnull=False, accepted_at__isnull=False, recommendation__in=Recommended.values)
                    & ~Q(recommendation_reason="")
                ),
            ),
            models.CheckConstraint(
                name="assessment_answered_when_recommended",
                condition=Q(region_answered_at__isnull=True, region_accepts__isnull=True, region_answer="")
                | (
                    Q(region_answered_at__isnull=False, recommended_at__isnull=False, region_accepts__isnull=False)
                    & (Q(region_accepts=True) | ~Q(region_answer=""))
                ),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="assessment_fixed_when_submitted",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF OLD.submitted_at IS NULL THEN
                        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                        RETURN NEW;
                    END IF;
                    IF TG_OP = 'DELETE'
                        OR NEW.follow_up_id IS DISTINCT FROM OLD.follow_up_id
                        OR NEW.questionnaire_version_id IS DISTINCT FROM OLD.questionnaire_version_id
                        OR NEW.submitted_at IS DISTINCT FROM OLD.submitted_at
                        OR NEW.submitted_by_id IS DISTINCT FROM OLD.submitted_by_id
                        OR NEW.consent_to_share IS DISTINCT FROM OLD.consent_to_share
                    THEN
                        RAISE EXCEPTION 'A submitted self-assessment keeps what the supplier said';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.number}"

    @property
    def is_unsent(self) -> bool:
        """Still with the supplier."""
        return self.submitted_at is None and self.withdrawn_at is None

    @property
    def is_brought_in(self) -> bool:
        """It came with a file: who registered it handed it in. What the supplier is asked here it hands in itself."""
        return self.submitted_at is not None and self.submitted_by_id == self.created_by_id


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, user: User) -> "AnswerQuerySet":
        """All to those it concerns; to other regions only with the supplier's consent, and not what it claims as secret."""
        seen = self.filter(self_assessment__in=SelfAssessment.objects.visible_to(user).values("pk"))
        if is_staff(user):
            return seen
        mine = Q(self_assessment__follow_up__in=FollowUp.objects.concerning(user).values("pk"))
        return seen.filter(mine | Q(secrecy_claim=""))

    def for_auditor(self, follow_up: FollowUp) -> "AnswerQuerySet":
        """Of its latest submitted self-assessment, what the supplier does not claim as secret: an auditor is no authority."""
        latest = SelfAssessment.objects.submitted().filter(follow_up=follow_up).order_by("-number").values("pk")[:1]
        return self.filter(self_assessment__in=latest, secrecy_claim="")


@pghistory.track()
class Answer(Record):
    """What the supplier answered to a question, as it was submitted. Nothing of it changes but its acceptance.

    `value`: as the questionnaire's logic writes it (a choice's key, yes or no, a country's code, text); empty where a
    file is the answer. `secrecy_claim`: why the supplier claims a business secret, "" where it doesn't. A claim is no
    decision: secrecy is tested each time someone asks for the document (OSL 2009:400, chapter 31, section 16).
    """

    self_assessment = models.ForeignKey(SelfAssessment, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    value = models.TextField(_("answer"), blank=True, max_length=ANSWER_MAX)
    since = models.CharField(_("compared with last time"), max_length=7, choices=Since, default=Since.NEW)
    secrecy_claim = models.TextField(_("claimed as a business secret because"), blank=True, max_length=REASON_MAX)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = by_field(_("accepted by"), null=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["self_assessment", "question__section__number", "question__number"]
        verbose_name = _("answer")
        constraints = [
            models.UniqueConstraint(fields=["self_assessment", "question"], name="answer_unique"),
            pair_constraint("answer_accepted_pair", "accepted"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="answer_fixed", exclude=["accepted_at", "accepted_by"]),
            pgtrigger.Protect(name="answer_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="answer_of_questionnaire",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM followups_selfassessment a
                        JOIN codeofconduct_questionnairesection s
                            ON s.questionnaire_version_id = a.questionnaire_version_id
                        JOIN codeofconduct_question q ON q.section_id = s.id
                        WHERE a.id = NEW.self_assessment_id AND q.id = NEW.question_id
                    ) THEN
                        RAISE EXCEPTION 'answer_of_questionnaire: the question is of another questionnaire'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question.place}"


class AnswerFileQuerySet(models.QuerySet["AnswerFile"]):
    def visible_to(self, user: User) -> "AnswerFileQuerySet":
        """Of visible answers; what the file itself is claimed secret for, as with answers."""
        seen = self.filter(answer__in=Answer.objects.visible_to(user).values("pk"))
        if is_staff(user):
            return seen
        mine = Q(answer__self_assessment__follow_up__in=FollowUp.objects.concerning(user).values("pk"))
        return seen.filter(mine | Q(secrecy_claim=""))


@pghistory.track()
class AnswerFile(Record):
    """A file that the supplier handed in with an answer."""

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="files")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="answer_file")
    secrecy_claim = models.TextField(_("claimed as a business secret because"), blank=True, max_length=REASON_MAX)

    objects = AnswerFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("file of an answer")
        triggers = [
            pgtrigger.Protect(name="answer_file_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.file.name


class AskBackQuerySet(models.QuerySet["AskBack"]):
    def visible_to(self, user: User) -> "AskBackQuerySet":
        """For those whom the follow-up concerns: a question back tells what the answer was."""
        if is_staff(user):
            return self
        mine = FollowUp.objects.concerning(user).values("pk")
        return self.filter(answer__self_assessment__follow_up__in=mine)

    def unanswered(self) -> "AskBackQuerySet":
        return self.filter(replied_at__isnull=True)


@pghistory.track()
class AskBack(Record, Once):
    """What the reviewer asks about an answer, until when, and what the supplier replied."""

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="ask_backs")
    question = models.TextField(_("question"), max_length=REASON_MAX)
    due_on = models.DateField(_("due date"), db_index=True)
    reply = models.TextField(_("reply"), blank=True, max_length=ANSWER_MAX)
    replied_at = models.DateTimeField(_("replied"), null=True, blank=True)
    replied_by = by_field(_("replied by"), null=True)

    objects = AskBackQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("question back")
        constraints = [
            models.UniqueConstraint(fields=["answer", "submission"], name="ask_back_once"),
            pair_constraint("ask_back_replied_pair", "replied"),
            models.CheckConstraint(
                name="ask_back_reply_said",
                condition=Q(replied_at__isnull=True, reply="") | (Q(replied_at__isnull=False) & ~Q(reply="")),
            ),
        ]

    def __str__(self) -> str:
        return self.question[:60]
