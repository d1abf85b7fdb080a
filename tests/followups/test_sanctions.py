"""The secretariat recommends, each region decides for its own contracts; nobody else reads it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from codeofconduct.models import CategoryOwner, ClauseParameter, ClauseVersion, ContractParameter, ContractParty
from followups.actions.sanctions import decide_sanction, recommend, withdraw_recommendation
from followups.enums.follow_ups import State
from followups.enums.outcome import Remedy
from followups.models import FollowUp, SanctionDecision, SanctionRecommendation
from followups.pages.outcome import section
from followups.queries.outcome import penalty_so_far
from followups.remedies import months_after, passes_on, penalty_for, weeks_started
from followups.reminders.outcome import due_awaited, due_passing, text_awaited, text_passing
from portal import clock
from portal.history.models import LinkActor
from tests.factories import ClauseVersionFactory, RegionFactory
from tests.followups.factories import FollowUpFactory
from tests.followups.factories_outcome import DecisionFactory, RecommendationFactory
from tests.followups.pages import SUBMISSION, in_days, page

REASON = "Leverantören har visat kvitton"


# --- The arithmetic -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "weeks"), [(-1, 0), (0, 1), (6, 1), (7, 2), (13, 2), (14, 3)], ids=lambda number: str(number)
)
def test_a_week_that_has_begun_counts(days, weeks):
    first = date(2026, 3, 2)
    assert weeks_started(first, first + timedelta(days=days)) == weeks


def test_penalty_stops_at_the_clauses_most_weeks():
    first, numbers = date(2026, 3, 2), {"penalty": 25_000, "penalty_weeks": 3}
    assert penalty_for(numbers, first, first).amount_ore == 2_500_000
    most = penalty_for(numbers, first, date(2026, 12, 31))
    assert (most.weeks, most.amount_ore, most.most_ore, most.is_at_its_most) == (3, 7_500_000, 7_500_000, True)
    assert penalty_for({"penalty": 25_000}, first, date(2026, 3, 30)).most_ore is None


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 3, 15), 12, date(2027, 3, 15)),
    ],
)
def test_months_end_where_the_month_does(day, months, after):
    assert months_after(day, months) == after


def test_a_step_runs_until_the_clause_or_the_decision_says():
    first = date(2026, 3, 2)
    assert passes_on(Remedy.DIALOGUE, first, None, {}) is None
    assert passes_on(Remedy.DIALOGUE, first, date(2026, 4, 1), {}) == date(2026, 4, 1)
    assert passes_on(Remedy.PENALTY, first, None, {"penalty": 1, "penalty_weeks": 2}) == date(2026, 3, 16)
    assert passes_on(Remedy.PENALTY, first, date(2026, 3, 9), {"penalty": 1, "penalty_weeks": 2}) == date(2026, 3, 9)
    assert passes_on(Remedy.CALL_OFF_STOP, first, None, {"call_off_stop": 4}) == date(2026, 7, 2)
    assert passes_on(Remedy.TERMINATION, first, None, {}) == first


# --- Recommendation and decision ------------------------------------------------------------------------------


@pytest.fixture
def escalated(db):
    """With contracts of two regions under a clause with a penalty of 25 000 kr a week, at most 10 weeks."""
    clause = ClauseVersionFactory(adopted=False)
    for key, unit, default in (
        ("penalty", "kronor", None),
        ("penalty_weeks", "weeks", 10),
        ("call_off_stop", "months", 3),
        ("audit_notice", "weeks", 2),
    ):
        ClauseParameter.objects.create(
            clause_version=clause, key=key, label_sv=key, label_en=key, unit=unit, default=default
        )
    ClauseVersion.objects.update(adopted_at=clock.now(), adopted_by=clause.created_by)
    follow_up = FollowUpFactory(clause_version=clause, contracts=["23", "25"], state=State.ESCALATED)
    penalty = ClauseParameter.objects.get(key="penalty")
    for contract in follow_up.contracts.all():
        ContractParameter.objects.create(contract=contract, parameter=penalty, value=25_000)
    return follow_up


def contract_of(follow_up, code):
    return follow_up.contracts.get(region__code=code)


def decide(by, follow_up, code="23", **values):
    contract = contract_of(follow_up, code)
    given = {
        "submission": "9f1c8f0e-7a52-4c0e-9d43-0f1a6a1c9b11",
        "seen": "",
        "remedy": Remedy.PENALTY,
        "reason": "Planen följs inte",
        "from_on": date(2026, 3, 2),
        "until_on": date(2026, 3, 15),
    }
    return decide_sanction(by=by, follow_up=follow_up, contract=contract, region=contract.region, **given | values)


def test_decision_freezes_the_clauses_numbers_and_computes_the_amount(escalated, buyer):
    made = recommend_for(escalated, buyer)
    decision = decide(buyer, escalated)
    assert (decision.parameters, decision.amount_ore) == ({"penalty": 25_000, "penalty_weeks": 10}, 5_000_000)
    assert (decision.passes_on, decision.recommendation) == (date(2026, 3, 15), made)
    ContractParameter.objects.update(value=1)
    decision.refresh_from_db()
    assert penalty_so_far(decision).amount_ore == 5_000_000
    with pytest.raises(DatabaseError), transaction.atomic():
        SanctionDecision.objects.update(amount_ore=1)


def recommend_for(follow_up, _user, **values):
    return RecommendationFactory(follow_up=follow_up, **values)


def test_only_a_buyer_of_the_region_decides(escalated, buyer, neighbour, secretariat, admin, area_coordinator):
    for by in (neighbour, secretariat, admin, area_coordinator, LinkActor("abcdefghjkmn", "Leverantören")):
        with pytest.raises(PermissionDenied):
            decide(by, escalated)
    assert not SanctionDecision.objects.exists()
    assert decide(buyer, escalated).region.code == "23"


def test_a_party_of_a_joint_contract_decides_for_itself(escalated, person):
    other = person("buyer", "24")
    contract = contract_of(escalated, "23")
    values = {"contract": contract, "region": RegionFactory(code="24")}
    given = {
        "submission": SUBMISSION,
        "seen": "",
        "remedy": Remedy.DIALOGUE,
        "reason": "Skäl",
        "from_on": clock.today(),
    }
    with pytest.raises(DatabaseError), transaction.atomic():
        decide_sanction(by=other, follow_up=escalated, **values, **given)
    ContractParty.objects.create(contract=contract, region=values["region"])
    assert FollowUp.objects.visible_to(other).get() == escalated
    decision = decide_sanction(by=other, follow_up=escalated, **values, **given)
    assert decision.region.code == "24"


def test_later_decisions_take_the_place_of_earlier_ones(escalated, buyer):
    first = decide(buyer, escalated)
    assert decide(buyer, escalated) == first
    with pytest.raises(ValidationError) as refusal:
        decide(buyer, escalated, submission=SUBMISSION, remedy=Remedy.NONE)
    assert refusal.value.code == "decided"
    second = decide(buyer, escalated, submission=SUBMISSION, seen=first.public_id, remedy=Remedy.NONE)
    assert list(SanctionDecision.objects.standing()) == [second]
    assert SanctionDecision.objects.count() == 2


def test_no_penalty_without_the_contracts_number(escalated, buyer):
    ContractParameter.objects.all().delete()
    with pytest.raises(ValidationError) as refusal:
        decide(buyer, escalated)
    assert set(refusal.value.message_dict) == {"remedy"}
    assert decide(buyer, escalated, remedy=Remedy.CALL_OFF_STOP, until_on=None).passes_on == date(2026, 6, 2)


@pytest.mark.parametrize("state", [State.CLOSED, State.ABORTED])
def test_nothing_is_recommended_or_decided_when_it_is_settled(state, escalated, buyer, secretariat):
    FollowUp.objects.update(state=state)
    with pytest.raises(ValidationError) as refusal:
        decide(buyer, escalated)
    assert refusal.value.code == "settled"
    with pytest.raises(ValidationError):
        recommend(
            by=secretariat,
            follow_up=escalated,
            submission=SUBMISSION,
            remedy=Remedy.DIALOGUE,
            reason="Skäl",
            decide_by_on=clock.today(),
        )


def test_a_new_recommendation_ends_the_one_before(escalated, secretariat):
    first = RecommendationFactory(follow_up=escalated)
    given = {"submission": SUBMISSION, "remedy": Remedy.TERMINATION, "reason": "Skäl", "decide_by_on": clock.today()}
    second = recommend(by=secretariat, follow_up=escalated, **given)
    assert recommend(by=secretariat, follow_up=escalated, **given) == second
    first.refresh_from_db()
    assert (first.ended_at is None, first.ended_reason) == (False, "")
    assert SanctionRecommendation.objects.in_force().get() == second
    withdraw_recommendation(by=secretariat, recommendation=second, reason="Åtgärdat")
    assert not SanctionRecommendation.objects.in_force().exists()


def test_who_sees_decisions(escalated, buyer, neighbour, secretariat, area_coordinator, reader, person):
    FollowUp.objects.update(sharing_tier="regions", shared_at=clock.now(), shared_by=escalated.created_by)
    DecisionFactory(follow_up=escalated, reason="hemligt23")
    DecisionFactory(follow_up=escalated, contract=contract_of(escalated, "25"), reason="hemligt25")
    RecommendationFactory(follow_up=escalated, reason="rekommenderat")
    own_category(escalated, area_coordinator)
    far_away = person("buyer", "12")
    seen = {
        user: {word for word in ("hemligt23", "hemligt25", "rekommenderat") if word in told(user, escalated)}
        for user in (secretariat, area_coordinator, buyer, neighbour, reader, far_away)
    }
    everything = {"hemligt23", "hemligt25", "rekommenderat"}
    assert seen == {
        secretariat: everything,
        area_coordinator: everything,
        buyer: {"hemligt23", "rekommenderat"},
        neighbour: {"hemligt25", "rekommenderat"},
        reader: set(),
        far_away: set(),
    }


def own_category(follow_up, coordinator):
    CategoryOwner.objects.create(
        category=follow_up.category,
        group=coordinator.memberships.get().group,
        valid_from=date(2020, 1, 1),
    )


def told(user, follow_up):
    shown = section(user, follow_up)
    return render_to_string(shown[0], {"section": shown[1]}) if shown else ""


def test_section_asks_no_more_for_more(escalated, buyer, django_assert_num_queries):
    RecommendationFactory(follow_up=escalated)
    for rows in (1, 3):
        while SanctionDecision.objects.count() < rows:
            DecisionFactory(follow_up=escalated)
        buyer.access  # noqa: B018 - read once a request
        with django_assert_num_queries(9):
            told(buyer, FollowUp.objects.get(pk=escalated.pk))


def decide_url(follow_up, code="23"):
    participation = follow_up.participations.get(contract__region__code=code)
    return reverse("followups:decision-make", args=[participation.public_id, code])


def test_decision_page(client_of, escalated, buyer, neighbour, secretariat):
    RecommendationFactory(follow_up=escalated)
    url = decide_url(escalated)
    assert client_of(neighbour).get(url).status_code == 404
    assert client_of(secretariat).get(url).status_code == 403
    client = client_of(buyer)
    form = client.get(url).context["form"]
    sent = {"submission": SUBMISSION, "seen": form["seen"].value(), "remedy": "penalty", "reason": "Planen följs inte"}
    wrong = client.post(url, sent | {"from_on": "2026-03-09", "until_on": "2026-03-02"})
    assert set(wrong.context["form"].errors) == {"until_on"}
    assert "Planen följs inte" in wrong.text
    done = client.post(url, sent | {"from_on": "2026-03-02", "until_on": "2026-03-15", "registration_number": "RS 1"})
    assert done.headers["Location"] == page("follow-up-detail", escalated)
    decision = SanctionDecision.objects.get()
    assert (decision.amount_ore, decision.decided_by.user, decision.registration_number) == (5_000_000, buyer, "RS 1")
    shown = client.get(page("follow-up-detail", escalated)).text
    assert "50\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr" in shown


def test_decision_page_shows_the_one_that_came_in_between(client_of, escalated, buyer, person):
    client, url = client_of(buyer), decide_url(escalated)
    seen = client.get(url).context["form"]["seen"].value() or ""
    other = DecisionFactory(follow_up=escalated, reason="Kollegans skäl")
    sent = {"submission": SUBMISSION, "seen": seen, "remedy": "none", "reason": "Mitt", "from_on": "2026-03-02"}
    lost = client.post(url, sent)
    assert [error.code for error in lost.context["form"].non_field_errors().as_data()] == ["decided"]
    assert "Kollegans skäl" in lost.text
    assert "Mitt" in lost.text
    assert lost.context["form"]["seen"].value() == other.public_id
    assert client.post(url, sent | {"seen": other.public_id}).status_code == 302


def test_recommendation_pages(client_of, escalated, secretariat, buyer, person):
    url, back = page("recommendation-make", escalated), page("follow-up-detail", escalated)
    assert client_of(person("buyer", "12")).get(url).status_code == 404
    assert client_of(buyer).get(url).status_code == 403
    client = client_of(secretariat)
    sent = {"submission": SUBMISSION, "remedy": "penalty", "reason": "Planen följs inte", "decide_by_on": in_days(-1)}
    assert set(client.post(url, sent).context["form"].errors) == {"decide_by_on"}
    assert client.post(url, sent | {"decide_by_on": in_days(20)}).headers["Location"] == back
    made = SanctionRecommendation.objects.get()
    leave = page("recommendation-withdraw", made)
    assert client_of(buyer).get(leave).status_code == 403
    assert client.post(leave, {"reason": ""}).context["form"].errors
    assert client.post(leave, {"reason": "Åtgärdat"}).headers["Location"] == back
    made.refresh_from_db()
    assert made.ended_reason == "Åtgärdat"


# --- Reminders ------------------------------------------------------------------------------------------------


def test_buyers_of_regions_that_have_not_decided_are_reminded(escalated, buyer, neighbour, secretariat):
    made = RecommendationFactory(follow_up=escalated, days=0)
    day = made.decide_by_on + timedelta(days=14)
    assert {(due.recipient, due.step) for due in due_awaited(day)} == {(buyer, "+7"), (neighbour, "+7")}
    DecisionFactory(follow_up=escalated, recommendation=made)
    dues = list(due_awaited(day))
    assert {due.recipient for due in dues} == {neighbour}
    subject, body = text_awaited(dues[0])
    assert escalated.supplier.name in subject
    assert "Vi talar med" not in body
    FollowUp.objects.update(state=State.CLOSED)
    assert list(due_awaited(day)) == []


def test_buyers_are_reminded_when_their_step_runs_out(escalated, buyer, neighbour):
    first = decide(buyer, escalated)
    day = date(2026, 3, 30)
    dues = list(due_passing(day))
    assert [(due.recipient, due.public_id) for due in dues] == [(buyer, first.public_id)]
    assert escalated.supplier.name in text_passing(dues[0])[0]
    decide(buyer, escalated, submission=SUBMISSION, seen=first.public_id, remedy=Remedy.NONE, until_on=None)
    assert list(due_passing(day)) == []
