"""What a region's contribution stands on: its frozen basis."""

from typing import Any, Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Cast, Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from funding.enums import BasisStanding, Rounding
from funding.models.base import HIGHEST_POPULATION, FundingQuerySet, closed_year_stays, rate_in_range
from funding.models.decisions import RegionDecision
from funding.models.payments import Payment
from funding.models.years import FundingYear
from portal.history.models import Record, Versioned
from portal.ui.templatetags.formats import integer
from regions.models import PopulationFigure, Region


@pghistory.track()
class Basis(Record):
    """The population figure (persons) that a region's contribution stands on, frozen with its source.

    Never changed and never removed: another figure is a new row, and the contribution then points at it. The amount in
    whole kronor (öre) is computed by the database from this row's own figures, so it cannot disagree with them by any path;
    there is none, and no rate, where the year splits a fixed sum.
    """

    funding_year = models.ForeignKey(FundingYear, on_delete=models.PROTECT, related_name="bases")
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    population = models.IntegerField(_("inhabitants"))
    reference_date = models.DateField(_("population on"), null=True, blank=True)
    undated_reason = models.CharField(_("why there is no date"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=300)
    standing = models.CharField(_("standing"), max_length=11, choices=BasisStanding)
    figure = models.ForeignKey(PopulationFigure, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ore_per_inhabitant = models.IntegerField(_("rate per inhabitant (öre)"), null=True, blank=True)
    computed_ore = models.GeneratedField(
        verbose_name=_("computed amount (öre)"),
        expression=(Cast("population", models.BigIntegerField()) * F("ore_per_inhabitant") + 50) / 100 * 100,
        output_field=models.BigIntegerField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("population basis")
        constraints = [
            rate_in_range("basis_rate_in_range"),
            models.CheckConstraint(
                name="basis_population_in_range",
                condition=Q(population__gte=1, population__lte=HIGHEST_POPULATION),
                violation_error_message=_("The number of inhabitants must be between 1 and 20 000 000."),
            ),
            models.CheckConstraint(
                name="basis_dated_or_explained",
                condition=Q(reference_date__isnull=False, undated_reason="")
                | (Q(reference_date__isnull=True) & ~Q(undated_reason="")),
                violation_error_message=_("Give either the date of the figure or the reason why there is none."),
            ),
            models.CheckConstraint(name="basis_has_source", condition=~Q(source="")),
            # What the composite foreign key of the contributions points at (migration 0002).
            models.UniqueConstraint(fields=["id", "funding_year", "region"], name="basis_place_key"),
        ]
        triggers = [
            pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="rate_of_its_year",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__ore_per_inhabitant__isnull=True),
                # The key over both columns (migration 0002) doesn't ask where one is empty.
                func="""
                    IF (SELECT budget_ore FROM funding_fundingyear WHERE id = NEW.funding_year_id) IS NULL THEN
                        RAISE EXCEPTION 'rate_of_its_year: the basis lacks the rate of its year'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            closed_year_stays(),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.funding_year}: {integer(self.population)}"

    @property
    def is_exception(self) -> bool:
        """Entered by hand; the others come from the population figures of the year's date."""
        return self.figure_id is None


def _rounded(population: F, rate: F) -> Case:
    """Inhabitants × rate in öre, rounded as the year is: whole kronor with 50 öre upwards, or to the öre as it is."""
    product = Cast(population, models.BigIntegerField()) * rate
    return Case(
        When(funding_year__rounding=Rounding.WHOLE_KRONOR, then=(product + 50) / 100 * 100),
        default=product,
        output_field=models.BigIntegerField(),
    )


def _of_payments(field: str) -> Cast:
    own = Payment.objects.filter(funding_year=OuterRef("funding_year"), region=OuterRef("region"))
    total = own.order_by().values("region").annotate(total=Sum(field)).values("total")
    return Cast(Coalesce(Subquery(total), 0, output_field=models.DecimalField()), models.BigIntegerField())


class ContributionQuerySet(FundingQuerySet["Contribution"]):
    """The one place where a contribution's amounts are computed: pages, files and documents all read them here."""

    def with_amounts(self) -> Self:
        """Adds, in öre: `computed_ore` by the basis and the year's rounding; `decided_ore` by the region's decision, None
        without one; `owed_ore`, what is decided and, as long as nothing is, what is computed; `invoiced_ore`; `paid_ore`;
        `unpaid_ore`, what is still missing of what is owed; `overpaid_ore`, what is paid beyond it. One of these two is 0.
        """
        amounts = self.annotate(
            computed_ore=Case(
                When(funding_year__rounding=Rounding.LARGEST_REMAINDER, then=F("share_ore")),
                default=_rounded(F("basis__population"), F("basis__ore_per_inhabitant")),
                output_field=models.BigIntegerField(),
            ),
            decided_ore=Coalesce(
                F("decision__amount_ore"), _rounded(F("basis__population"), F("decision__ore_per_inhabitant"))
            ),
            invoiced_ore=_of_payments("invoiced_ore"),
            paid_ore=_of_payments("paid_ore"),
        ).annotate(owed_ore=Coalesce("decided_ore", "computed_ore"))
        return amounts.annotate(
            unpaid_ore=Greatest(F("owed_ore") - F("paid_ore"), 0, output_field=models.BigIntegerField()),
            overpaid_ore=Greatest(F("paid_ore") - F("owed_ore"), 0, output_field=models.BigIntegerField()),
        )

    def with_difference(self) -> Self:
        """After `with_amounts`. Adds, in öre: `earlier_ore`, what was computed for the region in the year before, and
        `difference_ore`, what is computed now less that; both None where the region had no contribution then.
        """
        earlier: models.QuerySet[Any] = Contribution.objects.with_amounts().filter(
            region=OuterRef("region"), funding_year__year=OuterRef("funding_year__year") - 1
        )
        return self.annotate(earlier_ore=Subquery(earlier.values("computed_ore"))).annotate(
            difference_ore=F("computed_ore") - F("earlier_ore")
        )


@pghistory.track()
class Contribution(Record, Versioned):
    """A region's contribution to a funding year: its basis in effect, and the decision that the year follows, if any.

    The amounts (öre) are computed from these two, by `ContributionQuerySet.with_amounts` alone.
    """

    funding_year = models.ForeignKey(FundingYear, on_delete=models.PROTECT, related_name="contributions")
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="contributions")
    basis = models.OneToOneField(
        Basis, verbose_name=_("population basis"), on_delete=models.PROTECT, related_name="contribution"
    )
    share_ore = models.BigIntegerField(_("share of a fixed sum (öre)"), null=True, blank=True)
    decision = models.ForeignKey(
        RegionDecision,
        verbose_name=_("decision"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contributions",
    )

    # Of `with_amounts`.
    computed_ore: int
    decided_ore: int | None
    owed_ore: int
    invoiced_ore: int
    paid_ore: int
    unpaid_ore: int
    overpaid_ore: int
    # Of `with_difference`.
    earlier_ore: int | None
    difference_ore: int | None

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        constraints = [
            models.UniqueConstraint(fields=["funding_year", "region"], name="contribution_unique"),
        ]
        triggers = [
            closed_year_stays(),
            pgtrigger.Trigger(
                name="shares_sum_to_the_sum",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                # A year without contributions has nothing to sum.
                func="""
                    IF EXISTS (
                        SELECT 1 FROM funding_fundingyear y JOIN funding_contribution c ON c.funding_year_id = y.id
                        WHERE y.id IN (OLD.funding_year_id, NEW.funding_year_id) GROUP BY y.id
                        HAVING sum(c.share_ore) IS DISTINCT FROM y.budget_ore
                    ) THEN
                        RAISE EXCEPTION 'shares_sum_to_the_sum: the shares do not sum to the sum of the year'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="decision_of_region_and_year",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__decision__isnull=False),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM funding_regiondecision d JOIN funding_fundingyear y ON y.id = NEW.funding_year_id
                        WHERE d.id = NEW.decision_id AND d.region_id = NEW.region_id
                            AND d.valid_from_year <= y.year AND y.year <= COALESCE(d.valid_to_year, y.year)
                    ) THEN
                        RAISE EXCEPTION 'decision_of_region_and_year: the decision is of another region or year'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.funding_year}"
