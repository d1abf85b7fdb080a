"""That a region relies on a result instead of a follow-up of its own, and why one was opened all the same."""

from datetime import date

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import Contract, Supplier
from followups.models.costs import KINDS, StandardCost
from followups.models.external import ExternalResult
from followups.models.follow_ups import FollowUp, Once
from portal import clock
from portal.history.models import Record, Versioned, by_field, pair_constraint
from regions.models import Region, User
from regions.permissions import access_of, has_role, is_staff

REASON_MAX = 2_000


class ReuseQuerySet(models.QuerySet["Reuse"]):
    def visible_to(self, user: User) -> "ReuseQuerySet":
        """All to staff; otherwise those of the own regions and of the own group's."""
        if is_staff(user):
            return self
        if not has_role(user):
            return self.none()
        access = access_of(user)
        return self.filter(region__in=access.regions | access.group_regions)

    def standing(self) -> "ReuseQuerySet":
        """Without those that were taken back: what the ledger counts."""
        return self.filter(withdrawn_at__isnull=True)

    def relying(self) -> "ReuseQuerySet":
        """Those that stand and last until a day; without those that joined."""
        return self.standing().filter(valid_until_on__isnull=False)

    def holding_on(self, day: date) -> "ReuseQuerySet":
        return self.standing().filter(valid_until_on__gte=day)


@pghistory.track()
class Reuse(Record, Versioned, Once):
    """A region accepted a result, of the portal or from outside, for some of its contracts with the supplier until a day.

    Without `valid_until_on` it joined a follow-up under way with these contracts: they take part, so nothing expires.
    Either way it makes one follow-up less itself: the ledger counts the row (`queries.ledger.counted`).
    `standard_cost_ore` is frozen: what a follow-up of the avoided kind cost by the book on the day, None where nobody had
    said. `supplier` is that of the contracts; the result may be another company's of the same group.
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="reuses")
    supplier = models.ForeignKey(Supplier, verbose_name=_("supplier"), on_delete=models.PROTECT, related_name="reuses")
    follow_up = models.ForeignKey(
        FollowUp, verbose_name=_("follow-up"), on_delete=models.PROTECT, null=True, blank=True, related_name="reuses"
    )
    external_result = models.ForeignKey(
        ExternalResult,
        verbose_name=_("external result"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reuses",
    )
    accepted_on = models.DateField(_("accepted on"), default=clock.today)
    valid_until_on = models.DateField(_("valid until"), null=True, blank=True, db_index=True)
    avoided_kind = models.CharField(_("instead of"), max_length=20, choices=KINDS)
    standard_cost = models.ForeignKey(
        StandardCost, on_delete=models.PROTECT, null=True, blank=True, related_name="reuses"
    )
    standard_cost_ore = models.BigIntegerField(_("standard cost (öre)"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=REASON_MAX)
    contracts = models.ManyToManyField(Contract, through="ReuseContract", related_name="reuses")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = by_field(_("withdrawn by"), null=True)
    withdrawn_reason = models.TextField(_("reason"), blank=True, max_length=REASON_MAX)

    objects = ReuseQuerySet.as_manager()

    class Meta:
        ordering = ["-accepted_on", "-pk"]
        verbose_name = _("reuse of a result")
        constraints = [
            models.CheckConstraint(
                name="reuse_of_one_result",
                condition=Q(follow_up__isnull=False, external_result__isnull=True)
                | Q(follow_up__isnull=True, external_result__isnull=False),
            ),
            models.UniqueConstraint(fields=["region", "submission"], name="reuse_once"),
            # More contracts of the region join the reuse that is there: one result spares a region one follow-up.
            models.UniqueConstraint(
                fields=["region", "supplier", "follow_up"],
                name="reuse_of_follow_up_once",
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["region", "supplier", "external_result"],
                name="reuse_of_external_once",
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(name="reuse_dates", condition=Q(valid_until_on__gte=models.F("accepted_on"))),
            models.CheckConstraint(
                name="reuse_joined_follow_up",
                condition=Q(valid_until_on__isnull=False) | Q(follow_up__isnull=False),
            ),
            models.CheckConstraint(
                name="reuse_cost", condition=Q(standard_cost__isnull=True) | Q(standard_cost_ore__gte=0)
            ),
            pair_constraint("reuse_withdrawn_pair", "withdrawn"),
            models.CheckConstraint(
                name="reuse_withdrawn_why",
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region}: {self.result}"

    @property
    def result(self) -> FollowUp | ExternalResult:
        """What is relied on."""
        found = self.follow_up or self.external_result
        if found is None:
            raise ValueError(self.pk)
        return found

    @property
    def source_name(self) -> str:
        """What is relied on, in a few words: who made it and when, or the category and the lead region."""
        if self.external_result is not None:
            return f"{self.external_result.body}, {self.external_result.carried_out_on}"
        return f"{self.follow_up.category}, {self.follow_up.lead_region}" if self.follow_up else ""

    @property
    def is_standing(self) -> bool:
        return self.withdrawn_at is None

    @property
    def is_joined(self) -> bool:
        """The contracts take part in the follow-up instead of relying on its result."""
        return self.valid_until_on is None

    @property
    def has_expired(self) -> bool:
        return self.valid_until_on is not None and self.valid_until_on < clock.today()


@pghistory.track()
class ReuseContract(Record):
    """A contract that a reuse is for: of its region, with its supplier."""

    reuse = models.ForeignKey(Reuse, on_delete=models.PROTECT, related_name="covered")
    contract = models.ForeignKey(Contract, verbose_name=_("contract"), on_delete=models.PROTECT, related_name="covered")

    class Meta:
        verbose_name = _("contract that a reuse is for")
        constraints = [models.UniqueConstraint(fields=["reuse", "contract"], name="reuse_contract_once")]
        triggers = [
            pgtrigger.Trigger(
                name="contract_of_reuse",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM followups_reuse u JOIN codeofconduct_contract c
                            ON c.supplier_id = u.supplier_id AND c.region_id = u.region_id
                        WHERE u.id = NEW.reuse_id AND c.id = NEW.contract_id
                    ) THEN
                        RAISE EXCEPTION 'contract_of_reuse: the contract is of another region or supplier'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_of_reuse';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.reuse} – {self.contract}"


@pghistory.track()
class OpenedAnyway(Record):
    """Why a follow-up was opened although a result could have been reused, or one under way joined."""

    follow_up = models.OneToOneField(FollowUp, on_delete=models.PROTECT, related_name="opened_anyway")
    reason = models.TextField(_("reason"), max_length=REASON_MAX)
    existing = models.PositiveSmallIntegerField(_("results that could have been used"))

    class Meta:
        verbose_name = _("follow-up opened beside what exists")
        constraints = [models.CheckConstraint(name="opened_anyway_reasoned", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return self.reason[:80]
