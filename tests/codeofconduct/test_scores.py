"""The inherent score says how it is computed; a level is never raised or lowered by what isn't known alone."""

from types import SimpleNamespace

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from codeofconduct.enums import Area, RiskLevel, Stage
from codeofconduct.scores import CAP, CELLS, Profile, direction, inherent_score, worst_of

POINTS = st.one_of(st.none(), st.integers(0, 4))
KNOWN = st.integers(0, 4)
KINDS = ("country_points", "sector_points", "product_points")


def scored(country, sector, product):
    return inherent_score(SimpleNamespace(country_points=country, sector_points=sector, product_points=product))


def test_formula_is_told_in_words_and_numbers():
    with override("en"):
        assert scored(4, None, 2).formula == "4 + unknown (counts as 3) + 2 = 9 of at most 10"
        assert scored(4, 4, 4).formula == "4 + 4 + 4 = 12, which counts as 10 of at most 10"
        assert scored(0, 0, 0).formula == "0 + 0 + 0 = 0 of at most 10"


@given(POINTS, POINTS, POINTS)
def test_score_is_the_sum_up_to_the_cap(country, sector, product):
    counted = [3 if points is None else points for points in (country, sector, product)]
    score = scored(country, sector, product)
    assert (score.sum, score.total) == (sum(counted), min(sum(counted), CAP))
    assert 0 <= score.total <= CAP


@given(st.tuples(POINTS, POINTS, POINTS), st.integers(0, 2), KNOWN, KNOWN)
def test_more_points_never_lower_the_score(points, which, one, other):
    lower, higher = sorted((one, other))
    before, after = list(points), list(points)
    before[which], after[which] = lower, higher
    assert scored(*before).total <= scored(*after).total


@given(st.tuples(POINTS, POINTS, POINTS), st.integers(0, 2), KNOWN)
def test_missing_knowledge_raises_all_but_the_highest_points(points, which, known):
    told, unknown = list(points), list(points)
    told[which], unknown[which] = known, None
    if known <= 3:
        assert scored(*unknown).total >= scored(*told).total
    else:
        assert scored(*told).total - scored(*unknown).total in {0, 1}


def test_worst_is_the_highest_known_level():
    assert worst_of([RiskLevel.LOW, RiskLevel.INSUFFICIENT]) == RiskLevel.LOW
    assert worst_of([RiskLevel.MEDIUM, RiskLevel.HIGH, RiskLevel.MEDIUM_HIGH]) == RiskLevel.HIGH
    assert worst_of([RiskLevel.INSUFFICIENT]) == worst_of([]) == RiskLevel.INSUFFICIENT


def test_missing_cells_are_not_known():
    profile = Profile({(Area.ENVIRONMENT, Stage.PROCESSING): "low"})
    assert (profile.worst, profile.unknown) == (RiskLevel.LOW, len(CELLS) - 1)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("low", "low", ("=", "unchanged")),
        ("low", "high", ("↑", "raised")),
        ("medium_high", "medium", ("↓", "lowered")),
        ("insufficient", "low", ("+", "now known")),
        ("high", "insufficient", ("?", "no longer known")),
        ("insufficient", "insufficient", ("=", "unchanged")),
    ],
)
def test_change_has_an_arrow_and_a_word(before, after, told):
    with override("en"):
        arrow, word = direction(RiskLevel(before), RiskLevel(after))
        assert (arrow, str(word)) == told
