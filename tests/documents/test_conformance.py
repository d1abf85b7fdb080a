"""Tried by the reference validator where it stands beside the project; CI does so for every document."""

import os
import subprocess
from pathlib import Path

import pytest

CHECK_PDF = Path(__file__).resolve().parents[3] / "shared" / "tools" / "check-pdf"


@pytest.mark.long
@pytest.mark.parametrize("language", ["sv", "en"])
def test_document_conforms_to_pdf_ua_1_and_pdf_a_3a(report, language, tmp_path):
    if not CHECK_PDF.exists():
        line = "check-pdf is missing: it stands in ../shared/tools beside the project"
        pytest.fail(line) if os.environ.get("CI") == "true" else pytest.skip(line)
    path = tmp_path / "report.pdf"
    path.write_bytes(report(language=language, text="Ωμέγα 中文 e\u0301 a\u200bb 🙂"))
    checked = subprocess.run([CHECK_PDF, path], capture_output=True, text=True)
    assert checked.stdout.splitlines() == [f"{path}: ua1: conforms", f"{path}: 3a: conforms"]
