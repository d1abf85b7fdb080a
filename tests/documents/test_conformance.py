"""Tried by the reference validator where it stands beside the project; CI does so for every document."""

import pytest

from tests.needs import faults_of_pdf


@pytest.mark.long
@pytest.mark.parametrize("language", ["sv", "en"])
def test_document_conforms_to_pdf_ua_1_and_pdf_a_3a(report, language, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(report(language=language, text="Ωμέγα 中文 e\u0301 a\u200bb 🙂"))
    assert faults_of_pdf(path) == []
