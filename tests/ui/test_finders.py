import pytest
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

from portal.ui.finders import FONTS, FontFinder, make_font


@pytest.mark.parametrize("name", FONTS)
def test_a_font_is_small_and_writes_swedish_figures(name, tmp_path):
    path = make_font(name, tmp_path)

    assert path.read_bytes()[:4] == b"wOF2"
    assert path.stat().st_size < 40_000
    with TTFont(path) as font:
        known = font.getBestCmap()
    assert {letter for letter in "ÅÄÖåäöéÉü–−\N{NO-BREAK SPACE}€→½" if ord(letter) not in known} == set()
    assert sorted(file.name for file in tmp_path.iterdir()) == [name]


def test_static_files_find_the_fonts():
    assert finders.find("fonts/source-sans-400.woff2").endswith("source-sans-400.woff2")
    assert finders.find("fonts/other.woff2") is None
    assert [name for name, _storage in FontFinder().list([])] == list(FONTS)
