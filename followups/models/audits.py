"""Audits of a follow-up: what was ordered, booked, carried out, approved and invoiced."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import Facility
from followups.enums.audits import AuditKind, AuditState, Payer, Scope
from followups.models.follow_ups import FollowUp, Once
from portal.history.models import Record, Versioned, by_field, pair_constraint
from regions.models import User
from regions.permissions import is_buyer, is_staff

AGENDA_MAX = 5_000
REASON_MAX = 1_000


class FrameworkAgreementQuerySet(models.QuerySet["FrameworkAgreement"]):
    def visible_to(self, user: User) -> "FrameworkAgreementQuerySet":
        """To the secretariat and to those who work for a region: they order on them."""
        return self if is_staff(user) or is_buyer(user) else self.none()


@pghistory.track()
class FrameworkAgreement(Record, Versioned):
    """An agreement with a firm of auditors on which audits are ordered. The secretariat keeps them."""

    firm = models.CharField(_("firm"), max_length=200)
    number = models.CharField(_("agreement number"), max_length=60)
    valid_from = models.DateField(_("first day"))
    valid_to = models.DateField(_("last day"), null=True, blank=True)

    objects = FrameworkAgreementQuerySet.as_manager()

    class Meta:
        ordering = ["firm", "number"]
        verbose_name = _("framework agreement")
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "number"],
                name="framework_agreement_unique",
                violation_error_message=_("This agreement is registered already."),
            ),
            models.CheckConstraint(
                name="framework_agreement_dates",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The last day can't be before the first day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm}, {self.number}"


class AuditQuerySet(models.QuerySet["Audit"]):
    def visible_to(self, user: User) -> "AuditQuerySet":
        """With their follow-up. One that comes unannounced shows to those it concerns only, until it is carried out."""
        seen = self.filter(follow_up__in=FollowUp.objects.visible_to(user).values("pk"))
        if is_staff(user):
            return seen
        open_to_all = Q(is_unannounced=False) | Q(carried_out_at__isnull=False)
        return seen.filter(open_to_all | Q(follow_up__in=FollowUp.objects.concerning(user).values("pk")))

    def standing(self) -> "AuditQuerySet":
        """Not cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def expected(self) -> "AuditQuerySet":
        """Booked, and neither carried out nor cancelled."""
        return self.standing().filter(booked_at__isnull=False, carried_out_at__isnull=True)

    def unsettled(self) -> "AuditQuerySet":
        """Neither approved nor cancelled: something can still be written in them."""
        return self.standing().filter(approved_at__isnull=True)


@pghistory.track()
class Audit(Record, Versioned, Once):
    """An audit within a follow-up, ordered by its registration. Numbered within the follow-up.

    A follow-up audit is a later version of the audit that it follows. `payer` is fixed at the order: by the rule, or by
    a reason to depart from it. Prices are öre excluding VAT.
    """

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="audits")
    kind = models.CharField(_("kind of audit"), max_length=9, choices=AuditKind)
    number = models.PositiveSmallIntegerField(_("number"))
    follows = models.ForeignKey(
        "self",
        verbose_name=_("follows up"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
    )
    scope = models.CharField(_("scope"), max_length=13, choices=Scope)
    facility = models.ForeignKey(
        Facility, verbose_name=_("facility"), on_delete=models.PROTECT, null=True, blank=True, related_name="audits"
    )
    is_unannounced = models.BooleanField(_("unannounced"), default=False)

    framework = models.ForeignKey(
        FrameworkAgreement,
        verbose_name=_("framework agreement"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="audits",
    )
    ordered_on = models.DateField(_("ordered"))
    order_reference = models.CharField(_("order reference"), max_length=60, blank=True)
    price_ore = models.PositiveBigIntegerField(_("price in öre"), null=True, blank=True)
    payer = models.CharField(_("paid by"), max_length=11, choices=Payer)
    payer_by_rule = models.CharField(_("paid by, according to the rule"), max_length=11, choices=Payer)
    payer_reason = models.CharField(_("reason for another payer"), max_length=REASON_MAX, blank=True)

    planned_on = models.DateField(_("date of the audit"), null=True, blank=True)
    start_time = models.TimeField(_("starts"), null=True, blank=True)
    is_remote = models.BooleanField(_("remote"), default=False)
    place = models.CharField(_("place"), max_length=300, blank=True)
    agenda = models.TextField(_("agenda"), max_length=AGENDA_MAX, blank=True)
    auditor_name = models.CharField(_("auditor"), max_length=150, blank=True)
    auditor_email = models.EmailField(_("auditor's e-mail"), blank=True)
    auditor_language = models.CharField(_("auditor's language"), max_length=2, choices=settings.LANGUAGES, default="sv")
    booked_at = models.DateTimeField(_("booked"), null=True, blank=True)
    booked_by = by_field(_("booked by"), null=True)

    carried_out_on = models.DateField(_("carried out"), null=True, blank=True)
    carried_out_at = models.DateTimeField(_("registered as carried out"), null=True, blank=True)
    carried_out_by = by_field(_("registered as carried out by"), null=True)
    handed_in_at = models.DateTimeField(_("handed in"), null=True, blank=True)
    handed_in_by = by_field(_("handed in by"), null=True)
    returned_note = models.CharField(_("what is missing"), max_length=REASON_MAX, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    approved_by = by_field(_("approved by"), null=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancelled_by = by_field(_("cancelled by"), null=True)
    cancel_reason = models.CharField(_("reason"), max_length=REASON_MAX, blank=True)

    invoice_number = models.CharField(_("invoice number"), max_length=60, blank=True)
    invoiced_on = models.DateField(_("invoice date"), null=True, blank=True)
    actual_ore = models.PositiveBigIntegerField(_("actual cost in öre"), null=True, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["follow_up", "number"]
        verbose_name = _("audit")
        constraints = [
            models.UniqueConstraint(fields=["follow_up", "submission"], name="audit_once"),
            models.UniqueConstraint(fields=["follow_up", "number"], name="audit_unique_number"),
            models.CheckConstraint(name="audit_kind_known", condition=Q(kind__in=AuditKind.values)),
            models.CheckConstraint(name="audit_scope_known", condition=Q(scope__in=Scope.values)),
            models.CheckConstraint(
                name="audit_follow_up_follows",
                condition=Q(kind=AuditKind.FOLLOW_UP, follows__isnull=False)
                | (~Q(kind=AuditKind.FOLLOW_UP) & Q(follows__isnull=True)),
            ),
            models.CheckConstraint(
                name="audit_factory_at_facility",
                condition=~Q(kind=AuditKind.FACTORY) | Q(facility__isnull=False),
            ),
            models.CheckConstraint(
                name="audit_payer_explained",
                condition=Q(payer=F("payer_by_rule")) | ~Q(payer_reason=""),
            ),
            pair_constraint("audit_booked_pair", "booked"),
            pair_constraint("audit_carried_out_pair", "carried_out"),
            pair_constraint("audit_handed_in_pair", "handed_in"),
            pair_constraint("audit_approved_pair", "approved"),
            pair_constraint("audit_cancelled_pair", "cancelled"),
            models.CheckConstraint(
                name="audit_booked_for_a_day", condition=Q(booked_at__isnull=True) | Q(planned_on__isnull=False)
            ),
            models.CheckConstraint(
                name="audit_auditor_can_be_reached",
                condition=Q(auditor_name="", auditor_email="") | (~Q(auditor_name="") & ~Q(auditor_email="")),
            ),
            models.CheckConstraint(
                name="audit_carried_out_on_a_day",
                condition=Q(carried_out_at__isnull=True, carried_out_on__isnull=True)
                | Q(carried_out_at__isnull=False, carried_out_on__isnull=False),
            ),
            models.CheckConstraint(
                name="audit_after_its_order",
                condition=(Q(planned_on__isnull=True) | Q(planned_on__gte=F("ordered_on")))
                & (Q(carried_out_on__isnull=True) | Q(carried_out_on__gte=F("ordered_on"))),
            ),
            models.CheckConstraint(
                name="audit_carried_out_before_more",
                condition=Q(carried_out_at__isnull=False) | Q(handed_in_at__isnull=True, approved_at__isnull=True),
            ),
            models.CheckConstraint(
                name="audit_cancelled_with_reason",
                condition=Q(cancelled_at__isnull=True) | (Q(carried_out_at__isnull=True) & ~Q(cancel_reason="")),
            ),
            models.CheckConstraint(
                name="audit_invoice_whole",
                condition=Q(invoice_number="", invoiced_on__isnull=True, actual_ore__isnull=True)
                | (~Q(invoice_number="") & Q(invoiced_on__isnull=False, actual_ore__isnull=False)),
            ),
            models.CheckConstraint(
                name="audit_invoice_after",
                condition=Q(invoiced_on__isnull=True)
                | Q(carried_out_on__isnull=False, invoiced_on__gte=F("carried_out_on"))
                | Q(carried_out_on__isnull=True, cancelled_at__isnull=False, invoiced_on__gte=F("ordered_on")),
            ),
        ]
        indexes = [models.Index(fields=["planned_on"], name="audit_planned_on")]
        triggers = [
            pgtrigger.ReadOnly(name="audit_fixed", fields=["follow_up", "kind", "number", "follows"]),
            pgtrigger.Trigger(
                name="audit_follows_an_earlier",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__follows__isnull=False),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM followups_audit
                        WHERE id = NEW.follows_id AND follow_up_id = NEW.follow_up_id AND number < NEW.number
                    ) THEN
                        RAISE EXCEPTION 'audit_follows_an_earlier: not an earlier audit of the same follow-up'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {capfirst(self.get_kind_display())}"

    @property
    def state(self) -> AuditState:
        """How far it has come."""
        for moment, state in (
            (self.cancelled_at, AuditState.CANCELLED),
            (self.approved_at, AuditState.APPROVED),
            (self.handed_in_at, AuditState.HANDED_IN),
            (self.carried_out_at, AuditState.CARRIED_OUT),
            (self.booked_at, AuditState.BOOKED),
        ):
            if moment is not None:
                return state
        return AuditState.ORDERED

    @property
    def is_settled(self) -> bool:
        """Approved or cancelled: nothing in it changes any more but its invoice."""
        return self.approved_at is not None or self.cancelled_at is not None
