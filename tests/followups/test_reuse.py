"""Reuse before work: what exists, what may be relied on and why not, and the record of it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from codeofconduct.models import Contract, Supplier
from codeofconduct.queries.categories import prioritised_categories
from followups.actions.costs import decide_rules
from followups.actions.reuse import join_follow_up, reuse_result, withdraw_reuse
from followups.models import (
    Audit,
    CorrectiveAction,
    FollowUp,
    FollowUpContract,
    OpenedAnyway,
    Reuse,
    ReuseContract,
    ReuseRules,
)
from followups.queries.reuse import existing_for
from followups.reminders.reuse import due, open_among, text
from followups.reusing import age_in_months, months_after
from portal import clock
from portal.history.versions import StaleVersionError
from portal.outbox.models import Message
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
        "valid_until": clock.today() + timedelta(days=200),
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
        "valid_until": in_days(90),
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


@pytest.mark.parametrize("valid_until", ["", "inte en dag", in_days(-1), "2999-01-01"])
def test_the_day_must_be_one_that_the_result_lasts(client_of, buyer, mine, valid_until):
    follow_up = audited(supplier=mine.supplier)
    typed = {"submission": SUBMISSION, "contracts": [mine.public_id], "valid_until": valid_until, "note": "Kvar"}
    answer = client_of(buyer).post(page("follow-up-reuse", follow_up), typed)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["valid_until"]
    assert "Kvar" in answer.text
    assert not Reuse.objects.exists()


def test_only_own_contracts_can_be_chosen(client_of, buyer, mine):
    theirs = ContractFactory(region=RegionFactory(code="25"), supplier=mine.supplier)
    follow_up = audited(supplier=mine.supplier)
    typed = {"submission": SUBMISSION, "contracts": [theirs.public_id], "valid_until": in_days(90)}
    answer = client_of(buyer).post(page("follow-up-reuse", follow_up), typed)
    assert list(answer.context["form"].errors) == ["contracts"]
    assert not Reuse.objects.exists()


def test_who_may_not(client_of, buyer, neighbour, reader, area_coordinator, mine):
    hidden = audited(supplier=mine.supplier, contracts=["23"], sharing_tier="concerned")
    assert client_of(neighbour).get(page("follow-up-reuse", hidden)).status_code == 404
    assert client_of(neighbour).get(page("follow-up-join", hidden)).status_code == 404
    shared = audited(supplier=mine.supplier)
    assert client_of(reader).get(page("follow-up-reuse", shared)).status_code == 403
    assert client_of(area_coordinator).get(page("follow-up-reuse", shared)).status_code == 403
    # A neighbour without a contract is told so, and nothing is written.
    answer = client_of(neighbour).post(page("follow-up-reuse", shared), {"submission": SUBMISSION})
    assert answer.status_code == 302
    assert not Reuse.objects.exists()


def test_the_secretariat_reuses_for_several_regions_at_once(secretariat, mine):
    theirs = ContractFactory(region=RegionFactory(code="25"), supplier=mine.supplier)
    follow_up = audited(supplier=mine.supplier)
    reuses = reused(secretariat, mine, follow_up, contracts=[mine, theirs])
    assert sorted(reuse.region.code for reuse in reuses) == ["23", "25"]
    assert Reuse.objects.count() == 2


def test_another_contract_joins_the_reuse_that_is_there(buyer, mine):
    follow_up = audited(supplier=mine.supplier)
    (first,) = reused(buyer, mine, follow_up)
    another = ContractFactory(region=mine.region, supplier=mine.supplier)
    (second,) = reused(buyer, another, follow_up)
    assert first == second
    assert set(first.contracts.all()) == {mine, another}


def test_a_contract_is_spared_one_follow_up_of_a_kind_at_a_time(buyer, mine):
    reused(buyer, mine, audited(supplier=mine.supplier))
    with pytest.raises(ValidationError) as refused:
        reused(buyer, mine, ExternalResultFactory(supplier=mine.supplier))
    assert refused.value.code == "covered"
    assert Reuse.objects.count() == 1


def test_the_rules_are_asked_again_when_it_is_written(buyer, mine):
    old = audited(supplier=mine.supplier, months=40)
    with pytest.raises(ValidationError):
        reused(buyer, mine, old)
    withdrawn = ExternalResultFactory(
        supplier=mine.supplier, withdrawn_at=clock.now(), withdrawn_by=system(), withdrawn_reason="Fel leverantör"
    )
    with pytest.raises(ValidationError):
        reused(buyer, mine, withdrawn)
    assert not Reuse.objects.exists()


def test_the_database_knows_whose_contracts_they_are(buyer, mine):
    (reuse,) = reused(buyer, mine, audited(supplier=mine.supplier))
    for contract in (ContractFactory(region=mine.region), ContractFactory(region=RegionFactory(code="25"))):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReuseContract.objects.create(reuse=reuse, contract=contract, created_by=system())
    with pytest.raises(IntegrityError), transaction.atomic():
        Reuse.objects.filter(pk=reuse.pk).update(external_result=ExternalResultFactory(supplier=mine.supplier))


def test_a_reuse_is_shown_where_it_matters_and_nowhere_else(client_of, buyer, neighbour, mine):
    follow_up = audited(supplier=mine.supplier)
    reused(buyer, mine, follow_up, note="kanarieanteckning")
    pages = [
        reverse("codeofconduct:supplier-detail", args=[mine.supplier.public_id]),
        reverse("codeofconduct:contract-detail", args=[mine.public_id]),
        page("follow-up-detail", follow_up),
        reverse("followups:reuse-list"),
    ]
    for address in pages:
        assert "kanarieanteckning" in client_of(buyer).get(address).text, address
        assert "kanarieanteckning" not in client_of(neighbour).get(address).text, address


# --- Taking it back


def test_a_reuse_is_withdrawn_with_a_reason_and_counts_no_more(client_of, buyer, neighbour, mine):
    (reuse,) = reused(buyer, mine, audited(supplier=mine.supplier))
    address = reverse("followups:reuse-withdraw", args=[reuse.public_id])
    assert client_of(neighbour).get(address).status_code == 404
    answer = client_of(buyer).post(address, {"version": reuse.version, "reason": ""})
    assert list(answer.context["form"].errors) == ["reason"]
    client_of(buyer).post(address, {"version": reuse.version, "reason": "Avtalet sades upp"})
    reuse.refresh_from_db()
    assert (reuse.is_standing, reuse.withdrawn_reason, reuse.withdrawn_by.user) == (False, "Avtalet sades upp", buyer)
    assert not Reuse.objects.standing().exists()
    reused(buyer, mine, reuse.follow_up)  # and can be made anew
    assert Reuse.objects.standing().count() == 1


def test_a_lost_race_keeps_the_reason(client_of, buyer, mine):
    (reuse,) = reused(buyer, mine, audited(supplier=mine.supplier))
    Reuse.objects.update(version=7)
    answer = client_of(buyer).post(
        reverse("followups:reuse-withdraw", args=[reuse.public_id]), {"version": 1, "reason": "Min text"}
    )
    assert answer.status_code == 409
    assert "Min text" in answer.text
    withdraw_reuse(by=buyer, reuse=reuse, version=7, reason="Klart")
    assert withdraw_reuse(by=buyer, reuse=reuse, version=1, reason="Igen").withdrawn_reason == "Klart"


# --- Joining


def test_joining_concerns_the_region_and_tells_who_carries_it_out(client_of, buyer, neighbour, mine):
    follow_up = FollowUpFactory(
        supplier=mine.supplier, lead_region=RegionFactory(code="25"), handler=neighbour, sharing_tier="regions"
    )
    typed = {"contracts": [mine.public_id]}
    for _turn in range(2):
        assert client_of(buyer).post(page("follow-up-join", follow_up), typed).status_code == 302
    assert FollowUpContract.objects.get().contract == mine
    assert FollowUp.objects.get().concerned_regions == {mine.region_id, follow_up.lead_region_id}
    FollowUp.objects.update(sharing_tier="concerned")
    assert FollowUp.objects.visible_to(buyer).exists()
    message = Message.objects.get()
    assert (message.to, follow_up.public_id in message.body, str(mine.region) in message.subject) == (
        neighbour.email,
        True,
        True,
    )


def test_nothing_joins_what_has_ended_or_demands_less(buyer, mine):
    with pytest.raises(ValidationError):
        join_follow_up(by=buyer, follow_up=audited(supplier=mine.supplier), contracts=[mine])
    basic = FollowUpFactory(supplier=mine.supplier, clause_version=ClauseVersionFactory(name="2019", level="basic"))
    with pytest.raises(ValidationError):
        join_follow_up(by=buyer, follow_up=basic, contracts=[mine])
    with pytest.raises(IntegrityError), transaction.atomic():
        join_follow_up(by=buyer, follow_up=FollowUpFactory(), contracts=[mine])
    assert not FollowUpContract.objects.exists()


# --- Opening another all the same


@pytest.fixture
def typed(mine):
    return {
        "submission": SUBMISSION,
        "category": "",
        "contracts": [mine.public_id],
        "clause_version": mine.clause_version.public_id,
        "lead_region": "23",
        "planned_on": "",
        "reason": "",
    }


def test_going_on_needs_a_reason_where_something_exists(client_of, secretariat, mine, typed, prioritised):
    follow_up = audited(supplier=mine.supplier)
    client = client_of(secretariat)
    typed |= {"category": prioritised.public_id}
    answer = client.post(of_supplier(mine.supplier), typed)
    assert list(answer.context["form"].errors) == ["reason"]
    client.post(of_supplier(mine.supplier), typed | {"reason": "Ny fabrik sedan dess"})
    opened = FollowUp.objects.exclude(pk=follow_up.pk).get()
    assert (opened.opened_anyway.reason, opened.opened_anyway.existing) == ("Ny fabrik sedan dess", 1)
    assert "Ny fabrik sedan dess" in client.get(page("follow-up-detail", opened)).text


def test_going_on_needs_none_where_nothing_exists(client_of, secretariat, mine, typed, prioritised):
    client_of(secretariat).post(of_supplier(mine.supplier), typed | {"category": prioritised.public_id})
    assert FollowUp.objects.count() == 1
    assert not OpenedAnyway.objects.exists()


@pytest.fixture
def prioritised(reference_data):
    return prioritised_categories().first()


# --- Reminders


def test_the_region_is_reminded_before_its_reuse_expires(buyer, neighbour, mine):
    follow_up = audited(supplier=mine.supplier)
    (reuse,) = reused(buyer, mine, follow_up, valid_until=clock.today() + timedelta(days=10))
    (found,) = due(clock.today())
    assert (found.recipient, found.step, found.public_id, found.due_on) == (
        buyer,
        "-14",
        reuse.public_id,
        reuse.valid_until,
    )
    subject, body = text(found)
    assert mine.supplier.name in subject
    assert f"supplier={mine.supplier.public_id}" in body
    assert open_among([reuse.public_id]) == {reuse.public_id}
    withdraw_reuse(by=buyer, reuse=reuse, version=reuse.version, reason="Slut")
    assert list(due(clock.today())) == []
    assert open_among([reuse.public_id]) == set()


def test_nobody_is_reminded_for_contracts_that_have_ended(buyer, mine):
    reused(buyer, mine, audited(supplier=mine.supplier), valid_until=clock.today() + timedelta(days=2))
    Contract.objects.update(starts_on=date(2019, 1, 1), ends_on=clock.today() - timedelta(days=1))
    assert list(due(clock.today())) == []


# --- Months


@given(st.dates(date(2000, 1, 1), date(2060, 12, 31)), st.integers(1, 120))
def test_so_many_months_later_is_that_many_months_of_age(day, months):
    later = months_after(day, months)
    assert age_in_months(day, later + timedelta(days=3)) >= months
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
