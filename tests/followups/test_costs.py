"""What audits cost, summed in the database."""

from datetime import date

import pytest

from followups.enums.audits import Payer
from followups.queries.costs import CATEGORY, KIND, PAYER, REGION, YEAR, Cost, costs_by, priced
from portal import clock
from tests.factories import CategoryFactory, RegionFactory
from tests.followups.audit_factories import AuditFactory
from tests.followups.factories import FollowUpFactory

pytestmark = pytest.mark.django_db
THIS_YEAR = clock.today().year


def paid(ore, days=-10, **values):
    day = clock.today()
    return AuditFactory(
        carried_out=days, invoice_number="F", invoiced_on=day, actual_ore=ore, price_ore=999_999_999, **values
    )


def test_an_invoice_counts_instead_of_the_price_and_an_audit_without_either_is_told():
    follow_up = FollowUpFactory()
    paid(5_000_001, follow_up=follow_up)
    AuditFactory(follow_up=follow_up, price_ore=300)
    AuditFactory(follow_up=follow_up)
    assert costs_by(YEAR, priced()) == [Cost(THIS_YEAR, 3, 1, 1, 5_000_301, 5_000_001)]


def test_sums_are_told_apart_by_category_region_and_kind():
    here = FollowUpFactory(category=CategoryFactory(name="A"), lead_region=RegionFactory(code="23"))
    there = FollowUpFactory(category=CategoryFactory(name="B"), lead_region=RegionFactory(code="25"))
    paid(100, follow_up=here)
    paid(40, follow_up=there)
    paid(2, follow_up=there)
    sums = {what: {cost.key: cost.actual_ore for cost in costs_by(what, priced())} for what in (CATEGORY, REGION, KIND)}
    assert sums == {
        CATEGORY: {here.category_id: 100, there.category_id: 42},
        REGION: {here.lead_region_id: 100, there.lead_region_id: 42},
        KIND: {"office": 142},
    }


def test_what_the_supplier_pays_is_not_the_cooperations_cost():
    follow_up = FollowUpFactory()
    paid(100, follow_up=follow_up)
    paid(7, follow_up=follow_up, payer="supplier")
    assert [cost.actual_ore for cost in costs_by(YEAR, priced())] == [100]
    assert {cost.key: cost.actual_ore for cost in costs_by(PAYER, priced(payer=None))} == {
        Payer.COOPERATION: 100,
        Payer.SUPPLIER: 7,
    }


def test_a_cancelled_audit_counts_only_where_it_was_invoiced():
    ended = {"cancelled_at": clock.now(), "cancel_reason": "Inställd"}
    follow_up = FollowUpFactory()
    first = AuditFactory(follow_up=follow_up, price_ore=500, cancelled_by=follow_up.created_by, **ended)
    assert costs_by(YEAR, priced()) == []
    first.invoice_number, first.invoiced_on, first.actual_ore = "F", clock.today(), 80
    first.save()
    assert [cost.expected_ore for cost in costs_by(YEAR, priced())] == [80]


def test_the_year_is_that_of_the_invoice():
    follow_up = FollowUpFactory()
    AuditFactory(
        follow_up=follow_up,
        ordered_on=date(2024, 11, 1),
        carried_out_on=date(2024, 12, 20),
        carried_out_at=clock.now(),
        carried_out_by=follow_up.created_by,
        invoice_number="F",
        invoiced_on=date(2025, 1, 10),
        actual_ore=9,
    )
    assert [cost.key for cost in costs_by(YEAR, priced())] == [2025]
    assert costs_by(YEAR, priced(years=[2024])) == []


def test_what_a_kind_has_cost_is_that_of_its_invoices():
    follow_up = FollowUpFactory()
    paid(100, follow_up=follow_up)
    paid(201, follow_up=follow_up)
    AuditFactory(follow_up=follow_up, price_ore=10_000)
    [cost] = costs_by(KIND, priced(payer=None))
    assert (cost.key, cost.invoiced, cost.actual_ore) == ("office", 2, 301)
