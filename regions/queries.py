"""Reads over people and places."""

from dataclasses import dataclass
from datetime import date

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

# The figure of a day that counts stands first: a final one before a preliminary.
FINAL_FIRST = Case(When(standing=Standing.FINAL, then=Value(0)), default=Value(1), output_field=IntegerField())
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
    """The region's figures, the latest first; several of one date where a source corrected another."""
    return region.population.order_by("-reference_date", "-pk")


def regions_with_latest_population(user: User) -> QuerySet[Region]:
    """Regions in Swedish order with `inhabitants`, `inhabitants_on` and `group_letter`, in one query."""
    latest = PopulationFigure.objects.filter(region=OuterRef("pk")).order_by("-reference_date", "-pk")
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


def population_on(day: date) -> dict[int, PopulationFigure]:
    """By region id the figure of the date that counts: a final one before a preliminary, then the one last registered."""
    figures = PopulationFigure.objects.filter(reference_date=day)
    ordered = figures.order_by("region_id", FINAL_FIRST, "-created_at", "-pk").distinct("region_id")
    return {figure.region_id: figure for figure in ordered}


@dataclass(frozen=True)
class PopulationDay:
    """A day with figures: of how many regions (of all of them), and their sum in persons."""

    day: date
    regions: int
    count: int
    is_preliminary: bool


def figures_by_day() -> dict[date, list[PopulationFigure]]:
    """Every day with a figure, the first one first; of each region the figure that counts. One query."""
    counting = PopulationFigure.objects.order_by("reference_date", "region_id", FINAL_FIRST, "-created_at", "-pk")
    days: dict[date, list[PopulationFigure]] = {}
    for figure in counting.distinct("reference_date", "region_id"):
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
    """A region's inhabitants (persons) on two days; None where there is no figure."""

    region: Region
    before: int | None
    after: int | None

    @property
    def difference(self) -> int | None:
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def percent(self) -> float | None:
        """The difference in percent of the figure before."""
        return None if self.difference is None or not self.before else 100 * self.difference / self.before

    @property
    def is_jump(self) -> bool:
        """Larger than what births, deaths and moves make of a county in a year: look at it."""
        return self.percent is not None and abs(self.percent) > JUMP_PERCENT


def population_changes(user: User, before: date, after: date) -> list[Change]:
    """Of each region what changed between the days, in Swedish order."""
    earlier, later = population_on(before), population_on(after)
    return [
        Change(
            region,
            earlier[region.pk].count if region.pk in earlier else None,
            later[region.pk].count if region.pk in later else None,
        )
        for region in Region.objects.visible_to(user).in_swedish_order()
    ]


def groups_of(region: Region) -> QuerySet[PurchasingGroup]:
    """The purchasing groups that the region belongs to today."""
    return PurchasingGroup.objects.filter(
        pk__in=GroupMembership.objects.valid_on(clock.today()).filter(region=region).values("group")
    ).order_by("letter")
