"""What a follow-up costs by the book, and the rules by which a result spares one: kept by the secretariat, with dates."""

from datetime import date

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from followups.enums.reuse import AVOIDABLE, SIMILAR, Method
from portal.history.models import Record, Versioned, by_field, pair_constraint

KINDS = [(method.value, method.label) for method in AVOIDABLE]
DEFAULT_MONTHS = 36
LONGEST_MONTHS = 120


class StandardCostQuerySet(models.QuerySet["StandardCost"]):
    def in_force_on(self, kind: str, day: date) -> "StandardCost | None":
        """The cost of the kind that holds on the day; None where nobody has entered one."""
        return self.filter(kind=kind, valid_from__lte=day).order_by("-valid_from").first()


@pghistory.track()
class StandardCost(Record, Versioned):
    """What a follow-up of a kind costs from a day on, in whole öre, and where that figure comes from.

    A reuse keeps the cost that held when it was made: correcting a row changes no figure of the ledger.
    """

    kind = models.CharField(_("kind of follow-up"), max_length=20, choices=KINDS)
    amount_ore = models.BigIntegerField(_("standard cost (öre)"), validators=[MinValueValidator(0)])
    valid_from = models.DateField(_("from"))
    source = models.CharField(_("source"), max_length=300)
    changed_at = models.DateTimeField(_("last changed"), null=True, blank=True)
    changed_by = by_field(_("last changed by"), null=True)

    objects = StandardCostQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-valid_from"]
        verbose_name = _("standard cost")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "valid_from"],
                name="standard_cost_once_a_day",
                violation_error_message=_("There is a standard cost of this kind from this day already."),
            ),
            models.CheckConstraint(
                name="standard_cost_amount",
                condition=Q(amount_ore__gte=0),
                violation_error_message=_("The amount cannot be less than 0."),
            ),
            models.CheckConstraint(name="standard_cost_sourced", condition=~Q(source="")),
            pair_constraint("standard_cost_changed_pair", "changed"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.valid_from}"


class ReuseRulesQuerySet(models.QuerySet["ReuseRules"]):
    def in_force(self) -> "ReuseRules":
        """Those decided last; before the first decision, what the guidance says (three years, `SIMILAR`), not stored."""
        return self.prefetch_related("similar").order_by("-version").first() or ReuseRules(version=0)


@pghistory.track()
class ReuseRules(Record, Versioned):
    """When a result may be reused (product rule 2). Each decision is a row of its own: the latest holds.

    `version` counts the decisions, so that two at once are told apart.
    """

    max_age_months = models.PositiveSmallIntegerField(
        _("oldest result (months)"),
        default=DEFAULT_MONTHS,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MONTHS)],
    )
    group_counts = models.BooleanField(_("results of the same group count"), default=True)
    reason = models.CharField(_("reason"), max_length=500)

    objects = ReuseRulesQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        verbose_name = _("rules of reuse")
        constraints = [
            models.UniqueConstraint(fields=["version"], name="reuse_rules_one_after_the_other"),
            models.CheckConstraint(
                name="reuse_rules_months",
                condition=Q(max_age_months__gte=1, max_age_months__lte=LONGEST_MONTHS),
            ),
            models.CheckConstraint(name="reuse_rules_reasoned", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.max_age_months}"

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """(What one would do, what stands in for it)."""
        if self.pk is None:
            return frozenset((wanted.value, given.value) for wanted, given in SIMILAR)
        return frozenset((each.wanted, each.given) for each in self.similar.all())


@pghistory.track()
class SimilarMethod(models.Model):
    """One method that stands in for another, by one decision on the rules."""

    rules = models.ForeignKey(ReuseRules, on_delete=models.PROTECT, related_name="similar")
    wanted = models.CharField(_("instead of"), max_length=20, choices=KINDS)
    given = models.CharField(_("method"), max_length=20, choices=Method)

    class Meta:
        verbose_name = _("similar method")
        constraints = [models.UniqueConstraint(fields=["rules", "wanted", "given"], name="similar_method_once")]

    def __str__(self) -> str:
        return f"{self.get_given_display()} → {self.get_wanted_display()}"
