"""Risk per purchase category: assessments by area and chain stage, and the category's action plan."""

from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import Area, RiskLevel, Stage
from codeofconduct.models.categories import PurchaseCategory
from codeofconduct.models.governing import locked_with
from codeofconduct.scores import MOST_POINTS
from portal import clock
from portal.files.models import StoredFile
from portal.history.models import Record, Versioned, by_field, pair_constraint
from regions.models import User
from regions.models.places import dates_in_order
from regions.permissions import has_role, is_staff

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class RiskAssessmentQuerySet(models.QuerySet["RiskAssessment"]):
    def visible_to(self, user: User) -> "RiskAssessmentQuerySet":
        """What is settled, to anyone with a role; drafts to the secretariat."""
        if is_staff(user):
            return self
        return self.settled() if has_role(user) else self.none()

    def settled(self) -> "RiskAssessmentQuerySet":
        return self.filter(settled_at__isnull=False)


@pghistory.track()
class RiskAssessment(Record, Versioned):
    """An assessment of a category as of a day. Once settled it is kept as it is; a later one stands beside it."""

    category = models.ForeignKey(PurchaseCategory, on_delete=models.PROTECT, related_name="risk_assessments")
    assessed_on = models.DateField(_("assessed on"))
    author = models.CharField(
        _("author"), max_length=200, help_text=_("Who assessed: the secretariat, or a consultant.")
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    report = models.ForeignKey(
        StoredFile, verbose_name=_("report"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True, editable=False)
    settled_by = by_field(_("settled by"), null=True)

    objects = RiskAssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-assessed_on", "-pk"]
        verbose_name = _("risk assessment")
        constraints = [
            pair_constraint("risk_assessment_settled", "settled"),
            models.UniqueConstraint(
                fields=["category"],
                name="risk_assessment_one_draft",
                condition=Q(settled_at__isnull=True),
                violation_error_message=_("The category has a draft of a risk assessment already."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="risk_assessment_settled_is_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__settled_at__isnull=False),
            )
        ]

    @property
    def is_locked(self) -> bool:
        return self.settled_at is not None

    def __str__(self) -> str:
        return f"{self.category} {self.assessed_on}"


def points_field(label: "_StrOrPromise") -> models.PositiveSmallIntegerField:
    """0–4 points of the inherent score; empty where it isn't known."""
    return models.PositiveSmallIntegerField(label, null=True, blank=True, validators=[MaxValueValidator(MOST_POINTS)])


@pghistory.track()
class RiskCell(Versioned):
    """One area of the code in one stage of the chain: the level, why, by what source, for which country.

    Where an inherent score is wanted (`is_scored`) it is computed of the three kinds of points in
    `codeofconduct.scores`, where a kind that isn't known counts too.
    """

    assessment = models.ForeignKey(RiskAssessment, on_delete=models.PROTECT, related_name="cells")
    area = models.CharField(_("area"), max_length=15, choices=Area)
    stage = models.CharField(_("stage"), max_length=17, choices=Stage)
    level = models.CharField(_("level"), max_length=12, choices=RiskLevel, default=RiskLevel.INSUFFICIENT)
    reason = models.TextField(_("reason"), blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    dated_on = models.DateField(_("date of the source"), null=True, blank=True)
    country = models.CharField(
        _("country"), max_length=2, blank=True, validators=[RegexValidator(r"^[A-Z]{2}$")], help_text=_("ISO 3166 code")
    )
    author = models.CharField(_("author"), max_length=200, blank=True)
    is_scored = models.BooleanField(_("with an inherent score"), default=False)
    country_points = points_field(_("points for the country"))
    sector_points = points_field(_("points for the sector"))
    product_points = points_field(_("points for the product"))

    class Meta:
        ordering = ["assessment", "pk"]
        verbose_name = _("risk of an area and stage")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "area", "stage"], name="risk_cell_unique"),
            models.CheckConstraint(
                name="risk_cell_points",
                condition=(Q(country_points__isnull=True) | Q(country_points__lte=MOST_POINTS))
                & (Q(sector_points__isnull=True) | Q(sector_points__lte=MOST_POINTS))
                & (Q(product_points__isnull=True) | Q(product_points__lte=MOST_POINTS)),
            ),
        ]
        triggers = [
            locked_with("risk_cell_locked", "assessment_id", "codeofconduct_riskassessment", "settled_at IS NOT NULL")
        ]

    @property
    def place(self) -> str:
        """Which cell it is, in words."""
        return f"{self.get_area_display()}, {self.get_stage_display()}"

    def __str__(self) -> str:
        return f"{self.place}: {self.get_level_display()}"


class CategoryPlanQuerySet(models.QuerySet["CategoryPlan"]):
    def visible_to(self, user: User) -> "CategoryPlanQuerySet":
        """To anyone with a role."""
        return self if has_role(user) else self.none()


@pghistory.track()
class CategoryPlan(Record, Versioned):
    """A category's action plan (handlingsplan) for a period; never a supplier's measures."""

    category = models.ForeignKey(PurchaseCategory, on_delete=models.PROTECT, related_name="plans")
    title = models.CharField(_("title"), max_length=200)
    goal = models.TextField(_("goal"), blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = CategoryPlanQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-pk"]
        verbose_name = _("category action plan")
        constraints = [dates_in_order("category_plan_dates")]

    def __str__(self) -> str:
        return self.title


class PlanTaskQuerySet(models.QuerySet["PlanTask"]):
    def visible_to(self, user: User) -> "PlanTaskQuerySet":
        """With the plan it belongs to."""
        return self.filter(plan__in=CategoryPlan.objects.visible_to(user))

    def open(self) -> "PlanTaskQuerySet":
        return self.filter(done_at__isnull=True)


@pghistory.track()
class PlanTask(Record, Versioned):
    """A task of a category's action plan, with its owner and the day it should be done."""

    plan = models.ForeignKey(CategoryPlan, on_delete=models.PROTECT, related_name="tasks")
    text = models.CharField(_("task"), max_length=500)
    owner = models.ForeignKey(
        User, verbose_name=_("owner"), on_delete=models.PROTECT, null=True, blank=True, related_name="plan_tasks"
    )
    due_on = models.DateField(_("due"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True, editable=False)
    done_by = by_field(_("done by"), null=True)

    objects = PlanTaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("task of a category action plan")
        constraints = [pair_constraint("plan_task_done", "done")]

    @property
    def is_overdue(self) -> bool:
        return self.done_at is None and self.due_on < clock.today()

    def __str__(self) -> str:
        return self.text
