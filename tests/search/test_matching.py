"""What is found by what is typed."""

from dataclasses import replace

import pytest
from django.db import connection
from django.db.models import Q

from codeofconduct.models import Contract, Enquiry, Supplier, SupplierIdentifier
from codeofconduct.queries.suppliers import SUPPLIER_NAMES
from portal.search import matching as matching_module
from portal.search import synonyms
from portal.search.matching import Fields, Keyword, Through, candidates, closest, matching, matching_or_closest
from portal.search.terms import terms_of
from tests.factories import ContractFactory, SupplierFactory

pytestmark = pytest.mark.django_db

NAMES = Fields(names=("name",))
NUMBERS = Through(SupplierIdentifier.objects.all(), "supplier", Fields(numbers=("value",)))


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


def test_what_is_excluded_does_not_come_back_as_like_it(named):
    named("Fjällpapper AB", "Fjällpapper HB")
    keys = closest(Supplier.objects.all(), "fjelpapper -hb", NAMES)
    assert list(Supplier.objects.filter(pk__in=keys).values_list("name", flat=True)) == ["Fjällpapper AB"]


def test_the_likest_is_not_lost_among_very_many_that_look_but_little_like_it(named, monkeypatch):
    monkeypatch.setattr(matching_module, "MANY", 2)
    named(*(f"Stockholm {number}" for number in range(6)), "Stockholmsvatten")
    keys = closest(Supplier.objects.all(), "stockholmsvätten", NAMES)
    assert Supplier.objects.get(pk=keys[0]).name == "Stockholmsvatten"


def test_a_list_shows_the_like_only_where_nothing_matches(named):
    named("Fjällpapper AB", "Fjälpapper AB")

    def listed(text: str) -> set[str]:
        rows = matching_or_closest(Supplier.objects.all(), text, NAMES)
        return set(rows.values_list("name", flat=True))

    assert listed("fjälpapper") == {"Fjälpapper AB"}
    assert listed("fjelpapper") == {"Fjällpapper AB", "Fjälpapper AB"}
    assert listed("!") == set()


MERGED = Through(Supplier.objects.filter(merged_into__isnull=False), "merged_into", NAMES)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("papper", {"Papper 0", "Papper 1", "Papper 2", "Storpapper"}),
        ("papper 1", {"Papper 1"}),
        ("papper -stor", {"Papper 0", "Papper 1", "Papper 2"}),
        ("5599", {"Papper 0", "Papper 1", "Papper 2"}),
        ("papper 5599", {"Papper 0", "Papper 1", "Papper 2"}),
        ("5599 -papper", {"Plast"}),
    ],
)
@pytest.mark.parametrize("many", [0, 1, 3, 100])
def test_a_list_holds_the_same_whether_few_or_many_match(named, monkeypatch, typed, names, many):
    """Of many, those that match are asked one by one; of few, their keys are handed over."""
    monkeypatch.setattr(matching_module, "MANY", many)
    named("Papper 0", "Papper 1", "Papper 2", "Plast", "Storpapper")
    numbered = Supplier.objects.exclude(name__in=["Storpapper", *({"Plast"} - names)])
    for place, supplier in enumerate(numbered):
        supplier.identifiers.create(scheme="se_orgnr", value=f"559999-90{place}7")
    fields = Fields(names=("name",), through=(NUMBERS, MERGED))
    listed = list(matching_or_closest(Supplier.objects.all(), typed, fields).values_list("name", flat=True))
    assert sorted(listed) == sorted(names)


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


PLANNED = {
    "names": ("norrmed", Supplier, SUPPLIER_NAMES, {"supplier_names"}),
    "two names": ("norrmed umeå", Supplier, SUPPLIER_NAMES, {"supplier_names"}),
    "number": (
        "5599999017",
        Supplier,
        replace(SUPPLIER_NAMES, through=(NUMBERS,)),
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


@pytest.mark.parametrize("typed", ["norrmdeX", "norrmedt umea"])
def test_what_looks_like_it_is_looked_for_in_the_index(typed):
    """No table is read as a whole: comparing costs more than the planner believes."""
    plans = []

    def explain(execute, sql, params, many, context):
        if "WORD_SIMILARITY" in sql:
            with connection.connection.cursor() as cursor:
                plans.append("\n".join(row[0] for row in cursor.execute(f"EXPLAIN {sql}", params)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        closest(Supplier.objects.all(), typed, SUPPLIER_NAMES)
    assert len(plans) == 1
    assert "supplier_names" in plans[0]
    assert "Seq Scan" not in plans[0]


@pytest.mark.parametrize("case", PLANNED)
def test_the_indexes_are_used(case):
    """Whatever is searched by has its index; the planner may still prefer to read a small table, or one row by another."""
    text, model, fields, indexes = PLANNED[case]
    with connection.cursor() as cursor:
        for other in ("seqscan", "indexscan", "indexonlyscan", "nestloop"):
            cursor.execute(f"SET LOCAL enable_{other} = off")
    plan = candidates(model.objects.all(), terms_of(text), fields, most=5).explain()
    assert {name for name in indexes if name in plan} == indexes
