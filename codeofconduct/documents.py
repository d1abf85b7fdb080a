"""A version of a governing document as a PDF (PDF/UA-1 and PDF/A-3a), in Swedish or English; a draft says so on each page."""

from typing import Any

from django.utils import translation
from django.utils.text import slugify

from codeofconduct.models.governing import GoverningVersion
from codeofconduct.presentation.documents import line_title, shown, version_title
from portal.documents import render_pdf


def version_document_context(version: GoverningVersion, language: str) -> dict[str, Any]:
    """What the template shows. The state is not among it: it changes with the days, and the file stays."""
    return {
        "version": version,
        "document_title": line_title(version),
        "content": shown(version, language),
        "language": language,
    }


def render_version_document(version: GoverningVersion, *, language: str) -> bytes:
    """The version with all its sections, requirements and parameters. Takes a few seconds."""
    with translation.override(language):
        context = version_document_context(version, language)
    return render_pdf("codeofconduct/documents/version.html", context, language=language)


def document_name(version: GoverningVersion, language: str) -> str:
    """The file name under which the PDF is saved."""
    with translation.override(language):
        return f"{slugify(version_title(version))}-{language}.pdf"
