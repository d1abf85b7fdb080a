"""The invoicing basis of a region: what the host region's finance system issues the e-invoice from. It is no invoice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from funding.documents.region import RegionDocumentMaker
from funding.documents.tables import CSV_TYPE, csv_of
from funding.models import FundingYear
from funding.presentation import lacking, vat_words
from funding.queries.invoicing import READY, invoicing_figures
from portal import clock
from portal.documents import Attachment, render_pdf
from portal.jobs.registry import JobFailed, Output

CSV_COLUMNS = (
    "code",
    "region",
    "organisation_number",
    "funding_year",
    "due_on",
    "buyer_reference",
    "peppol_id",
    "counterparty_code",
    "amount_ore",
    "vat_per_cent",
    "vat_ground",
    "vat_ore",
    "amount_with_vat_ore",
    "text",
    "text_of_region",
    "our_reference",
)


@dataclass(frozen=True)
class PreparedBases:
    """A year's bases by county code, of one moment."""

    year: FundingYear
    bases: Mapping[str, Any]
    read_at: datetime


def prepare(year: FundingYear) -> PreparedBases:
    """One query. Raises JobFailed with a sentence where the year has not been decided, or has no due date."""
    figures = invoicing_figures(year)
    if year.state not in READY or figures.first is None:
        sentence = _("Funding year %(year)s has not been decided, so there is nothing to invoice yet.")
        raise JobFailed(sentence % {"year": year.year})
    if vars(figures.first)["due_on"] is None:
        sentence = _("Funding year %(year)s has no due date. Register it on the year's invoicing page first.")
        raise JobFailed(sentence % {"year": year.year})
    return PreparedBases(year, {each.region.code: each for each in figures.rows}, clock.now())


def render(prepared: PreparedBases, code: str, made_by: str, language: str) -> list[Output]:
    """The basis as PDF/UA-1 and PDF/A-3a, with the same figures attached as CSV."""
    basis = prepared.bases[code]
    with translation.override(language):
        csv_name = _("invoicing-basis.csv")
        context = {
            "year": prepared.year,
            "basis": basis,
            "region": basis.region,
            "lacking": lacking(basis),
            "vat": vat_words(basis),
            "made_by": made_by,
            "made_at": prepared.read_at,
            "csv_name": csv_name,
        }
        attached = Attachment(
            name=csv_name,
            content=csv_of(CSV_COLUMNS, [_row(basis)]),
            media_type=CSV_TYPE,
            description=_("The figures of the invoicing basis, amounts in öre"),
        )
        name = _("invoicing-basis-%(year)s-%(code)s.pdf") % {"year": prepared.year.year, "code": code}
    content = render_pdf("funding/documents/invoice_basis.html", context, language=language, attachments=[attached])
    return [Output(name, content, "application/pdf")]


def _row(basis: Any) -> tuple[object, ...]:
    return (
        basis.region.code,
        basis.region.name,
        basis.region.organisation_number,
        basis.funding_year.year,
        basis.due_on.isoformat(),
        basis.buyer_reference,
        basis.peppol_id,
        basis.counterparty_code,
        basis.owed_ore,
        basis.vat_percent,
        basis.vat_ground,
        basis.vat_ore,
        basis.with_vat_ore,
        basis.text,
        basis.payer_text,
        basis.reference,
    )


INVOICE_BASIS = RegionDocumentMaker(prepare, render)
