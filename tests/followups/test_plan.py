"""The plan: candidates are chosen with a reason, agreed from both sides, and become follow-ups."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from followups.actions.plan import (
    agree_candidate,
    agree_plan,
    draw_up_plan,
    open_planned,
)
from followups.models import Candidate, FollowUp, FollowUpPlan
from portal import clock
from regions.models import Region
from tests.factories import CategoryFactory, ClauseVersionFactory, SupplierFactory, system
from tests.followups.pages import page
from tests.followups.plans import (
    BY,
    CallFactory,
    answered,
    candidate_of,
    contract_of,
    decide,
    owned_by,
    region_in_group,
)

pytestmark = pytest.mark.django_db
MILLION = 100_000_000


@pytest.fixture(autouse=True)
def _on_a_day(settings):
    settings.PORTAL_NOW = "2026-11-02T09:00"


# --- the choice and its reason


def test_a_decision_without_a_reason_is_refused_by_form_action_and_database(client_of, secretariat):
    candidate = candidate_of(contract_of("23"))
    answer = client_of(secretariat).post(
        page("candidate-decide", candidate), {"is_chosen": "no", "reason": " ", "version": "1"}
    )
    assert list(answer.context["form"].errors) == ["reason"]
    with pytest.raises(ValidationError):
        decide(candidate, is_chosen=False, reason="  ")
    with pytest.raises(IntegrityError), transaction.atomic():
        Candidate.objects.filter(pk=candidate.pk).update(
            is_chosen=False, reason=" \n", decided_at=clock.now(), decided_by=system()
        )
    candidate.refresh_from_db()
    assert candidate.is_chosen is None


def test_the_secretariat_chooses_and_plans(client_of, secretariat, buyer):
    candidate = candidate_of(contract_of("23"))
    data = {
        "is_chosen": "yes",
        "reason": "Störst risk.",
        "lead_region": "23",
        "handler": buyer.public_id,
        "kind": "factory_audit",
        "planned_on": "2027-09-10",
        "is_month": "on",
        "is_unannounced": "on",
        "version": "1",
    }
    assert client_of(secretariat).post(page("candidate-decide", candidate), data).status_code == 302
    candidate.refresh_from_db()
    assert (candidate.is_chosen, candidate.reason, candidate.decided_by.user) == (True, "Störst risk.", secretariat)
    assert (candidate.lead_region.code, candidate.handler, candidate.kind) == ("23", buyer, "factory_audit")
    assert (candidate.planned_on, candidate.is_month, candidate.is_unannounced) == (date(2027, 9, 30), True, True)
    assert "september 2027" in client_of(secretariat).get(page("candidate-detail", candidate)).text
    lost = client_of(secretariat).post(page("candidate-decide", candidate), {**data, "reason": "Min text"})
    assert lost.status_code == 409
    assert "Min text" in lost.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("planned_on", "2020-01-01"),
        ("handler", "neighbour"),
        ("lead_region", "99"),
        ("kind", "kontroll"),
        ("is_chosen", ""),
    ],
)
def test_what_is_wrong_in_a_choice_is_said_at_its_field(client_of, secretariat, buyer, neighbour, field, value):
    candidate = candidate_of(contract_of("23"))
    value = neighbour.public_id if value == "neighbour" else value
    data = {"is_chosen": "yes", "reason": "Ja", "lead_region": "23", "kind": "office_audit", "version": "1"}
    answer = client_of(secretariat).post(page("candidate-decide", candidate), {**data, field: value})
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    candidate.refresh_from_db()
    assert candidate.is_chosen is None


def test_who_sees_and_decides_what(client_of, secretariat, area_coordinator, buyer, neighbour, reader, person):
    foreign = person("area_coordinator", "B")
    owned_by(CategoryFactory(), *area_coordinator.access.groups)
    candidate = candidate_of(contract_of("23", yearly_value_ore=7 * MILLION))
    detail, edit = page("candidate-detail", candidate), page("candidate-decide", candidate)
    statuses = {
        user: (client_of(user).get(detail).status_code, client_of(user).get(edit).status_code)
        for user in (secretariat, area_coordinator, foreign, buyer, neighbour, reader)
    }
    assert statuses == {
        secretariat: (200, 200),
        area_coordinator: (200, 200),
        foreign: (404, 404),
        buyer: (404, 404),
        neighbour: (404, 404),
        reader: (404, 404),
    }
    decide(candidate, reason="Kanariefågel")
    agree_plan(by=BY, plan=candidate.plan)
    shown = client_of(buyer).get(detail)
    assert shown.status_code == 200
    assert "Kanariefågel" not in shown.text
    assert "7 000 000" not in shown.text.replace("\xa0", " ")
    assert client_of(buyer).get(edit).status_code == 403
    assert client_of(neighbour).get(detail).status_code == 404
    plan_page = client_of(neighbour).get(page("plan-detail", candidate.plan))
    assert (plan_page.status_code, plan_page.context["page"].rows) == (200, [])
    assert client_of(reader).get(page("plan-detail", candidate.plan)).status_code == 404


def test_the_list_is_ranked_narrowed_and_bounded(client_of, secretariat, area_coordinator):
    gloves = CategoryFactory(name="Handskar")
    call = CallFactory(categories=[CategoryFactory(), gloves])
    owned_by(gloves, *area_coordinator.access.groups)
    client, counts = client_of(secretariat), []
    for number in (1, 2):
        answered(call, "23", *[contract_of("23", yearly_value_ore=MILLION * 10**each) for each in range(number)])
        plan = draw_up_plan(by=BY, call=call)
        with CaptureQueriesContext(connection) as found:
            client.get(page("plan-detail", plan))
        counts.append(len(found))
    assert counts[0] == counts[1]
    answered(call, "25", contract_of("25", category=gloves))
    draw_up_plan(by=BY, call=call)
    rows = client.get(page("plan-detail", plan)).context["page"].rows
    points = [row.candidate.points for row in rows]
    assert points == sorted(points, reverse=True)
    decide(rows[0].candidate, is_chosen=False)
    for query, count in (
        ({"choice": "undecided"}, len(rows) - 1),
        ({"choice": "not-chosen"}, 1),
        ({"choice": "chosen"}, 0),
        ({"choice": "unagreed"}, 1),
        ({"group": "A"}, 1),
        ({"category": gloves.public_id}, 1),
        ({"choice": "\x00", "group": "Ö"}, len(rows)),
    ):
        assert len(client.get(page("plan-detail", plan), query).context["page"].rows) == count, query
    seen = client_of(area_coordinator).get(page("plan-detail", plan)).context["page"].rows
    assert [row.candidate.category for row in seen] == [gloves]


# --- agreed from both sides


def test_both_sides_agree_and_what_changes_is_agreed_anew(client_of, secretariat, area_coordinator):
    owned_by(CategoryFactory(), *area_coordinator.access.groups)
    candidate = candidate_of(contract_of("23"))
    plan, staff, coordinator = candidate.plan, client_of(secretariat), client_of(area_coordinator)
    with pytest.raises(ValidationError):
        agree_plan(by=secretariat, plan=plan)
    with pytest.raises(ValidationError):
        agree_candidate(by=area_coordinator, candidate=candidate)
    decide(candidate, kind="")
    with pytest.raises(ValidationError):
        agree_plan(by=secretariat, plan=plan)
    with pytest.raises(ValidationError):
        agree_candidate(by=area_coordinator, candidate=candidate)
    decide(candidate)
    assert staff.post(page("candidate-agree", candidate)).status_code == 403
    assert coordinator.post(page("candidate-agree", candidate)).status_code == 302
    assert coordinator.post(page("plan-agree", plan)).status_code == 403
    assert staff.post(page("plan-agree", plan)).status_code == 302
    candidate.refresh_from_db()
    plan.refresh_from_db()
    assert (candidate.agreed_by.user, plan.agreed_by.user) == (area_coordinator, secretariat)
    decide(candidate, handler=secretariat, reason="En annan motivering.")
    candidate.refresh_from_db()
    assert candidate.agreed_at
    decide(candidate, planned_on=date(2027, 10, 1))
    candidate.refresh_from_db()
    plan.refresh_from_db()
    assert (candidate.agreed_at, candidate.agreed_by, plan.agreed_at, plan.agreed_by) == (None, None, None, None)


def test_a_coordinator_agrees_the_groups_candidates_at_once_and_no_others(
    client_of, area_coordinator, person, secretariat
):
    person("area_coordinator", "B")
    gloves = CategoryFactory(name="Handskar")
    owned_by(CategoryFactory(), *area_coordinator.access.groups)
    owned_by(gloves, person("area_coordinator", "B").access.memberships[0].group_id)
    call = CallFactory(categories=[CategoryFactory(), gloves])
    answered(call, "23", contract_of("23"), contract_of("23"), contract_of("23", category=gloves))
    plan = draw_up_plan(by=BY, call=call)
    for number, candidate in enumerate(plan.candidates.order_by("pk")):
        decide(candidate, is_chosen=number != 1)
    client = client_of(area_coordinator)
    group_url = reverse("followups:plan-agree-group", args=[plan.public_id, "A"])
    assert client.post(reverse("followups:plan-agree-group", args=[plan.public_id, "B"])).status_code == 403
    assert client_of(secretariat).post(group_url).status_code == 403
    assert client.post(group_url).status_code == 302
    assert set(plan.candidates.agreed().values_list("category__name", "agreed_by__user")) == {
        ("Kirurgiska instrument", area_coordinator.pk)
    }
    assert plan.candidates.agreed().count() == 2


def test_staff_agree_for_a_group_that_nobody_coordinates(client_of, secretariat, buyer):
    candidate = candidate_of(contract_of("23"))
    decide(candidate)
    agree_plan(by=secretariat, plan=candidate.plan)
    assert client_of(buyer).post(page("candidate-agree", candidate)).status_code == 403
    assert client_of(secretariat).post(page("candidate-agree", candidate)).status_code == 302
    candidate.refresh_from_db()
    assert candidate.agreed_by.user == secretariat


# --- the follow-ups


def test_follow_ups_are_created_once_with_what_was_planned(client_of, secretariat, buyer):
    supplier = SupplierFactory()
    candidate = candidate_of(
        contract_of("23", supplier=supplier),
        contract_of("25", supplier=supplier, clause_version=ClauseVersionFactory(name="2016")),
    )
    plan, staff = candidate.plan, client_of(secretariat)
    decide(candidate, handler=buyer, is_unannounced=True)
    staff.post(page("plan-open", plan))
    assert not FollowUp.objects.exists()
    staff.post(page("plan-agree", plan))
    staff.post(page("plan-open", plan))
    assert not FollowUp.objects.exists()
    staff.post(page("candidate-agree", candidate))
    assert page("plan-open", plan) in staff.get(page("plan-detail", plan)).text
    for _turn in range(2):
        assert staff.post(page("plan-open", plan)).status_code == 302
    assert page("plan-open", plan) not in staff.get(page("plan-detail", plan)).text
    follow_up = FollowUp.objects.get()
    candidate.refresh_from_db()
    assert candidate.follow_up == follow_up
    assert follow_up.submission == candidate.submission
    assert (follow_up.supplier, follow_up.category, follow_up.clause_version.name) == (
        supplier,
        candidate.category,
        "2023",
    )
    assert (follow_up.lead_region.code, follow_up.handler, follow_up.planned_on) == ("23", buyer, date(2027, 9, 1))
    assert follow_up.is_unannounced
    assert {contract.region.code for contract in follow_up.contracts.all()} == {"23", "25"}
    assert staff.get(page("candidate-decide", candidate)).status_code == 403
    with pytest.raises(ValidationError):
        decide(candidate, is_chosen=False)
    assert page("candidate-detail", candidate) in staff.get(page("follow-up-detail", follow_up)).text


def test_a_candidate_whose_contracts_have_ended_is_told_and_not_opened(secretariat):
    contract = contract_of("23")
    candidate = candidate_of(contract)
    decide(candidate)
    agree_candidate(by=secretariat, candidate=candidate)
    agree_plan(by=secretariat, plan=candidate.plan)
    contract.ends_on = clock.today() - timedelta(days=1)
    contract.save(update_fields=["ends_on"])
    done = open_planned(by=secretariat, plan=candidate.plan)
    assert (done.opened, done.waiting, list(done.empty)) == (0, 0, [candidate])
    assert not FollowUp.objects.exists()


def test_the_plan_is_drawn_up_from_the_calls_page_by_the_secretariat_alone(client_of, secretariat, area_coordinator):
    call = CallFactory()
    answered(call, "23", contract_of("23"))
    url = page("plan-draw-up", call)
    assert client_of(area_coordinator).post(url).status_code == 403
    for _turn in range(2):
        client_of(secretariat).post(url)
    assert FollowUpPlan.objects.get().candidates.count() == 1
    listed = client_of(secretariat).get(reverse("followups:call-list"))
    assert [(row.year, tally.candidates) for row, tally in listed.context["rows"]] == [(2027, 1)]


def test_queries_of_a_candidate_do_not_grow_with_its_contracts(client_of, secretariat):
    supplier, call, counts = SupplierFactory(), CallFactory(), []
    for codes in (["23"], ["25", "12"]):
        for code in codes:
            answered(call, code, contract_of(code, supplier=supplier), contract_of(code, supplier=supplier))
        candidate = draw_up_plan(by=BY, call=call).candidates.get()
        with CaptureQueriesContext(connection) as found:
            client_of(secretariat).get(page("candidate-detail", candidate))
        counts.append(len(found))
    assert counts[0] == counts[1]
    assert Region.objects.count() == 3


def test_a_group_of_regions_is_read_but_not_decided_by_its_coordinator(client_of, area_coordinator):
    """Candidates of categories that another group answers for: seen once chosen and agreed, never decided."""
    region_in_group("23", *area_coordinator.access.groups)
    candidate = candidate_of(contract_of("23"))
    assert client_of(area_coordinator).get(page("candidate-detail", candidate)).status_code == 404
    decide(candidate)
    agree_plan(by=BY, plan=candidate.plan)
    assert client_of(area_coordinator).get(page("candidate-detail", candidate)).status_code == 200
    assert client_of(area_coordinator).get(page("candidate-decide", candidate)).status_code == 403
