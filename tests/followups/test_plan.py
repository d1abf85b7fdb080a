"""The plan: candidates are checked, ranked and chosen with a reason, agreed from both sides, and become follow-ups."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from codeofconduct.actions.duplicates import merge_suppliers
from codeofconduct.models import ClauseParameter, RiskAssessment, RiskCell
from followups.actions.plan import (
    agree_candidate,
    agree_plan,
    decide_candidate,
    draw_up_plan,
    open_planned,
    record_clause_terms,
    set_months_past_audit,
)
from followups.enums.plan import Met
from followups.models import Candidate, ClauseTerms, FollowUp, FollowUpPlan
from followups.queries.candidates import bases_of
from followups.ranking import MOST_POINTS, Facts, formula, parts_of, points_of
from portal import clock
from portal.history.versions import StaleVersionError
from regions.models import Region
from tests.factories import CategoryFactory, ClauseVersionFactory, RegionFactory, SupplierFactory, system
from tests.followups.factories import FindingFactory, FollowUpFactory, SeverityFactory
from tests.followups.pages import page
from tests.followups.plans import BY, CallFactory, answered, candidate_of, contract_of, owned_by, region_in_group

pytestmark = pytest.mark.django_db
MILLION = 100_000_000


@pytest.fixture(autouse=True)
def _on_a_day(settings):
    settings.PORTAL_NOW = "2026-11-02T09:00"


def decide(candidate, *, is_chosen=True, **values):
    """As the form does; planned for the autumn by Jämtland Härjedalen unless told otherwise."""
    candidate.refresh_from_db()
    planned = {"lead_region": RegionFactory(code="23"), "kind": "office_audit", "planned_on": date(2027, 9, 1)}
    values = {"reason": "Hög risk och många regioner.", **(planned if is_chosen else {}), **values}
    return decide_candidate(by=BY, candidate=candidate, version=candidate.version, is_chosen=is_chosen, **values)


def settled_assessment(category, level):
    assessment = RiskAssessment.objects.create(
        category=category, assessed_on=date(2026, 1, 1), author="Kansliet", created_by=system()
    )
    RiskCell.objects.create(assessment=assessment, area="environment", stage="processing", level=level)
    assessment.settled_at, assessment.settled_by = clock.now(), system()
    assessment.save()


# --- candidates and their points


def test_candidates_are_suppliers_in_categories_that_regions_named():
    gloves = CategoryFactory(name="Handskar")
    call = CallFactory(categories=[CategoryFactory(), gloves])
    both, alone = SupplierFactory(), SupplierFactory()
    answered(call, "23", contract_of("23", supplier=both), contract_of("23", supplier=both, category=gloves))
    answered(call, "25", contract_of("25", supplier=both), contract_of("25", supplier=alone, category=gloves))
    contract_of("25", supplier=SupplierFactory())
    plan = draw_up_plan(by=BY, call=call)
    found = {(row.supplier, row.category.name): row.facts["regions"] for row in plan.candidates.all()}
    assert found == {
        (both, "Kirurgiska instrument"): 2,
        (both, "Handskar"): 1,
        (alone, "Handskar"): 1,
    }


def test_a_category_below_an_asked_one_counts_for_the_nearest():
    parent = CategoryFactory()
    below = CategoryFactory(name="Engångsinstrument", parent=parent)
    candidate = candidate_of(contract_of("23", category=below), call=CallFactory(categories=[parent]))
    assert candidate.category == parent
    nearest = candidate_of(contract_of("25", category=below), call=CallFactory(year=2028, categories=[parent, below]))
    assert nearest.category == below


@pytest.mark.parametrize(
    ("facts", "points"),
    [
        (Facts(), 20 + 20),
        (Facts(risk="high", regions=5, value_ore=100 * MILLION, severe=1), 100),
        (Facts(risk="high", regions=21, value_ore=900 * MILLION, severe=9), 100),
        (Facts(risk="low", is_under_way=True), 0),
        (Facts(risk="low", value_ore=100 * MILLION - 1, is_under_way=True), 15),
        (Facts(risk="low", regions=3, last_on=date(2026, 1, 1), as_of=date(2027, 1, 1)), 12),
        (Facts(risk="low", last_on=date(2025, 12, 1), as_of=date(2027, 1, 1)), 5),
        (Facts(risk="medium", last_on=date(2023, 11, 30), as_of=date(2027, 1, 1)), 10 + 15),
    ],
)
def test_points_follow_the_formula_and_are_explained(facts, points):
    parts = parts_of(facts)
    assert points_of(facts) == sum(part.points for part in parts) == points
    assert all(0 <= part.points <= part.most and part.known for part in parts)
    assert sum(part.most for part in parts) == MOST_POINTS
    assert [str(term) for term, _counted in formula()] == [str(part.label) for part in parts]
    assert Facts.read(facts.stored()) == facts


def test_what_a_candidate_is_ranked_by():
    category, supplier = CategoryFactory(), SupplierFactory()
    settled_assessment(category, "high")
    audited = FollowUpFactory(supplier=supplier, category=category, state="closed", planned_on=date(2024, 5, 1))
    FindingFactory(follow_up=audited, severity=SeverityFactory(key="severe", is_severe=True))
    candidate = candidate_of(
        contract_of("23", supplier=supplier, yearly_value_ore=20 * MILLION),
        contract_of("25", supplier=supplier, yearly_value_ore=15 * MILLION),
        contract_of("12", supplier=supplier),
    )
    facts = Facts.read(candidate.facts)
    assert (facts.risk, facts.regions, facts.value_ore, facts.unvalued) == ("high", 3, 35 * MILLION, 1)
    assert (facts.last_on, facts.is_under_way, facts.severe) == (date(2024, 5, 1), False, 1)
    assert candidate.points == points_of(facts)


def test_points_tell_nothing_of_follow_ups_in_other_categories_that_are_not_shared():
    supplier, other = SupplierFactory(), CategoryFactory(name="Livsmedel")
    secret = FollowUpFactory(supplier=supplier, category=other, state="closed")
    FindingFactory(follow_up=secret, severity=SeverityFactory(key="severe", is_severe=True))
    candidate = candidate_of(contract_of("23", supplier=supplier))
    assert (candidate.facts["last_on"], candidate.facts["severe"]) == (None, 0)
    FollowUp.objects.filter(pk=secret.pk).update(sharing_tier="regions", shared_at=clock.now(), shared_by=system())
    draw_up_plan(by=BY, call=candidate.plan.call)
    candidate.refresh_from_db()
    assert candidate.facts["severe"] == 1


def test_drawing_up_again_renews_the_undecided_and_keeps_what_a_choice_rested_on():
    call, supplier = CallFactory(), SupplierFactory()
    decided = candidate_of(contract_of("23", supplier=supplier), call=call)
    decide(decided)
    answered(call, "25", contract_of("25", supplier=supplier), contract_of("25"))
    plan = draw_up_plan(by=BY, call=call)
    decided.refresh_from_db()
    assert (plan.candidates.count(), decided.facts["regions"]) == (2, 1)
    undecided = plan.candidates.undecided().get()
    answered(call, "25")
    draw_up_plan(by=BY, call=call)
    undecided.refresh_from_db()
    assert (plan.candidates.count(), undecided.facts["regions"]) == (2, 0)
    with pytest.raises(Exception, match="candidate_decided_basis"), transaction.atomic():
        Candidate.objects.filter(pk=decided.pk).update(points=99)


def test_merged_suppliers_have_one_candidate_left():
    call, keep, gone = CallFactory(), SupplierFactory(), SupplierFactory()
    answered(call, "23", contract_of("23", supplier=keep), contract_of("23", supplier=gone))
    plan = draw_up_plan(by=BY, call=call)
    merge_suppliers(by=BY, keep=keep, gone=gone)
    draw_up_plan(by=BY, call=call)
    assert list(plan.candidates.values_list("supplier", "is_chosen").order_by("pk")) == [
        (keep.pk, None),
        (keep.pk, False),
    ]
    assert plan.candidates.get(is_chosen=False).reason


# --- the conditions


def checked(candidate):
    (found,) = bases_of(candidate.plan.call, [candidate])[candidate.pk].checked
    return found


@pytest.mark.parametrize(
    ("ends_on", "extendable", "runs"),
    [
        (date(2028, 6, 30), None, Met.YES),
        (date(2028, 6, 29), None, Met.NO),
        (date(2028, 6, 29), date(2028, 6, 30), Met.EXTENDED),
        (date(2028, 6, 28), date(2028, 6, 29), Met.NO),
    ],
)
def test_a_contract_runs_twelve_months_past_the_audit(ends_on, extendable, runs):
    candidate = candidate_of(contract_of("23", ends_on=ends_on, extendable_until_on=extendable))
    assert checked(candidate).runs == runs


def test_the_months_are_a_setting_and_the_planned_date_counts_once_there_is_one():
    candidate = candidate_of(contract_of("23", ends_on=date(2028, 6, 30)))
    candidate = decide(candidate, planned_on=date(2027, 7, 1))
    assert checked(candidate).runs == Met.NO
    set_months_past_audit(by=BY, valid_from=clock.today(), months_past_audit=11)
    set_months_past_audit(by=BY, valid_from=clock.today() + timedelta(days=1), months_past_audit=24)
    assert checked(candidate).runs == Met.YES


def test_what_the_clause_gives_is_unknown_until_it_is_recorded_or_its_parameters_show_it():
    silent = ClauseVersionFactory(name="2016")
    candidate = candidate_of(contract_of("23", clause_version=silent))
    assert (checked(candidate).rights.audit, checked(candidate).verdict) == (Met.UNKNOWN, Met.UNKNOWN)
    record_clause_terms(
        by=BY, clause_version=silent, version=0, gives_audit=True, gives_sanctions=False, source="Avsnitt 4"
    )
    rights = checked(candidate).rights
    assert (rights.audit, rights.sanctions, checked(candidate).verdict) == (Met.YES, Met.NO, Met.NO)
    with pytest.raises(StaleVersionError):
        record_clause_terms(by=BY, clause_version=silent, version=0, gives_audit=None, gives_sanctions=None, source="")
    telling = ClauseVersionFactory(name="2020", adopted=False)
    for key in ("audit_notice", "penalty"):
        ClauseParameter.objects.create(clause_version=telling, key=key, label_sv=key, label_en=key, unit="weeks")
    other = candidate_of(contract_of("25", clause_version=telling), call=CallFactory(year=2028))
    assert checked(other).verdict == Met.YES


def test_the_secretariat_keeps_the_conditions_and_others_read_them(client_of, secretariat, buyer, reader):
    clause, url = ClauseVersionFactory(name="2016"), reverse("followups:plan-conditions")
    staff = client_of(secretariat)
    assert staff.post(url, {"valid_from": "2026-01-01", "months_past_audit": "18"}).status_code == 302
    twice = staff.post(url, {"valid_from": "2026-01-01", "months_past_audit": "24"})
    assert "valid_from" in twice.context["form"].errors
    assert "18" in client_of(buyer).get(url).text
    assert client_of(buyer).post(url, {"valid_from": "2026-02-01", "months_past_audit": "0"}).status_code == 403
    assert client_of(reader).get(url).status_code == 404
    edit = page("terms-edit", clause)
    assert client_of(buyer).get(edit).status_code == 403
    staff.post(edit, {"gives_audit": "yes", "gives_sanctions": "", "source": "4 §", "version": "0"})
    terms = ClauseTerms.objects.get()
    assert (terms.gives_audit, terms.gives_sanctions, terms.recorded_by.user) == (True, None, secretariat)
    assert staff.post(edit, {"gives_audit": "no", "version": "0"}).status_code == 409


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
    for _turn in range(2):
        assert staff.post(page("plan-open", plan)).status_code == 302
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
