"""The search page: who finds what, in which order, and what is said where nothing is found."""

import re

import pytest
from django.utils.html import strip_tags

from codeofconduct.actions.suppliers import register_supplier
from portal.history.models import SystemActor
from portal.search.queries import Hit
from portal.search.sources import registered
from regions.models import Region
from tests.factories import CategoryFactory, ContractFactory, RegionFactory, SupplierFactory
from tests.followups.factories import FollowUpFactory
from tests.guards.world import canary

pytestmark = pytest.mark.django_db

PERSON = "811228-9874"  # Skatteverket's own example of a personal number


def hits(client_of, user, text: str, **query: object) -> dict[str, list[Hit]]:
    """What is found, by kind."""
    found = client_of(user).get("/search/", {"q": text, **query}).context["found"]
    return {section.group.source.key: section.group.hits for section in found.sections}


def searched(client_of, user, text: str, **query: object) -> dict[str, list[str]]:
    """The titles that are found, by kind."""
    return {
        key: ["".join(piece for piece, _is_wanted in hit.title) for hit in found]
        for key, found in hits(client_of, user, text, **query).items()
    }


def page(client_of, user, text: str, **query: object) -> str:
    html = client_of(user).get("/search/", {"q": text, **query}).content.decode()
    return " ".join(strip_tags(html.partition("<main")[2]).split())


def test_every_kind_is_found_by_one_word(client_of, buyer):
    category = CategoryFactory(name="Handskar")
    supplier = SupplierFactory(name="Handskfabriken AB")
    ContractFactory(supplier=supplier, title="Undersökningshandskar", region=Region.objects.get(code="23"))
    FollowUpFactory(supplier=supplier, category=category, lead_region=Region.objects.get(code="23"))
    assert searched(client_of, buyer, "handskar") == {
        "supplier": ["Handskfabriken AB"],
        "contract": ["Undersökningshandskar"],
        "category": ["Handskar"],
        "follow-up": ["Handskfabriken AB"],
    }


def test_neighbour_finds_neither_contract_nor_follow_up(client_of, secretariat, buyer, neighbour):
    contract = ContractFactory(title=f"Avtal {canary('23')}", region=Region.objects.get(code="23"))
    contract.registration_number = "RS/4711/2026"
    contract.save(update_fields=["registration_number"])
    FollowUpFactory(supplier=contract.supplier, lead_region=contract.region)
    name = contract.supplier.name
    for user, expected in {
        secretariat: {"supplier", "contract", "follow-up"},
        buyer: {"supplier", "contract", "follow-up"},
        neighbour: {"supplier"},
    }.items():
        assert set(searched(client_of, user, name)) == expected
    assert [set(searched(client_of, user, canary("23"))) for user in (buyer, neighbour)] == [{"contract"}, set()]
    assert [set(searched(client_of, user, "RS4711")) for user in (buyer, neighbour)] == [{"contract"}, set()]


def test_a_likeness_is_no_way_round_either(client_of, buyer, neighbour):
    ContractFactory(title="Kanariefrön", region=Region.objects.get(code="23"))
    assert [set(searched(client_of, user, "kanarifrön")) for user in (buyer, neighbour)] == [{"contract"}, set()]


def test_sole_traders_number_is_found_by_those_who_may_read_it(client_of, secretariat, buyer, neighbour, reader):
    supplier = register_supplier(by=SystemActor("test"), name="Vera Ek", organisation_number=PERSON)
    ContractFactory(supplier=supplier, region=Region.objects.get(code="23"))
    for text in (PERSON, "8112289874", "811228"):
        found = [bool(searched(client_of, user, text)) for user in (secretariat, buyer, neighbour, reader)]
        assert found == [True, True, False, False]
    shown = [PERSON in page(client_of, user, "vera ek") for user in (secretariat, buyer, neighbour, reader)]
    assert shown == [True, True, False, False]


def test_number_is_found_with_and_without_dash(client_of, reader):
    register_supplier(by=SystemActor("test"), name="Norrmed AB", organisation_number="559999-9017")
    assert [searched(client_of, reader, text) for text in ("559999-9017", "5599999017")] == [
        {"supplier": ["Norrmed AB"]}
    ] * 2


def test_typing_error_is_told_and_forgiven(client_of, reader):
    SupplierFactory(name="Norrmed Instrument AB")
    text = page(client_of, reader, "nrrmed")
    assert "Norrmed Instrument AB" in text
    assert "Inget som du får se stämmer med ”nrrmed”" in text


def test_nothing_found_says_where_it_was_searched_and_keeps_the_text(client_of, reader):
    answer = client_of(reader).get("/search/", {"q": "xyzzy"})
    assert answer.context["form"]["q"].value() == "xyzzy"
    text = page(client_of, reader, "xyzzy")
    assert "Inget som du får se stämmer med ”xyzzy”" in text
    assert all(str(source.label) in text for source in registered())


def test_no_text_gets_a_hint(client_of, reader):
    for query in ({}, {"q": ""}, {"q": "  "}, {"kind": "supplier"}):
        answer = client_of(reader).get("/search/", query)
        assert (answer.context["found"], "Detta kan hittas" in answer.content.decode()) == (None, True)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"q": "x" * 201}, "Skriv högst 200 tecken."),
        ({"q": "a b c d e f g h i j k"}, "Skriv högst 10 ord."),
        ({"q": "a\x00b"}, "inte kan sparas"),
        ({"q": "norrmed", "kind": "nothing"}, "nothing"),
    ],
)
def test_what_cannot_be_searched_comes_back_with_a_sentence(client_of, reader, query, sentence):
    answer = client_of(reader).get("/search/", query)
    assert (answer.status_code, answer.context["found"]) == (200, None)
    assert sentence in answer.content.decode()


def test_one_kind_is_leafed_through_without_loss(client_of, reader):
    for number in range(45):
        SupplierFactory(name=f"Papper {number:02}")
    client, url, names = client_of(reader), "/search/?q=papper&kind=supplier", []
    addresses = []
    while url:
        addresses.append(url)
        found = client.get(url).context["found"]
        names += ["".join(piece for piece, _x in hit.title) for hit in found.sections[0].group.hits]
        url = f"/search/{found.next_url}" if found.next_url else ""
    assert names == [f"Papper {number:02}" for number in range(45)]
    assert addresses[1:] == ["/search/?q=papper&kind=supplier&page=2", "/search/?q=papper&kind=supplier&page=3"]
    assert found.previous_url == "?q=papper&kind=supplier&page=2"
    assert (found.first, found.last) == (41, 45)


@pytest.mark.parametrize("number", ["0", "-1", "x", "9", "26", "99999999999999999999", "\x00"])
def test_a_page_that_is_not_there_is_the_first(client_of, reader, number):
    SupplierFactory(name="Papper")
    assert searched(client_of, reader, "papper", kind="supplier", page=number) == {"supplier": ["Papper"]}


def test_of_each_kind_the_first_five_and_a_way_to_all(client_of, reader):
    for number in range(7):
        SupplierFactory(name=f"Papper {number}")
    text = client_of(reader).get("/search/", {"q": "papper"}).content.decode()
    assert text.count('class="hit-title"') == 5
    assert re.search(r'href="\?q=papper&amp;kind=supplier">\s*Visa alla 7: Leverantörer', text)


def test_a_synonym_is_followed_and_told(client_of, secretariat, reference_data):
    text = page(client_of, secretariat, "riskområden")
    assert "Söktes också: prioriterad." in text
    assert "16 träffar" in text


def test_the_state_of_a_follow_up_is_a_word(client_of, secretariat):
    FollowUpFactory(supplier__name="Norrmed", state="closed")
    FollowUpFactory(supplier__name="Fjällpapper", state="planned")
    assert searched(client_of, secretariat, "avslutade") == {"follow-up": ["Norrmed"]}
    assert searched(client_of, secretariat, "avslutade fjäll") == {}


def test_the_box_is_on_every_page_of_those_with_a_role(client_of, buyer, stranger):
    boxes = ['action="/search/"' in client_of(user).get("/").content.decode() for user in (buyer, stranger)]
    assert boxes == [True, False]
    assert client_of(stranger).get("/search/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_search_takes_the_same_queries(client_of, buyer, django_assert_num_queries, count):
    for number in range(count):
        supplier = register_supplier(
            by=SystemActor("test"), name="Papper AB", organisation_number=f"559999-9{['017', '082', '157'][number]}"
        )
        ContractFactory(supplier=supplier, region=RegionFactory(code="23"), category=CategoryFactory(name=f"P{number}"))
        FollowUpFactory(supplier=supplier, lead_region=RegionFactory(code="23"))
    client = client_of(buyer)
    client.get("/search/", {"q": "papper"})
    with django_assert_num_queries(18):
        client.get("/search/", {"q": "papper"})
