"""Every text of the pages stands in both catalogues."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.needs import need

PROJECT = Path(__file__).resolve().parent.parent.parent
LANGUAGES = ("sv", "en")


def catalogue(folder: Path, language: str):
    with (folder / "portal" / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_lacks_its_translation(language):
    messages = [message for message in catalogue(PROJECT, language) if message.id]
    assert len(messages) > 500
    lacking = [
        message.id
        for message in messages
        if message.fuzzy or not all(message.string if isinstance(message.string, tuple) else (message.string,))
    ]
    assert lacking == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_survive_translation(language):
    wrong = [message.id for message in catalogue(PROJECT, language) if message.id and list(message.check())]
    assert wrong == []


@pytest.mark.long
def test_the_catalogues_know_every_text(tmp_path):
    """Collected anew in a copy of the project, nothing comes and nothing goes."""
    need("xgettext", "gettext")
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        if name.endswith((".py", ".html", ".txt", ".po")) and (PROJECT / name).exists():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, tmp_path / name)
    environment = os.environ | {"PORTAL_DATA_DIR": str(tmp_path / ".data")}
    subprocess.run([sys.executable, "manage.py", "collect_messages"], cwd=tmp_path, env=environment, check=True)
    for language in LANGUAGES:
        known, found = ({message.id for message in catalogue(place, language)} for place in (PROJECT, tmp_path))
        assert found - known == set(), language
        assert known - found == set(), language
