"""What the supplier does about a finding: the corrective action, the rounds of its plan, and what was handed in."""

from datetime import date, timedelta

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Least
from django.db.models.lookups import GreaterThanOrEqual, LessThan, LessThanOrEqual
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from followups.enums.actions import (
    ESCALATED_AFTER_DAYS,
    PLANNING,
    UNPLANNED,
    WAITING_FOR_US,
    ActionState,
    Move,
    Standing,
    Verification,
)
from followups.enums.follow_ups import ENDS, FindingState
from followups.models.findings import DESCRIPTION_MAX, Finding, validity_in_order
from followups.models.follow_ups import FollowUp, Once
from portal.files.models import StoredFile
from portal.history.models import Record, Versioned, by_field, pair_constraint
from portal.search.folding import texts_indexes
from regions.models import User

RESPONSIBLE_MAX = 200
# The day that is due next: the plan's while the supplier owes one, unless the action itself is due before it.
NEXT_DUE = Case(
    When(state__in=PLANNING, plan_due_on__isnull=False, then=Least("plan_due_on", "due_on")), default=F("due_on")
)


class CorrectiveActionQuerySet(models.QuerySet["CorrectiveAction"]):
    def visible_to(self, user: User) -> "CorrectiveActionQuerySet":
        return self.filter(finding__in=Finding.objects.visible_to(user).values("pk"))

    def concerning(self, user: User) -> "CorrectiveActionQuerySet":
        """Of follow-ups that concern the user: those whose plan and what was handed in the user may read."""
        return self.filter(finding__follow_up__in=FollowUp.objects.concerning(user).values("pk"))

    def of_submitted(self) -> "CorrectiveActionQuerySet":
        return self.filter(finding__state=FindingState.SUBMITTED)

    def open(self) -> "CorrectiveActionQuerySet":
        """Not cleared, of a submitted finding in a follow-up that is under way."""
        return self.of_submitted().filter(done_at__isnull=True).exclude(finding__follow_up__state__in=ENDS)

    def due_before(self, day: date) -> "CorrectiveActionQuerySet":
        """Where the next that is due, plan or action, is due before the day."""
        return self.filter(LessThan(NEXT_DUE, day))

    def due_between(self, first: date, last: date) -> "CorrectiveActionQuerySet":
        """Where the next that is due, is due on one of these days."""
        return self.filter(GreaterThanOrEqual(NEXT_DUE, first), LessThanOrEqual(NEXT_DUE, last))

    def overdue(self, today: date) -> "CorrectiveActionQuerySet":
        """Open and late."""
        return self.open().due_before(today)

    def escalated(self, today: date) -> "CorrectiveActionQuerySet":
        """So late that the area coordinator and the secretariat are told (product rule 7)."""
        return self.open().due_before(today - timedelta(days=ESCALATED_AFTER_DAYS - 1))

    def insufficient(self) -> "CorrectiveActionQuerySet":
        return self.open().filter(state=ActionState.INSUFFICIENT)

    def waiting_for_us(self) -> "CorrectiveActionQuerySet":
        """A plan or a delivery that the supplier sent and no one has answered."""
        return self.open().filter(state__in=WAITING_FOR_US)


@pghistory.track()
class CorrectiveAction(Record, Versioned, Once):
    """What the supplier has to do about a finding, and by when.

    `description` is what was asked for, empty where the deviation opened the action by itself. `measures`,
    `responsible`, `starts_on` and `proposed_due_on` are the plan as the supplier last sent it; with the acceptance
    `due_on` becomes the date that was agreed. `plan_due_on` is when the plan is to be in, where one is asked for.
    `verified_in`: the follow-up audit at which it was verified, where one is registered.
    """

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="actions")
    description = models.TextField(_("corrective action"), max_length=DESCRIPTION_MAX, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=ActionState, default=ActionState.ASKED)
    plan_due_on = models.DateField(_("plan due"), null=True, blank=True)
    due_on = models.DateField(_("due date"), db_index=True)
    measures = models.TextField(_("measures"), max_length=DESCRIPTION_MAX, blank=True)
    responsible = models.CharField(_("responsible at the supplier"), max_length=RESPONSIBLE_MAX, blank=True)
    starts_on = models.DateField(_("begins"), null=True, blank=True)
    proposed_due_on = models.DateField(_("proposed due date"), null=True, blank=True)
    verification = models.CharField(_("verified"), max_length=8, choices=Verification, blank=True)
    verified_in = models.ForeignKey(
        "Audit", verbose_name=_("verified in"), on_delete=models.PROTECT, null=True, blank=True, related_name="verified"
    )
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
            models.CheckConstraint(
                name="corrective_action_cleared_when_done",
                condition=Q(state=ActionState.CLEARED, done_at__isnull=False)
                | (~Q(state=ActionState.CLEARED) & Q(done_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="corrective_action_verified_in_audit",
                condition=Q(verified_in__isnull=True) | Q(verification=Verification.AUDIT),
            ),
            models.CheckConstraint(
                name="corrective_action_dates_in_order",
                condition=Q(starts_on__isnull=True)
                | Q(proposed_due_on__isnull=True)
                | Q(proposed_due_on__gte=F("starts_on")),
                violation_error_message=_("The last day must not be before the first day."),
            ),
        ]
        triggers = [
            # Imports and older rows know only who marked it as done and when.
            pgtrigger.Trigger(
                name="done_is_cleared",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("done_at"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(new__done_at__isnull=False),
                func="NEW.state = 'cleared'; RETURN NEW;",
            ),
            pgtrigger.Trigger(
                name="verified_in_follow_up_audit",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("verified_in_id"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(new__verified_in__isnull=False),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM followups_audit a JOIN followups_finding f ON f.follow_up_id = a.follow_up_id
                        WHERE a.id = NEW.verified_in_id AND a.kind = 'follow_up' AND f.id = NEW.finding_id
                    ) THEN
                        RAISE EXCEPTION 'verified_in_follow_up_audit: not a follow-up audit of the same follow-up'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.title[:80]

    @property
    def title(self) -> str:
        """What is to be done: as it was asked for, else in general words. The supplier's plan is not for all who see it."""
        return self.description or gettext("Remedy the deviation")

    @property
    def is_planned(self) -> bool:
        """Whether its plan is agreed on."""
        return self.state not in UNPLANNED

    @property
    def next_due(self) -> date:
        """As `NEXT_DUE`, of a row."""
        if self.state in PLANNING and self.plan_due_on is not None:
            return min(self.plan_due_on, self.due_on)
        return self.due_on

    def standing(self, today: date) -> Standing:
        """Of an open action to its date; a cleared one is in time."""
        days = (today - self.next_due).days
        if self.done_at is not None or days <= 0:
            return Standing.IN_TIME
        return Standing.ESCALATED if days >= ESCALATED_AFTER_DAYS else Standing.OVERDUE


@pghistory.track()
class ActionPlan(Record, Versioned):
    """That the supplier was asked for an action plan: what was found until `asked_at` is what it sees and answers.

    Asking again, after further findings, moves both dates.
    """

    follow_up = models.OneToOneField(FollowUp, on_delete=models.PROTECT, related_name="action_plan")
    asked_at = models.DateTimeField(_("asked for"))
    asked_by = by_field(_("asked for by"))
    due_on = models.DateField(_("plan due"))

    class Meta:
        verbose_name = _("action plan")

    def __str__(self) -> str:
        return str(self.follow_up)


@pghistory.track()
class ActionEvent(Record):
    """One move of a corrective action, with what was said then: every round of a plan stays as it was."""

    action = models.ForeignKey(CorrectiveAction, on_delete=models.PROTECT, related_name="moves")
    move = models.CharField(_("what was done"), max_length=12, choices=Move)
    source = models.CharField(_("from"), max_length=12, choices=ActionState)
    target = models.CharField(_("to"), max_length=12, choices=ActionState)
    text = models.TextField(_("comment"), max_length=DESCRIPTION_MAX, blank=True)
    measures = models.TextField(_("measures"), max_length=DESCRIPTION_MAX, blank=True)
    responsible = models.CharField(_("responsible at the supplier"), max_length=RESPONSIBLE_MAX, blank=True)
    starts_on = models.DateField(_("begins"), null=True, blank=True)
    due_on = models.DateField(_("due date"), null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("event of a corrective action")

    def __str__(self) -> str:
        return str(self.get_move_display())


@pghistory.track()
class Delivery(Record, Once):
    """What the supplier handed in about an action: a text and files, a part or all of it."""

    action = models.ForeignKey(CorrectiveAction, on_delete=models.PROTECT, related_name="deliveries")
    text = models.TextField(_("what has been done"), max_length=DESCRIPTION_MAX)
    is_complete = models.BooleanField(_("everything is done"), default=False)
    effective_on = models.DateField(_("effective date"), null=True, blank=True)
    valid_until_on = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("delivery")
        constraints = [
            models.UniqueConstraint(fields=["action", "submission"], name="delivery_once"),
            validity_in_order("delivery_validity"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class DeliveryFileQuerySet(models.QuerySet["DeliveryFile"]):
    def visible_to(self, user: User) -> "DeliveryFileQuerySet":
        """To those whom the follow-up concerns: a supplier's papers may name others, and are not shared with it."""
        actions = CorrectiveAction.objects.visible_to(user).concerning(user)
        return self.filter(delivery__action__in=actions.values("pk"))


@pghistory.track()
class DeliveryFile(Record):
    """A file that the supplier handed in."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="files")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="delivery_file")

    objects = DeliveryFileQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("file of a delivery")

    def __str__(self) -> str:
        return self.file.name
