"""The PDF of a version, read back and tried by the reference validator."""

import io
from datetime import date

import pytest
from pypdfium2 import PdfDocument

from codeofconduct.actions.versions import start_next_version
from codeofconduct.documents import document_name, render_version_document
from codeofconduct.questionnaire_documents import render_questionnaire
from tests.codeofconduct.factories_documents import CodeVersionFactory, GuidanceVersionFactory
from tests.codeofconduct.factories_questionnaires import new_draft
from tests.factories import ClauseVersionFactory
from tests.needs import faults_of_pdf

pytestmark = pytest.mark.django_db


def text_of(pdf):
    """The words of all pages, however the lines break."""
    said = " ".join(page.get_textpage().get_text_range() for page in PdfDocument(io.BytesIO(pdf)))
    return " ".join(said.split())


def test_an_adopted_version_says_since_when(secretariat):
    version = ClauseVersionFactory()
    swedish = text_of(render_version_document(version, language="sv"))
    assert "Kontraktsvillkor, avancerad nivå, version 2023" in swedish
    assert "Gäller från 1 mars 2023" in swedish
    assert "1. Processkrav 1" in swedish
    assert "Utkast" not in swedish
    english = text_of(render_version_document(version, language="en"))
    assert "Contract clause, advanced level, version 2023" in english
    assert "1. Process requirement 1" in english
    assert document_name(version, "sv") == "kontraktsvillkor-avancerad-niva-version-2023-sv.pdf"


def test_every_page_of_a_draft_says_that_it_is_one(secretariat):
    draft = start_next_version(by=secretariat, version=CodeVersionFactory(), name="2026", valid_from=date(2026, 7, 1))
    draft.sections.create(number=3, heading_sv="Långt", body_sv="\n\n".join(["Ett stycke."] * 120))
    for language, word in (("sv", "Utkast"), ("en", "Draft")):
        pages = list(PdfDocument(io.BytesIO(render_version_document(draft, language=language))))
        assert len(pages) > 1
        assert [word in page.get_textpage().get_text_range() for page in pages] == [True] * len(pages)


@pytest.mark.long
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_kind_conforms(language, secretariat, tmp_path):
    guidance = GuidanceVersionFactory()
    draft = start_next_version(by=secretariat, version=guidance, name="2", valid_from=date(2026, 7, 1))
    draft.sections.update(
        body_sv="# Rubrik\n\n- ett\n  1. två\n\n> citat med [länk](https://a.se)\n\n#### Djupt\n\n*ord*"
    )
    questionnaire = new_draft()
    pdfs = [
        *(
            render_version_document(version, language=language)
            for version in (guidance, draft, questionnaire.clause_version, CodeVersionFactory())
        ),
        render_questionnaire(questionnaire, language=language),
    ]
    for number, content in enumerate(pdfs):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(content)
        assert faults_of_pdf(path) == []
