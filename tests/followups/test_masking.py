"""Names that must not become public are found however they are written, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeofconduct.models import Facility
from followups.actions.corrective_actions import take_move
from followups.enums.actions import Move
from followups.enums.summaries import Hidden
from followups.masking import HiddenName, found_in, masked, people_in, pieces_of
from followups.models import CorrectiveAction
from followups.queries.hidden import hidden_names
from followups.queries.summaries import occurrences
from portal.history.models import actor_of
from tests.codeofconduct.factories_suppliers import ContactFactory, FacilityFactory, SupplyLinkFactory
from tests.factories import SupplierFactory
from tests.followups.acting import LINK
from tests.followups.factories import CorrectiveActionFactory, FindingFactory, FollowUpFactory

SMITHY = HiddenName("Smedjan Daska AB", Hidden.SUB_SUPPLIER)


def names_in(text, *names, allowed=()):
    return [hit.hidden.name for hit in found_in(text, names, allowed=allowed)]


@pytest.mark.parametrize(
    "text",
    [
        "Vi besökte Smedjan Daska AB i våras.",
        "SMEDJAN DASKA",
        "smedjan  \n daska",
        "Smedjan **Daska**s ledning",
        "Smedjan-Daska",
        "Sme\u00addjan Das\u200bka",
        "Śmedjan Dâska",
        "Smedjan_Daska-verken",
        "S\u0301medjan Daska",
    ],
)
def test_a_name_is_found_however_it_is_written(text):
    assert names_in(text, SMITHY) == ["Smedjan Daska AB"]


@pytest.mark.parametrize("text", ["Smedjan", "Daska", "Vi smedjar", "En smedja i Daska", ""])
def test_parts_of_a_name_are_not_the_name(text):
    assert names_in(text, SMITHY) == []


def test_short_names_are_whole_words():
    ek = HiddenName("Bo Ek", Hidden.PERSON)
    assert names_in("Bo Ek visade runt", ek) == ["Bo Ek"]
    assert names_in("Bo Eks kontor", ek) == ["Bo Ek"]
    assert names_in("turbo ekonomi", ek) == []


def test_long_names_are_found_inside_longer_words():
    assert names_in("Väveriets", HiddenName("Väveriet", Hidden.FACILITY)) == ["Väveriet"]


def test_the_suppliers_own_name_may_stand():
    works = HiddenName("Norrmed", Hidden.FACILITY)
    own = ("Norrmed Instrument AB",)
    assert names_in("Norrmed Instrument AB och Norrmed Instrument", works, allowed=own) == []
    assert names_in("Norrmed Sialkot", works, allowed=own) == ["Norrmed"]


def test_masked_says_what_kind_of_name_it_was():
    assert masked("Hos Smedjan Daska AB.", [SMITHY]) == f"Hos [{Hidden.SUB_SUPPLIER.label}] AB."


@given(st.text(max_size=80), st.text(min_size=1, max_size=12))
def test_no_letter_is_lost(text, name):
    found = found_in(text, [HiddenName(name, Hidden.PERSON)])
    assert "".join(piece.text for piece in pieces_of(text, found)) == text


@given(st.text(max_size=40), st.text(max_size=40))
def test_what_is_masked_holds_no_name(before, after):
    text = masked(f"{before} Smedjan Daska {after}", [SMITHY])
    assert found_in(text, [SMITHY]) == []


@pytest.mark.django_db
def test_whose_names_are_hidden():
    """All of the supplier's chain, whichever region's contract: sub-suppliers always, facilities that are confidential."""
    follow_up = FollowUpFactory(contracts=["23"])
    contract = follow_up.contracts.get()
    below = SupplierFactory(name="Smedjan Daska")
    for facility in (
        FacilityFactory(supplier=below, name="Slipverket", os_id="PK1234567"),
        FacilityFactory(supplier=follow_up.supplier, name="Öppna verket", is_confidential=False),
        FacilityFactory(supplier=follow_up.supplier, name="Dolda verket", street="Hamngatan 7"),
    ):
        SupplyLinkFactory(contract=contract, facility=facility)
    FacilityFactory(supplier=follow_up.supplier, name="Olänkade verket")
    FacilityFactory(name="Någon annans")
    ContactFactory(supplier=follow_up.supplier, name="Olof Norrman", email="olof@norrmed.example")
    ContactFactory(name="Inte Härifrån")
    FindingFactory(follow_up=follow_up)
    told = {(each.name, each.kind.value) for each in hidden_names(follow_up)}
    assert told == {
        ("Smedjan Daska", "sub_supplier"),
        ("Slipverket", "facility"),
        ("PK1234567", "facility"),
        ("Dolda verket", "facility"),
        ("Hamngatan 7", "facility"),
        ("Olänkade verket", "facility"),
        ("Olof Norrman", "person"),
        ("olof@norrmed.example", "person"),
    }
    Facility.objects.update(is_confidential=False)
    assert {name for name, kind in {(e.name, e.kind) for e in hidden_names(follow_up)} if kind == "facility"} == set()


@pytest.mark.django_db
def test_who_acted_in_the_case_is_hidden(person, secretariat):
    handler, finder = person("buyer", "23"), person("buyer", "23")
    follow_up = FollowUpFactory(contracts=["23"], handler=handler)
    FindingFactory(follow_up=follow_up, submitted_by=actor_of(finder))
    assert {each.name for each in hidden_names(follow_up)} == {handler.name, finder.name}


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Anna Berg", ["Anna Berg"]),
        ("Anna Berg, inköpschef", ["Anna Berg"]),
        ("inköpschef (ANNA BERG-LIND)", ["ANNA BERG-LIND"]),
        ("Anna van der Berg; Li Wei", ["Anna van der Berg", "Li Wei"]),
        ("A. Berg <anna@smedjan.example>", ["anna@smedjan.example", "A. Berg"]),
        ("Inköpschef", []),
        ("head of purchasing", []),
        ("Head of Purchasing", []),
        ("", []),
    ],
)
def test_people_are_told_from_their_roles(line, names):
    assert people_in(line) == names


def test_a_title_before_a_name_does_not_hide_it():
    assert set(people_in("Inköpschef Anna Berg")) >= {"Anna Berg"}


@given(st.text(max_size=60))
def test_no_line_is_too_odd(line):
    assert all(name.strip() for name in people_in(line))


@pytest.mark.django_db
def test_who_is_responsible_for_an_action_is_hidden():
    """Of the plan as it stands and of the rounds before it; a role alone is nobody's name."""
    follow_up = FollowUpFactory(contracts=["23"])
    action = CorrectiveActionFactory(finding=FindingFactory(follow_up=follow_up))
    for name in ("Anna Berg, inköpschef", "Li Wei"):
        CorrectiveAction.objects.filter(pk=action.pk).update(state="asked")
        said = {"responsible": name, "measures": "Vi byter"}
        take_move(by=LINK, action=action, move=Move.PROPOSE, changes=said, said=said)
    CorrectiveActionFactory(finding=action.finding, responsible="kvalitetschef")
    people = {each.name for each in hidden_names(follow_up) if each.kind == Hidden.PERSON}
    assert {"Anna Berg", "Li Wei"} <= people
    assert not any("chef" in name.casefold() for name in people)
    found = occurrences(
        follow_up, {"Svensk text": "Åtgärden leds av Anna Berg, deras inköpschef, och av Li Weis kollegor."}
    )
    assert [each.name for each in found] == ["Anna Berg", "Li Weis"]
