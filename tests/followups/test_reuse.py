"""Reuse before work: what exists, what may be relied on and why not, and the record of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from codeofconduct.models import Supplier
from followups.actions.costs import decide_rules
from followups.actions.reuse import reuse_result
from followups.models import (
    Audit,
    CorrectiveAction,
    FollowUpContract,
    Reuse,
    ReuseRules,
)
from followups.queries.reuse import existing_for
from followups.reusing import age_in_months, months_after
from portal import clock
from portal.history.versions import StaleVersionError
from tests.codeofconduct.factories_suppliers import FacilityFactory
from tests.factories import ClauseVersionFactory, ContractFactory, RegionFactory, SupplierFactory, system
from tests.followups.factories import CorrectiveActionFactory, FindingFactory, FollowUpFactory
from tests.followups.pages import SUBMISSION, in_days, page
from tests.followups.reuse_things import OFFICE, ExternalResultFactory, StandardCostFactory, audited, months_ago

pytestmark = pytest.mark.django_db
OPEN = reverse("followups:follow-up-open")


def of_supplier(supplier, kind=OFFICE):
    return f"{OPEN}?supplier={supplier.public_id}&kind={kind}"


def only(user, supplier, kind=OFFICE):
    """The one thing that exists for the supplier."""
    (found,) = existing_for(user, supplier, kind)
    return found


def why(user, supplier, kind=OFFICE):
    return only(user, supplier, kind).why_not


@pytest.fixture
def mine(buyer):
    """The buyer's contract with a supplier, under the advanced clause."""
    return ContractFactory(region=RegionFactory(code="23"), title="Instrument JH")


def reused(user, contract, result, **facts):
    defaults = {
        "submission": uuid4(),
        "supplier": contract.supplier,
        "result": result,
        "contracts": [contract],
        "avoided_kind": OFFICE,
        "valid_until_on": clock.today() + timedelta(days=200),
    }
    return reuse_result(by=user, **{**defaults, **facts})


# --- What exists


def test_a_result_of_another_region_that_is_shared_can_be_reused(buyer, mine):
    follow_up = audited(supplier=mine.supplier, lead_region=RegionFactory(code="12"))
    found = only(buyer, mine.supplier)
    assert (found.result, found.may_reuse, found.reusable_for, found.why_not) == (follow_up, True, [mine], "")
    assert found.expires_on == months_after(months_ago(6), 36)


def test_what_is_not_shared_does_not_exist_for_a_neighbour(client_of, buyer, secretariat, mine):
    audited(supplier=mine.supplier, lead_region=RegionFactory(code="12"), sharing_tier="concerned")
    ExternalResultFactory(supplier=mine.supplier, sharing_tier="concerned", summary="hemlig summering")
    assert existing_for(buyer, mine.supplier, OFFICE) == []
    assert len(existing_for(secretariat, mine.supplier, OFFICE)) == 2
    assert "hemlig" not in client_of(buyer).get(of_supplier(mine.supplier)).text


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"months": 40}, "It is too old: {age} months. A result counts for 36 months."),
        ({"state": "aborted"}, "It was aborted, so there is no result."),
    ],
)
def test_why_a_follow_up_cannot_be_reused(buyer, mine, facts, sentence):
    audited(supplier=mine.supplier, **facts)
    with override("en"):
        found = only(buyer, mine.supplier)
    age = age_in_months(months_ago(facts.get("months", 6)), clock.today())
    assert (found.may_reuse, found.why_not) == (False, sentence.format(age=age))


def test_what_is_not_completed_can_be_joined_instead(buyer, mine):
    FollowUpFactory(supplier=mine.supplier, sharing_tier="regions", state="self_assessment_sent")
    found = only(buyer, mine.supplier)
    assert (found.may_reuse, found.may_join, found.joinable_for) == (False, True, [mine])
    assert found.why_not


def test_open_deviations_need_a_dated_action_plan(buyer, mine):
    follow_up = audited(supplier=mine.supplier, state="action_plan_awaited")
    finding = FindingFactory(follow_up=follow_up)
    assert why(buyer, mine.supplier)
    action = CorrectiveActionFactory(finding=finding)
    assert why(buyer, mine.supplier)  # asked for, but not agreed
    CorrectiveAction.objects.filter(pk=action.pk).update(state="accepted")
    assert why(buyer, mine.supplier) == ""


def test_contracts_that_take_part_have_nothing_to_reuse(buyer, mine):
    own = audited(supplier=mine.supplier)
    FollowUpContract.objects.create(follow_up=own, contract=mine, created_by=system())
    assert not only(buyer, mine.supplier).may_reuse
    with pytest.raises(ValidationError):
        reused(buyer, mine, own)


def test_of_several_audits_the_one_counts_that_fits(buyer, mine):
    follow_up = FollowUpFactory(supplier=mine.supplier, sharing_tier="regions", state="audited")
    for number, kind in enumerate(("office", "factory"), start=1):
        day = months_ago(12 // number)
        Audit.objects.create(
            follow_up=follow_up,
            kind=kind,
            facility=FacilityFactory(supplier=mine.supplier),
            number=number,
            scope="both",
            ordered_on=day,
            payer="cooperation",
            payer_by_rule="cooperation",
            booked_at=clock.now(),
            booked_by=system(),
            planned_on=day,
            carried_out_on=day,
            carried_out_at=clock.now(),
            carried_out_by=system(),
            created_by=system(),
        )
    for kind, months in ((OFFICE, 12), ("factory_audit", 6), ("self_assessment", 12)):
        found = only(buyer, mine.supplier, kind)
        assert (found.why_not, found.facts.done_on) == ("", months_ago(months)), kind


def test_terms_at_a_lower_level_do_not_count(buyer, mine):
    basic = ClauseVersionFactory(name="2019", level="basic")
    audited(supplier=mine.supplier, clause_version=basic)
    found = only(buyer, mine.supplier)
    assert (found.may_reuse, bool(found.why_not)) == (False, True)
    lower = ContractFactory(region=mine.region, supplier=mine.supplier, clause_version=basic)
    assert only(buyer, mine.supplier).reusable_for == [lower]


def test_a_method_that_is_not_similar_does_not_count_until_staff_say_so(buyer, admin, mine):
    ExternalResultFactory(supplier=mine.supplier, method="certification")
    assert why(buyer, mine.supplier)
    rules = ReuseRules.objects.all().in_force()
    decide_rules(
        by=admin,
        version=rules.version,
        max_age_months=36,
        group_counts=True,
        pairs=[*rules.pairs, (OFFICE, "certification")],
        reason="Styrgruppen",
    )
    assert why(buyer, mine.supplier) == ""


def test_the_age_is_the_secretariats_to_say(buyer, admin, mine):
    audited(supplier=mine.supplier, months=30)
    assert why(buyer, mine.supplier) == ""
    decide_rules(by=admin, version=0, max_age_months=24, group_counts=True, pairs=[(OFFICE, OFFICE)], reason="Kortare")
    assert why(buyer, mine.supplier)
    with pytest.raises(StaleVersionError):
        decide_rules(by=admin, version=0, max_age_months=12, group_counts=True, pairs=[], reason="Samtidigt")
    assert list(ReuseRules.objects.values_list("version", "max_age_months")) == [(1, 24)]


def test_the_group_counts_while_the_rules_say_so(buyer, admin, mine):
    Supplier.objects.filter(pk=mine.supplier_id).update(parent=(parent := SupplierFactory(name="Moder AB")))
    sister = SupplierFactory(name="Syster AB", parent=parent)
    follow_up = audited(supplier=sister)
    found = only(buyer, mine.supplier)
    assert (found.result, found.via, found.may_reuse, found.may_join) == (follow_up, "Syster AB", True, False)
    decide_rules(by=admin, version=0, max_age_months=36, group_counts=False, pairs=[(OFFICE, OFFICE)], reason="Nej")
    assert why(buyer, mine.supplier)


def test_queries_do_not_grow_with_what_exists(client_of, buyer, mine):
    client = client_of(buyer)

    def counted():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(of_supplier(mine.supplier)).status_code == 200
        return len(queries)

    audited(supplier=mine.supplier)
    ExternalResultFactory(supplier=mine.supplier)
    counted()
    few = counted()
    for _turn in range(2):
        reused(buyer, mine, audited(supplier=mine.supplier), avoided_kind="self_assessment")
        mine = ContractFactory(region=mine.region, supplier=mine.supplier)
        ExternalResultFactory(supplier=mine.supplier)
    assert counted() == few


@pytest.mark.parametrize("query", ["kind=x", "kind=%00", "supplier=%00", "kind=office_audit&supplier=finnsinte"])
def test_odd_query_strings_break_nothing(client_of, buyer, mine, query):
    assert client_of(buyer).get(f"{OPEN}?{query}").status_code == 200
    follow_up = audited(supplier=mine.supplier)
    assert client_of(buyer).get(f"{page('follow-up-reuse', follow_up)}?{query}").status_code == 200


# --- Reusing


def test_a_buyer_reuses_a_result_with_one_click_and_a_confirmation(client_of, buyer, mine):
    cost = StandardCostFactory()
    follow_up = audited(supplier=mine.supplier)
    client = client_of(buyer)
    address = f"{page('follow-up-reuse', follow_up)}?kind={OFFICE}&amp;supplier={mine.supplier.public_id}"
    assert address in client.get(of_supplier(mine.supplier)).text
    form = client.get(address.replace("&amp;", "&"))
    assert form.context["form"]["contracts"].value() == [mine.public_id]
    typed = {
        "submission": SUBMISSION,
        "contracts": [mine.public_id],
        "valid_until_on": in_days(90),
        "note": "Lika villkor",
    }
    for _turn in range(2):
        answer = client.post(address.replace("&amp;", "&"), typed)
        assert answer.status_code == 302
    reuse = Reuse.objects.get()
    assert (reuse.region.code, reuse.follow_up, list(reuse.contracts.all())) == ("23", follow_up, [mine])
    assert (reuse.standard_cost, reuse.standard_cost_ore, reuse.avoided_kind) == (cost, 8_500_000, OFFICE)
    assert reuse.created_by.user == buyer


def test_the_cost_is_frozen(buyer, mine):
    cost = StandardCostFactory()
    (reuse,) = reused(buyer, mine, audited(supplier=mine.supplier))
    cost.amount_ore = 1
    cost.save(update_fields=["amount_ore"])
    reuse.refresh_from_db()
    assert reuse.standard_cost_ore == 8_500_000


@pytest.mark.parametrize("valid_until_on", ["", "inte en dag", in_days(-1), "2999-01-01"])
def test_the_day_must_be_one_that_the_result_lasts(client_of, buyer, mine, valid_until_on):
    follow_up = audited(supplier=mine.supplier)
    typed = {"submission": SUBMISSION, "contracts": [mine.public_id], "valid_until_on": valid_until_on, "note": "Kvar"}
    answer = client_of(buyer).post(page("follow-up-reuse", follow_up), typed)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["valid_until_on"]
    assert "Kvar" in answer.text
    assert not Reuse.objects.exists()
