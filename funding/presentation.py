"""How the figures are shown, on pages and in the report alike."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from funding.models import Basis
from funding.queries import YearFigures
from portal.ui.charts import Bar
from portal.ui.responses import Comparison
from portal.ui.templatetags.formats import day, integer, kronor


def contribution_bars(figures: YearFigures) -> list[Bar]:
    """A bar per region, the largest first; those with a basis of their own are marked."""
    largest_first = sorted(figures.contributions, key=lambda each: -each.basis.computed_ore)
    return [
        Bar(each.region.name, each.basis.computed_ore, kronor(each.basis.computed_ore), marked=each.basis.is_exception)
        for each in largest_first
    ]


def basis_comparisons(typed: Mapping[str, Any], stored: Basis) -> Sequence[Comparison]:
    """What was typed beside the basis that someone else entered meanwhile."""
    return [
        Comparison(_("Inhabitants"), integer(typed["population"]), integer(stored.population)),
        Comparison(
            _("Population on"),
            day(typed["reference_date"]) if typed["reference_date"] else typed["undated_reason"],
            day(stored.reference_date) if stored.reference_date else stored.undated_reason,
        ),
        Comparison(_("Source"), typed["source"], stored.source),
    ]
