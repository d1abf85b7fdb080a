"""The funding report: a year's figures as a PDF that a board can decide on, with the figures themselves attached."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from django.utils import translation
from django.utils.translation import gettext as _

from funding.documents.tables import CSV_TYPE, csv_of
from funding.models import FundingYear
from funding.presentation import contribution_bars, source_notes, with_notes
from funding.queries.figures import YearFigures
from portal import clock
from portal.documents import Attachment, render_pdf

CSV_NAME = "figures.csv"
CSV_COLUMNS = (
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
    "decided_ore",
    "decided_on",
    "registration_number",
    "invoiced_ore",
    "paid_ore",
)


@dataclass(frozen=True)
class ShownFigures:
    """What a report carries: the sum (öre) and the number of regions."""

    sum_ore: int
    regions: int


def funding_report_context(year: FundingYear, figures: YearFigures, *, made_by: str) -> dict[str, Any]:
    """What the template shows, all of it from `figures`."""
    notes = source_notes(figures)
    return {
        "year": year,
        "figures": figures,
        "notes": notes,
        "rows": with_notes(figures, notes),
        "bars": contribution_bars(figures),
        "made_by": made_by,
        "made_at": clock.now(),
        "csv_name": CSV_NAME,
    }


def render_funding_report(year: FundingYear, figures: YearFigures, *, made_by: str, language: str) -> bytes:
    """The report as PDF/UA-1 and PDF/A-3a, with the same figures attached as CSV. Takes a few seconds."""
    with translation.override(language):
        context = funding_report_context(year, figures, made_by=made_by)
        attached = Attachment(
            name=CSV_NAME,
            content=figures_csv(figures),
            media_type=CSV_TYPE,
            description=_("The figures of the report, one row a region, amounts in öre"),
        )
    return render_pdf("funding/documents/funding_report.html", context, language=language, attachments=[attached])


def report_name(year: FundingYear, language: str) -> str:
    """The file name under which the report is saved."""
    with translation.override(language):
        return _("funding-report-%(year)s.pdf") % {"year": year.year}


def figures_csv(figures: YearFigures) -> bytes:
    """UTF-8, a semicolon between the columns, one row a region; dates are ISO 8601, amounts whole öre."""
    return csv_of(CSV_COLUMNS, _csv_rows(figures))


def figures_shown_in(pdf: bytes) -> ShownFigures:
    """Read back from the file attached to a report. Raises KeyError where there is none."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        content = opened.attachments[CSV_NAME].get_file().read_bytes()
    amounts = [int(row["contribution_ore"]) for row in csv.DictReader(_lines(content), delimiter=";")]
    return ShownFigures(sum(amounts), len(amounts))


def _lines(content: bytes) -> io.StringIO:
    return io.StringIO(content.decode("utf-8-sig"), newline="")


def _csv_rows(figures: YearFigures) -> Iterator[tuple]:
    for each in figures.contributions:
        basis = each.basis
        yield (
            each.region.code,
            each.region.name,
            each.region.organisation_number,
            basis.population,
            basis.reference_date.isoformat() if basis.reference_date else "",
            basis.undated_reason,
            basis.standing,
            basis.source,
            basis.ore_per_inhabitant,
            each.computed_ore,
            "" if each.decided_ore is None else each.decided_ore,
            each.decision.decided_on.isoformat() if each.decision else "",
            each.decision.registration_number if each.decision else "",
            each.invoiced_ore,
            each.paid_ore,
        )
