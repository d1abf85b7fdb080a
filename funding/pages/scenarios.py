"""Two scenarios side by side: what the page shows and what its files say, of one computation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from funding.enums import PopulationOf
from funding.forms.scenarios import ScenarioForm, suggested_values
from funding.queries.scenarios import Grounds, Population, grounds
from funding.scenarios import Assumptions, Outcome, outcome, share
from portal import clock
from portal.ui.charts import Bar
from portal.ui.templatetags.formats import MISSING, day, integer, kronor, per_cent
from regions.models import Region, User
from regions.permissions import access_of

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class Unit(Enum):
    """What a figure is counted in. Its value: as a file says it."""

    KRONOR = gettext_lazy("kr")
    ORE = gettext_lazy("öre")
    NUMBER = pgettext_lazy("unit", "number")
    POSTS = gettext_lazy("posts")
    SHARE = gettext_lazy("per cent")
    TEXT = ""

    def shown(self, value: "Value") -> str:
        """As the page writes it."""
        if value is None or isinstance(value, str):
            return value or MISSING
        if self == Unit.KRONOR:
            return kronor(int(value))
        if self == Unit.SHARE:
            return per_cent(Decimal(value))
        return integer(int(value))

    def told(self, value: "Value") -> "Value":
        """As a file holds it: kronor for öre, posts for their tenths, per cent for shares of one."""
        if value is None or isinstance(value, str):
            return value
        if self == Unit.KRONOR:
            return _whole_if(Decimal(value) / 100)
        if self == Unit.POSTS:
            return _whole_if(Decimal(value) / 10)
        return _whole_if(Decimal(value) * 100) if self == Unit.SHARE else value


Value = int | Decimal | str | None


def _whole_if(number: Decimal) -> int | Decimal:
    return int(number) if number == int(number) else number.normalize()


@dataclass(frozen=True)
class Line:
    """A figure of both scenarios, in öre, tenths of posts, or shares of one; None where it isn't known."""

    label: "_StrOrPromise"
    unit: Unit
    a: Value
    b: Value
    is_mine: bool = False

    @property
    def difference(self) -> Value:
        """B less A; None where one of them isn't known or no number."""
        if isinstance(self.a, int | Decimal) and isinstance(self.b, int | Decimal):
            return self.b - self.a
        return None

    @property
    def shown(self) -> tuple[str, str, str]:
        """A, B and the difference."""
        return self.unit.shown(self.a), self.unit.shown(self.b), self._shown_difference()

    def _shown_difference(self) -> str:
        difference = self.difference
        if self.unit == Unit.SHARE and isinstance(difference, int | Decimal):
            points = (
                Unit.NUMBER.shown(None) if difference is None else per_cent(Decimal(difference)).rstrip("%").rstrip()
            )
            return _("%(points)s percentage points") % {"points": points}
        return self.unit.shown(difference)


@dataclass(frozen=True)
class Side:
    """One scenario: its form, and where that is valid what it stands on and what comes out."""

    letter: str
    form: ScenarioForm
    population: Population | None = None
    assumptions: Assumptions | None = None
    outcome: Outcome | None = None

    @property
    def year(self) -> int | None:
        year: int | None = self.form.cleaned_data.get("year")
        return year

    @property
    def counts(self) -> Mapping[int, int]:
        """Inhabitants (persons) by region id."""
        return self.population.counts if self.population else {}

    @property
    def contributions(self) -> Mapping[int, int]:
        """In öre, by region id."""
        return self.outcome.contributions if self.outcome else {}

    @property
    def sentences(self) -> list[str]:
        """What has to be said beside the figures: what is wrong, lacking or not known."""
        if self.outcome is None or self.assumptions is None:
            return [_("It can't be computed: see what stands at its fields.")]
        if self.outcome.lacking_ore:
            return [_("The money doesn't suffice: %(sum)s is lacking.") % {"sum": kronor(self.outcome.lacking_ore)}]
        if self.outcome.staff_ore is None:
            return [_("Write what a post costs, to see what is left for audits.")]
        if self.outcome.audits is None:
            return [_("Write what an audit costs, to see how many the money pays.")]
        return []

    @property
    def announced(self) -> str:
        """In a breath, for those who hear the page."""
        if self.outcome is None:
            return f"{self.letter}: {self.sentences[0]}"
        told = f"{self.letter}: {kronor(self.outcome.sum_ore)}"
        if self.outcome.audits is None:
            return f"{told}."
        audits = ngettext("%(count)s audit", "%(count)s audits", self.outcome.audits)
        return f"{told}, {audits % {'count': integer(self.outcome.audits)}}."

    @property
    def population_told(self) -> str:
        """Whose inhabitants it counts with, and of which day."""
        if self.population is None:
            return ""
        chosen = _chosen(self.population)
        if not self.population.growth:
            return chosen
        told = {"population": chosen, "growth": per_cent(share_of_growth(self.population))}
        return _("%(population)s, with an extra growth of %(growth)s a year") % told


def _chosen(population: Population) -> str:
    told = {"day": day(population.on), "source": population.source}
    if population.kind == PopulationOf.LATEST:
        return _("the figures of %(day)s") % told
    if population.kind == PopulationOf.TREND:
        return _("the trend until %(day)s") % told
    return _("the forecast for %(day)s (%(source)s)") % told


def share_of_growth(population: Population) -> Decimal:
    """What is assumed on top of the population, a year, of one."""
    return Decimal(population.growth) / 1000


@dataclass(frozen=True)
class Compared:
    """Both scenarios, with the regions in Swedish order; `mine`: ids of those that the user works for."""

    a: Side
    b: Side
    grounds: Grounds
    mine: frozenset[int]

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.a, self.b

    @property
    def is_whole(self) -> bool:
        """Both could be computed."""
        return all(side.outcome for side in self.sides)

    @property
    def has_one_population(self) -> bool:
        return self.a.population == self.b.population

    @cached_property
    def assumed(self) -> list[Line]:
        """What was chosen and typed."""

        def line(label: str, unit: Unit, name: str) -> Line:
            return self._line(label, unit, lambda side: getattr(side.assumptions, name, None))

        return [
            self._line(_("Funding year"), Unit.TEXT, lambda side: str(side.year or "")),
            line(_("Rate per inhabitant"), Unit.ORE, "ore_per_inhabitant"),
            self._line(_("Inhabitants by"), Unit.TEXT, lambda side: side.population_told),
            self._line(
                _("Extra growth of population a year"),
                Unit.SHARE,
                lambda side: share_of_growth(side.population) if side.population else None,
            ),
            line(_("Posts at the secretariat"), Unit.POSTS, "tenths_of_posts"),
            line(_("Cost per post and year"), Unit.KRONOR, "post_ore"),
            line(_("Other costs a year"), Unit.KRONOR, "other_ore"),
            line(_("Cost per audit"), Unit.KRONOR, "audit_ore"),
        ]

    @cached_property
    def results(self) -> list[Line]:
        """What comes out, for all regions together."""

        def line(label: str, unit: Unit, name: str) -> Line:
            return self._line(label, unit, lambda side: getattr(side.outcome, name, None))

        reach = self.grounds.reach
        reached = _("Suppliers and categories reached within %(months)s months, of %(targets)s")
        return [
            line(_("Inhabitants"), Unit.NUMBER, "population"),
            line(_("The regions' contributions"), Unit.KRONOR, "sum_ore"),
            line(_("Staff"), Unit.KRONOR, "staff_ore"),
            line(_("Other costs"), Unit.KRONOR, "other_ore"),
            line(_("Left for audits"), Unit.KRONOR, "left_ore"),
            line(_("Lacking"), Unit.KRONOR, "lacking_ore"),
            line(_("Audits a year"), Unit.NUMBER, "audits"),
            line(
                reached % {"months": integer(reach.months), "targets": integer(reach.targets)}, Unit.NUMBER, "reached"
            ),
            line(_("Coverage"), Unit.SHARE, "coverage"),
        ]

    @cached_property
    def contributions(self) -> list[Line]:
        """Region by region."""
        return [self._of(region, Unit.KRONOR, lambda side: side.contributions) for region in self.grounds.regions]

    @cached_property
    def inhabitants(self) -> list[Line]:
        return [self._of(region, Unit.NUMBER, lambda side: side.counts) for region in self.grounds.regions]

    @property
    def rows(self) -> list[tuple[Region, Line, Line]]:
        """Each region with its inhabitants and its contributions."""
        return list(zip(self.grounds.regions, self.inhabitants, self.contributions, strict=True))

    @property
    def longest_ore(self) -> int:
        """The largest contribution of all, the scale of both charts."""
        return max((ore for side in self.sides for ore in side.contributions.values()), default=0)

    @property
    def charts(self) -> list[tuple[Side, list[Bar]]]:
        """Of each scenario that could be computed a bar per region, the largest first; one's own is marked."""
        return [(side, self._bars(side.outcome)) for side in self.sides if side.outcome]

    @property
    def today(self) -> str:
        """How many of the targets are covered today."""
        reach = self.grounds.reach
        told = {"covered": integer(reach.covered), "targets": integer(reach.targets), "months": integer(reach.months)}
        covered = share(reach.covered, reach.targets)
        if covered is None:
            return _("No contract in a prioritised category runs today, so there is nothing to cover.")
        text = _("Today %(covered)s of %(targets)s have a follow-up that is at most %(months)s months old: %(share)s.")
        return text % (told | {"share": per_cent(covered)})

    def _line(self, label: str, unit: Unit, value: Callable[[Side], Value]) -> Line:
        return Line(label, unit, value(self.a), value(self.b))

    def _of(self, region: Region, unit: Unit, values: Callable[[Side], Mapping[int, int]]) -> Line:
        a, b = (values(side).get(region.pk) for side in self.sides)
        return Line(region.name, unit, a, b, is_mine=region.pk in self.mine)

    def _bars(self, found: Outcome) -> list[Bar]:
        largest_first = sorted(self.grounds.regions, key=lambda region: -found.contributions[region.pk])
        return [
            Bar(
                region.name,
                found.contributions[region.pk],
                kronor(found.contributions[region.pk]),
                marked=region.pk in self.mine,
            )
            for region in largest_first
        ]


def compared(user: User, query: QueryDict) -> Compared:
    """By the query string; without one the worked example, for the coming year. As many queries whatever it says."""
    found = grounds(user)
    a, b = (_side(letter, query, found) for letter in "AB")
    return Compared(a, b, found, access_of(user).regions)


def _side(letter: str, query: QueryDict, found: Grounds) -> Side:
    suggested = suggested_values(letter, found, year=clock.today().year + 1)
    form = ScenarioForm(query, letter=letter, suggested=suggested, grounds=found)
    if not form.is_valid() or form.population is None:
        return Side(letter, form)
    assumptions = form.assumptions
    return Side(letter, form, form.population, assumptions, outcome(form.population.counts, assumptions, found.reach))


def rows_of_file(found: Compared) -> list[Sequence[Value]]:
    """Assumptions, results, and each region's inhabitants and contributions: the figures of the page, in kronor."""
    groups = (
        (_("Assumption"), found.assumed),
        (_("Result"), found.results),
        (_("Inhabitants"), found.inhabitants),
        (_("Contribution"), found.contributions),
    )
    return [
        (
            what,
            str(line.label),
            str(line.unit.value),
            *(line.unit.told(value) for value in (line.a, line.b, line.difference)),
        )
        for what, lines in groups
        for line in lines
    ]
