"""Reads over people and places."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from portal import clock
from regions.enums import Standing
from regions.models import (
    ForecastFigure,
    GroupMembership,
    Membership,
    PopulationFigure,
    PopulationFile,
    PurchasingGroup,
    Region,
    User,
)
from regions.permissions import access_of

# Of several figures of a region and a day the first one counts: a final one before a preliminary, then the last registered.
COUNTING_FIRST = (
    Case(When(standing=Standing.FINAL, then=Value(0)), default=Value(1), output_field=IntegerField()),
    "-created_at",
    "-pk",
)
# From here on Statistics Sweden gives every county's population.
FIRST_YEAR = 1968
# A county has never grown or shrunk by more within a year.
JUMP_PERCENT = 5


def at_work(day: date, *memberships: Q) -> QuerySet[User]:
    """Active users with a membership that holds on the day and meets the conditions: who can see to something then."""
    held = Membership.objects.valid_on(day).filter(*memberships)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("name", "pk")


def people_of_region(region_id: int) -> QuerySet[User]:
    """Active users who work for the region today: candidates for handler."""
    return at_work(clock.today(), Q(region=region_id))


def caption(user: User) -> str:
    """What the user is, for the head of the page: "Områdessamordnare · upphandlingsregion A"."""
    return ", ".join(str(membership) for membership in access_of(user).memberships)


def population_of(region: Region) -> QuerySet[PopulationFigure]:
    """The region's figures, the latest first; of several of one date, where a source corrected another, the one that counts."""
    return region.population.order_by("-reference_date", *COUNTING_FIRST)


def regions_with_latest_population(user: User) -> QuerySet[Region]:
    """Regions in Swedish order with `inhabitants`, `inhabitants_on` and `group_letter`, in one query."""
    latest = PopulationFigure.objects.filter(region=OuterRef("pk")).order_by("-reference_date", *COUNTING_FIRST)
    in_group = GroupMembership.objects.valid_on(clock.today()).filter(region=OuterRef("pk"))
    return (
        Region.objects.visible_to(user)
        .in_swedish_order()
        .annotate(
            inhabitants=Subquery(latest.values("count")[:1]),
            inhabitants_on=Subquery(latest.values("reference_date")[:1]),
            group_letter=Subquery(in_group.values("group__letter")[:1]),
        )
    )


def counting_figures() -> QuerySet[PopulationFigure]:
    """Of each day and region the one figure that counts, the first day first."""
    figures = PopulationFigure.objects.order_by("reference_date", "region_id", *COUNTING_FIRST)
    return figures.distinct("reference_date", "region_id")


def population_on(day: date) -> dict[int, PopulationFigure]:
    """By region id the figure of the date that counts."""
    return {figure.region_id: figure for figure in counting_figures().filter(reference_date=day)}


@dataclass(frozen=True)
class PopulationDay:
    """A day with figures: of how many regions (of all of them), and their sum in persons."""

    day: date
    regions: int
    count: int
    is_preliminary: bool


def figures_by_day() -> dict[date, list[PopulationFigure]]:
    """Every day with a figure, the first one first; of each region the figure that counts. One query."""
    days: dict[date, list[PopulationFigure]] = {}
    for figure in counting_figures():
        days.setdefault(figure.reference_date, []).append(figure)
    return days


def population_days() -> list[PopulationDay]:
    """Every day with a figure, the latest first. One query."""
    return [
        PopulationDay(
            day,
            len(figures),
            sum(figure.count for figure in figures),
            any(figure.standing == Standing.PRELIMINARY for figure in figures),
        )
        for day, figures in sorted(figures_by_day().items(), reverse=True)
    ]


@dataclass(frozen=True)
class Forecast:
    """What is expected on 31 December of a year, by region id (persons), and the file it is from."""

    year: int
    counts: dict[int, int]
    population_file: PopulationFile

    @property
    def count(self) -> int:
        return sum(self.counts.values())


def population_forecasts() -> dict[int, Forecast]:
    """By year the forecast that counts: of several the one retrieved last, then brought last. Two queries."""
    rows = ForecastFigure.objects.order_by("population_file__retrieved_on", "population_file", "year", "region")
    latest: dict[int, int] = {}
    counts: dict[tuple[int, int], dict[int, int]] = {}
    for year, file, region, count in rows.values_list("year", "population_file", "region", "count"):
        latest[year] = file
        counts.setdefault((year, file), {})[region] = count
    files = PopulationFile.objects.select_related("file").in_bulk(latest.values())
    return {year: Forecast(year, counts[year, file], files[file]) for year, file in sorted(latest.items())}


@dataclass(frozen=True)
class Change:
    """A region's inhabitants (persons) on two days, or as two sources have them for one; None where there is no figure.

    `before_on`: the first of the days.
    """

    region: Region
    before: int | None
    after: int | None
    before_on: date | None

    @property
    def difference(self) -> int | None:
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def percent(self) -> Decimal | None:
        """The difference in percent of the figure before, with two decimals."""
        if self.difference is None or not self.before:
            return None
        return round(Decimal(100 * self.difference) / self.before, 2) + 0  # no minus before 0.00

    @property
    def is_jump(self) -> bool:
        """More than 5 %, however much time lies between: in a year no county changes so, and of several someone has to look."""
        if self.before is None or self.after is None:
            return False
        return abs(self.after - self.before) * 100 > JUMP_PERCENT * self.before


def compared_day(days: Iterable[date], day: date) -> date | None:
    """With which of the days a figure of the day is compared: the last one before it, else the first after it."""
    others = {each for each in days if each != day}
    earlier = [each for each in others if each < day]
    return max(earlier) if earlier else min(others, default=None)


def change_from_registered(region: Region, day: date, count: int) -> Change:
    """What a figure (persons) says against the registered one of the same day or, where there is none, the nearest before."""
    registered = dict(counting_figures().filter(region=region).values_list("reference_date", "count"))
    on = day if day in registered else compared_day(registered, day)
    return Change(region, registered[on] if on else None, count, on)


def population_changes(user: User, before: date, after: date) -> list[Change]:
    """Of each region what changed between the days, in Swedish order."""
    earlier, later = population_on(before), population_on(after)
    return [
        Change(
            region,
            earlier[region.pk].count if region.pk in earlier else None,
            later[region.pk].count if region.pk in later else None,
            before,
        )
        for region in Region.objects.visible_to(user).in_swedish_order()
    ]


def groups_of(region: Region) -> QuerySet[PurchasingGroup]:
    """The purchasing groups that the region belongs to today."""
    return PurchasingGroup.objects.filter(
        pk__in=GroupMembership.objects.valid_on(clock.today()).filter(region=region).values("group")
    ).order_by("letter")
