"""Reference data of this room: the rates that the memo RS/29/2022 names. Loading again changes nothing."""

from pathlib import Path

from funding.models import Rate
from portal.history.models import SystemActor, actor_of
from regions.reference import rows

DATA = Path(__file__).parent / "data"


def load(*, by: SystemActor) -> None:
    """40 öre from 2016, 50 öre from 2018, 100 öre from 2023. A rate that is already there stays as it is."""
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
