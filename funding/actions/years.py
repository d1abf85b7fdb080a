"""Opening a funding year."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from funding.enums import BasisStanding, Rounding
from funding.locks import lock_years
from funding.models import Basis, Contribution, FundingYear
from funding.queries.decisions import standing_decisions
from funding.queries.opening import parts_of_rate
from funding.rows import insert
from funding.splitting import split
from portal.history.models import By, actor_of
from regions.models import Region
from regions.queries import population_on


@transaction.atomic
def open_year(
    *,
    by: By,
    year: int,
    ore_per_inhabitant: int | None,
    rate_source: str,
    basis_date: date,
    rounding: str = Rounding.WHOLE_KRONOR,
    budget_ore: int | None = None,
) -> FundingYear:
    """Open the year at a rate (öre) and freeze a basis and a contribution per region from the figures of the date.

    The year keeps what the parts of the registered rate pay for, as they are today. With the largest remainder
    `budget_ore` is split instead, and there is no rate. A region whose decision stands for the year, until further notice
    or for several years, has it followed. Raises ValidationError, and then nothing is written: the year is open already,
    a value is out of range, or some region has no figure on the date (they are named).
    """
    lock_years()
    figures = population_on(basis_date)
    regions = list(Region.objects.in_swedish_order())
    missing = [region.name for region in regions if region.pk not in figures]
    if missing or not regions:
        raise ValidationError({"basis_date": _no_figures(missing)})
    actor = actor_of(by)
    funding_year = FundingYear(
        year=year,
        ore_per_inhabitant=ore_per_inhabitant,
        rate_source=rate_source,
        rate_parts=[
            {"name": part.name, "ore_per_inhabitant": part.ore_per_inhabitant}
            for part in parts_of_rate(year, ore_per_inhabitant)
        ],
        basis_date=basis_date,
        rounding=rounding,
        budget_ore=budget_ore,
        opened_by=actor,
        created_by=actor,
    )
    insert(funding_year)
    bases = Basis.objects.bulk_create(
        Basis(
            funding_year=funding_year,
            region=region,
            population=figures[region.pk].count,
            reference_date=basis_date,
            source=figures[region.pk].source,
            standing=BasisStanding(figures[region.pk].standing),
            figure=figures[region.pk],
            ore_per_inhabitant=ore_per_inhabitant,
            created_by=actor,
        )
        for region in regions
    )
    standing = standing_decisions(year)
    shares = split(budget_ore, {each.region.code: each.population for each in bases}) if budget_ore else {}
    Contribution.objects.bulk_create(
        Contribution(
            funding_year=funding_year,
            region=basis.region,
            basis=basis,
            decision=standing.get(basis.region_id),
            share_ore=shares.get(basis.region.code),
            created_by=actor,
        )
        for basis in bases
    )
    return funding_year


def _no_figures(missing: list[str]) -> str:
    if not missing:
        return _("No region has been loaded, so there is nothing to open.")
    return _("The year was not opened: on this date there is no population figure for %(regions)s.") % {
        "regions": get_text_list(missing, _("and"))
    }
