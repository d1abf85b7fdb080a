"""How many live in the regions: figures with their sources, and the files of Statistics Sweden that they came from."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.files.models import StoredFile
from portal.history.models import Record, by_field, pair_constraint
from portal.ui.templatetags.formats import integer
from regions.enums import CountedOn, Role, Standing
from regions.models.people import User
from regions.models.places import Region


class PopulationFileQuerySet(models.QuerySet["PopulationFile"]):
    def visible_to(self, user: User) -> "PopulationFileQuerySet":
        """To the secretariat and administrators, who bring them."""
        is_staff = user.is_authenticated and user.access.roles & {Role.SECRETARIAT, Role.ADMIN}
        return self if is_staff else self.none()


@pghistory.track()
class PopulationFile(Record):
    """A table of Statistics Sweden as it was downloaded. Its figures count from the moment it is taken."""

    file = models.OneToOneField(StoredFile, verbose_name=_("file"), on_delete=models.PROTECT, related_name="+")
    table_id = models.CharField(_("table"), max_length=60)
    title = models.CharField(_("title"), max_length=300, blank=True)
    retrieved_on = models.DateField(_("retrieved"))
    counted_on = models.CharField(_("figures of a year are for"), max_length=8, choices=CountedOn)
    standing = models.CharField(_("standing"), max_length=11, choices=Standing, blank=True)
    taken_at = models.DateTimeField(_("taken"), null=True, blank=True)
    taken_by = by_field(_("taken by"), null=True)

    objects = PopulationFileQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("population file")
        constraints = [
            models.CheckConstraint(name="population_file_has_table", condition=~Q(table_id="")),
            pair_constraint("population_file_taken_pair", "taken"),
        ]

    def __str__(self) -> str:
        return f"{self.table_id} {self.retrieved_on}"

    def get_absolute_url(self) -> str:
        return reverse("regions:population-file", args=[self.public_id])

    @property
    def is_forecast(self) -> bool:
        return self.counted_on == CountedOn.FORECAST

    @property
    def source(self) -> str:
        """What its figures say of where they come from; no two files say the same."""
        day = CountedOn(self.counted_on).in_swedish
        return f"SCB, {self.table_id}, {day}, hämtad {self.retrieved_on} (fil {self.file.sha256[:8]})"


@pghistory.track()
class PopulationFigure(Record):
    """Inhabitants of a region (persons) on a date, as one source gave it.

    Never overwritten: a corrected figure is a row of its own, with its own source.
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="population")
    count = models.PositiveIntegerField(_("inhabitants"))
    reference_date = models.DateField(_("population on"))
    source = models.CharField(_("source"), max_length=300)
    standing = models.CharField(_("standing"), max_length=11, choices=Standing)
    population_file = models.ForeignKey(
        PopulationFile,
        verbose_name=_("file"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
    )

    class Meta:
        ordering = ["reference_date", "region__code"]
        verbose_name = _("population figure")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "reference_date", "source"],
                name="population_figure_unique",
                violation_error_message=_("This source has already given a figure for the region on that date."),
            ),
            models.CheckConstraint(
                name="population_figure_positive",
                condition=Q(count__gt=0),
                violation_error_message=_("The number of inhabitants must be at least 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.reference_date}: {integer(self.count)}"


@pghistory.track()
class ForecastFigure(Record):
    """How many Statistics Sweden expects to live in a region (persons) on 31 December of a year, as one file has it.

    Kept apart from what was counted, and never changed: a later forecast stands beside it, with its own file.
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="forecasts")
    year = models.PositiveSmallIntegerField(_("year"))
    count = models.PositiveIntegerField(_("inhabitants"))
    population_file = models.ForeignKey(
        PopulationFile, verbose_name=_("file"), on_delete=models.PROTECT, related_name="forecasts"
    )

    class Meta:
        ordering = ["year", "region__code"]
        verbose_name = _("population forecast")
        constraints = [
            models.UniqueConstraint(fields=["population_file", "region", "year"], name="population_forecast_unique"),
            models.CheckConstraint(
                name="population_forecast_positive",
                condition=Q(count__gt=0),
                violation_error_message=_("The number of inhabitants must be at least 1."),
            ),
        ]
        triggers = [pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.region} {self.year}: {integer(self.count)}"
