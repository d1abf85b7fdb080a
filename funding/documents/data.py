"""The figures of contributions as the file that is attached to a document."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from funding.documents.tables import csv_of
from funding.models import Contribution

CSV_COLUMNS = (
    "year",
    "code",
    "region",
    "organisation_number",
    "population",
    "reference_date",
    "undated_reason",
    "standing",
    "source",
    "ore_per_inhabitant",
    "contribution_ore",
    "difference_ore",
    "decided_ore",
    "decided_on",
    "registration_number",
    "invoiced_ore",
    "paid_ore",
)


def figures_name() -> str:
    """Under which name the figures are attached, in the active language."""
    return _("figures.csv")


def contributions_csv(contributions: Iterable[Contribution]) -> bytes:
    """One row a contribution with its figures; dates are ISO 8601, amounts whole öre."""
    return csv_of(CSV_COLUMNS, _rows(contributions))


def _rows(contributions: Iterable[Contribution]) -> Iterator[Sequence[object]]:
    for each in contributions:
        basis, decision = each.basis, each.decision
        yield (
            each.funding_year.year,
            each.region.code,
            each.region.name,
            each.region.organisation_number,
            basis.population,
            basis.reference_date and basis.reference_date.isoformat(),
            basis.undated_reason,
            basis.standing,
            basis.source,
            basis.ore_per_inhabitant,
            each.computed_ore,
            each.difference_ore,
            each.decided_ore,
            decision and decision.decided_on.isoformat(),
            decision and decision.registration_number,
            each.invoiced_ore,
            each.paid_ore,
        )
