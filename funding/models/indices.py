"""Price indices, by which amounts of different years are told in the prices of one."""

from typing import Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.base import FundingQuerySet
from portal.history.models import Record

FIRST_INDEX_YEAR, LAST_INDEX_YEAR = 1900, 2100
HIGHEST_INDEX = 1_000_000


class PriceIndexQuerySet(FundingQuerySet["PriceIndexFigure"]):
    def counting(self) -> Self:
        """Of each series and year the figure that was registered last."""
        latest = PriceIndexFigure.objects.order_by("series", "year", "-created_at", "-pk").distinct("series", "year")
        return self.filter(pk__in=latest.values("pk"))


@pghistory.track()
class PriceIndexFigure(Record):
    """The index of a year as one source gave it, such as SCB's yearly average of the consumer price index.

    Never overwritten: a corrected figure stands beside the old one with its own source, and the last registered counts.
    """

    series = models.CharField(_("series"), max_length=60)
    year = models.PositiveSmallIntegerField(_("year"))
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=4)
    base = models.CharField(_("base"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=300)
    retrieved_on = models.DateField(_("retrieved"))

    objects = PriceIndexQuerySet.as_manager()

    class Meta:
        ordering = ["series", "-year", "-created_at", "-pk"]
        verbose_name = _("price index")
        constraints = [
            models.CheckConstraint(name="price_index_in_range", condition=Q(value__gt=0, value__lte=HIGHEST_INDEX)),
            models.CheckConstraint(
                name="price_index_year_in_range",
                condition=Q(year__gte=FIRST_INDEX_YEAR, year__lte=LAST_INDEX_YEAR),
            ),
            models.CheckConstraint(name="price_index_has_series", condition=~Q(series="")),
            models.CheckConstraint(name="price_index_has_source", condition=~Q(source="")),
        ]
        triggers = [pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.series} {self.year}"
