"""What becomes of a follow-up: a light set by hand, the secretariat's recommendation and the regions' decisions."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import Contract, ContractParty
from followups.enums.follow_ups import Colour
from followups.enums.outcome import LADDER, Remedy
from followups.models.follow_ups import FollowUp, Once, owned_categories
from portal.history.models import Record, by_field, pair_constraint
from regions.models import Region, User
from regions.permissions import access_of, is_buyer, is_staff

REASON_MAX = 2_000


class LightOverrideQuerySet(models.QuerySet["LightOverride"]):
    def in_force(self) -> "LightOverrideQuerySet":
        return self.filter(withdrawn_at__isnull=True)

    def visible_to(self, user: User) -> "LightOverrideQuerySet":
        """With the follow-up, for those who work at the secretariat or for a region: it names who set it and why."""
        if not (is_staff(user) or is_buyer(user)):
            return self.none()
        return self.filter(follow_up__in=FollowUp.objects.visible_to(user).values("pk"))


@pghistory.track()
class LightOverride(Record):
    """A light that someone set instead of the derived one, with a reason (product rule 4). Who is the record's own."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="light_overrides")
    colour = models.CharField(_("light"), max_length=6, choices=Colour)
    reason = models.TextField(_("reason"), max_length=REASON_MAX)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = by_field(_("withdrawn by"), null=True)
    withdrawal_reason = models.TextField(_("reason for the withdrawal"), max_length=REASON_MAX, blank=True)

    objects = LightOverrideQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("light set by hand")
        constraints = [
            models.UniqueConstraint(
                fields=["follow_up"],
                name="light_override_one_in_force",
                condition=Q(withdrawn_at__isnull=True),
                violation_error_message=_("The light is set by hand already. Withdraw that first."),
            ),
            models.CheckConstraint(name="light_override_colour_known", condition=Q(colour__in=Colour.values)),
            models.CheckConstraint(name="light_override_has_reason", condition=~Q(reason="")),
            pair_constraint("light_override_withdrawn_pair", "withdrawn"),
            models.CheckConstraint(
                name="light_override_withdrawn_with_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawal_reason="")),
            ),
        ]
        triggers = [pgtrigger.ReadOnly(name="light_override_fixed", fields=["follow_up", "colour", "reason"])]

    def __str__(self) -> str:
        return f"{self.get_colour_display()}: {self.reason[:60]}"


class RecommendationQuerySet(models.QuerySet["SanctionRecommendation"]):
    def in_force(self) -> "RecommendationQuerySet":
        return self.filter(ended_at__isnull=True)

    def visible_to(self, user: User) -> "RecommendationQuerySet":
        """Staff, and those who work for a region, group or lead that the follow-up concerns; no mere reader."""
        if is_staff(user):
            return self
        if not is_buyer(user):
            return self.none()
        return self.filter(follow_up__in=FollowUp.objects.concerning(user).values("pk"))


@pghistory.track()
class SanctionRecommendation(Record, Once):
    """What the secretariat recommends the contracting regions to do. It decides nothing (product rule 0).

    A new one ends the one before it, without a reason; one that is withdrawn has ended with a reason.
    """

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="recommendations")
    remedy = models.CharField(_("step"), max_length=13, choices=Remedy)
    reason = models.TextField(_("reason"), max_length=REASON_MAX)
    decide_by_on = models.DateField(_("decision wanted by"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = by_field(_("ended by"), null=True)
    ended_reason = models.TextField(_("reason for the withdrawal"), max_length=REASON_MAX, blank=True)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("recommendation")
        constraints = [
            models.UniqueConstraint(fields=["follow_up", "submission"], name="recommendation_once"),
            models.UniqueConstraint(
                fields=["follow_up"], name="recommendation_one_in_force", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="recommendation_is_of_the_ladder", condition=Q(remedy__in=[step.value for step in LADDER])
            ),
            models.CheckConstraint(name="recommendation_has_reason", condition=~Q(reason="")),
            pair_constraint("recommendation_ended_pair", "ended"),
            models.CheckConstraint(
                name="recommendation_reason_of_end", condition=Q(ended_at__isnull=False) | Q(ended_reason="")
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="recommendation_fixed", fields=["follow_up", "remedy", "reason", "decide_by_on"])
        ]

    def __str__(self) -> str:
        return f"{self.get_remedy_display()}: {self.follow_up}"


def deciding_for(user: User) -> Q:
    """Of decisions: those of the own regions and of the regions of the own groups."""
    access = access_of(user)
    return Q(region__in=access.regions | access.group_regions)


class DecisionQuerySet(models.QuerySet["SanctionDecision"]):
    def visible_to(self, user: User) -> "DecisionQuerySet":
        """Staff see all, an area coordinator those of the group's categories and regions, others the own region's."""
        if is_staff(user):
            return self
        if not is_buyer(user):
            return self.none()
        in_own_categories = FollowUp.objects.filter(category__in=owned_categories(user)).values("pk")
        return self.filter(deciding_for(user) | Q(follow_up__in=in_own_categories))

    def latest_first(self) -> "DecisionQuerySet":
        return self.order_by("-decided_at", "-pk")

    def standing(self) -> "DecisionQuerySet":
        """The latest of each region for each contract within a follow-up: what holds."""
        later = SanctionDecision.objects.filter(
            follow_up=models.OuterRef("follow_up"),
            contract=models.OuterRef("contract"),
            region=models.OuterRef("region"),
            pk__gt=models.OuterRef("pk"),
        )
        return self.filter(~models.Exists(later))


@pghistory.track()
class SanctionDecision(Record, Once):
    """A region's decision for one of its contracts. A later one takes its place; all of them are kept, none is changed.

    `parameters` are the clause's numbers as they were on the day, by key; `amount_ore` the penalty for its days where
    both are known; `passes_on` the day on which the step has run its time.
    """

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="decisions")
    contract = models.ForeignKey(
        Contract, verbose_name=_("contract"), on_delete=models.PROTECT, related_name="sanction_decisions"
    )
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="sanction_decisions"
    )
    recommendation = models.ForeignKey(
        SanctionRecommendation,
        verbose_name=_("recommendation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
    )
    remedy = models.CharField(_("step"), max_length=13, choices=Remedy)
    reason = models.TextField(_("reason"), max_length=REASON_MAX)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    passes_on = models.DateField(_("has run its time"), null=True, blank=True, db_index=True)
    parameters = models.JSONField(_("parameters of the clause"), default=dict, blank=True)
    amount_ore = models.BigIntegerField(_("amount (öre)"), null=True, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=60, blank=True)
    decided_at = models.DateTimeField(_("decided"))
    decided_by = by_field(_("decided by"))

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["decided_at", "pk"]
        verbose_name = _("decision")
        constraints = [
            models.UniqueConstraint(fields=["contract", "region", "submission"], name="sanction_decision_once"),
            models.CheckConstraint(name="sanction_decision_remedy_known", condition=Q(remedy__in=Remedy.values)),
            models.CheckConstraint(name="sanction_decision_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="sanction_decision_dates",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                violation_error_message=_("The last day must not be before the first day."),
            ),
            models.CheckConstraint(
                name="sanction_decision_amount",
                condition=Q(amount_ore__isnull=True)
                | Q(remedy=Remedy.PENALTY, amount_ore__gte=0, until_on__isnull=False),
            ),
        ]
        triggers = [
            # What was decided stands; a wrong decision is followed by another.
            pgtrigger.ReadOnly(
                name="sanction_decision_fixed",
                exclude=["created_at", "decided_at"],
            ),
            pgtrigger.Trigger(
                name="decision_by_a_party",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    IF NOT EXISTS (
                        SELECT 1 FROM followups_followupcontract p
                        WHERE p.follow_up_id = NEW.follow_up_id AND p.contract_id = NEW.contract_id
                    ) OR NOT EXISTS (
                        SELECT 1 FROM codeofconduct_contract c
                        WHERE c.id = NEW.contract_id AND c.region_id = NEW.region_id
                        UNION ALL
                        SELECT 1 FROM {ContractParty._meta.db_table} other
                        WHERE other.contract_id = NEW.contract_id AND other.region_id = NEW.region_id
                    ) THEN
                        RAISE EXCEPTION 'A region decides for own contracts that take part in the follow-up'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_by_a_party';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - names of our own
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_remedy_display()} – {self.contract}"
