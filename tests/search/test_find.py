"""The search over sources: ranked, counted, cut, and at a constant number of queries."""

import pytest

from codeofconduct.models import Supplier
from portal.search import queries
from portal.search.excerpts import LENGTH, excerpt, marked
from portal.search.folding import fold
from portal.search.matching import Fields
from portal.search.queries import find, find_closest
from portal.search.sources import Source
from portal.search.terms import terms_of
from tests.factories import SupplierFactory

pytestmark = pytest.mark.django_db

SOURCE = Source(
    "names",
    "Namn",
    rows=lambda user: Supplier.objects.all(),
    fields=lambda user: Fields(names=("name",)),
    url=lambda row: f"/{row.pk}/",
)


def named(*names: str) -> None:
    for name in names:
        SupplierFactory(name=name)


def titles(text: str, *, size: int = 20, offset: int = 0) -> list[str]:
    groups = find(None, terms_of(text), sources=[SOURCE], size=size, offset=offset)
    return ["".join(piece for piece, _is_wanted in hit.title) for group in groups for hit in group.hits]


def test_the_name_itself_first_then_what_begins_so_then_words_then_parts():
    named("Storpapper", "Fjäll & Papper", "Papper och plast", "Papper")
    assert titles("papper") == ["Papper", "Papper och plast", "Fjäll & Papper", "Storpapper"]


def test_very_letters_come_before_letters_without_marks():
    named("Angstrom", "Ångström")
    assert titles("ångström") == ["Ångström", "Angstrom"]
    assert titles("angstrom") == ["Angstrom", "Ångström"]


def test_equals_stand_in_swedish_order():
    named("Ö-plast", "Z-plast", "Ä-plast", "Å-plast", "A-plast")
    assert titles("plast") == ["A-plast", "Z-plast", "Å-plast", "Ä-plast", "Ö-plast"]


def test_pages_follow_each_other_without_loss():
    named(*(f"Papper {number:02}" for number in range(7)))
    pages = [titles("papper", size=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert [title for page in pages for title in page] == [f"Papper {number:02}" for number in range(7)]


def test_hits_are_counted_and_very_many_cut(monkeypatch):
    named("Papper", *(f"Storpapper {number}" for number in range(5)))
    (group,) = find(None, terms_of("papper"), sources=[SOURCE], size=2)
    assert (len(group.hits), group.total, group.is_cut) == (2, 6, False)
    monkeypatch.setattr(queries, "MOST_HITS", 3)
    (group,) = find(None, terms_of("papper"), sources=[SOURCE], size=2)
    assert (group.total, group.is_cut, group.hits[0].title) == (3, True, [("Papper", True)])


def test_kinds_without_hits_are_left_out():
    assert find(None, terms_of("papper"), sources=[SOURCE], size=5) == []
    assert find_closest(None, terms_of("papper"), sources=[SOURCE], size=5) == []


def test_the_likest_first():
    named("Normedia AB", "Norrmed AB")
    (group,) = find_closest(None, terms_of("norrmeed"), sources=[SOURCE], size=1)
    assert [(hit.title, hit.url) for hit in group.hits] == [
        ([("Norrmed AB", False)], f"/{Supplier.objects.get(name='Norrmed AB').pk}/")
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_a_search_takes_the_same_queries(django_assert_num_queries, count):
    named(*(f"Papper {number}" for number in range(count)))
    terms = terms_of("papper")
    with django_assert_num_queries(1):
        find(None, terms, sources=[SOURCE], size=5)


@pytest.mark.parametrize("typed", ["'", "a' & b", "\\", "a:*b", "!x", "<->", "(", "&|!", "å" * 200, "1" * 200, "%s"])
def test_signs_of_the_query_language_are_letters(typed):
    named("Papper")
    find(None, terms_of(typed), sources=[SOURCE], size=5)
    assert titles("papper") == ["Papper"]


def test_what_was_searched_for_is_marked():
    assert marked("Undersökningshandskar, handske", terms_of("handskar")) == [
        ("Undersöknings", False),
        ("handskar", True),
        (", ", False),
        ("handsk", True),
        ("e", False),
    ]


def test_an_excerpt_shows_the_words_in_a_long_text():
    text = "Inledning " * 60 + "där rutinerna för avvikelser beskrivs " + "slut " * 60
    pieces = excerpt(text, terms_of("rutin"))
    shown = "".join(piece for piece, _is_wanted in pieces)
    assert ("rutin", True) in pieces
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) <= LENGTH + 4
    assert excerpt("Kort text", terms_of("annat")) == [("Kort text", False)]


@pytest.mark.parametrize("letters", ["åäöÅÄÖéÉèüÜ", "æØçñ", "ABC xyz 123", "İß", "Łódź"])
def test_folding_keeps_the_number_of_letters(letters):
    assert len(fold(letters)) == len(letters)


def test_database_and_pages_fold_alike(db):
    from django.db import connection

    letters = "åäáàâãæçéèêëíìîïñöøóòôõšüúùûýÿžÅÄÖÉÜABCxyz09-/"
    with connection.cursor() as cursor:
        cursor.execute("SELECT sv_fold(%s)", [letters])
        assert cursor.fetchone()[0] == fold(letters)
