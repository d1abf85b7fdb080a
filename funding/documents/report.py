"""The funding report: a year's figures as a PDF that a board can decide on, with the figures themselves attached."""

import csv
import io
from dataclasses import dataclass
from typing import Any

import pikepdf
from django.utils import translation
from django.utils.translation import gettext as _

from funding.documents.data import contributions_csv, figures_name
from funding.documents.tables import CSV_TYPE
from funding.models import FundingYear
from funding.presentation import contribution_bars, source_notes, with_notes
from funding.queries.figures import YearFigures
from portal import clock
from portal.documents import Attachment, render_pdf


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
        "csv_name": figures_name(),
    }


def render_funding_report(year: FundingYear, figures: YearFigures, *, made_by: str, language: str) -> bytes:
    """The report as PDF/UA-1 and PDF/A-3a, with the same figures attached as CSV. Takes a few seconds."""
    with translation.override(language):
        context = funding_report_context(year, figures, made_by=made_by)
        attached = Attachment(
            name=figures_name(),
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
    """One row a region, as `contributions_csv` writes them."""
    return contributions_csv(figures.contributions)


def figures_shown_in(pdf: bytes) -> ShownFigures:
    """Read back from the file attached to a report, the only one. Raises ValueError where there is none."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        (attached,) = opened.attachments.values()
        content = attached.get_file().read_bytes()
    amounts = [int(row["contribution_ore"]) for row in csv.DictReader(_lines(content), delimiter=";")]
    return ShownFigures(sum(amounts), len(amounts))


def _lines(content: bytes) -> io.StringIO:
    return io.StringIO(content.decode("utf-8-sig"), newline="")
