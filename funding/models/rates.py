"""The rate that the cooperation has agreed on: öre per inhabitant, by validity and source."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.base import rate_in_range, year_in_range
from portal.history.models import Record, Versioned


def _parts_sum(operation: pgtrigger.Operation, rate: str) -> pgtrigger.Trigger:
    """Asked when the transaction ends: where the rate has named parts, they sum to it."""
    return pgtrigger.Trigger(
        name="parts_sum_to_the_rate",
        when=pgtrigger.After,
        operation=operation,
        timing=pgtrigger.Deferred,
        func="""
            IF EXISTS (
                SELECT 1 FROM funding_rate r JOIN funding_ratepart p ON p.rate_id = r.id
                WHERE r.id IN (CHANGED) GROUP BY r.id HAVING sum(p.ore_per_inhabitant) <> r.ore_per_inhabitant
            ) THEN
                RAISE EXCEPTION 'parts_sum_to_the_rate: the parts do not sum to the rate'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """.replace("CHANGED", rate),
    )


@pghistory.track()
class Rate(Record, Versioned):
    """Öre per inhabitant and year, from a year on until the next rate, as a source gave it.

    A year keeps a copy of what it was opened with, so a rate that was registered wrongly can be corrected.
    """

    valid_from_year = models.PositiveSmallIntegerField(
        _("from the year"),
        unique=True,
        error_messages={"unique": _("A rate from this year has already been registered.")},
    )
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
        triggers = [_parts_sum(pgtrigger.Update, "NEW.id")]

    def __str__(self) -> str:
        return f"{self.valid_from_year}: {self.ore_per_inhabitant} öre"


@pghistory.track()
class RatePart(Record):
    """What a part of the rate pays for, in öre per inhabitant: the memo's uppförandekod 40, miljö 10."""

    rate = models.ForeignKey(Rate, on_delete=models.CASCADE, related_name="parts")
    name = models.CharField(_("what it pays for"), max_length=100)
    ore_per_inhabitant = models.IntegerField(_("rate per inhabitant (öre)"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("part of the rate")
        constraints = [
            rate_in_range("rate_part_in_range"),
            models.CheckConstraint(name="rate_part_has_name", condition=~Q(name="")),
            models.UniqueConstraint(fields=["rate", "name"], name="rate_part_once"),
        ]
        triggers = [
            _parts_sum(pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete, "OLD.rate_id, NEW.rate_id"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.ore_per_inhabitant} öre"
