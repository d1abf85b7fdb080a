"""Reusing and joining, taken back, shown and reminded of."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from codeofconduct.models import Contract
from codeofconduct.queries.categories import prioritised_categories
from followups.actions.reuse import join_follow_up, reuse_result, withdraw_reuse
from followups.models import (
    FollowUp,
    FollowUpContract,
    OpenedAnyway,
    Reuse,
    ReuseContract,
)
from followups.queries.reuse import existing_for
from followups.reminders.reuse import due, open_among, text
from followups.reusing import age_in_months, months_after
from portal import clock
from portal.outbox.models import Message
from tests.factories import ClauseVersionFactory, ContractFactory, RegionFactory, system
from tests.followups.factories import FollowUpFactory
from tests.followups.pages import SUBMISSION, in_days, page
from tests.followups.reuse_things import OFFICE, ExternalResultFactory, audited

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


def test_only_own_contracts_can_be_chosen(client_of, buyer, mine):
    theirs = ContractFactory(region=RegionFactory(code="25"), supplier=mine.supplier)
    follow_up = audited(supplier=mine.supplier)
    typed = {"submission": SUBMISSION, "contracts": [theirs.public_id], "valid_until_on": in_days(90)}
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
        join_follow_up(by=buyer, follow_up=audited(supplier=mine.supplier), contracts=[mine], avoided_kind=OFFICE)
    basic = FollowUpFactory(supplier=mine.supplier, clause_version=ClauseVersionFactory(name="2019", level="basic"))
    with pytest.raises(ValidationError):
        join_follow_up(by=buyer, follow_up=basic, contracts=[mine], avoided_kind=OFFICE)
    with pytest.raises(IntegrityError), transaction.atomic():
        join_follow_up(by=buyer, follow_up=FollowUpFactory(), contracts=[mine], avoided_kind=OFFICE)
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
    (reuse,) = reused(buyer, mine, follow_up, valid_until_on=clock.today() + timedelta(days=10))
    (found,) = due(clock.today())
    assert (found.recipient, found.step, found.public_id, found.due_on) == (
        buyer,
        "-14",
        reuse.public_id,
        reuse.valid_until_on,
    )
    subject, body = text(found)
    assert mine.supplier.name in subject
    assert f"supplier={mine.supplier.public_id}" in body
    assert open_among([reuse.public_id]) == {reuse.public_id}
    withdraw_reuse(by=buyer, reuse=reuse, version=reuse.version, reason="Slut")
    assert list(due(clock.today())) == []
    assert open_among([reuse.public_id]) == set()


def test_nobody_is_reminded_for_contracts_that_have_ended(buyer, mine):
    reused(buyer, mine, audited(supplier=mine.supplier), valid_until_on=clock.today() + timedelta(days=2))
    Contract.objects.update(starts_on=date(2019, 1, 1), ends_on=clock.today() - timedelta(days=1))
    assert list(due(clock.today())) == []


# --- Months


@given(st.dates(date(2000, 1, 1), date(2060, 12, 31)), st.integers(1, 120))
def test_so_many_months_later_is_that_many_months_of_age(day, months):
    later = months_after(day, months)
    assert age_in_months(day, later + timedelta(days=3)) >= months
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
