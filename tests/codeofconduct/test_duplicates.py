"""Suppliers that are likely the same are found; two are made one without losing anything."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.functional import Promise

from codeofconduct.actions.contracts import register_contract
from codeofconduct.actions.duplicates import dismiss_suspicion, merge_suppliers, note_suspicions
from codeofconduct.actions.suppliers import add_contact, add_identifier, register_supplier
from codeofconduct.enums import Scheme
from codeofconduct.models import Contract, DuplicateSuspicion, Facility, Supplier, SupplierContact, SupplyLink
from codeofconduct.queries.duplicates import likely_like, likely_pairs, moving_of, references, suspicions
from followups.models import FollowUp
from portal.files.actions import store_file
from portal.history.models import SystemActor
from portal.history.queries import Ever, changes_of
from tests.codeofconduct.factories_suppliers import (
    CommitmentFactory,
    ContactFactory,
    FacilityFactory,
    IdentifierFactory,
    SupplyLinkFactory,
)
from tests.factories import (
    CategoryFactory,
    ClauseVersionFactory,
    ContractFactory,
    RegionFactory,
    SupplierFactory,
    system,
)
from tests.followups.factories import FollowUpFactory

pytestmark = pytest.mark.django_db
BY = SystemActor("test")
PERSON = "811228-9874"


@pytest.mark.parametrize(
    ("one", "other", "are_alike"),
    [
        ("Norrmed Instrument AB", "NORRMED INSTRUMENT Aktiebolag (publ)", True),
        ("Norrmed Instrument AB", "Normed Instrument AB", True),
        ("Ångströms Bageri HB", "Angstroms Bageri", True),
        ("Kemi-Tek Oy", "Kemi Tek Ltd", True),
        ("Norrmed Instrument AB", "Norrmed Textil AB", False),
        ("Fjällpapper AB", "Åkerby Livs AB", False),
        ("AB", "HB", False),
    ],
)
def test_names_are_compared_without_legal_form_and_marks(one, other, are_alike):
    first = SupplierFactory(name=one)
    SupplierFactory(name=other)
    assert bool(likely_pairs([first.pk])) is are_alike


def test_same_address_is_a_reason_and_the_same_street_elsewhere_is_not():
    first = SupplierFactory(name="Alfa AB", street="Storgatan 1", postal_code="831 31", city="Östersund")
    second = SupplierFactory(name="Beta AB", street="STORGATAN 1", postal_code="83131")
    third = SupplierFactory(name="Gamma AB", street="Storgatan 1", city="Ostersund")
    SupplierFactory(name="Delta AB", street="Storgatan 1", postal_code="111 22", city="Stockholm")
    found = likely_pairs([first.pk])
    assert [(pair.second, pair.by_name, pair.by_address) for pair in found] == [
        (second.pk, False, True),
        (third.pk, False, True),
    ]


def test_names_and_streets_are_looked_up_in_their_indexes_while_the_register_is_new():
    """Twenty thousand suppliers are imported in one transaction, of which the planner knows nothing yet."""
    SupplierFactory.create_batch(300, street="Storgatan 1", city="Åre")
    keys = list(Supplier.objects.values_list("pk", flat=True)[:50])
    with CaptureQueriesContext(connection) as queries:
        likely_pairs(keys)
    settings, statement, _again = [each["sql"] for each in queries if "SAVEPOINT" not in each["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(settings)
        cursor.execute(f"EXPLAIN {statement}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert ("supplier_core_name_likeness" in plan, "supplier_street" in plan) == (True, True)
    assert "Seq Scan on codeofconduct_supplier " not in plan


def test_an_address_of_very_many_does_not_fill_the_work_list():
    suppliers = [SupplierFactory(name=f"{chr(65 + n) * 8} AB", street="Box 1", city="Åre") for n in range(13)]
    pairs = likely_pairs([suppliers[-1].pk])
    assert [pair.first for pair in pairs] == [supplier.pk for supplier in suppliers[:10]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((Scheme.ORGANISATION_NUMBER, "559999-9017", ""), (Scheme.VAT, "SE559999901701", "")),
        ((Scheme.FOREIGN_REGISTER, "914 791 723", "NO"), (Scheme.FOREIGN_REGISTER, "914791723", "NO")),
        ((Scheme.VAT, "FI20774740", ""), (Scheme.FOREIGN_REGISTER, "2077474-0", "FI")),
    ],
)
def test_numbers_that_say_the_same_are_a_reason(one, other):
    first, second = SupplierFactory(name="Alfa AB"), SupplierFactory(name="Beta AB")
    for supplier, (scheme, value, country) in ((first, one), (second, other)):
        IdentifierFactory(supplier=supplier, scheme=scheme, value=value, country=country)
    assert [(pair.second, pair.by_number) for pair in likely_pairs([first.pk])] == [(second.pk, True)]


def test_what_is_registered_is_compared_and_dismissed_stays_dismissed(secretariat):
    register_supplier(by=BY, name="Norrmed Instrument AB")
    second = register_supplier(by=BY, name="Normed Instrument AB")
    suspicion = DuplicateSuspicion.objects.get()
    assert (suspicion.by_name, suspicion.by_address, suspicion.likeness > 60) == (True, False, True)
    dismiss_suspicion(by=secretariat, suspicion=suspicion)
    assert note_suspicions(by=BY, suppliers=[second]) == 0
    assert list(suspicions(secretariat)) == []
    assert DuplicateSuspicion.objects.get().dismissed_by.user == secretariat


def test_a_pair_is_told_with_the_reasons_of_today(secretariat):
    first = register_supplier(by=BY, name="Norrmed Instrument AB", organisation_number="559999-9017")
    second = register_supplier(by=BY, name="Normed Instrument AB")
    add_identifier(by=BY, supplier=second, scheme=Scheme.VAT, value="SE559999901701")
    (pair,) = suspicions(secretariat)
    assert (pair.first, pair.second, pair.by_number, pair.by_name) == (first, second, True, True)


@pytest.mark.parametrize("count", [1, 3])
def test_likely_ones_take_the_same_queries(buyer, django_assert_num_queries, count):
    for number in range(count):
        SupplierFactory(name=f"Ek {number}", is_sole_trader=True, street="Åvägen 2", city="Åre")
    likely_like(buyer, name="Zeta AB")
    with django_assert_num_queries(7):
        likely_like(buyer, name="Zeta AB", street="Åvägen 2", city="Åre")


def test_a_sole_traders_number_and_address_are_no_reason_for_others(secretariat, buyer):
    trader = register_supplier(by=BY, name="Vera Ek", organisation_number=PERSON, street="Åvägen 2", city="Åre")
    entered = {"name": "Zeta AB", "street": "Åvägen 2", "city": "Åre", "numbers": [(Scheme.VAT, "SE811228987401")]}
    assert [each.supplier for each in likely_like(secretariat, **entered)] == [trader]
    assert likely_like(buyer, **entered) == []
    (found,) = likely_like(buyer, **entered | {"name": "Vera Ek"})
    assert (found.by_name, found.by_number, found.by_address) == (True, False, False)


def test_a_merge_moves_everything_and_can_be_read(secretariat):
    keep, gone = SupplierFactory(name="Norrmed AB"), SupplierFactory(name="Normed", street="Storgatan 1")
    contract = ContractFactory(supplier=gone, region=RegionFactory())
    follow_up = FollowUpFactory(supplier=gone)
    rows = [
        contract,
        follow_up,
        IdentifierFactory(supplier=gone),
        ContactFactory(supplier=gone),
        CommitmentFactory(supplier=gone),
        FacilityFactory(supplier=gone),
    ]
    daughter = SupplierFactory(parent=gone)
    merged_before = SupplierFactory()
    merge_suppliers(by=secretariat, keep=gone, gone=merged_before)

    merge_suppliers(by=secretariat, keep=keep, gone=gone)

    for row in (*rows, daughter, merged_before, gone, keep):
        row.refresh_from_db()
    assert {row.supplier for row in rows} == {keep}
    assert (daughter.parent, merged_before.merged_into, gone.merged_into) == (keep, keep, keep)
    assert (gone.merged_by.user, keep.street) == (secretariat, "Storgatan 1")
    told = changes_of(Ever(Contract, supplier=gone)).rows[0].fields
    assert [(field.before, field.after) for field in told] == [("Normed", "Norrmed AB")]


def test_every_reference_to_a_supplier_is_known():
    """A new foreign key to suppliers moves by itself; one that a merge must not move has to be said here."""
    assert {f"{field.model._meta.label}.{field.name}" for field in references()} == {
        "codeofconduct.Contract.supplier",
        "codeofconduct.Facility.supplier",
        "codeofconduct.SupplierCommitment.supplier",
        "codeofconduct.SupplierContact.supplier",
        "codeofconduct.SupplierIdentifier.supplier",
        "followups.Candidate.supplier",
        "followups.ExternalResult.supplier",
        "followups.FollowUp.supplier",
        "followups.Reuse.supplier",
    }


def test_every_key_to_a_supplier_moves_or_is_known_to_be_settled_otherwise():
    """Those that `references` leaves out: groups, merges, and the work list, each with a rule of its own."""
    keys = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if not hasattr(model, "pgh_tracked_model")
        for field in model._meta.get_fields()
        if field.concrete and field.related_model is Supplier
    }
    settled = {"Supplier.parent", "Supplier.merged_into", "DuplicateSuspicion.first", "DuplicateSuspicion.second"}
    moved = {f"{field.model._meta.label}.{field.name}" for field in references()}
    assert keys == moved | {f"codeofconduct.{name}" for name in settled}


@pytest.mark.parametrize("model", [Supplier, Facility])
def test_the_history_has_words_for_what_a_merge_changes(model):
    assert [field for field in references(model) if not isinstance(field.verbose_name, Promise)] == []


def test_a_commitment_of_both_is_one_with_the_document(secretariat):
    keep, gone = SupplierFactory(), SupplierFactory()
    stored = store_file(by=BY, name="kod.pdf", content=b"%PDF", media_type="application/pdf")
    kept, other = CommitmentFactory(supplier=keep), CommitmentFactory(supplier=gone, document=stored)
    later = CommitmentFactory(supplier=gone, committed_on=date(2025, 1, 1))
    assert [(kind.count, kind.there) for kind in moving_of(keep, gone)] == [(2, 1)]
    merge_suppliers(by=secretariat, keep=keep, gone=gone)
    assert list(keep.commitments.all()) == [later, kept]
    kept.refresh_from_db()
    assert kept.document == stored
    assert list(gone.commitments.all()) == [other]


def test_a_contact_of_both_is_one_and_the_other_row_stays(secretariat):
    keep, gone = SupplierFactory(), SupplierFactory()
    kept = ContactFactory(supplier=keep, email="Eva@x.example", ended_on=date(2025, 1, 1))
    other = ContactFactory(supplier=gone, email="eva@x.example", telephone="063-1")
    merge_suppliers(by=secretariat, keep=keep, gone=gone)
    kept.refresh_from_db()
    other.refresh_from_db()
    assert (kept.telephone, kept.ended_on, other.supplier) == ("063-1", None, gone)
    assert list(SupplierContact.objects.filter(supplier=keep)) == [kept]


def test_a_facility_of_both_is_one_with_both_chains(secretariat):
    keep, gone = SupplierFactory(), SupplierFactory()
    kept = FacilityFactory(supplier=keep, os_id="CN2021250D1DTN7", is_confidential=False)
    other = FacilityFactory(supplier=gone, os_id="CN2021250D1DTN7")
    contract = ContractFactory(supplier=gone)
    same = SupplyLinkFactory(contract=contract, facility=kept, tier=2)
    link = SupplyLinkFactory(contract=contract, facility=other, tier=1)
    child = SupplyLinkFactory(contract=contract, tier=3, parent=same, facility=FacilityFactory(supplier=gone))
    merge_suppliers(by=secretariat, keep=keep, gone=gone)
    kept.refresh_from_db()
    assert kept.is_confidential
    assert list(SupplyLink.objects.filter(contract=contract).order_by("tier")) == [link, child]
    assert (SupplyLink.objects.get(pk=link.pk).facility, SupplyLink.objects.get(pk=child.pk).parent) == (kept, link)
    assert Facility.objects.get(pk=other.pk).supplier == gone


def test_suspicions_follow_the_kept_one(secretariat):
    keep, gone, third, fourth = (SupplierFactory() for _number in range(4))
    for first, second in ((keep, gone), (keep, third), (gone, third), (gone, fourth)):
        DuplicateSuspicion.objects.create(first=first, second=second, by_name=True, created_by=system())
    merge_suppliers(by=secretariat, keep=keep, gone=gone)
    assert {(each.first, each.second) for each in suspicions(secretariat)} == {(keep, third), (keep, fourth)}


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        ({"gone": "top"}, {"keep": "top"}),
        ({"keep": "gone"}, {"keep": None}),
        ({"gone": "keep"}, {"keep": None}),
        ({"gone": "top", "middle": "gone", "keep": "middle"}, {"keep": "top", "middle": "keep"}),
        ({"keep": "top", "middle": "keep", "gone": "middle"}, {"keep": "top", "middle": "keep"}),
    ],
)
def test_groups_are_joined_without_a_circle(secretariat, parents, expected):
    names = {name: SupplierFactory(name=name) for name in ("keep", "gone", "middle", "top")}
    for child, parent in parents.items():
        Supplier.objects.filter(pk=names[child].pk).update(parent=names[parent])
    merge_suppliers(by=secretariat, keep=names["keep"], gone=names["gone"])
    found = {child: Supplier.objects.get(pk=names[child].pk).parent for child in expected}
    assert {child: parent and parent.name for child, parent in found.items()} == expected


def test_what_can_t_be_merged_is_refused_and_nothing_moves(secretariat):
    keep, gone, third = SupplierFactory(), SupplierFactory(), SupplierFactory()
    with pytest.raises(ValidationError) as refused:
        merge_suppliers(by=secretariat, keep=keep, gone=keep)
    assert refused.value.code == "itself"
    merge_suppliers(by=secretariat, keep=keep, gone=gone)
    for one, other in ((third, gone), (gone, third)):
        with pytest.raises(ValidationError) as refused:
            merge_suppliers(by=secretariat, keep=one, gone=other)
        assert refused.value.code == "merged"
    assert set(Supplier.objects.current()) == {keep, third}


def test_no_row_comes_to_a_merged_supplier_by_any_path(secretariat):
    keep, gone = SupplierFactory(), SupplierFactory()
    merge_suppliers(by=secretariat, keep=keep, gone=gone)
    stray = ContractFactory(supplier=keep)
    for write in (
        lambda: ContractFactory(supplier=gone),
        lambda: Contract.objects.filter(pk=stray.pk).update(supplier=gone),
        lambda: ContactFactory(supplier=gone),
        lambda: FacilityFactory(supplier=gone),
        lambda: IdentifierFactory(supplier=gone),
        lambda: CommitmentFactory(supplier=gone),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def together(*calls) -> list[object]:
    """Run the calls at once; what each returned or raised."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        except ValidationError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


@pytest.mark.django_db(transaction=True)
def test_two_merges_at_once_into_each_other_are_one(secretariat):
    one, other = SupplierFactory(), SupplierFactory()
    answers = together(
        lambda: merge_suppliers(by=secretariat, keep=one, gone=other),
        lambda: merge_suppliers(by=secretariat, keep=other, gone=one),
    )
    assert sorted(isinstance(answer, ValidationError) for answer in answers) == [False, True]
    assert Supplier.objects.current().count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(3))
def test_what_is_registered_during_a_merge_is_with_the_kept_one_or_refused(secretariat, turn):
    keep, gone, category, clause = SupplierFactory(), SupplierFactory(), CategoryFactory(), ClauseVersionFactory()
    region = RegionFactory()
    told = {"title": "Nytt", "clause_version": clause, "starts_on": date(2026, 1, 1), "ends_on": date(2027, 1, 1)}
    together(
        lambda: merge_suppliers(by=secretariat, keep=keep, gone=gone),
        lambda: register_contract(by=secretariat, region=region, supplier=gone, categories=[category], **told),
        lambda: add_contact(by=secretariat, supplier=gone, name="Eva", email="eva@x.example"),
    )
    gone.refresh_from_db()
    assert gone.merged_into == keep
    assert (gone.contracts.count(), gone.contacts.count(), FollowUp.objects.filter(supplier=gone).count()) == (0, 0, 0)
