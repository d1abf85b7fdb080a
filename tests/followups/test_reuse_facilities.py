"""What exists about the facilities of a supplier's chain, and that nobody learns of one that is not for them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from codeofconduct.models import Facility
from followups.actions.reuse import reuse_result
from followups.queries.reuse import existing_for
from portal import clock
from tests.codeofconduct.factories_suppliers import FacilityFactory, SupplyLinkFactory
from tests.factories import ContractFactory, RegionFactory, SupplierFactory
from tests.followups.audit_factories import AuditFactory
from tests.followups.factories import CorrectiveActionFactory, FindingFactory, FollowUpFactory
from tests.followups.reuse_things import ExternalResultFactory

pytestmark = pytest.mark.django_db
FACTORY = "factory_audit"


@pytest.fixture
def mine(buyer):
    """The buyer's contract, whose chain is known."""
    return ContractFactory(region=RegionFactory(code="23"), title="Instrument JH")


@pytest.fixture
def works(mine):
    """A confidential facility of another supplier that serves the buyer's contract."""
    facility = FacilityFactory(supplier=SupplierFactory(name="Smedjan"), name="Sialkotverket")
    SupplyLinkFactory(contract=mine, facility=facility)
    return facility


def audited_at(*facilities, **facts):
    """A closed follow-up, shared, with a factory audit at each of the facilities: the first of them made last."""
    follow_up = FollowUpFactory(state="closed", **{"sharing_tier": "regions", **facts})
    for number, facility in enumerate(facilities):
        AuditFactory(follow_up=follow_up, kind="factory", facility=facility, carried_out=-10 * (number + 1))
    return follow_up


def seen(user, contract, kind=FACTORY):
    return [(each.result, each.facts.via, each.via) for each in existing_for(user, contract.supplier, kind)]


def test_a_factory_audit_at_a_facility_of_the_chain_can_be_reused(buyer, mine, works):
    follow_up = audited_at(works, supplier=works.supplier)
    (found,) = existing_for(buyer, mine.supplier, FACTORY)
    assert (found.result, found.facts.via, found.via) == (follow_up, "facility", "Sialkotverket")
    assert (found.may_reuse, found.reusable_for) == (True, [mine])
    assert not existing_for(buyer, mine.supplier, "office_audit")[0].may_reuse


def test_a_factory_audit_elsewhere_says_nothing_of_the_facility(buyer, mine, works):
    elsewhere = FacilityFactory(supplier=works.supplier)
    follow_up = audited_at(elsewhere, supplier=works.supplier)
    (found,) = existing_for(buyer, mine.supplier, FACTORY)
    assert (found.result, found.facts.via, found.may_reuse) == (follow_up, "chain", False)
    result = ExternalResultFactory(supplier=works.supplier, facility=elsewhere, method=FACTORY)
    for refused in (follow_up, result):
        with pytest.raises(ValidationError) as error:
            reuse_result(
                by=buyer,
                submission=uuid4(),
                supplier=mine.supplier,
                result=refused,
                contracts=[mine],
                avoided_kind=FACTORY,
                valid_until_on=clock.today() + timedelta(days=30),
            )
        assert error.value.code == "not_reusable"


def test_of_several_audits_the_one_at_the_facility_counts(buyer, mine, works):
    audited_at(FacilityFactory(supplier=works.supplier), works, supplier=works.supplier)
    (found,) = existing_for(buyer, mine.supplier, FACTORY)
    assert (found.may_reuse, found.facts.done_on) == (True, clock.today() - timedelta(days=20))


@pytest.mark.parametrize("by", ["finding", "audit"])
def test_a_finding_or_an_audit_says_which_facility_it_is_about(buyer, mine, works, by):
    other = FacilityFactory(supplier=works.supplier, name="Lahoreverket")
    SupplyLinkFactory(contract=mine, facility=other)
    made = {}
    for facility in (works, other):
        made[facility] = FollowUpFactory(supplier=works.supplier, state="audited", sharing_tier="regions")
        if by == "finding":
            CorrectiveActionFactory(finding=FindingFactory(follow_up=made[facility], facility=facility))
        else:
            AuditFactory(follow_up=made[facility], kind="factory", facility=facility, booked=5)
    assert set(seen(buyer, mine)) == {
        (made[works], "facility", "Sialkotverket"),
        (made[other], "facility", "Lahoreverket"),
    }


def test_suppliers_with_the_same_facility_show_and_their_audits_count_for_nobody_else(buyer, mine, works):
    theirs = ContractFactory(region=mine.region, supplier=SupplierFactory(name="Annan AB"))
    SupplyLinkFactory(contract=theirs, facility=works)
    own = FacilityFactory(supplier=theirs.supplier)
    beside = audited_at(own, supplier=theirs.supplier)
    follow_up = audited_at(own, supplier=theirs.supplier)
    assert seen(buyer, mine) == []
    follow_up.contracts.through.objects.create(follow_up=follow_up, contract=theirs, created_by=beside.created_by)
    (found,) = existing_for(buyer, mine.supplier, FACTORY)
    assert (found.result, found.facts.via, found.via) == (follow_up, "chain", "Sialkotverket")
    assert (found.may_reuse, found.may_join, bool(found.why_not)) == (False, False, True)


def test_nobody_learns_of_a_facility_that_is_not_for_them(client_of, buyer, neighbour, secretariat, mine, works):
    """The neighbour has a contract with the supplier too, but sees neither the other contract nor its chain."""
    ContractFactory(region=RegionFactory(code="25"), supplier=mine.supplier)
    follow_up = audited_at(works, supplier=works.supplier)
    CorrectiveActionFactory(finding=FindingFactory(follow_up=follow_up, facility=works))
    theirs = ContractFactory(region=RegionFactory(code="25"), supplier=SupplierFactory(name="Annan AB"))
    through = FollowUpFactory(supplier=theirs.supplier, sharing_tier="regions")
    through.contracts.through.objects.create(follow_up=through, contract=theirs, created_by=follow_up.created_by)
    SupplyLinkFactory(contract=theirs, facility=FacilityFactory(supplier=works.supplier, name="Hemliga verket"))
    assert [each[0] for each in seen(buyer, mine)] == [follow_up]
    assert seen(neighbour, mine) == []
    Facility.objects.filter(pk=works.pk).update(is_confidential=False)
    assert seen(neighbour, mine) == []
    SupplyLinkFactory(contract=theirs, facility=works)
    assert {each[0] for each in seen(secretariat, mine)} == {follow_up, through}
    assert [each[0] for each in seen(buyer, mine)] == [follow_up]


def test_queries_do_not_grow_with_facilities(buyer, mine, works):
    def counted():
        with CaptureQueriesContext(connection) as queries:
            existing_for(buyer, mine.supplier, FACTORY)
        return len(queries)

    follow_up = audited_at(works, supplier=works.supplier)
    FindingFactory(follow_up=follow_up, facility=works)
    counted()
    few = counted()
    for _turn in range(2):
        facility = FacilityFactory(supplier=SupplierFactory())
        SupplyLinkFactory(contract=mine, facility=facility)
        theirs = ContractFactory(region=mine.region)
        SupplyLinkFactory(contract=theirs, facility=facility)
        FindingFactory(follow_up=audited_at(facility, supplier=facility.supplier), facility=facility)
        through = audited_at(supplier=theirs.supplier)
        through.contracts.through.objects.create(follow_up=through, contract=theirs, created_by=through.created_by)
    assert len(existing_for(buyer, mine.supplier, FACTORY)) == 5
    assert counted() == few
