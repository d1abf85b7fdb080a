"""What the money's room is told of the work that it pays for."""

from datetime import date, timedelta

import pytest

from codeofconduct.models import CategoryPriority, ContractParty, PriorityPeriod
from followups.enums.follow_ups import State
from followups.models import FollowUp, FollowUpContract, StateChange
from funding.outside import Reach, RegionWork, Spending, work
from portal import clock
from tests.factories import CategoryFactory, ContractFactory, RegionFactory, system
from tests.followups.audit_factories import AuditFactory
from tests.followups.factories import FollowUpFactory
from tests.followups.reuse_things import StandardCostFactory, audited
from tests.followups.test_reuse import reused

pytestmark = pytest.mark.django_db
TODAY = clock.today()
YEAR_AGO = TODAY - timedelta(days=365)


def begin(follow_up, state=State.AUDITED):
    FollowUp.objects.filter(pk=follow_up.pk).update(state=state)
    StateChange.objects.create(follow_up=follow_up, source=State.PLANNED, target=state, created_by=system())
    return follow_up


def take_part(follow_up, contract):
    FollowUpContract.objects.create(follow_up=follow_up, contract=contract, created_by=system())


def test_a_region_led_took_part_and_was_spared(secretariat):
    StandardCostFactory()
    led, beside, apart = (RegionFactory(code=code) for code in ("23", "25", "01"))
    contract = ContractFactory(region=beside)
    ContractParty.objects.create(contract=contract, region=apart)
    follow_up = begin(FollowUpFactory(lead_region=led, supplier=contract.supplier))
    take_part(follow_up, contract)
    begin(FollowUpFactory(lead_region=beside), State.ABORTED)
    FollowUpFactory(lead_region=beside)
    own = ContractFactory(region=led)
    reused(secretariat, own, audited(supplier=own.supplier, lead_region=apart))
    found = work().by_region(YEAR_AGO, TODAY)
    assert found[led.pk] == RegionWork(contracts=1, follow_ups=1, led=1, avoided=1, avoided_ore=8_500_000)
    assert found[beside.pk] == RegionWork(contracts=1, follow_ups=1)
    assert (found[apart.pk].contracts, found[apart.pk].avoided) == (1, 0)
    assert work().by_region(YEAR_AGO, TODAY - timedelta(days=1))[led.pk].follow_ups == 0


def test_what_audits_cost_is_told_by_category_region_and_kind():
    follow_up = FollowUpFactory(category=CategoryFactory(name="Kirurgi"), lead_region=RegionFactory(code="23"))
    AuditFactory(
        follow_up=follow_up, carried_out=-10, invoice_number="F", invoiced_on=TODAY, actual_ore=500, price_ore=9
    )
    AuditFactory(follow_up=follow_up, price_ore=300)
    AuditFactory(follow_up=follow_up, price_ore=7, payer="supplier")
    assert work().spending(TODAY.year) == [
        Spending("Kirurgi", follow_up.lead_region_id, "office", "kontorsrevision", 1, 1, 0, 500, 500, TODAY.month),
        Spending("Kirurgi", follow_up.lead_region_id, "office", "kontorsrevision", 1, 0, 0, 300, 0, None),
    ]
    assert work().spending(TODAY.year - 2) == []


def test_a_pair_of_supplier_and_prioritised_category_is_covered_by_a_recent_follow_up():
    assert work().reach(TODAY) == Reach(targets=0, covered=0, months=36, audit_ore=None)
    above = CategoryFactory(name="Textil")
    below = CategoryFactory(name="Lakan", parent=above)
    period = PriorityPeriod.objects.create(
        valid_from=date(2023, 1, 1), valid_to=TODAY - timedelta(days=9), created_by=system()
    )
    CategoryPriority.objects.create(period=period, category=above)
    # A period whose list is still empty decides nothing.
    PriorityPeriod.objects.create(
        valid_from=TODAY - timedelta(days=8), valid_to=TODAY + timedelta(days=900), created_by=system()
    )
    done, due = ContractFactory(category=below), ContractFactory(category=below)
    ContractFactory(category=CategoryFactory(name="Annat"))
    begin(FollowUpFactory(supplier=done.supplier, category=below))
    FollowUpFactory(supplier=due.supplier, category=below)
    # The average is that of the invoices: 150 and a half, in whole öre.
    for number, ore in (("F", 100), ("G", 201)):
        AuditFactory(carried_out=-10, invoice_number=number, invoiced_on=TODAY, actual_ore=ore, price_ore=9)
    assert work().reach(TODAY) == Reach(targets=2, covered=1, months=36, audit_ore=150)
    later = clock.today() + timedelta(days=4 * 365)
    assert work().reach(later).covered == 0
