"""What was found: findings with their severity, evidence and corrective actions."""

from datetime import date

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import CodeSection, Facility, ProcessRequirement
from followups.enums.findings import EVIDENCE_OLD_MONTHS, Involvement, SevereType
from followups.enums.follow_ups import FindingState
from followups.models.follow_ups import FollowUp, Once
from portal.files.models import StoredFile
from portal.history.models import Record, Versioned, by_field, pair_constraint
from portal.search.folding import texts_indexes
from regions.models import User
from regions.permissions import is_buyer, is_staff

TEXT_MAX = 10_000
DESCRIPTION_MAX = 2_000


@pghistory.track()
class Severity(Versioned):
    """How serious a finding is. Rows, not code: the scale has changed before. Its key is its public id.

    `days_for_plan` and `days_for_action`: by when the supplier hands in its plan and has carried it out, in days from the
    finding, where no contract clause says otherwise. No public source gives the regions' own figures.
    """

    key = models.SlugField(_("key"), max_length=30, unique=True)
    name_sv = models.CharField(_("name in Swedish"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100)
    order = models.PositiveSmallIntegerField(_("order"), unique=True)
    is_severe = models.BooleanField(_("severe"), default=False)
    days_for_plan = models.PositiveSmallIntegerField(_("days for the action plan"), default=28)
    days_for_action = models.PositiveSmallIntegerField(_("days for the corrective action"), default=180)

    class Meta:
        ordering = ["order"]
        verbose_name = _("severity")
        constraints = [
            models.CheckConstraint(
                name="severity_days_in_order",
                condition=Q(days_for_plan__gte=1, days_for_action__gte=F("days_for_plan")),
                violation_error_message=_("The corrective action cannot be due before the plan."),
            )
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_sv


class FindingQuerySet(models.QuerySet["Finding"]):
    def submitted(self) -> "FindingQuerySet":
        return self.filter(state=FindingState.SUBMITTED)

    def unresolved(self) -> "FindingQuerySet":
        """Submitted, and without an action or with one that is not done."""
        still_open = Finding.objects.filter(actions__done_at__isnull=True)
        return self.submitted().filter(pk__in=still_open.values("pk"))

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
    audit = models.ForeignKey(
        "Audit", verbose_name=_("audit"), on_delete=models.PROTECT, null=True, blank=True, related_name="findings"
    )
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
    involvement = models.CharField(_("how the supplier is involved"), max_length=11, choices=Involvement, blank=True)
    severe_type = models.CharField(_("type of severe deviation"), max_length=18, choices=SevereType, blank=True)
    facility = models.ForeignKey(
        Facility,
        verbose_name=_("facility"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
    )
    root_cause = models.TextField(_("root cause"), max_length=DESCRIPTION_MAX, blank=True)
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
            ),
            pgtrigger.Trigger(
                name="finding_audit_of_follow_up",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NEW.audit_id IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM followups_audit WHERE id = NEW.audit_id AND follow_up_id = NEW.follow_up_id
                    ) THEN
                        RAISE EXCEPTION 'finding_audit_of_follow_up: the audit is of another follow-up'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="severe_type_of_severe",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("severity_id", "severe_type"),
                func="""
                    IF (NEW.severe_type <> '') <> (SELECT is_severe FROM followups_severity WHERE id = NEW.severity_id) THEN
                        RAISE EXCEPTION 'severe_type_of_severe: a severe deviation, and no other finding, has a type'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="facility_of_supplier",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("facility_id"),
                func="""
                    -- or of the supplier that theirs is just being merged into
                    IF NEW.facility_id IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM followups_followup f
                        JOIN codeofconduct_supplier s ON s.id = f.supplier_id
                        JOIN codeofconduct_facility p ON p.supplier_id IN (s.id, s.merged_into_id)
                        WHERE f.id = NEW.follow_up_id AND p.id = NEW.facility_id
                    ) THEN
                        RAISE EXCEPTION 'facility_of_supplier: the facility is in another supplier''s chain'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.severity}: {self.text[:60]}"


def validity_in_order(name: str) -> models.CheckConstraint:
    """Of a document: valid until no earlier than the day from which it speaks."""
    return models.CheckConstraint(
        name=name,
        condition=Q(effective_on__isnull=True)
        | Q(valid_until_on__isnull=True)
        | Q(valid_until_on__gte=F("effective_on")),
        violation_error_message=_("The document cannot end before its effective date."),
    )


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of its month."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(years, month + 1, last)
        except ValueError:
            continue
    return date(years, month + 1, min(day.day, 27))


def staleness(effective_on: date | None, valid_until_on: date | None, today: date) -> str:
    """ "expired", "old" or "" for a document with these dates (`EVIDENCE_OLD_MONTHS`)."""
    if valid_until_on is not None and valid_until_on < today:
        return "expired"
    if effective_on is not None and effective_on < months_before(today, EVIDENCE_OLD_MONTHS):
        return "old"
    return ""


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> "EvidenceQuerySet":
        """Of visible findings. Who merely has read access sees shared results, and files only of what concerns them."""
        seen = self.filter(finding__in=Finding.objects.visible_to(user).values("pk"))
        if is_staff(user) or is_buyer(user):
            return seen
        return seen.filter(finding__follow_up__in=FollowUp.objects.concerning(user).values("pk"))


@pghistory.track()
class Evidence(Record):
    """A file that supports a finding: what time it speaks of, and how long it is valid, where that is known."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="evidence")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="evidence")
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    effective_on = models.DateField(_("effective date"), null=True, blank=True)
    valid_until_on = models.DateField(_("valid until"), null=True, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("evidence")
        constraints = [validity_in_order("evidence_validity")]

    def __str__(self) -> str:
        return self.caption or self.file.name
