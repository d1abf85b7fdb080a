"""The pages of a follow-up, as each role meets them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from codeofconduct.models import CategoryPriority, PriorityPeriod
from followups.enums.follow_ups import State
from followups.models import Finding, FollowUp
from portal import clock
from tests.factories import CategoryFactory, ContractFactory, RegionFactory, SupplierFactory, system
from tests.followups.factories import (
    CorrectiveActionFactory,
    EvidenceFactory,
    FindingFactory,
    FollowUpFactory,
)
from tests.followups.pages import SUBMISSION, in_days, page

pytestmark = pytest.mark.django_db
LIST = reverse("followups:follow-up-list")
OPEN = reverse("followups:follow-up-open")


# --- Who gets which answer ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["follow-up-detail", "follow-up-assign", "follow-up-share", "follow-up-move", "finding-submit"]
)
def test_neighbour_and_stranger_get_404(name, client_of, follow_up, neighbour, stranger, reader):
    for user in (neighbour, stranger, reader):
        assert client_of(user).get(page(name, follow_up)).status_code == 404
        assert client_of(user).post(page(name, follow_up)).status_code in {404, 405}


@pytest.mark.parametrize("name", ["finding-edit", "action-add"])
def test_neighbour_gets_404_on_a_finding(name, client_of, finding, neighbour):
    assert client_of(neighbour).get(page(name, finding)).status_code == 404


@pytest.mark.parametrize("name", ["follow-up-move", "finding-submit", "follow-up-assign", "follow-up-share"])
def test_who_may_only_read_gets_403(name, client_of, neighbour):
    follow_up = FollowUpFactory(contracts=["23"], sharing_tier="regions")
    assert client_of(neighbour).get(page("follow-up-detail", follow_up)).status_code == 200
    assert client_of(neighbour).get(page(name, follow_up)).status_code == 403


@pytest.mark.parametrize("name", ["follow-up-assign", "follow-up-share"])
def test_buyer_works_in_it_but_does_not_coordinate(name, client_of, follow_up, buyer):
    assert client_of(buyer).post(page(name, follow_up)).status_code == 403


def test_opening_is_the_secretariats_and_a_buyer_sees_what_exists(client_of, buyer, reader, stranger, secretariat):
    assert client_of(stranger).get(OPEN).status_code == 404
    assert client_of(reader).get(OPEN).status_code == 403
    assert client_of(buyer).get(OPEN).status_code == 200
    assert client_of(buyer).post(OPEN).status_code == 403
    assert client_of(secretariat).get(OPEN).status_code == 200


def test_stranger_has_no_list(client_of, stranger):
    assert client_of(stranger).get(LIST).status_code == 404


def test_methods(client_of, finding, secretariat):
    client = client_of(secretariat)
    action = CorrectiveActionFactory(finding=finding)
    assert client.post(LIST).status_code == 405
    assert client.post(page("follow-up-detail", finding.follow_up)).status_code == 405
    assert client.delete(page("follow-up-assign", finding.follow_up)).status_code == 405
    assert client.get(page("action-done", action)).status_code == 405
    assert client.post(page("evidence-download", EvidenceFactory(finding=finding))).status_code == 405


def test_file_is_for_those_who_see_the_finding(client_of, finding, buyer, neighbour, stranger, secretariat):
    evidence = EvidenceFactory(finding=finding)
    url = page("evidence-download", evidence)
    assert client_of(neighbour).get(url).status_code == client_of(stranger).get(url).status_code == 404
    answer = client_of(buyer).get(url)
    assert b"".join(answer.streaming_content) == b"%PDF hemligt"
    assert answer["Content-Disposition"].startswith("attachment")
    FollowUp.objects.update(sharing_tier="regions", shared_at=clock.now(), shared_by=finding.created_by)
    shared = client_of(neighbour).get(url)
    assert b"".join(shared.streaming_content) == b"%PDF hemligt"


# --- The list ---------------------------------------------------------------------------------------------------


def names(answer):
    return [row.follow_up.supplier.name for row in answer.context["page"].rows]


def test_list_is_in_swedish_order_and_leaks_nothing(client_of, buyer):
    for name in ("Östervik", "Ängsvik", "Zeta", "Åkerby"):
        FollowUpFactory(supplier__name=name, contracts=["23"])
    FollowUpFactory(supplier__name="Grannens", lead_region=RegionFactory(code="25"), contracts=["25"])
    answer = client_of(buyer).get(LIST)
    assert names(answer) == ["Zeta", "Åkerby", "Ängsvik", "Östervik"]
    assert "Grannens" not in answer.text


def test_list_is_narrowed_by_its_query_string(client_of, secretariat, buyer):
    late = FollowUpFactory(supplier__name="Sen", contracts=["23"], handler=buyer)
    CorrectiveActionFactory(finding=FindingFactory(follow_up=late), days=-1)
    other = FollowUpFactory(
        supplier__name="Annan", category=CategoryFactory(name="Livsmedel"), state="audited", contracts=["25"]
    )
    client = client_of(secretariat)
    for query, expected in {
        "attention=late": ["Sen"],
        "attention=unassigned": ["Annan"],
        "attention=soon": [],
        "state=audited": ["Annan"],
        f"category={other.category.public_id}": ["Annan"],
        "region=25": ["Annan"],
        "mine=on": [],
        "": ["Annan", "Sen"],
    }.items():
        assert names(client.get(f"{LIST}?{query}")) == expected, query
    assert names(client_of(buyer).get(f"{LIST}?mine=on")) == ["Annan", "Sen"]


@pytest.mark.parametrize(
    "query", ["state=x", "category=%00", "region=99999999999999", "after=%ED%A0%80", "attention=" + "x" * 9999]
)
def test_odd_query_strings_narrow_nothing(query, client_of, follow_up, secretariat):
    answer = client_of(secretariat).get(f"{LIST}?{query}")
    assert answer.status_code == 200
    assert len(names(answer)) == 1


def test_list_is_paged_both_ways(client_of, secretariat):
    suppliers = [f"Leverantör {number:02}" for number in range(23)]
    for name in reversed(suppliers):
        FollowUpFactory(supplier__name=name, state="audited")
    client = client_of(secretariat)
    first = client.get(f"{LIST}?state=audited")
    assert names(first) == suppliers[:20]
    second = client.get(LIST + first.context["page"].next_url)
    assert (names(second), second.context["page"].next_url) == (suppliers[20:], "")
    back = client.get(LIST + second.context["page"].previous_url)
    assert (names(back), back.context["page"].previous_url) == (suppliers[:20], "")


def test_pages_do_not_ask_more_for_more(client_of, secretariat, django_assert_num_queries):
    """The log-in takes 2 of them and the access 1."""
    client = client_of(secretariat)
    follow_up = None
    for rows in (1, 3):
        while FollowUp.objects.count() < rows:
            follow_up = FollowUpFactory(contracts=["23", "25"])
        while Finding.objects.filter(follow_up=follow_up).count() < rows:
            extra = FindingFactory(follow_up=follow_up)
            CorrectiveActionFactory(finding=extra)
            EvidenceFactory(finding=extra)
        with django_assert_num_queries(8):
            client.get(LIST)
        with django_assert_num_queries(31):
            client.get(page("follow-up-detail", follow_up))


# --- Opening and planning -----------------------------------------------------------------------------------------


@pytest.fixture
def opening(db):
    """A contract in a prioritised category, and what the second step sends."""
    contract = ContractFactory(region=RegionFactory(code="23"))
    category = CategoryFactory()
    period = PriorityPeriod.objects.create(valid_from=clock.today(), created_by=system())
    CategoryPriority.objects.create(category=category, period=period)
    return contract, {
        "submission": SUBMISSION,
        "category": category.public_id,
        "contracts": [contract.public_id],
        "clause_version": contract.clause_version.public_id,
        "lead_region": "23",
        "planned_on": in_days(30),
    }


def test_secretariat_opens_assigns_and_plans(client_of, secretariat, buyer, opening):
    contract, values = opening
    client = client_of(secretariat)
    answer = client.post(f"{OPEN}?supplier={contract.supplier.public_id}", values)
    follow_up = FollowUp.objects.get()
    assert answer.url == page("follow-up-assign", follow_up)
    assert list(follow_up.contracts.all()) == [contract]
    plan = {"version": 1, "handler": buyer.public_id, "planned_on": in_days(20)}
    assert client.post(answer.url, plan).url == page("follow-up-detail", follow_up)
    follow_up.refresh_from_db()
    assert (follow_up.handler, follow_up.planned_on.isoformat()) == (buyer, in_days(20))


def test_the_supplier_is_looked_for_and_tells_what_was_done(client_of, secretariat):
    norrmed = SupplierFactory(name="Norrmed Instrument AB")
    FollowUpFactory.create_batch(2, supplier=norrmed)
    SupplierFactory(name="Fjällpapper AB")
    hits = client_of(secretariat).get(OPEN, {"q": "norrmed"}).context["page"].rows
    assert [(supplier.name, supplier.n_follow_ups) for supplier in hits] == [("Norrmed Instrument AB", 2)]
    assert len(client_of(secretariat).get(OPEN).context["page"].rows) == 2


@pytest.mark.parametrize("supplier", ["", "finnsinte", "\x00"])
def test_without_a_known_supplier_one_is_chosen(client_of, secretariat, supplier):
    answer = client_of(secretariat).get(OPEN, {"supplier": supplier})
    assert (answer.status_code, bool(answer.context["form"].errors)) == (200, bool(supplier))
    assert answer.context["page"].rows == []


def test_choosing_a_supplier_takes_the_same_queries_for_many(client_of, secretariat):
    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            client_of(secretariat).get(OPEN)
        return len(queries)

    SupplierFactory()
    counted()
    first = counted()
    FollowUpFactory.create_batch(3)
    assert counted() == first


@pytest.mark.parametrize(
    ("field", "value"),
    [("contracts", []), ("planned_on", in_days(-1)), ("lead_region", "99"), ("category", "x"), ("submission", "x")],
)
def test_wrong_opening_opens_nothing(field, value, client_of, secretariat, opening):
    contract, values = opening
    answer = client_of(secretariat).post(f"{OPEN}?supplier={contract.supplier.public_id}", values | {field: value})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not FollowUp.objects.exists()


def test_other_suppliers_contract_cannot_take_part(client_of, secretariat, opening):
    contract, values = opening
    stranger = ContractFactory(supplier=SupplierFactory())
    answer = client_of(secretariat).post(
        f"{OPEN}?supplier={contract.supplier.public_id}", values | {"contracts": [stranger.public_id]}
    )
    assert "contracts" in answer.context["form"].errors
    assert not FollowUp.objects.exists()


def test_only_the_lead_regions_people_can_be_assigned(client_of, secretariat, follow_up, neighbour):
    answer = client_of(secretariat).post(
        page("follow-up-assign", follow_up), {"version": 1, "handler": neighbour.public_id}
    )
    assert "handler" in answer.context["form"].errors


def test_second_planner_gets_a_comparison(client_of, secretariat, follow_up, buyer):
    FollowUp.objects.update(planned_on=clock.today() + timedelta(days=5), version=2)
    answer = client_of(secretariat).post(
        page("follow-up-assign", follow_up), {"version": 1, "handler": buyer.public_id, "planned_on": in_days(9)}
    )
    assert answer.status_code == 409
    follow_up.refresh_from_db()
    assert follow_up.handler is None
    assert answer.context["form"]["version"].value() == "2"


def test_secretariat_shares_and_the_neighbour_sees(client_of, secretariat, neighbour, finding):
    client_of(secretariat).post(page("follow-up-share", finding.follow_up), {"version": 1, "tier": "regions"})
    assert "Spärrad nödutgång" in client_of(neighbour).get(page("follow-up-detail", finding.follow_up)).text


def test_public_cannot_be_chosen(client_of, secretariat, follow_up):
    answer = client_of(secretariat).post(page("follow-up-share", follow_up), {"version": 1, "tier": "public"})
    assert "tier" in answer.context["form"].errors


def test_buyer_takes_a_step_but_does_not_close(client_of, buyer, follow_up):
    client, url = client_of(buyer), page("follow-up-move", follow_up)
    assert client.post(url, {"version": 1, "target": "self_assessment_sent"}).status_code == 302
    follow_up.refresh_from_db()
    assert follow_up.state == State.SELF_ASSESSMENT_SENT
    assert "target" in client.post(url, {"version": 2, "target": "aborted", "reason": "Skäl"}).context["form"].errors
    assert "reason" in client.post(url, {"version": 2, "target": "audited", "reason": " "}).context["form"].errors


@pytest.mark.parametrize(
    ("name", "typed"),
    [("follow-up-share", {"tier": "regions"}), ("follow-up-move", {"target": "aborted", "reason": "Dubblett"})],
)
def test_a_decision_on_what_is_no_longer_so_is_asked_for_again(client_of, secretariat, follow_up, name, typed):
    """Meanwhile someone moved it on: neither shared nor aborted unseen, and what was typed is kept."""
    FollowUp.objects.update(state=State.AUDITED, version=2)
    client, url = client_of(secretariat), page(name, follow_up)
    answer = client.post(url, {"version": 1, **typed})
    assert answer.status_code == 409
    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.sharing_tier) == (State.AUDITED, "concerned")
    form = answer.context["form"]
    assert {field: form[field].value() for field in typed} == typed
    assert client.post(url, {"version": form["version"].value(), **typed}).status_code == 302
