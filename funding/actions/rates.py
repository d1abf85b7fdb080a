"""Registering a rate with what its parts pay for, and correcting it."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from funding.models import Rate, RatePart
from funding.rows import insert
from portal.history.models import Actor, By, actor_of
from portal.history.versions import lock_at

Parts = Sequence[tuple[str, int]]


@transaction.atomic
def register_rate(*, by: By, valid_from_year: int, ore_per_inhabitant: int, source: str, parts: Parts) -> Rate:
    """A rate (öre per inhabitant) from a year on, until the next one; `parts` are (what it pays for, öre).

    Raises ValidationError, and then nothing is written: the year has a rate, a value is out of range, or the parts do not
    sum to the rate. Years that are open already keep theirs.
    """
    _check_sum(ore_per_inhabitant, parts)
    actor = actor_of(by)
    rate = Rate(valid_from_year=valid_from_year, ore_per_inhabitant=ore_per_inhabitant, source=source, created_by=actor)
    insert(rate)
    _insert_parts(rate, parts, actor)
    return rate


@transaction.atomic
def correct_rate(
    *, by: By, rate: Rate, version: int, valid_from_year: int, ore_per_inhabitant: int, source: str, parts: Parts
) -> Rate:
    """The rate as it should have been registered; its history keeps what stood there. Years that are open keep theirs.

    Raises StaleVersionError where someone else saved after `version`, ValidationError as `register_rate` does.
    """
    _check_sum(ore_per_inhabitant, parts)
    locked = lock_at(rate, version)
    locked.valid_from_year, locked.ore_per_inhabitant, locked.source = valid_from_year, ore_per_inhabitant, source
    locked.version += 1
    locked.full_clean()
    try:
        with transaction.atomic():
            locked.save(update_fields=["valid_from_year", "ore_per_inhabitant", "source", "version"])
    except IntegrityError:
        locked.validate_unique()
        raise
    if list(locked.parts.values_list("name", "ore_per_inhabitant")) != list(parts):
        locked.parts.all().delete()
        _insert_parts(locked, parts, actor_of(by))
    return locked


def _check_sum(ore_per_inhabitant: int, parts: Parts) -> None:
    summed = sum(ore for _name, ore in parts)
    if summed != ore_per_inhabitant:
        sentence = _("The parts sum to %(sum)s öre, but the rate is %(rate)s öre.")
        raise ValidationError({"parts": sentence % {"sum": summed, "rate": ore_per_inhabitant}})


def _insert_parts(rate: Rate, parts: Parts, actor: Actor) -> None:
    for name, ore in parts:
        insert(RatePart(rate=rate, name=name, ore_per_inhabitant=ore, created_by=actor))
