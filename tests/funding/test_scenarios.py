"""The arithmetic of scenarios, by hand and by properties; and that it rounds as the year's own amounts do."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from funding.models import Contribution
from funding.outside import Reach
from funding.scenarios import Assumptions, continued, outcome, whole_kronor
from tests.funding.factories import opened_year

REACH = Reach(targets=40, covered=12, months=36, audit_ore=None)
# 31 December 2021 (SCB), and 50 öre of it in kronor, halves upwards.
AT_50_ORE = {
    "01": (2_415_139, 1_207_570),
    "03": (395_026, 197_513),
    "04": (301_801, 150_901),
    "05": (469_704, 234_852),
    "06": (367_064, 183_532),
    "07": (203_340, 101_670),
    "08": (247_175, 123_588),
    "09": (61_001, 30_501),
    "10": (158_937, 79_469),
    "12": (1_402_425, 701_213),
    "13": (340_243, 170_122),
    "14": (1_744_859, 872_430),
    "17": (283_196, 141_598),
    "18": (306_792, 153_396),
    "19": (278_967, 139_484),
    "20": (288_387, 144_194),
    "21": (287_767, 143_884),
    "22": (244_193, 122_097),
    "23": (132_054, 66_027),
    "24": (274_563, 137_282),
    "25": (249_693, 124_847),
}
ORE = st.integers(0, 500)
PEOPLE = st.integers(1, 20_000_000)
MONEY = st.integers(0, 10**15)


def assumed(ore: int = 100, **values) -> Assumptions:
    return Assumptions(
        **{
            "ore_per_inhabitant": ore,
            "tenths_of_posts": 50,
            "post_ore": 90_000_000,
            "other_ore": 50_000_000,
            "audit_ore": 10_000_000,
            **values,
        }
    )


def test_the_worked_example_by_hand():
    counts = {int(code): people for code, (people, _kronor) in AT_50_ORE.items()}
    half, whole = (outcome(counts, assumed(ore), REACH) for ore in (50, 100))
    assert {code: half.contributions[int(code)] for code in AT_50_ORE} == {
        code: kronor * 100 for code, (_people, kronor) in AT_50_ORE.items()
    }
    assert whole.contributions == {region: people * 100 for region, people in counts.items()}
    # Half of 10 452 326 is 5 226 163; fourteen regions' halves go upwards, by 7 kr together.
    assert (half.sum_ore, whole.sum_ore) == (522_617_000, 1_045_232_600)
    # Five posts at 900 000 kr and 500 000 kr: 5 000 000 of 10 452 326 are spent, and 54 audits at 100 000 kr are paid.
    assert (whole.staff_ore, whole.left_ore, whole.audits) == (450_000_000, 545_232_600, 54)
    # 54 a year for three years are more than the 40; two a year are six of them.
    assert (whole.reached, whole.coverage) == (40, Decimal(1))
    assert (half.left_ore, half.audits, half.reached, half.coverage) == (22_617_000, 2, 6, Decimal("0.15"))


def test_costs_above_the_contributions_pay_no_audit():
    found = outcome({1: 1_000_000}, assumed(), REACH)
    assert (found.left_ore, found.lacking_ore, found.audits, found.coverage) == (0, 400_000_000, 0, 0)


def test_what_nobody_has_said_stays_unknown():
    found = outcome({1: 10_000_000}, assumed(post_ore=None), REACH)
    assert (found.sum_ore, found.left_ore, found.audits, found.coverage) == (1_000_000_000, None, None, None)
    found = outcome({1: 10_000_000}, assumed(audit_ore=None), REACH)
    assert (found.left_ore, found.audits, found.reached) == (500_000_000, None, None)
    assert outcome({1: 10}, assumed(tenths_of_posts=0, post_ore=None), REACH).staff_ore == 0


def test_nothing_to_cover_is_no_coverage():
    assert outcome({1: 10_000_000}, assumed(), Reach(0, 0, 36, None)).coverage is None


@given(PEOPLE, ORE)
def test_a_contribution_is_whole_kronor_and_at_most_half_a_krona_off(people, ore):
    amount = whole_kronor(people, ore)
    assert amount % 100 == 0
    assert -50 < amount - people * ore <= 50


@given(st.dictionaries(st.integers(1, 30), PEOPLE, min_size=1), ORE, st.integers(0, 10_000), MONEY, MONEY, MONEY)
def test_nothing_is_lost_or_made_up(counts, ore, tenths, post, other, audit):
    stood_on = assumed(ore, tenths_of_posts=tenths, post_ore=post, other_ore=other, audit_ore=audit + 1)
    found = outcome(counts, stood_on, REACH)
    assert (
        found.sum_ore
        == sum(found.contributions.values())
        == found.staff_ore + other + found.left_ore - (found.lacking_ore)
    )
    assert found.audits * (audit + 1) <= found.left_ore < (found.audits + 1) * (audit + 1)
    assert 0 <= found.reached <= REACH.targets
    assert 0 <= found.coverage <= 1
    richer = outcome(counts, assumed(ore, tenths_of_posts=tenths, post_ore=post, other_ore=0, audit_ore=1), REACH)
    assert richer.audits >= found.audits


@given(PEOPLE, PEOPLE, st.integers(1, 20), st.integers(0, 80))
def test_a_trend_goes_through_both_figures_and_never_below_nobody(first, last, years, ahead):
    assert continued(first, last, years, 0) == last
    assert continued(first, first, years, ahead) == first
    assert continued(first, last, years, years) == max(0, 2 * last - first)
    assert abs(continued(first, last, years, ahead) - max(0, last + (last - first) * ahead / years)) <= 0.5


def test_a_trend_by_hand():
    # +7 persons in 2 years are 3.5 a year: 110.5 after one, and the half goes upwards.
    assert [continued(100, 107, 2, ahead) for ahead in (0, 1, 2)] == [107, 111, 114]
    with pytest.raises(ValueError, match="two years"):
        continued(100, 107, 0, 1)


@pytest.mark.django_db
@settings(max_examples=25)
@given(st.lists(st.integers(1, 3_000_000), min_size=3, max_size=3), ORE)
def test_the_amounts_are_those_of_a_year_in_sql(people, ore):
    with transaction.atomic():
        year = opened_year(dict(zip(("01", "12", "23"), people, strict=True)), ore=ore)
        rows = list(Contribution.objects.filter(funding_year=year).with_amounts().select_related("basis"))
        transaction.set_rollback(True)
    assert len(rows) == 3
    assert [row.computed_ore for row in rows] == [whole_kronor(row.basis.population, ore) for row in rows]
    assert year.basis_date == date(2021, 12, 31)
