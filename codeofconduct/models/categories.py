"""Purchase categories: which are prioritised when, and which purchasing group answers for them."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.history.models import Record
from portal.search.ordering import swedish
from regions.models import PurchasingGroup
from regions.models.places import Dated, DatedQuerySet, dates_in_order, one_at_a_time


class CategoryQuerySet(models.QuerySet["PurchaseCategory"]):
    def in_swedish_order(self) -> "CategoryQuerySet":
        return self.order_by(swedish("name"), "pk")


@pghistory.track()
class PurchaseCategory(Record):
    """A purchase category, in a tree."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("purchase category")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class CategoryPriority(Dated):
    """The category is prioritised in a period, such as 2023–2025."""

    category = models.ForeignKey(PurchaseCategory, on_delete=models.PROTECT, related_name="priorities")

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "valid_from"], name="category_priority_unique"),
            dates_in_order("category_priority_dates"),
            one_at_a_time(
                "category_priority_one_at_a_time",
                "category",
                _("The category is prioritised on some of these days already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.valid_from:%Y}"


@pghistory.track()
class CategoryOwner(Dated):
    """The purchasing group that answers nationally for the category; it has moved between groups before."""

    category = models.ForeignKey(PurchaseCategory, on_delete=models.PROTECT, related_name="owners")
    group = models.ForeignKey(PurchasingGroup, on_delete=models.PROTECT, related_name="categories")

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "group", "valid_from"], name="category_owner_unique"),
            dates_in_order("category_owner_dates"),
            one_at_a_time(
                "category_owner_one_at_a_time",
                "category",
                _("A procurement region answers for the category on some of these days already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} – {self.group}"
