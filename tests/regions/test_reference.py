"""The regions' real figures, as every installation has them."""

import io
from datetime import date

import pytest
from django.core.management import call_command
from django.db.models import Sum

from codeofconduct.models import ClauseVersion, CodeSection, PurchaseCategory
from codeofconduct.queries.categories import prioritised_categories
from funding.models import Rate
from regions.models import GroupMembership, PopulationFigure, Region

pytestmark = pytest.mark.django_db

NATIONAL = {2015: 9_851_017, 2016: 9_995_153, 2017: 10_120_242, 2018: 10_230_185, 2019: 10_327_589, 2021: 10_452_326}


def everything() -> dict[str, int]:
    from django.apps import apps

    return {
        model._meta.label: model.objects.count()
        for model in apps.get_models()
        if model._meta.app_label in {"regions", "codeofconduct", "followups", "funding", "history"}
    }


def test_loading_again_changes_nothing(reference_data):
    before = everything()
    call_command("load_reference_data", stdout=io.StringIO())
    assert everything() == before


def test_twenty_one_regions_in_eight_groups(reference_data):
    assert Region.objects.count() == 21
    sizes = {letter: GroupMembership.objects.filter(group__letter=letter).count() for letter in "ABCDEFGH"}
    assert sizes == {"A": 4, "B": 4, "C": 1, "D": 4, "E": 1, "F": 3, "G": 3, "H": 1}


@pytest.mark.parametrize(("year", "total"), NATIONAL.items())
def test_population_sums_to_the_national_total(reference_data, year, total):
    figures = PopulationFigure.objects.filter(reference_date=date(year, 12, 31))
    assert (figures.count(), figures.aggregate(Sum("count"))["count__sum"]) == (21, total)
    assert set(figures.values_list("standing", flat=True)) == {"preliminary"}


def test_requirements_belong_to_their_clause_version(reference_data):
    counts = {version.name: version.requirements.count() for version in ClauseVersion.objects.all()}
    assert counts == {"2016": 6, "2023": 7}
    assert CodeSection.objects.filter(code_version__name="2023").count() == 4


def test_surgical_instruments_are_group_a(reference_data):
    owners = {category.name: category.current_owners[0].group.letter for category in prioritised_categories()}
    assert len(owners) == 16
    assert owners["Kirurgiska instrument"] == "A"
    assert PurchaseCategory.objects.count() == 16


def test_rates_are_those_of_the_memo(reference_data):
    rates = dict(Rate.objects.values_list("valid_from_year", "ore_per_inhabitant"))
    assert rates == {2016: 40, 2018: 50, 2023: 100}
