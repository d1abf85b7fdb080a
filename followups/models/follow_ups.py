"""A follow-up of a supplier within a category, the contracts it covers, and how it moved."""

import uuid
from functools import cached_property

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import CategoryOwner, ClauseVersion, Contract, ContractParty, PurchaseCategory, Supplier
from followups.enums.follow_ups import BEFORE_AUDIT, ENDS, State
from portal import clock
from portal.history.models import Record, Versioned, by_field, pair_constraint
from regions.enums import SharingTier
from regions.models import Region, Shared, User
from regions.permissions import access_of, has_role, is_staff


class Once(models.Model):
    """A row made by a form that proposes `submission`, unique within its parent: the same form sent twice makes one row."""

    submission = models.UUIDField(editable=False, default=uuid.uuid4)

    class Meta:
        abstract = True


def owned_categories(user: User) -> models.QuerySet:
    """Ids of the categories that the user's purchasing groups answer for today."""
    return CategoryOwner.objects.valid_on(clock.today()).filter(group__in=access_of(user).groups).values("category")


def owner_groups(category: PurchaseCategory) -> frozenset[int]:
    """Ids of the purchasing groups that answer for the category today."""
    owners = CategoryOwner.objects.valid_on(clock.today()).filter(category=category)
    return frozenset(owners.values_list("group", flat=True))


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def concerning(self, user: User) -> "FollowUpQuerySet":
        """All for staff; otherwise what the user handles, and what concerns the own regions, groups and categories.

        A region takes part with a contract that it keeps, and with a joint one that it is another party of.
        """
        if is_staff(user):
            return self
        if not has_role(user):
            return self.none()
        access = access_of(user)
        regions = access.regions | access.group_regions
        mine = Q(handler=user)
        if regions:
            joint = ContractParty.objects.filter(region__in=regions).values("contract")
            taking_part = FollowUpContract.objects.filter(
                Q(contract__region__in=regions) | Q(contract__in=joint)
            ).values("follow_up")
            mine |= Q(lead_region__in=regions) | Q(pk__in=taking_part)
        if access.groups:
            mine |= Q(category__in=owned_categories(user))
        return self.filter(mine)

    def visible_to(self, user: User) -> "FollowUpQuerySet":
        """What concerns the user, and what is shared with everyone who has a role.

        Whom it doesn't concern learns of an unannounced audit only once it is made.
        """
        if is_staff(user) or not has_role(user):
            return self.concerning(user)
        secret = Q(is_unannounced=True, state__in=BEFORE_AUDIT)
        shared = Q(sharing_tier__in=(SharingTier.REGIONS, SharingTier.PUBLIC)) & ~secret
        return self.filter(shared | Q(pk__in=FollowUp.objects.concerning(user).values("pk")))

    def workable_by(self, user: User) -> "FollowUpQuerySet":
        """Those in which the user submits findings and actions: handler, lead region, the category's coordinators, staff."""
        if is_staff(user):
            return self
        if not has_role(user):
            return self.none()
        access = access_of(user)
        return self.filter(Q(handler=user) | Q(lead_region__in=access.regions) | Q(category__in=owned_categories(user)))

    def under_way(self) -> "FollowUpQuerySet":
        return self.exclude(state__in=ENDS)


@pghistory.track()
class FollowUp(Record, Versioned, Shared, Once):
    """A follow-up of a supplier within a purchase category, under one version of the contract clause.

    Supplier and clause version never change: findings point to that version's requirements, contracts to that supplier.
    """

    supplier = models.ForeignKey(
        Supplier, verbose_name=_("supplier"), on_delete=models.PROTECT, related_name="follow_ups"
    )
    category = models.ForeignKey(
        PurchaseCategory, verbose_name=_("purchase category"), on_delete=models.PROTECT, related_name="follow_ups"
    )
    clause_version = models.ForeignKey(
        ClauseVersion, verbose_name=_("contract clause"), on_delete=models.PROTECT, related_name="follow_ups"
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PLANNED)
    lead_region = models.ForeignKey(
        Region, verbose_name=_("lead region"), on_delete=models.PROTECT, related_name="led_follow_ups"
    )
    planned_on = models.DateField(_("planned date"), null=True, blank=True)
    is_unannounced = models.BooleanField(_("unannounced audit"), default=False)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("case handler"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="handled_follow_ups",
    )
    assigned_at = models.DateTimeField(_("assigned"), null=True, blank=True)
    assigned_by = by_field(_("assigned by"), null=True)
    shared_at = models.DateTimeField(_("sharing decided"), null=True, blank=True)
    shared_by = by_field(_("sharing decided by"), null=True)
    contracts = models.ManyToManyField(Contract, through="FollowUpContract", related_name="follow_ups")

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        constraints = [
            models.UniqueConstraint(fields=["supplier", "submission"], name="follow_up_once"),
            models.CheckConstraint(name="follow_up_state_known", condition=Q(state__in=State.values)),
            pair_constraint("follow_up_assigned_pair", "assigned"),
            models.CheckConstraint(
                name="follow_up_handler_assigned",
                condition=Q(handler__isnull=True, assigned_at__isnull=True)
                | Q(handler__isnull=False, assigned_at__isnull=False),
            ),
            pair_constraint("follow_up_shared_pair", "shared"),
            models.CheckConstraint(
                name="follow_up_shared_by_someone",
                condition=Q(sharing_tier=SharingTier.CONCERNED) | Q(shared_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="follow_up_fixed", fields=["clause_version"]),
            pgtrigger.Trigger(
                name="follow_up_keeps_its_supplier",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("supplier"),
                func="""
                    IF NEW.supplier_id IS DISTINCT FROM
                        (SELECT merged_into_id FROM codeofconduct_supplier WHERE id = OLD.supplier_id)
                    THEN
                        RAISE EXCEPTION 'A follow-up keeps its supplier, unless that was merged into another';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier} · {self.category}"

    @cached_property
    def owner_groups(self) -> frozenset[int]:
        """Ids of the purchasing groups that answer for the category today."""
        return owner_groups(self.category)

    @cached_property
    def concerned_regions(self) -> frozenset[int]:
        """Ids of the lead region and of the participating regions, other parties of joint contracts included."""
        parties = ContractParty.objects.filter(contract__in=self.contracts.values("pk")).values_list(
            "region", flat=True
        )
        return frozenset({self.lead_region_id, *self.contracts.values_list("region", flat=True), *parties})

    @property
    def is_under_way(self) -> bool:
        return self.state not in ENDS


@pghistory.track()
class FollowUpContract(Record):
    """A contract that takes part; its region is a participating region. Only contracts with the same supplier can."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="participations")
    contract = models.ForeignKey(
        Contract, verbose_name=_("contract"), on_delete=models.PROTECT, related_name="participations"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["follow_up", "contract"], name="follow_up_contract_unique")]
        triggers = [
            pgtrigger.Trigger(
                name="contract_of_supplier",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM followups_followup f JOIN codeofconduct_contract c ON c.supplier_id = f.supplier_id
                        WHERE f.id = NEW.follow_up_id AND c.id = NEW.contract_id
                    ) THEN
                        RAISE EXCEPTION 'contract_of_supplier: the contract is with another supplier'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.follow_up} – {self.contract}"


@pghistory.track()
class StateChange(Record):
    """The trail of one transition; who and when are the record's own."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="state_changes")
    source = models.CharField(_("from"), max_length=20, choices=State)
    target = models.CharField(_("to"), max_length=20, choices=State)
    reason = models.TextField(_("reason"), blank=True, max_length=2000)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [models.CheckConstraint(name="state_change_moves", condition=~Q(source=F("target")))]

    def __str__(self) -> str:
        return f"{self.get_source_display()} → {self.get_target_display()}"
