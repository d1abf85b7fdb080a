"""What a decision brief says of one region, in sentences and rows that its PDF and its Word document share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from funding.models import Contribution, FundingYear, RatePart, RegionDecision
from funding.outside import RegionWork
from portal.ui.charts import Bar
from portal.ui.templatetags.formats import MISSING, day, integer, kronor, kronor_change, per_cent, rate_kronor

Row = Sequence[str]


@dataclass(frozen=True)
class Block:
    """A text of the secretariat; `language` where it isn't the document's."""

    text: str
    language: str | None


@dataclass(frozen=True)
class Brief:
    """One region's brief, in the active language. `history`: its contributions up to the year, the first one first."""

    history: Sequence[Contribution]
    parts: Sequence[RatePart]
    blocks: Mapping[str, Block]
    work: RegionWork
    since: date
    until: date
    made_by: str
    made_at: datetime

    @property
    def contribution(self) -> Contribution:
        return self.history[-1]

    @property
    def year(self) -> FundingYear:
        return self.contribution.funding_year

    @property
    def title(self) -> str:
        names = {"year": self.year.year, "region": self.contribution.region.name}
        return _("Decision brief %(year)s: %(region)s") % names

    @property
    def proposal(self) -> str:
        """The decision that is proposed to the region."""
        sentence = _(
            "%(region)s contributes %(amount)s to the regions' cooperation on sustainable procurement in %(year)s."
        )
        return sentence % {
            "region": self.contribution.region.name,
            "amount": kronor(self.contribution.computed_ore),
            "year": self.year.year,
        }

    @property
    def decided(self) -> str:
        """What the region has decided, once it has, and for which years; it may differ from the proposal."""
        decision = self.contribution.decision
        if decision is None:
            return ""
        sentence = _(
            "On %(day)s %(body)s decided that %(region)s contributes %(amount)s to the regions' cooperation on sustainable "
            "procurement in %(year)s. The registration number of the decision is %(number)s."
        )
        told = sentence % {
            "day": day(decision.decided_on),
            "body": decision.body,
            "region": self.contribution.region.name,
            "amount": kronor(self.contribution.decided_ore),
            "year": self.year.year,
            "number": decision.registration_number,
        }
        return f"{told} {_years_of(decision)}".rstrip()

    @property
    def change(self) -> str:
        """Against what was computed for the year before: "+65 734 kr (+100,1 %)"; a dash where there was nothing."""
        before, change = self.contribution.earlier_ore, self.contribution.difference_ore
        if not before or change is None:
            return kronor_change(change)
        share = ("+" if change > 0 else "") + per_cent(Decimal(change) / before)
        return f"{kronor_change(change)} ({share})"

    @property
    def computation(self) -> Iterator[Row]:
        """What the amount is made of, step by step."""
        each, basis, year = self.contribution, self.contribution.basis, self.year
        yield _("Inhabitants"), integer(basis.population)
        yield _("Population on"), day(basis.reference_date) if basis.reference_date else _("no date")
        if basis.undated_reason:
            yield _("Why there is no date"), basis.undated_reason
        yield _("Standing"), basis.get_standing_display()
        yield _("Source"), basis.source
        if year.budget_ore is None:
            yield _("Rate per inhabitant"), rate_kronor(year.ore_per_inhabitant)
            for part in self.parts:
                yield _("Of the rate: %(part)s") % {"part": part.name}, rate_kronor(part.ore_per_inhabitant)
        else:
            yield _("Fixed sum"), kronor(year.budget_ore)
        yield _("Source of the rate") if year.budget_ore is None else _("Source of the fixed sum"), year.rate_source
        yield _("Rounding"), capfirst(str(year.get_rounding_display()))
        yield _("Computed amount"), kronor(each.computed_ore)
        if each.decision is not None:
            yield _("Decided amount"), kronor(each.decided_ore)
        if each.earlier_ore is not None:
            yield _("Computed for %(year)s") % {"year": year.year - 1}, kronor(each.earlier_ore)
        yield pgettext("amount", "Change"), self.change

    @property
    def years(self) -> list[Row]:
        """Year, inhabitants, rate, computed amount and change, a row for each year."""
        return [
            (
                str(each.funding_year.year),
                integer(each.basis.population),
                rate_kronor(each.basis.ore_per_inhabitant),
                kronor(each.computed_ore),
                kronor_change(each.difference_ore),
            )
            for each in self.history
        ]

    @property
    def bars(self) -> list[Bar]:
        """A bar for each year, this one marked."""
        return [
            Bar(each.funding_year.year, each.computed_ore, kronor(each.computed_ore), marked=each is self.contribution)
            for each in self.history
        ]

    @property
    def period(self) -> str:
        """Of which days `facts` are."""
        return _("From %(since)s to %(until)s.") % {"since": day(self.since), "until": day(self.until)}

    @property
    def facts(self) -> list[Row]:
        """What the cooperation did for the region."""
        done = self.work
        return [
            (_("Contracts that run on the last day"), integer(done.contracts)),
            (_("Follow-ups that the region led or took part in"), integer(done.follow_ups)),
            (_("Of these, led by the region"), integer(done.led)),
            (_("Avoided follow-ups, thanks to another's result"), integer(done.avoided)),
            (_("What these would have cost, excluding VAT"), _cost(done)),
        ]


def _cost(done: RegionWork) -> str:
    """By the standard costs, and plainly where none is known."""
    if not done.avoided:
        return MISSING
    if done.uncosted == done.avoided:
        return _("not known: there is no standard cost")
    if not done.uncosted:
        return kronor(done.avoided_ore)
    sentence = _("at least %(amount)s; for %(count)s of them there is no standard cost")
    return sentence % {"amount": kronor(done.avoided_ore), "count": integer(done.uncosted)}


def _years_of(decision: RegionDecision) -> str:
    """A sentence of the years that a decision holds for; empty where it is one, which is said already."""
    first, last = decision.valid_from_year, decision.valid_to_year
    if last is None:
        return _("It holds from %(first)s until further notice.") % {"first": first}
    return "" if first == last else _("It holds for %(first)s–%(last)s.") % {"first": first, "last": last}
