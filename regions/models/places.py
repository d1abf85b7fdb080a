"""Regions and the groups they purchase in, by date."""

from datetime import date
from typing import TYPE_CHECKING, Self, TypeVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from portal.search.ordering import swedish

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from regions.models.people import User


Row = TypeVar("Row", bound=models.Model, covariant=True)


class DatedQuerySet(models.QuerySet[Row]):
    """Rows with `valid_from` and an optional, inclusive `valid_to`."""

    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)


class Dated(models.Model):
    """What holds from a day to a day, both included; without `valid_to` until further notice."""

    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        abstract = True


def dates_in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
        violation_error_message=_("The last day must not be before the first day."),
    )


def one_at_a_time(name: str, *fields: str, message: "_StrOrPromise", condition: Q | None = None) -> ExclusionConstraint:
    """On any one day at most one row holds for what `fields` say, or at all; `message` to whoever adds a second."""
    days = Func("valid_from", "valid_to", Value("[]"), function="daterange", output_field=DateRangeField())
    return ExclusionConstraint(
        name=name,
        expressions=[*((field, RangeOperators.EQUAL) for field in fields), (days, RangeOperators.OVERLAPS)],
        condition=condition,
        violation_error_message=message,
    )


class RegionQuerySet(models.QuerySet["Region"]):
    def visible_to(self, user: "User") -> "RegionQuerySet":
        """All, to anyone with a role."""
        return self if user.is_authenticated and user.access.roles else self.none()

    def in_swedish_order(self) -> "RegionQuerySet":
        return self.order_by(swedish("name"), "code")


@pghistory.track()
class Region(models.Model):
    """One of the 21 regions. Its public id is SCB's county code, a string with gaps at 02, 11, 15 and 16."""

    code = models.CharField(_("county code"), max_length=2, unique=True, validators=[RegexValidator(r"^\d{2}$")])
    name = models.CharField(_("name"), max_length=100, unique=True)
    organisation_number = models.CharField(_("organisation number"), max_length=11, unique=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("region")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class PurchasingGroup(models.Model):
    """A procurement region A–H: answers nationally for its purchase categories (LfU's division)."""

    letter = models.CharField(_("letter"), max_length=1, unique=True, validators=[RegexValidator(r"^[A-H]$")])
    regions = models.ManyToManyField(Region, through="GroupMembership", related_name="purchasing_groups")

    class Meta:
        ordering = ["letter"]
        verbose_name = _("procurement region")

    def __str__(self) -> str:
        return str(_("procurement region %(letter)s") % {"letter": self.letter})


@pghistory.track()
class GroupMembership(Dated):
    """A region in a purchasing group, by date: the division has changed before."""

    group = models.ForeignKey(PurchasingGroup, on_delete=models.PROTECT, related_name="memberships")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="group_memberships")

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "region", "valid_from"], name="group_membership_unique"),
            dates_in_order("group_membership_dates"),
            one_at_a_time(
                "group_membership_one_at_a_time",
                "region",
                message=_("The region belongs to a procurement region on some of these days already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} – {self.group}"
