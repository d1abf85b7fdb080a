"""Reference data of this room: the rates that the memo RS/29/2022 names. Loading again changes nothing."""

from pathlib import Path

from funding.models import Rate, RatePart
from portal.history.models import SystemActor, actor_of
from regions.reference import rows

DATA = Path(__file__).parent / "data"


def load(*, by: SystemActor) -> None:
    """40 öre from 2016, 50 öre from 2018, 100 öre from 2023. A rate that is already there stays as it is.

    Its parts are what the memo says they pay for; a rate that has parts keeps them.
    """
    actor = actor_of(by)
    Rate.objects.bulk_create(
        (
            Rate(
                valid_from_year=int(row["valid_from_year"]),
                ore_per_inhabitant=int(row["ore_per_inhabitant"]),
                source=row["source"],
                created_by=actor,
            )
            for row in rows(DATA / "rates.csv")
        ),
        ignore_conflicts=True,
    )
    lacking = {rate.valid_from_year: rate for rate in Rate.objects.filter(parts=None)}
    RatePart.objects.bulk_create(
        RatePart(
            rate=lacking[int(row["valid_from_year"])],
            name=row["name"],
            ore_per_inhabitant=int(row["ore_per_inhabitant"]),
            created_by=actor,
        )
        for row in rows(DATA / "rate_parts.csv")
        if int(row["valid_from_year"]) in lacking
    )
