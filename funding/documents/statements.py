"""A region's statement over the years, in current and in fixed prices."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from funding.documents.region import RegionDocumentMaker
from funding.documents.tables import CSV_TYPE, csv_of
from funding.models import FundingYear
from funding.presentation import year_bars
from funding.queries.statements import Statement, statements
from portal import clock
from portal.documents import Attachment, render_pdf
from portal.jobs.registry import JobFailed, Output

CSV_COLUMNS = (
    "code",
    "region",
    "funding_year",
    "ore_per_inhabitant",
    "population",
    "computed_ore",
    "decided_ore",
    "owed_ore",
    "invoiced_ore",
    "paid_ore",
    "owed_difference_ore",
    "index",
    "index_base_year",
    "fixed_ore",
)


@dataclass(frozen=True)
class PreparedStatements:
    """The statements up to a year, by county code, of one moment."""

    year: FundingYear
    statements: Mapping[str, Statement]
    read_at: datetime


def prepare(year: FundingYear) -> PreparedStatements:
    """Two queries. Raises JobFailed with a sentence where no region has a contribution."""
    found = statements(year)
    if not found:
        raise JobFailed(_("Funding year %(year)s has no contributions to report.") % {"year": year.year})
    return PreparedStatements(year, found, clock.now())


def render(prepared: PreparedStatements, code: str, made_by: str, language: str) -> list[Output]:
    """The statement as PDF/UA-1 and PDF/A-3a, with the same figures attached as CSV."""
    statement = prepared.statements[code]
    with translation.override(language):
        csv_name = _("statement.csv")
        context = {
            "year": prepared.year,
            "region": statement.region,
            "statement": statement,
            "bars": year_bars([each.contribution for each in statement.years]),
            "made_by": made_by,
            "made_at": prepared.read_at,
            "csv_name": csv_name,
        }
        attached = Attachment(
            name=csv_name,
            content=csv_of(CSV_COLUMNS, _rows(statement)),
            media_type=CSV_TYPE,
            description=_("The figures of the statement, one row a year, amounts in öre"),
        )
        name = _("statement-%(year)s-%(code)s.pdf") % {"year": prepared.year.year, "code": code}
    content = render_pdf("funding/documents/statement.html", context, language=language, attachments=[attached])
    return [Output(name, content, "application/pdf")]


def _rows(statement: Statement) -> Iterator[tuple[object, ...]]:
    level = statement.level
    for each in statement.years:
        own = each.contribution
        index = level.figures.get(own.funding_year.year) if level else None
        yield (
            own.region.code,
            own.region.name,
            own.funding_year.year,
            own.basis.ore_per_inhabitant,
            own.basis.population,
            own.computed_ore,
            own.decided_ore,
            own.owed_ore,
            own.invoiced_ore,
            own.paid_ore,
            each.owed_difference_ore,
            index.value if index else None,
            level.base.year if level else None,
            each.fixed_ore,
        )


STATEMENT = RegionDocumentMaker(prepare, render)
