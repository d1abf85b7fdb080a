"""A version of a questionnaire as a PDF (PDF/UA-1 and PDF/A-3a), in Swedish or English; a draft says so on each page."""

from typing import Any

from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from codeofconduct.models import QuestionnaireVersion
from codeofconduct.queries.questionnaires import sections_of
from portal.documents import render_pdf


def questionnaire_document_context(version: QuestionnaireVersion) -> dict[str, Any]:
    """What the template shows; its texts follow the language in use."""
    return {
        "version": version,
        "document_title": version.questionnaire.title,
        "sections": sections_of(version),
    }


def render_questionnaire(version: QuestionnaireVersion, *, language: str) -> bytes:
    """The version with all its sections and questions. Takes a few seconds."""
    with translation.override(language):
        context = questionnaire_document_context(version)
        return render_pdf("codeofconduct/documents/questionnaire.html", context, language=language)


def document_name(version: QuestionnaireVersion, language: str) -> str:
    """The file name under which the PDF is saved."""
    with translation.override(language):
        return f"{slugify(document_title(version)) or 'questionnaire'}-{language}.pdf"


def document_title(version: QuestionnaireVersion) -> str:
    """The questionnaire with its version."""
    names = {"document": version.questionnaire.title, "version": version.name}
    return _("%(document)s, version %(version)s") % names
