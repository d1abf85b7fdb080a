"""The query string of a scenario."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.enums import PopulationOf
from funding.forms.fields import GrowthField, OreField, PostsField, YearField
from funding.models import HIGHEST_ORE
from funding.queries.scenarios import Grounds, Population
from funding.scenarios import Assumptions
from portal.ui.forms import KronorField, PortalForm, SliderInput
from portal.ui.templatetags.formats import day, kronor

# Kronor a year: what a post is taken to cost until someone says it better. No source tells it.
POST_COST = "900000"
# What has a slider beside its number, and from where to where that goes: what is typed may be beyond it.
SLIDERS: dict[str, dict[str, Any]] = {
    "ore": {"highest": HIGHEST_ORE, "step": "5", "attrs": {"inputmode": "numeric"}},
    "growth": {"lowest": GrowthField.LEAST, "highest": GrowthField.MOST, "step": "0.1"},
    "posts": {"highest": 20, "step": "0.5", "attrs": {"inputmode": "decimal"}},
    "post_cost": {"lowest": 300_000, "highest": 1_500_000, "step": "10000", "attrs": {"inputmode": "decimal"}},
    "audit_cost": {"lowest": 5_000, "highest": 300_000, "step": "5000", "attrs": {"inputmode": "decimal"}},
}


class ScenarioForm(PortalForm):
    """One scenario, by its letter. What the address doesn't name is as `suggested`; what it leaves empty is empty.

    Valid, it has its `assumptions` and the `population` that it counts with.
    """

    is_filter = True
    is_live = True
    year = YearField(label=gettext_lazy("Funding year"), required_sentence=gettext_lazy("Say which year it is for."))
    ore = OreField()
    population_of = forms.ChoiceField(label=gettext_lazy("Inhabitants"))
    growth = GrowthField(label=gettext_lazy("Extra growth of population (per cent a year)"), required=False)
    posts = PostsField(label=gettext_lazy("Posts at the secretariat"))
    post_cost = KronorField(label=gettext_lazy("Cost per post and year (kr)"), required=False)
    other_cost = KronorField(label=gettext_lazy("Other costs a year (kr)"), required=False)
    audit_cost = KronorField(label=gettext_lazy("Cost per audit (kr)"), required=False)

    def __init__(self, query: QueryDict, *, letter: str, suggested: Mapping[str, str], grounds: Grounds) -> None:
        self.letter, self.grounds, self.population = letter, grounds, None
        prefix = letter.lower()
        data = query.copy()
        for name, value in suggested.items():
            data.setdefault(f"{prefix}-{name}", value)
        super().__init__(data, prefix=prefix)
        self.offer("population_of", _populations(grounds))
        for name, slider in SLIDERS.items():
            self.fields[name].widget = SliderInput(**slider)
        for name, text in _help(grounds).items():
            self.fields[name].help_text = text
        for name, field in self.fields.items():
            field.label = f"{field.label}, {letter}"
            told = [f"{self[name].auto_id}_helptext"] if field.help_text else []
            field.widget.attrs["aria-describedby"] = " ".join([*told, f"{self[name].auto_id}_error"])

    population: Population | None

    @property
    def error_places(self) -> str:
        """Where the sentences stand, as selectors: they change with what is typed."""
        return ",".join(f"#{bound.auto_id}_error" for bound in self)

    @property
    def assumptions(self) -> Assumptions:
        given = self.cleaned_data
        return Assumptions(
            ore_per_inhabitant=given["ore"],
            tenths_of_posts=given["posts"],
            post_ore=given["post_cost"],
            other_ore=given["other_cost"] or 0,
            audit_ore=given["audit_cost"],
        )

    def clean_audit_cost(self) -> int | None:
        ore: int | None = self.cleaned_data["audit_cost"]
        if ore == 0:
            raise ValidationError(_("Write more than 0, or leave it empty."))
        return ore

    def clean(self) -> dict[str, Any]:
        super().clean()
        year, kind = self.cleaned_data.get("year"), self.cleaned_data.get("population_of")
        if year is not None and kind:
            self.population = self.grounds.population(PopulationOf(kind), year, self.cleaned_data.get("growth") or 0)
            if self.population is None:
                self.add_error(*_why_unknown(self.grounds, PopulationOf(kind), year))
        return self.cleaned_data


def suggested_values(letter: str, grounds: Grounds, *, year: int) -> dict[str, str]:
    """The worked example: from 50 öre with three people to 1.00 krona with five. Only what a post costs is our own guess."""
    ore, posts = {"A": ("50", "3"), "B": ("100", "5")}[letter]
    return {
        "year": str(year),
        "ore": ore,
        "population_of": PopulationOf.LATEST,
        "growth": "0",
        "posts": posts,
        "post_cost": POST_COST,
        "other_cost": "",
        "audit_cost": str(KronorField().prepare_value(grounds.reach.audit_ore) or ""),
    }


def _populations(grounds: Grounds) -> list[tuple[str, str]]:
    latest = _("Latest figures: %(day)s") % {"day": day(grounds.latest.on)} if grounds.latest else _("Latest figures")
    return [
        (PopulationOf.LATEST, latest),
        (PopulationOf.TREND, _("The trend until 31 December before the year")),
        (PopulationOf.FORECAST, _("SCB's forecast for 31 December before the year")),
    ]


def _help(grounds: Grounds) -> dict[str, str]:
    audit = _("No invoice tells it yet. What you write is an assumption.")
    if grounds.reach.audit_ore is not None:
        audit = _("The average of what has been invoiced is %(amount)s. Anything else is an assumption.")
        audit %= {"amount": kronor(grounds.reach.audit_ore)}
    return {
        "ore": _("100 öre is 1.00 krona."),
        "growth": _("An assumption on top of the choice above, every year from the latest figures. 0 adds nothing."),
        "posts": _("An assumption: three people worked here before 2023, five since."),
        "post_cost": _("An assumption, our own too: no source tells it."),
        "other_cost": _("An assumption. Empty is 0."),
        "audit_cost": audit,
    }


def _why_unknown(grounds: Grounds, kind: PopulationOf, year: int) -> tuple[str, str]:
    """The field, and the sentence."""
    told = {"year": year - 1}
    if kind == PopulationOf.LATEST:
        return "population_of", _("There is no day with figures of all regions.")
    if kind == PopulationOf.TREND:
        if grounds.trend is None:
            return "population_of", _("A trend takes two 31 Decembers with figures of all regions.")
        told["first"] = grounds.trend.last.on.year + 1
        return "year", _("The trend begins with the year %(first)s. Write that year or a later one.") % told
    if not grounds.forecasts:
        return "population_of", _("No forecast has been brought. The secretariat brings it as a file from SCB.")
    told |= {"first": min(grounds.forecasts) + 1, "last": max(grounds.forecasts) + 1}
    return "year", _("There is no forecast for 31 December %(year)s. Write a year from %(first)s to %(last)s.") % told
