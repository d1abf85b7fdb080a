"""Candidates: what makes them, how they are ranked, and the conditions that their contracts are checked against."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from codeofconduct.actions.duplicates import merge_suppliers
from codeofconduct.models import ClauseParameter, RiskAssessment, RiskCell
from followups.actions.plan import (
    draw_up_plan,
    record_clause_terms,
    set_months_past_audit,
)
from followups.enums.plan import Met
from followups.models import Candidate, ClauseTerms, FollowUp
from followups.queries.candidates import bases_of
from followups.ranking import MOST_POINTS, Facts, formula, parts_of, points_of
from portal import clock
from portal.history.versions import StaleVersionError
from tests.factories import CategoryFactory, ClauseVersionFactory, SupplierFactory, system
from tests.followups.factories import FindingFactory, FollowUpFactory, SeverityFactory
from tests.followups.pages import page
from tests.followups.plans import (
    BY,
    CallFactory,
    answered,
    candidate_of,
    contract_of,
    decide,
)

pytestmark = pytest.mark.django_db
MILLION = 100_000_000


@pytest.fixture(autouse=True)
def _on_a_day(settings):
    settings.PORTAL_NOW = "2026-11-02T09:00"


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
    staff, add = client_of(secretariat), reverse("followups:setting-add")
    assert staff.post(add, {"valid_from": "2026-01-01", "months_past_audit": "18"}).status_code == 302
    twice = staff.post(add, {"valid_from": "2026-01-01", "months_past_audit": "24"})
    assert "valid_from" in twice.context["form"].errors
    assert "18" in client_of(buyer).get(url).text
    assert client_of(buyer).post(add, {"valid_from": "2026-02-01", "months_past_audit": "0"}).status_code == 403
    assert client_of(reader).get(url).status_code == 403
    edit = page("terms-edit", clause)
    assert client_of(buyer).get(edit).status_code == 403
    staff.post(edit, {"gives_audit": "yes", "gives_sanctions": "", "source": "4 §", "version": "0"})
    terms = ClauseTerms.objects.get()
    assert (terms.gives_audit, terms.gives_sanctions, terms.recorded_by.user) == (True, None, secretariat)
    assert staff.post(edit, {"gives_audit": "no", "version": "0"}).status_code == 409
