"""On any one day a region is in one purchasing group, and a category has one owner, and there is one priority period."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from codeofconduct.models import CategoryOwner, PriorityPeriod
from regions.models import GroupMembership, PurchasingGroup
from tests.factories import CategoryFactory, RegionFactory, system

pytestmark = pytest.mark.django_db

SENTENCES = {
    "group": "The region belongs to a procurement region on some of these days already.",
    "owner": "A procurement region answers for the category on some of these days already.",
    "priority": "Another period holds on some of these days.",
}
UNTIL_2025 = (date(2023, 1, 1), date(2025, 12, 31))
FROM_2023, FROM_2024, FROM_2026 = ((date(year, 1, 1), None) for year in (2023, 2024, 2026))


@pytest.fixture(params=list(SENTENCES))
def kind(request) -> str:
    return request.param


@pytest.fixture
def row(kind) -> Callable:
    """`row(place, group, dates)`: an unsaved row of the kind about the first or second region or category."""
    groups = [PurchasingGroup.objects.get_or_create(letter=letter)[0] for letter in "AB"]
    regions = [RegionFactory(code=code) for code in ("22", "14")]
    categories = [CategoryFactory(name=name) for name in ("Handskar", "Kirurgiska instrument")]

    def make(place, group, dates):
        valid_from, valid_to = dates
        period = {"valid_from": valid_from, "valid_to": valid_to}
        return {
            "group": GroupMembership(region=regions[place], group=groups[group], **period),
            "owner": CategoryOwner(category=categories[place], group=groups[group], **period),
            "priority": PriorityPeriod(created_by=system(), **period),
        }[kind]

    return make


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (FROM_2023, FROM_2024),
        (UNTIL_2025, (date(2025, 12, 31), date(2026, 12, 31))),
        (UNTIL_2025, (date(2022, 1, 1), None)),
    ],
)
def test_two_on_one_day_are_refused(row, kind, first, second):
    row(0, 0, first).save()
    another = row(0, 1, second)
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        another.validate_constraints()
    assert refused.value.messages == [SENTENCES[kind]]
    with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
        another.save()


def test_the_next_follows_the_day_after_and_others_come_at_any_time(row, kind):
    row(0, 0, UNTIL_2025).save()
    row(0, 1, FROM_2026).save()
    if kind != "priority":  # of periods there is one line only
        row(1, 0, FROM_2023).save()
