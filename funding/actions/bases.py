"""Entering a region's basis."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from funding.models import Basis, Contribution, FundingYear
from funding.rows import insert
from funding.splitting import split
from portal.history.models import By, actor_of
from portal.history.versions import lock_at


@transaction.atomic
def enter_basis(
    *,
    by: By,
    contribution: Contribution,
    version: int,
    population: int,
    reference_date: date | None,
    undated_reason: str,
    source: str,
    standing: str,
) -> Basis:
    """Let the contribution stand on another figure (persons), a new frozen row; the one before stays as it was.

    Where the year splits a fixed sum, every region's share follows.

    `version` is the contribution's as the page showed it. Raises StaleVersionError if it is another by now, and
    ValidationError if the year is no longer open or the figure breaks a rule; then nothing is written.
    """
    year = FundingYear.objects.select_for_update().get(pk=contribution.funding_year_id)
    if not year.is_open:
        raise ValidationError(_("Funding year %(year)s is no longer open, so its bases stay.") % {"year": year.year})
    current = lock_at(contribution, version)
    basis = Basis(
        funding_year=year,
        region_id=current.region_id,
        population=population,
        reference_date=reference_date,
        undated_reason=undated_reason,
        source=source,
        standing=standing,
        ore_per_inhabitant=year.ore_per_inhabitant,
        created_by=actor_of(by),
    )
    insert(basis)
    current.basis, current.version = basis, current.version + 1
    current.save(update_fields=["basis", "version"])
    _split_anew(year)
    return basis


def _split_anew(year: FundingYear) -> None:
    """Split the year's fixed sum, if it has one, by the bases as they stand now."""
    if year.budget_ore is None:
        return
    contributions = list(year.contributions.select_for_update(of=("self",)).select_related("region", "basis"))
    shares = split(year.budget_ore, {each.region.code: each.basis.population for each in contributions})
    for each in contributions:
        each.share_ore = shares[each.region.code]
    Contribution.objects.bulk_update(contributions, ["share_ore"])
