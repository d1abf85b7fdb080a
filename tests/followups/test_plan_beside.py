"""Follow-ups that come from the plan: what exists already is shown first there too, and a reason is asked for."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from followups.actions.plan import agree_candidate, agree_plan, draw_up_plan, open_candidate, open_planned
from followups.models import FollowUp, OpenedAnyway
from tests.factories import CategoryFactory, SupplierFactory
from tests.followups.pages import page
from tests.followups.plans import BY, CallFactory, answered, candidate_of, contract_of, decide, owned_by
from tests.followups.reuse_things import audited

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_day(settings):
    settings.PORTAL_NOW = "2026-11-02T09:00"


def agreed(secretariat, candidate):
    """Chosen as an office audit, and agreed from both sides."""
    decide(candidate)
    agree_candidate(by=secretariat, candidate=candidate)
    agree_plan(by=secretariat, plan=candidate.plan)
    candidate.refresh_from_db()
    return candidate


def test_where_something_exists_the_plan_opens_nothing_without_a_reason(client_of, secretariat):
    candidate = agreed(secretariat, candidate_of(contract_of("23")))
    existing, staff = audited(supplier=candidate.supplier), client_of(secretariat)
    told = staff.post(page("plan-open", candidate.plan), follow=True)
    assert [str(candidate) in str(each) for each in told.context["messages"]] == [False, True]
    assert FollowUp.objects.get() == existing
    address = page("candidate-open", candidate)
    assert address in staff.get(page("candidate-detail", candidate)).text
    shown = staff.get(address)
    assert [each.result for each in shown.context["existing"]] == [existing]
    for empty in ("", "   "):
        assert list(staff.post(address, {"reason": empty}).context["form"].errors) == ["reason"]
    with pytest.raises(ValidationError):
        open_candidate(by=secretariat, candidate=candidate, reason=" ")
    for _turn in range(2):
        assert staff.post(address, {"reason": "Ny fabrik sedan dess"}).status_code == 302
    opened = FollowUp.objects.exclude(pk=existing.pk).get()
    candidate.refresh_from_db()
    assert candidate.follow_up == opened
    assert (opened.lead_region.code, opened.planned_on) == ("23", date(2027, 9, 1))
    assert (opened.opened_anyway.reason, opened.opened_anyway.existing) == ("Ny fabrik sedan dess", 1)


def test_what_the_plan_opens_itself_asks_for_no_reason(secretariat):
    supplier, gloves = SupplierFactory(), CategoryFactory(name="Handskar")
    call = CallFactory(categories=[CategoryFactory(), gloves])
    answered(call, "23", contract_of("23", supplier=supplier), contract_of("23", supplier=supplier, category=gloves))
    plan = draw_up_plan(by=BY, call=call)
    for candidate in plan.candidates.all():
        decide(candidate)
        agree_candidate(by=secretariat, candidate=candidate)
    agree_plan(by=secretariat, plan=plan)
    done = open_planned(by=secretariat, plan=plan)
    assert (done.opened, done.beside) == (2, ())
    assert not OpenedAnyway.objects.exists()


def test_a_candidate_is_opened_by_the_secretariat_once_both_sides_agree(client_of, secretariat, area_coordinator):
    owned_by(CategoryFactory(), *area_coordinator.access.groups)
    candidate = candidate_of(contract_of("23"))
    address = page("candidate-open", candidate)
    assert client_of(area_coordinator).post(address).status_code == 403
    decide(candidate)
    for _step in range(2):
        client_of(secretariat).post(address, {"reason": ""})
        assert not FollowUp.objects.exists()
        agree_plan(by=secretariat, plan=candidate.plan)
    agree_candidate(by=area_coordinator, candidate=candidate)
    assert client_of(secretariat).post(address, {"reason": ""}).status_code == 302
    assert FollowUp.objects.get().candidates.get() == candidate
