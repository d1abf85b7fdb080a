from django.db.models import F
from django.http import QueryDict

from portal.ui.forms import PortalForm
from portal.ui.sorting import ASCENDING, DESCENDING, Order, SortMixin

NAME, DAY, OLDEST = F("name"), F("day"), F("oldest")


class ListForm(SortMixin, PortalForm):
    orders = {
        "name": Order("Namn", "A till Ö", "Ö till A", NAME),
        "day": Order("Dag", "Först", "Sist", DAY, OLDEST),
    }
    default_order = "-day"


def form_of(query: str) -> ListForm:
    form = ListForm(QueryDict(query))
    form.is_valid()
    return form


def test_an_order_is_its_expression_or_that_backwards():
    assert form_of("sort=name").page_order() == {"by": NAME, "newest_first": False}
    assert form_of("sort=-name").page_order() == {"by": NAME, "newest_first": True}
    assert form_of("sort=day").page_order() == {"by": DAY, "newest_first": False}


def test_without_a_choice_or_with_one_that_is_none_it_is_the_default():
    for query in ("", "sort=", "sort=annat", "sort=--day", "sort=%00"):
        assert form_of(query).page_order() == {"by": OLDEST, "newest_first": True}
    assert form_of("").fields["sort"].choices[0] == ("-day", "Sist")


def test_a_heading_orders_by_its_column_and_turns_it_round():
    headings = form_of("sort=name").headings(QueryDict("q=a&sort=name&after=x&before=y"))
    assert {key: (heading.url, heading.direction) for key, heading in headings.items()} == {
        "name": ("?q=a&sort=-name", ASCENDING),
        "day": ("?q=a&sort=day", ""),
    }
    assert form_of("sort=-name").headings(QueryDict("sort=-name"))["name"].url == "?sort=name"
    assert form_of("").headings(QueryDict(""))["day"].direction == DESCENDING
