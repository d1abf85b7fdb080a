"""Reference data of this room, from the files kept beside it. Loading again changes nothing."""

import csv
from datetime import date
from pathlib import Path

from portal.history.models import SystemActor, actor_of
from regions.enums import Standing
from regions.models import GroupMembership, PopulationFigure, PurchasingGroup, Region

DATA = Path(__file__).parent / "data"
GROUPS_FROM = date(2023, 1, 1)  # the division as LfU shows it for the period 2023–2025
POPULATION_SOURCE = "SCB, BefolkningNy (BE0101), 31 december"


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a UTF-8 file with a heading line."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load(*, by: SystemActor) -> None:
    """21 regions, groups A–H with their members, and the population figures that are sourced."""
    actor = actor_of(by)
    listed = rows(DATA / "regions.csv")
    known = set(Region.objects.values_list("code", flat=True))
    Region.objects.bulk_create(
        Region(code=row["code"], name=row["name"], organisation_number=row["organisation_number"])
        for row in listed
        if row["code"] not in known
    )
    regions = {region.code: region for region in Region.objects.all()}
    letters = {row["purchasing_group"] for row in listed} - set(
        PurchasingGroup.objects.values_list("letter", flat=True)
    )
    PurchasingGroup.objects.bulk_create(PurchasingGroup(letter=letter) for letter in sorted(letters))
    groups = {group.letter: group for group in PurchasingGroup.objects.all()}
    GroupMembership.objects.bulk_create(
        (
            GroupMembership(region=regions[row["code"]], group=groups[row["purchasing_group"]], valid_from=GROUPS_FROM)
            for row in listed
        ),
        ignore_conflicts=True,
    )
    PopulationFigure.objects.bulk_create(
        (
            PopulationFigure(
                region=regions[row["code"]],
                count=int(row["population"]),
                reference_date=date.fromisoformat(row["reference_date"]),
                source=POPULATION_SOURCE,
                standing=Standing.PRELIMINARY,
                created_by=actor,
            )
            for row in rows(DATA / "population_31dec.csv")
        ),
        ignore_conflicts=True,
    )
