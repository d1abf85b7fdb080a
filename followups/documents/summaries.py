"""A published summary as a PDF (PDF/UA-1 and PDF/A-3a), in Swedish or English: what its page says, no more."""

from typing import Any

from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from followups.addresses import address_of_summary
from followups.models import SummaryEdition
from portal.documents import render_pdf


def summary_document_context(edition: SummaryEdition, language: str) -> dict[str, Any]:
    """What the template shows; its texts follow the language in use."""
    return {"edition": edition, "address": address_of_summary(edition.summary.public_id, language)}


def render_summary(edition: SummaryEdition, *, language: str) -> bytes:
    """Takes a few seconds."""
    with translation.override(language):
        context = summary_document_context(edition, language)
        return render_pdf("followups/documents/summary.html", context, language=language)


def document_name(edition: SummaryEdition, language: str) -> str:
    """The file name under which the PDF is saved."""
    with translation.override(language):
        names = {"supplier": slugify(edition.supplier_name) or "supplier", "number": edition.number}
        return _("follow-up-%(supplier)s-edition-%(number)d.pdf") % names
