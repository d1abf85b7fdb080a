"""The rate that the cooperation has agreed on: öre per inhabitant, by validity and source."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.base import rate_in_range, year_in_range
from portal.history.models import Record


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
            rate_in_range("rate_in_range"),
            year_in_range("rate_year_in_range", "valid_from_year"),
            models.CheckConstraint(name="rate_has_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from_year}: {self.ore_per_inhabitant} öre"
