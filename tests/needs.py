"""What a test needs of the machine: without it the test is skipped with a line that says why, and in CI it fails."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

CHECK_PDF = Path(__file__).resolve().parents[2] / "shared" / "tools" / "check-pdf"


def go_without(line: str) -> NoReturn:
    """Skip; in CI nothing is skipped."""
    if os.environ.get("CI") == "true":
        pytest.fail(line)
    pytest.skip(line)


def need(program: str, package: str) -> None:
    """Go without if the program isn't there, with the line that installs it."""
    if not shutil.which(program):
        go_without(f"{program} is missing: sudo apt-get install {package}")


def faults_of_pdf(path: Path) -> list[str]:
    """What the reference validator says of the file other than that it conforms to PDF/UA-1 and PDF/A-3a."""
    if not CHECK_PDF.exists():
        go_without("check-pdf is missing: it stands in ../shared/tools beside the project")
    checked = subprocess.run([CHECK_PDF, path], capture_output=True, text=True, check=False)
    found = checked.stdout.splitlines()
    return [] if found == [f"{path}: ua1: conforms", f"{path}: 3a: conforms"] else [*found, checked.stderr]
