"""What is found by what is typed."""

import pytest
from django.db import connection
from django.db.models import Q

from codeofconduct.models import Contract, Enquiry, Supplier, SupplierIdentifier
from portal.search import synonyms
from portal.search.matching import Fields, Keyword, Through, candidates, closest, matching, matching_or_closest
from portal.search.terms import terms_of
from tests.factories import ContractFactory, SupplierFactory

pytestmark = pytest.mark.django_db

NAMES = Fields(names=("name",))


def found(text: str, fields: Fields = NAMES) -> set[str]:
    return set(matching(Supplier.objects.all(), text, fields).values_list("name", flat=True))


@pytest.fixture
def named():
    def make(*names: str) -> None:
        for name in names:
            SupplierFactory(name=name)

    return make


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("norrmed", "Norrmed Instrument AB"),
        ("NORRMED", "Norrmed Instrument AB"),
        ("instr", "Norrmed Instrument AB"),
        ("handskar", "Undersökningshandskar i nitril"),
        ("handske", "Undersökningshandskar i nitril"),
        ("nitril undersökning", "Undersökningshandskar i nitril"),
        ("upphandlingar", "Upphandling Sverige AB"),
        ("upphandlingen", "Offentliga upphandlingar AB"),
        ("ångström", "Ångström & Söner"),
        ("angstrom", "Ångström & Söner"),
        ("söner, ångström!", "Ångström & Söner"),
        ('"söner i borås"', "Ek & Söner i Borås"),
        ("ek", "Ek & Söner i Borås"),
        ("100%", "100% Ull AB"),
        ("a_b", "A_B Teknik"),
        ("l'oréal", "L'Oreal Sverige"),
        ("och söner", "Ångström & Söner"),
    ],
)
def test_found(named, typed, name):
    named(name)
    assert found(typed) == {name}


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ek", "Kirurgteknek AB"),
        ("bilar", "Automobilia AB"),
        ("norrmed papper", "Norrmed Instrument AB"),
        ("norrmed -instrument", "Norrmed Instrument AB"),
        ('"instrument norrmed"', "Norrmed Instrument AB"),
        ("10_0", "1000 Ull AB"),
        ("%", "Norrmed Instrument AB"),
        ("--", "Norrmed Instrument AB"),
    ],
)
def test_not_found(named, typed, name):
    named(name)
    assert found(typed) == set()


def test_no_text_leaves_the_list_as_it_is(named):
    named("Ett", "Två")
    assert found("") == {"Ett", "Två"}


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Norrmedd", "Norrmed Instrument AB"),
        ("nrrmed", "Norrmed Instrument AB"),
        ("norremd", "Norrmed Instrument AB"),
        ("instumment norrmed", "Norrmed Instrument AB"),
        ("Åkreby", "Åkerby Livs AB"),
        ("läkemdel", "Östervik Läkemedel AB"),
        ("getnge", "Getinge Sverige AB"),
    ],
)
def test_typing_errors_are_forgiven(named, typed, name):
    named(name, "Fjällpapper AB")
    keys = closest(Supplier.objects.all(), typed, NAMES)
    assert list(Supplier.objects.filter(pk__in=keys).values_list("name", flat=True)) == [name]


def test_the_likest_comes_first(named):
    named("Normedia AB", "Norrmed AB")
    names = [Supplier.objects.get(pk=key).name for key in closest(Supplier.objects.all(), "norrmedd", NAMES)]
    assert names == ["Norrmed AB", "Normedia AB"]


def test_a_list_shows_the_like_only_where_nothing_matches(named):
    named("Fjällpapper AB", "Fjälpapper AB")

    def listed(text: str) -> set[str]:
        rows = matching_or_closest(Supplier.objects.all(), text, NAMES)
        return set(rows.values_list("name", flat=True))

    assert listed("fjälpapper") == {"Fjälpapper AB"}
    assert listed("fjelpapper") == {"Fjällpapper AB", "Fjälpapper AB"}
    assert listed("!") == set()


def by_number(identifiers=None) -> Fields:
    rows = SupplierIdentifier.objects.all() if identifiers is None else identifiers
    return Fields(names=("name",), through=(Through(rows, "supplier", Fields(numbers=("value",))),))


@pytest.mark.parametrize("typed", ["559999-9017", "5599999017", "559999 9017", "9999-90", "norrmed 559999"])
def test_a_number_is_found_however_it_is_written(typed):
    supplier = SupplierFactory(name="Norrmed AB")
    supplier.identifiers.create(scheme="se_orgnr", value="559999-9017")
    SupplierFactory(name="Annat AB").identifiers.create(scheme="gln", value="7350000000001")
    assert found(typed, by_number()) == {"Norrmed AB"}


@pytest.mark.parametrize("typed", ["17", "559999-9018", "x"])
def test_not_any_figure_is_a_number(typed):
    SupplierFactory(name="Norrmed AB").identifiers.create(scheme="se_orgnr", value="559999-9017")
    assert found(typed, by_number()) == set()


def test_rows_that_may_not_be_read_are_not_found_by():
    SupplierFactory(name="Norrmed AB").identifiers.create(scheme="se_orgnr", value="559999-9017")
    assert found("5599999017", by_number(SupplierIdentifier.objects.none())) == set()
    assert found("norrmed", by_number(SupplierIdentifier.objects.none())) == {"Norrmed AB"}


def test_long_texts_are_found_by_any_form_of_a_word_and_by_the_beginning_of_the_last(named):
    named("Leverantören ska ha rutiner för avvikelser", "Policyåtagande")
    texts = Fields(names=("country",), texts=("name",))
    for typed in ("leverantörer", "rutin avvik", "avvikelsen", "åtaganden"):
        assert len(found(typed, texts)) == 1, typed
    assert found("avvik saknas", texts) == set()


def test_a_keyword_means_rows_that_do_not_say_it(named):
    named("Norrmed AB", "Annat AB")
    fields = Fields(names=("name",), keywords=(Keyword(("prioriterad",), Q(name="Norrmed AB")),))
    assert found("prioriterade", fields) == {"Norrmed AB"}
    assert found("prioriterade norr", fields) == {"Norrmed AB"}
    assert found("prioriterade annat", fields) == set()


def test_a_synonym_finds_what_it_stands_for_and_not_the_other_way_round(named, monkeypatch):
    monkeypatch.setattr(synonyms, "_meant", {})
    synonyms.register({"släckt": ("åtgärdad",), "regional samordnare": ("områdessamordnare",)})
    named("Åtgärdade avvikelser", "Släckt eld", "Områdessamordnare", "Samordnare")
    assert found("släckta") == {"Åtgärdade avvikelser", "Släckt eld"}
    assert found("åtgärdad") == {"Åtgärdade avvikelser"}
    assert found("regional samordnare") == {"Områdessamordnare"}


def test_a_form_of_a_company_need_not_be_there_unless_it_is_all_that_was_typed(named, monkeypatch):
    monkeypatch.setattr(synonyms, "_idle", {"ab"})
    named("Norrmed Aktiebolag", "Fjällpapper AB")
    assert found("norrmed ab") == {"Norrmed Aktiebolag"}
    assert found("ab") == {"Fjällpapper AB"}


def test_words_may_stand_in_the_row_and_behind_it():
    supplier = SupplierFactory(name="Norrmed")
    contract = ContractFactory(supplier=supplier, title="Handskar 7")
    ContractFactory(supplier=supplier, title="Papper")
    behind = Through(Supplier.objects.all(), "pk", NAMES, here="supplier")
    fields = Fields(names=("title",), through=(behind,))
    for typed in ("norrmed handskar", "handskar norr", "norrmed 7", "7 norrmed"):
        assert list(matching(Contract.objects.all(), typed, fields)) == [contract], typed
    assert closest(Contract.objects.all(), "norrmedt handskr", fields) == [contract.pk]


NUMBERS = Through(SupplierIdentifier.objects.all(), "supplier", Fields(numbers=("value",)))
PLANNED = {
    "names": ("norrmed", Supplier, Fields(names=("name", "city")), {"supplier_names"}),
    "two names": ("norrmed umeå", Supplier, Fields(names=("name", "city")), {"supplier_names"}),
    "number": (
        "5599999017",
        Supplier,
        Fields(
            names=("name", "city"),
            through=(Through(SupplierIdentifier.objects.all(), "supplier", Fields(numbers=("value",))),),
        ),
        {"supplier_names", "supplier_identifier_number"},
    ),
    "contract": (
        "RS/4711",
        Contract,
        Fields(names=("title",), numbers=("registration_number",)),
        {"contract_names", "contract_number"},
    ),
    "texts": (
        "rutiner",
        Enquiry,
        Fields(names=("subject",), texts=("question", "answer")),
        {"enquiry_names", "enquiry_texts_words", "enquiry_texts_parts"},
    ),
}


@pytest.mark.parametrize("case", PLANNED)
def test_the_indexes_are_used(case):
    """Whatever is searched by has its index; the planner may still prefer to read a small table."""
    text, model, fields, indexes = PLANNED[case]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    plan = candidates(model.objects.all(), terms_of(text), fields, most=5).explain()
    assert {name for name in indexes if name in plan} == indexes
