"""The year's follow-up plan: candidates with the reason for each choice, what was agreed by whom, and its conditions."""

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import CategoryOwner, ClauseVersion, PurchaseCategory, Supplier
from followups.enums.plan import PlannedKind
from followups.models.calls import CallContract, ContractCall
from followups.models.follow_ups import FollowUp, Once, owned_categories
from portal import clock
from portal.history.models import Record, Versioned, by_field, pair_constraint
from regions.models import Region, User
from regions.permissions import access_of, is_buyer, is_staff

REASON_MAX = 2_000
MOST_MONTHS = 60


@pghistory.track()
class PlanSetting(Record):
    """What a contract must meet to be audited, from a day on: how many months it runs past the audit."""

    valid_from = models.DateField(
        _("valid from"), unique=True, error_messages={"unique": _("Another number holds from this day.")}
    )
    months_past_audit = models.PositiveSmallIntegerField(
        _("months past the audit"), validators=[MinValueValidator(0), MaxValueValidator(MOST_MONTHS)]
    )

    class Meta:
        ordering = ["-valid_from"]
        verbose_name = _("condition of the plan")
        constraints = [
            models.CheckConstraint(name="plan_setting_months", condition=Q(months_past_audit__lte=MOST_MONTHS))
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}: {self.months_past_audit}"


@pghistory.track()
class ClauseTerms(Record, Versioned):
    """What the secretariat has read in a version of the clause: whether it gives the right to audit and to sanctions.

    A row of its own, since an adopted version is locked. Empty: nobody has recorded it; the version's parameters may
    still show it.
    """

    clause_version = models.OneToOneField(ClauseVersion, on_delete=models.PROTECT, related_name="terms")
    gives_audit = models.BooleanField(_("gives the right of audit"), null=True, blank=True)
    gives_sanctions = models.BooleanField(_("gives the right to sanctions"), null=True, blank=True)
    source = models.CharField(_("where it says so"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = by_field(_("recorded by"))

    class Meta:
        verbose_name = _("rights of a contract clause")

    def __str__(self) -> str:
        return str(self.clause_version)


class FollowUpPlanQuerySet(models.QuerySet["FollowUpPlan"]):
    def visible_to(self, user: User) -> "FollowUpPlanQuerySet":
        """To staff and buyers; which candidates each sees is another question."""
        return self if is_staff(user) or is_buyer(user) else self.none()


@pghistory.track()
class FollowUpPlan(Record, Versioned):
    """The plan that a call leads to. Agreed as a whole by the secretariat, and by area coordinators for their candidates."""

    call = models.OneToOneField(ContractCall, on_delete=models.PROTECT, related_name="plan")
    agreed_at = models.DateTimeField(_("agreed"), null=True, blank=True)
    agreed_by = by_field(_("agreed by"), null=True)

    objects = FollowUpPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up plan")
        constraints = [pair_constraint("follow_up_plan_agreed_pair", "agreed")]

    def __str__(self) -> str:
        return str(_("follow-up plan %(year)s") % {"year": self.call.year})


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def visible_to(self, user: User) -> "CandidateQuerySet":
        """Staff see all, an area coordinator those in the group's categories, whatever was decided.

        Buyers see what was chosen, once the plan is agreed and where a region of theirs has named a contract with the supplier.
        """
        if is_staff(user):
            return self
        access = access_of(user)
        if not is_buyer(user):
            return self.none()
        regions = access.regions | access.group_regions
        named = CallContract.objects.filter(
            answer__call=OuterRef("plan__call"), answer__region__in=regions, contract__supplier=OuterRef("supplier")
        )
        concerned = Q(is_chosen=True, plan__agreed_at__isnull=False) & Exists(named)
        return self.filter(concerned | Q(category__in=owned_categories(user)))

    def workable_by(self, user: User) -> "CandidateQuerySet":
        """Those that the user decides about: staff, and the coordinators of the category's group."""
        return self if is_staff(user) else self.filter(category__in=owned_categories(user))

    def chosen(self) -> "CandidateQuerySet":
        return self.filter(is_chosen=True)

    def undecided(self) -> "CandidateQuerySet":
        return self.filter(is_chosen__isnull=True)

    def agreed(self) -> "CandidateQuerySet":
        return self.filter(agreed_at__isnull=False)

    def ready(self) -> "CandidateQuerySet":
        """With all that a follow-up is opened with."""
        return self.chosen().filter(lead_region__isnull=False, planned_on__isnull=False).exclude(kind="")

    def of_group(self, group: int) -> "CandidateQuerySet":
        """Those in categories that the purchasing group (id) answers for today."""
        owned = CategoryOwner.objects.valid_on(clock.today()).filter(group=group)
        return self.filter(category__in=owned.values("category"))


@pghistory.track()
class Candidate(Record, Versioned, Once):
    """A supplier in a category that regions have named contracts of: to be followed up or not, and why.

    `points` and `facts` are what the choice rested on: renewed until it is made, and kept then. Two candidates of suppliers
    that were merged may come to say the same supplier and category, so no constraint forbids it; drawing up the plan again
    settles it.
    """

    plan = models.ForeignKey(FollowUpPlan, on_delete=models.PROTECT, related_name="candidates")
    supplier = models.ForeignKey(
        Supplier, verbose_name=_("supplier"), on_delete=models.PROTECT, related_name="candidates"
    )
    category = models.ForeignKey(
        PurchaseCategory, verbose_name=_("purchase category"), on_delete=models.PROTECT, related_name="candidates"
    )
    points = models.PositiveSmallIntegerField(_("points"), default=0)
    facts = models.JSONField(_("what the points rest on"), default=dict)
    is_chosen = models.BooleanField(_("to be followed up"), null=True, blank=True)
    reason = models.TextField(_("reason"), max_length=REASON_MAX, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = by_field(_("decided by"), null=True)
    lead_region = models.ForeignKey(
        Region, verbose_name=_("lead region"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("case handler"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    kind = models.CharField(_("kind of follow-up"), max_length=15, choices=PlannedKind, blank=True)
    planned_on = models.DateField(_("planned date"), null=True, blank=True)
    is_month = models.BooleanField(_("only the month is certain"), default=False)
    is_unannounced = models.BooleanField(_("unannounced"), default=False)
    agreed_at = models.DateTimeField(_("agreed by the area coordinator"), null=True, blank=True)
    agreed_by = by_field(_("agreed by"), null=True)
    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, null=True, blank=True, related_name="candidates")

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = _("candidate")
        constraints = [
            pair_constraint("candidate_decided_pair", "decided"),
            models.CheckConstraint(
                name="candidate_decided_with_reason",
                condition=Q(is_chosen__isnull=True, decided_at__isnull=True)
                | (Q(is_chosen__isnull=False, decided_at__isnull=False) & ~Q(reason__regex=r"^\s*$")),
                violation_error_message=_("Write the reason: every candidate is treated alike."),
            ),
            pair_constraint("candidate_agreed_pair", "agreed"),
            models.CheckConstraint(
                name="candidate_agreed_when_decided",
                condition=Q(agreed_at__isnull=True) | Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="candidate_opened_when_agreed",
                condition=Q(follow_up__isnull=True) | Q(is_chosen=True, agreed_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["plan", "points"])]
        triggers = [
            pgtrigger.Protect(
                name="candidate_decided_basis",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__decided_at__isnull=False)
                & (pgtrigger.Q(old__points__df=pgtrigger.F("new__points"))),
            )
        ]

    def __str__(self) -> str:
        return f"{self.supplier} · {self.category}"

    @property
    def is_ready(self) -> bool:
        return bool(self.is_chosen and self.lead_region_id and self.planned_on and self.kind)
