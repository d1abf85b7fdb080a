"""What was found: findings with their severity, evidence and corrective actions."""

from datetime import date

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import CodeSection, ProcessRequirement
from followups.enums.follow_ups import ENDS, FindingState
from followups.models.follow_ups import FollowUp, Once
from portal.files.models import StoredFile
from portal.history.models import Record, Versioned, by_field, pair_constraint
from portal.search.folding import texts_indexes
from regions.models import User
from regions.permissions import is_buyer, is_staff

TEXT_MAX = 10_000
DESCRIPTION_MAX = 2_000


@pghistory.track()
class Severity(models.Model):
    """How serious a finding is. Rows, not code: the scale has changed before. Its key is its public id."""

    key = models.SlugField(_("key"), max_length=30, unique=True)
    name_sv = models.CharField(_("name in Swedish"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100)
    order = models.PositiveSmallIntegerField(_("order"), unique=True)
    is_severe = models.BooleanField(_("severe"), default=False)

    class Meta:
        ordering = ["order"]
        verbose_name = _("severity")

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_sv


class FindingQuerySet(models.QuerySet["Finding"]):
    def submitted(self) -> "FindingQuerySet":
        return self.filter(state=FindingState.SUBMITTED)

    def unresolved(self) -> "FindingQuerySet":
        """Submitted, and without an action or with one that is not done."""
        actions = CorrectiveAction.objects.filter(finding=OuterRef("pk"))
        return self.submitted().filter(~Exists(actions) | Exists(actions.filter(done_at__isnull=True)))

    def severe(self) -> "FindingQuerySet":
        return self.filter(severity__is_severe=True)

    def visible_to(self, user: User) -> "FindingQuerySet":
        """Of visible follow-ups, submitted ones and the user's own drafts: a draft is its author's own space."""
        own = Q(state=FindingState.DRAFT, created_by__user=user.pk)
        return self.filter(
            Q(state=FindingState.SUBMITTED) | own, follow_up__in=FollowUp.objects.visible_to(user).values("pk")
        )


@pghistory.track()
class Finding(Record, Versioned, Once):
    """What someone found, against one requirement of the follow-up's clause version."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="findings")
    text = models.TextField(_("what was found"), max_length=TEXT_MAX)
    severity = models.ForeignKey(
        Severity, verbose_name=_("severity"), on_delete=models.PROTECT, related_name="findings"
    )
    requirement = models.ForeignKey(
        ProcessRequirement, verbose_name=_("requirement"), on_delete=models.PROTECT, related_name="findings"
    )
    section = models.ForeignKey(
        CodeSection,
        verbose_name=_("area of the code"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
    )
    state = models.CharField(_("state"), max_length=9, choices=FindingState, default=FindingState.DRAFT)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    submitted_by = by_field(_("submitted by"), null=True)
    changed_at = models.DateTimeField(_("last changed"), null=True, blank=True)
    changed_by = by_field(_("last changed by"), null=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("finding")
        indexes = texts_indexes("finding_texts", "text")
        constraints = [
            models.UniqueConstraint(fields=["follow_up", "submission"], name="finding_once"),
            pair_constraint("finding_submitted_pair", "submitted"),
            pair_constraint("finding_changed_pair", "changed"),
            models.CheckConstraint(
                name="finding_state_submitted",
                condition=Q(state=FindingState.DRAFT, submitted_at__isnull=True)
                | Q(state=FindingState.SUBMITTED, submitted_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="requirement_of_clause",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM followups_followup f
                        JOIN codeofconduct_processrequirement r ON r.clause_version_id = f.clause_version_id
                        WHERE f.id = NEW.follow_up_id AND r.id = NEW.requirement_id
                    ) THEN
                        RAISE EXCEPTION 'requirement_of_clause: the requirement is of another clause version'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.severity}: {self.text[:60]}"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> "EvidenceQuerySet":
        """Of visible findings. Who merely has read access sees shared results, and files only of what concerns them."""
        seen = self.filter(finding__in=Finding.objects.visible_to(user).values("pk"))
        if is_staff(user) or is_buyer(user):
            return seen
        return seen.filter(finding__follow_up__in=FollowUp.objects.concerning(user).values("pk"))


@pghistory.track()
class Evidence(Record):
    """A file that supports a finding."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="evidence")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="evidence")
    caption = models.CharField(_("caption"), max_length=200, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("evidence")

    def __str__(self) -> str:
        return self.caption or self.file.name


class CorrectiveActionQuerySet(models.QuerySet["CorrectiveAction"]):
    def visible_to(self, user: User) -> "CorrectiveActionQuerySet":
        return self.filter(finding__in=Finding.objects.visible_to(user).values("pk"))

    def open(self) -> "CorrectiveActionQuerySet":
        """Not done, of a submitted finding in a follow-up that is under way."""
        return self.filter(done_at__isnull=True, finding__state=FindingState.SUBMITTED).exclude(
            finding__follow_up__state__in=ENDS
        )

    def due_before(self, day: date) -> "CorrectiveActionQuerySet":
        return self.filter(due_on__lt=day)


@pghistory.track()
class CorrectiveAction(Record, Versioned, Once):
    """What the supplier has to do about a finding, and by when."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="actions")
    description = models.TextField(_("corrective action"), max_length=DESCRIPTION_MAX)
    due_on = models.DateField(_("due date"), db_index=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = by_field(_("marked as done by"), null=True)

    objects = CorrectiveActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("corrective action")
        indexes = texts_indexes("corrective_action_texts", "description")
        constraints = [
            models.UniqueConstraint(fields=["finding", "submission"], name="corrective_action_once"),
            pair_constraint("corrective_action_done_pair", "done"),
        ]

    def __str__(self) -> str:
        return self.description[:80]
