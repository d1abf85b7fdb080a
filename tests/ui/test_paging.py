import pytest
from django.http import QueryDict

from codeofconduct.models import Supplier
from portal.search.ordering import swedish
from portal.ui.paging import key_page
from tests.factories import SupplierFactory

pytestmark = pytest.mark.django_db

NAMES = ["Zeta", "Åkerby", "Åkerby", "Östervik", "Ängsvik"]


@pytest.fixture
def suppliers() -> list[Supplier]:
    """In the order they were registered."""
    return [SupplierFactory(name=name) for name in NAMES]


def walk(step: str, query: str = "", **order) -> tuple[list[list[str]], object]:
    """The public ids of each page from the query string on, and the last page."""
    parts = []
    while True:
        page = key_page(Supplier.objects.all(), QueryDict(query), size=2, **order)
        parts.append([supplier.public_id for supplier in page.rows])
        if not getattr(page, step):
            return parts, page
        query = getattr(page, step).removeprefix("?")


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({"by": swedish("name")}, [0, 1, 2, 4, 3]),
        ({"by": swedish("name"), "newest_first": True}, [3, 4, 2, 1, 0]),
        ({}, [0, 1, 2, 3, 4]),
        ({"newest_first": True}, [4, 3, 2, 1, 0]),
    ],
)
def test_pages_go_on_by_key_in_both_directions(suppliers, order, expected):
    ids = [suppliers[index].public_id for index in expected]
    onward, last = walk("next_url", **order)
    assert onward == [ids[:2], ids[2:4], ids[4:]]
    back, first = walk("previous_url", last.previous_url.removeprefix("?"), **order)
    assert back == [ids[2:4], ids[:2]]
    assert first.next_url == f"?after={ids[1]}"


def test_the_rest_of_the_query_string_goes_along(suppliers):
    query = QueryDict(f"q=a+b&before=x&after={suppliers[0].public_id}")
    page = key_page(Supplier.objects.all(), query, size=2)
    assert page.previous_url == f"?q=a+b&before={suppliers[1].public_id}"
    assert page.next_url == f"?q=a+b&after={suppliers[2].public_id}"


@pytest.mark.parametrize("direction", ["after", "before"])
@pytest.mark.parametrize("name", ["", "gone", "\x00", "\ud800", "a" * 5000, "å"])
def test_a_row_that_is_not_there_counts_as_none(suppliers, direction, name):
    query = QueryDict(mutable=True)
    query[direction] = name
    page = key_page(Supplier.objects.all(), query, size=4)
    assert [row.pk for row in page.rows] == [supplier.pk for supplier in suppliers[:4]]
    assert (page.previous_url, page.next_url) == ("", f"?after={suppliers[3].public_id}")


def test_a_row_that_has_left_the_list_still_holds_the_place(suppliers):
    query = QueryDict(f"after={suppliers[1].public_id}")
    left = Supplier.objects.exclude(pk=suppliers[1].pk)
    assert [row.pk for row in key_page(left, query, size=2).rows] == [suppliers[0].pk, suppliers[2].pk]
    kept = key_page(left, query, among=Supplier.objects.all(), size=2)
    assert [row.pk for row in kept.rows] == [suppliers[2].pk, suppliers[3].pk]


def test_a_page_takes_one_query_and_a_later_one_two(suppliers, django_assert_num_queries):
    with django_assert_num_queries(1):
        page = key_page(Supplier.objects.all(), QueryDict(), by=swedish("name"), size=2)
    with django_assert_num_queries(2):
        key_page(Supplier.objects.all(), QueryDict(page.next_url.removeprefix("?")), by=swedish("name"), size=2)
