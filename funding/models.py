"""What the cooperation costs each region: the rate, the funding year, the frozen bases, the contributions, the reports."""

from typing import Self, TypeVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from funding.enums import BasisStanding, Rounding, YearState
from portal import clock
from portal.files.models import StoredFile
from portal.history.models import Record, Versioned, by_field
from portal.jobs.models import Job
from regions.models import PopulationFigure, Region, User
from regions.permissions import has_role

FIRST_YEAR, LAST_YEAR = 2010, 2100  # the cooperation began in 2010
HIGHEST_ORE = 10_000
HIGHEST_POPULATION = 20_000_000


Row = TypeVar("Row", bound=models.Model, covariant=True)


class FundingQuerySet(models.QuerySet[Row]):
    def visible_to(self, user: User) -> Self:
        """What each region pays is open to all with a role; a stranger sees nothing."""
        return self if has_role(user) else self.none()


def _rate_in_range(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(ore_per_inhabitant__gte=0, ore_per_inhabitant__lte=HIGHEST_ORE),
        violation_error_message=_("The rate per inhabitant must be between 0 and 10 000 öre."),
    )


def _year_in_range(name: str, field: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{field}__gte": FIRST_YEAR, f"{field}__lte": LAST_YEAR}),
        violation_error_message=_("The year must be between 2010 and 2100."),
    )


@pghistory.track()
class Rate(Record):
    """Öre per inhabitant and year, from a year on until the next rate, as a source gave it."""

    valid_from_year = models.PositiveSmallIntegerField(_("from the year"), unique=True)
    ore_per_inhabitant = models.IntegerField(_("rate per inhabitant (öre)"))
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        ordering = ["valid_from_year"]
        verbose_name = _("rate per inhabitant")
        constraints = [
            _rate_in_range("rate_in_range"),
            _year_in_range("rate_year_in_range", "valid_from_year"),
            models.CheckConstraint(name="rate_has_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from_year}: {self.ore_per_inhabitant} öre"


@pghistory.track()
class FundingYear(Record, Versioned):
    """A year with its own frozen rate and rounding rule. What it was opened with never changes: a trigger refuses."""

    year = models.PositiveSmallIntegerField(
        _("year"), unique=True, error_messages={"unique": _("This funding year has already been opened.")}
    )
    state = models.CharField(_("state"), max_length=8, choices=YearState, default=YearState.OPEN)
    ore_per_inhabitant = models.IntegerField(_("rate per inhabitant (öre)"))
    rate_source = models.CharField(_("source of the rate"), max_length=300)
    basis_date = models.DateField(_("population on"))
    rounding = models.CharField(_("rounding"), max_length=20, choices=Rounding, default=Rounding.WHOLE_KRONOR)
    opened_at = models.DateTimeField(_("opened"), default=clock.now, editable=False)
    opened_by = by_field(_("opened by"))

    objects = FundingQuerySet.as_manager()

    class Meta:
        ordering = ["-year"]
        verbose_name = _("funding year")
        constraints = [
            _rate_in_range("funding_year_rate_in_range"),
            _year_in_range("funding_year_in_range", "year"),
            models.CheckConstraint(name="funding_year_has_rate_source", condition=~Q(rate_source="")),
            # What the composite foreign key of the bases points at (migration 0002).
            models.UniqueConstraint(fields=["id", "ore_per_inhabitant"], name="funding_year_rate_key"),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="frozen_at_opening",
                fields=[
                    "year",
                    "ore_per_inhabitant",
                    "rate_source",
                    "basis_date",
                    "rounding",
                    "opened_at",
                    "opened_by",
                ],
            )
        ]

    def __str__(self) -> str:
        return str(self.year)

    def get_absolute_url(self) -> str:
        return reverse("funding:year-detail", args=[self.year])

    @property
    def is_open(self) -> bool:
        return self.state == YearState.OPEN


@pghistory.track()
class Basis(Record):
    """The population figure (persons) that a region's contribution stands on, frozen with its source.

    Never changed and never removed: another figure is a new row, and the contribution then points at it. The amount
    (öre) is computed by the database from this row's own figures, so it cannot disagree with them by any path.
    """

    funding_year = models.ForeignKey(FundingYear, on_delete=models.PROTECT, related_name="bases")
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    population = models.IntegerField(_("inhabitants"))
    reference_date = models.DateField(_("population on"), null=True, blank=True)
    undated_reason = models.CharField(_("why there is no date"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=300)
    standing = models.CharField(_("standing"), max_length=11, choices=BasisStanding)
    figure = models.ForeignKey(PopulationFigure, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ore_per_inhabitant = models.IntegerField(_("rate per inhabitant (öre)"))
    computed_ore = models.GeneratedField(
        verbose_name=_("computed amount (öre)"),
        expression=(Cast("population", models.BigIntegerField()) * F("ore_per_inhabitant") + 50) / 100 * 100,
        output_field=models.BigIntegerField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("population basis")
        constraints = [
            _rate_in_range("basis_rate_in_range"),
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
        triggers = [pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.region} {self.funding_year}: {self.population}"

    @property
    def is_exception(self) -> bool:
        """Entered by hand; the others come from the population figures of the year's date."""
        return self.figure_id is None


@pghistory.track()
class Contribution(Record, Versioned):
    """A region's contribution to a funding year: the amount computed from its basis in effect."""

    funding_year = models.ForeignKey(FundingYear, on_delete=models.PROTECT, related_name="contributions")
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="contributions")
    basis = models.OneToOneField(Basis, on_delete=models.PROTECT, related_name="contribution")

    objects = FundingQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        constraints = [
            models.UniqueConstraint(fields=["funding_year", "region"], name="contribution_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.funding_year}"


@pghistory.track()
class FundingReport(Record):
    """The PDF of a funding year as it was exported, with the sum (öre) and the number of regions that it shows."""

    funding_year = models.ForeignKey(FundingYear, on_delete=models.PROTECT, related_name="reports")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    sum_ore = models.BigIntegerField(_("sum (öre)"))
    regions_counted = models.PositiveSmallIntegerField(_("number of regions"))

    objects = FundingQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("funding report")

    def __str__(self) -> str:
        return self.file.name
