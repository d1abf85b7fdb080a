"""WCAG 2.2, 1.4.3 and 1.4.11, measured on the tokens themselves: what is no token pair is not used."""

import re

import pytest
from django.conf import settings

FOLDER = settings.BASE_DIR / "static" / "css"
TOKENS = (FOLDER / "tokens.css").read_text()
LINKED = re.findall(r"css/([a-z]+\.css)", (settings.BASE_DIR / "templates" / "base.html").read_text())
GROUNDS = ["paper", "card", "sunken"]
TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-soft", "spruce", "amber", "red") for ground in GROUNDS],
    *[(name, f"{name}-soft") for name in ("spruce", "amber", "red", "yellow", "green")],
    *[("ink", f"{name}-soft") for name in ("spruce", "amber", "red", "yellow", "green")],
    *[("ink-soft", f"{name}-soft") for name in ("spruce", "amber")],
    *[("spruce", f"{name}-soft") for name in ("amber", "red", "yellow", "green")],
    ("on-action", "action"),
    ("on-action", "action-hover"),
    ("on-danger", "danger"),
    ("on-danger", "danger-hover"),
    *[("ink", f"risk-{level}") for level in ("low", "medium")],
    *[("on-risk", f"risk-{level}") for level in ("medium-high", "high")],
    ("on-masthead", "masthead"),
    ("on-masthead", "masthead-soft"),
    ("on-masthead-soft", "masthead"),
]
SHAPES = [
    *[(name, ground) for name in ("line-strong", "spruce-graphic", "amber-graphic") for ground in GROUNDS],
    ("red", "card"),
    ("masthead-line", "masthead"),
]


def tokens(scheme: str) -> dict[str, str]:
    """Every colour of the scheme; the dark block overrides the light one."""
    light, dark = TOKENS.split("@media screen and (prefers-color-scheme: dark)")
    read = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", light))
    return read | (dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", dark)) if scheme == "dark" else {})


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_measure_knows_black_on_white():
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out(scheme):
    colours = tokens(scheme)
    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in TEXT}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_shapes_stand_out(scheme):
    colours = tokens(scheme)
    ratios = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in SHAPES}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 3} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", [*GROUNDS, "masthead", "action", "spruce-soft"])
def test_one_ring_of_the_focus_shows_on_any_ground(scheme, ground):
    colours = tokens(scheme)
    assert max(contrast(colours[ring], colours[ground]) for ring in ("focus", "focus-ink")) >= 3


def test_colours_stand_in_the_tokens_alone():
    loose = {
        name: re.findall(r"#[0-9a-fA-F]{3,8}\b", (FOLDER / name).read_text()) for name in LINKED if name != "tokens.css"
    }
    assert {name: found for name, found in loose.items() if found} == {}


def test_style_sheets_use_known_tokens():
    known = set(re.findall(r"(--[a-z0-9-]+):", TOKENS))
    for name in LINKED:
        assert set(re.findall(r"var\((--[a-z0-9-]+)", (FOLDER / name).read_text())) <= known, name
