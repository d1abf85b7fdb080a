"""Registering a rate with what its parts pay for."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from funding.models import Rate, RatePart
from funding.rows import insert
from portal.history.models import By, actor_of


@transaction.atomic
def register_rate(
    *, by: By, valid_from_year: int, ore_per_inhabitant: int, source: str, parts: Sequence[tuple[str, int]]
) -> Rate:
    """A rate (öre per inhabitant) from a year on, until the next one; `parts` are (what it pays for, öre).

    Raises ValidationError, and then nothing is written: the year has a rate, a value is out of range, or the parts do not
    sum to the rate. Years that are open already keep theirs.
    """
    summed = sum(ore for _name, ore in parts)
    if summed != ore_per_inhabitant:
        sentence = _("The parts sum to %(sum)s öre, but the rate is %(rate)s öre.")
        raise ValidationError({"parts": sentence % {"sum": summed, "rate": ore_per_inhabitant}})
    actor = actor_of(by)
    rate = Rate(valid_from_year=valid_from_year, ore_per_inhabitant=ore_per_inhabitant, source=source, created_by=actor)
    insert(rate)
    for name, ore in parts:
        insert(RatePart(rate=rate, name=name, ore_per_inhabitant=ore, created_by=actor))
    return rate
