"""The degree of harmonisation: shares of active contract value, and who sees what of it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from codeofconduct.models import ContractCategory, ContractParty
from codeofconduct.queries.harmonisation import (
    Degree,
    degrees_by_category,
    degrees_by_region,
    total_degree,
)
from regions.models import Region
from tests.factories import CategoryFactory, ContractFactory, RegionFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("codeofconduct:harmonisation")


def contract(value: int | None, *, uses: bool = False, region: str = "23", category: str = "Livsmedel", **fields):
    return ContractFactory(
        yearly_value_ore=value,
        uses_requirement_set=uses,
        region=RegionFactory(code=region),
        category=CategoryFactory(name=category),
        ends_on=fields.pop("ends_on", date(2040, 1, 1)),
        **fields,
    )


def test_share_is_weighed_by_value():
    contract(300, uses=True)
    contract(500)
    contract(None, uses=True)
    assert total_degree() == Degree(contracts=3, using=2, without_value=1, value_ore=800, used_ore=300)
    assert total_degree().share == Decimal("0.375")


def test_without_a_value_there_is_no_share():
    contract(None, uses=True)
    assert total_degree().share is None
    assert Degree().share is None


def test_only_contracts_that_run_today_count():
    contract(100, uses=True)
    contract(900, ends_on=date(2024, 12, 31))
    contract(900, starts_on=date(2039, 1, 1))
    assert total_degree() == Degree(contracts=1, using=1, value_ore=100, used_ore=100)


def test_joint_contract_counts_whole_for_each_region_and_once_in_all():
    joint = contract(100, uses=True, region="23")
    ContractParty.objects.create(contract=joint, region=RegionFactory(code="25"))
    ContractParty.objects.create(contract=joint, region=RegionFactory(code="23"))
    contract(300, region="25")
    degrees = {Region.objects.get(pk=key).code: degree for key, degree in degrees_by_region().items()}
    assert degrees["23"] == Degree(contracts=1, using=1, value_ore=100, used_ore=100)
    assert degrees["25"] == Degree(contracts=2, using=1, value_ore=400, used_ore=100)
    assert total_degree() == Degree(contracts=2, using=1, value_ore=400, used_ore=100)
    for code, degree in degrees.items():
        assert total_degree(region=Region.objects.get(code=code)) == degree


def test_contract_in_two_categories_counts_whole_in_each():
    both = contract(100, uses=True, category="Livsmedel")
    other = CategoryFactory(name="Textil")
    ContractCategory.objects.create(contract=both, category=other)
    contract(100, category="Textil")
    food = CategoryFactory(name="Livsmedel")
    degrees = degrees_by_category([food.pk, other.pk])
    assert (degrees[food.pk].share, degrees[other.pk].share) == (Decimal(1), Decimal("0.5"))
    assert total_degree().value_ore == 200
    assert total_degree(category=other) == degrees[other.pk]


def test_category_in_a_region():
    contract(100, uses=True, region="23", category="Livsmedel")
    contract(100, region="25", category="Livsmedel")
    contract(700, region="23", category="Textil")
    food, jamtland = CategoryFactory(name="Livsmedel"), Region.objects.get(code="23")
    expected = Degree(contracts=1, using=1, value_ore=100, used_ore=100)
    assert total_degree(region=jamtland, category=food) == expected
    assert degrees_by_category([food.pk], region=jamtland) == {food.pk: expected}
    assert degrees_by_region(category=food)[jamtland.pk] == expected


def test_category_has_what_stands_below_it_each_contract_once():
    food = CategoryFactory(name="Livsmedel")
    fruit = CategoryFactory(name="Frukt", parent=food)
    CategoryFactory(name="Äpplen", parent=fruit)
    apples = contract(300, uses=True, category="Äpplen")
    ContractCategory.objects.create(contract=apples, category=food)
    contract(100, category="Frukt", region="25")
    contract(None, category="Frukt")
    contract(500, category="Textil")
    expected = Degree(contracts=3, using=1, without_value=1, value_ore=400, used_ore=300)
    assert degrees_by_category([food.pk]) == {food.pk: expected}
    assert total_degree(category=food) == expected
    norrbotten = Region.objects.get(code="25")
    assert degrees_by_category([food.pk, fruit.pk], region=norrbotten) == {
        food.pk: Degree(contracts=1, value_ore=100),
        fruit.pk: Degree(contracts=1, value_ore=100),
    }
    assert degrees_by_region(category=food)[norrbotten.pk] == Degree(contracts=1, value_ore=100)


def test_category_with_contracts_only_beneath_it_has_a_row(client_of, reader):
    food = CategoryFactory(name="Livsmedel")
    fruit = CategoryFactory(name="Frukt", parent=food)
    CategoryFactory(name="Äpplen", parent=fruit)
    CategoryFactory(name="Kött", parent=food)
    CategoryFactory(name="Linne", parent=CategoryFactory(name="Textil"))
    contract(300, uses=True, category="Äpplen")
    contract(100, category="Linne", ends_on=date(2024, 12, 31))
    lines = client_of(reader).get(PAGE).context["categories"]
    expected = Degree(contracts=1, using=1, value_ore=300, used_ore=300)
    assert [(line.of.name, line.degree) for line in lines] == [
        ("Frukt", expected),
        ("Livsmedel", expected),
        ("Äpplen", expected),
    ]


def test_category_page_tells_its_degree_and_leads_to_the_figures(client_of, reader):
    food = CategoryFactory(name="Livsmedel")
    CategoryFactory(name="Frukt", parent=food)
    contract(300, uses=True, category="Frukt")
    contract(100, category="Frukt")
    client = client_of(reader)
    page = client.get(reverse("codeofconduct:category-detail", args=[food.public_id]))
    assert "75 %" in page.text.replace("\u00a0", " ")
    figures = client.get(f"{PAGE}?category={food.public_id}")
    assert f"{PAGE}?category={food.public_id}" in page.text
    assert (figures.context["total"].share, figures.context["form"].errors) == (Decimal("0.75"), {})


def test_region_page_tells_its_degree(client_of, reader):
    contract(100, uses=True, region="23")
    contract(300, region="23")
    contract(500, uses=True, region="25")
    page = client_of(reader).get(reverse("regions:region-detail", args=["23"])).text
    assert f"{PAGE}?region=23" in page
    assert "25 %" in page.replace("\u00a0", " ")


def test_page_tells_shares_to_all_with_a_role_and_no_titles(client_of, reader, stranger):
    contract(100, uses=True, title="Hemligt avtal")
    contract(300, title="Annat avtal")
    answer = client_of(reader).get(PAGE)
    assert answer.context["total"].share == Decimal("0.25")
    assert "Hemligt avtal" not in answer.text
    assert "Annat avtal" not in answer.text
    assert client_of(stranger).get(PAGE).status_code == 404


def test_page_is_narrowed_by_its_query_string(client_of, reader):
    contract(100, uses=True, region="23")
    contract(100, region="25")
    food = CategoryFactory(name="Livsmedel")
    answer = client_of(reader).get(f"{PAGE}?region=23")
    assert (answer.context["total"].share, "regions" in answer.context) == (1, False)
    answer = client_of(reader).get(f"{PAGE}?category={food.public_id}&region=25")
    assert (answer.context["total"].share, "page" in answer.context) == (0, False)


def test_queries_do_not_grow_with_contracts(client_of, reader):
    client, counts = client_of(reader), []
    for number in range(3):
        contract(100, region=("23", "25", "12")[number], category=f"Kategori {number}")
        client.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[2]
