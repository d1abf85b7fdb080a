"""The yearly call: the secretariat asks every region, sees who has answered, and reminds those who have not."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from followups.actions.calls import close_call, open_call
from followups.models import CallContract, ContractCall
from followups.pages.calls import call_tiles
from followups.reminders.calls import due, text
from portal import clock
from portal.outbox.models import Message
from tests.factories import CategoryFactory, RegionFactory
from tests.followups.plans import CallFactory, answered, contract_of

pytestmark = pytest.mark.django_db
SOON = timedelta(days=20)


@pytest.fixture(autouse=True)
def _on_a_day(settings):
    settings.PORTAL_NOW = "2026-11-02T09:00"


def answer_url(call, code, verb="edit"):
    return reverse(f"followups:answer-{verb}", args=[call.public_id, code])


def call_url(call, verb="detail"):
    return reverse(f"followups:call-{verb}", args=[call.public_id])


def named(call, code):
    return set(
        CallContract.objects.filter(answer__call=call, answer__region__code=code).values_list("contract", flat=True)
    )


# --- the secretariat asks


def test_opening_asks_every_region_once_in_the_language_of_each(person, secretariat, buyer, neighbour, reader):
    person("regional_coordinator", "23", email="coordinator.jh@test.example", language="en")
    call = open_call(
        by=secretariat,
        year=2027,
        categories=[CategoryFactory()],
        answer_by_on=clock.today() + SOON,
        audit_on=date(2027, 6, 30),
        text="Tänk på handskarna.",
    )
    letters = {message.to: message for message in Message.objects.filter(kind="contract_call")}
    assert sorted(letters) == ["buyer@test.example", "coordinator.jh@test.example", "neighbour@test.example"]
    assert letters["coordinator.jh@test.example"].language == "en"
    assert letters["coordinator.jh@test.example"].subject == "Which of your contracts should be followed up in 2027?"
    body = letters["coordinator.jh@test.example"].body
    assert call.public_id in body
    assert "Tänk på handskarna." in body


def test_the_secretariat_opens_a_call_from_the_page(client_of, secretariat, reference_data):
    client, url = client_of(secretariat), reverse("followups:call-open")
    form = client.get(url).context["form"]
    assert len(form.initial["categories"]) > 5
    data = {
        "year": "2031",
        "categories": [category.public_id for category in form.initial["categories"]],
        "answer_by_on": (clock.today() + SOON).isoformat(),
        "audit_on": "2031-06-30",
        "text": "",
    }
    answer = client.post(url, data)
    call = ContractCall.objects.get(year=2031)
    assert answer.url == call_url(call)
    assert call.categories.count() == len(form.initial["categories"])
    again = client.post(url, data)
    assert again.status_code == 200
    assert "year" in again.context["form"].errors
    assert ContractCall.objects.filter(year=2031).count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("year", "12"), ("year", ""), ("answer_by_on", "2020-01-01"), ("audit_on", "strax"), ("text", "\x00")],
)
def test_what_is_wrong_in_a_call_is_said_at_its_field_and_kept(client_of, secretariat, reference_data, field, value):
    client, url = client_of(secretariat), reverse("followups:call-open")
    data = {
        "year": "2031",
        "answer_by_on": (clock.today() + SOON).isoformat(),
        "audit_on": "2031-06-30",
        "text": "Hej",
        "categories": [client.get(url).context["form"].initial["categories"][0].public_id],
    }
    answer = client.post(url, {**data, field: value})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not ContractCall.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("buyer", 403), ("area_coordinator", 403), ("reader", 403), ("stranger", 404)]
)
def test_only_the_secretariat_opens_a_call(client_of, request, who, status):
    assert client_of(request.getfixturevalue(who)).get(reverse("followups:call-open")).status_code == status


def test_a_call_is_changed_until_it_is_closed_and_two_at_once_get_a_comparison(client_of, secretariat):
    call = CallFactory()
    client, url = client_of(secretariat), call_url(call, "edit")
    data = {
        "answer_by_on": (clock.today() + SOON).isoformat(),
        "audit_on": "2027-05-01",
        "text": "Ny text",
        "version": "1",
    }
    assert client.post(url, data).status_code == 302
    lost = client.post(url, {**data, "text": "Andras text"})
    assert lost.status_code == 409
    assert "Andras text" in lost.text
    close_call(by=secretariat, call=call)
    closed = client.post(url, {**data, "version": "3"})
    assert closed.status_code == 200
    assert closed.context["form"].non_field_errors()
    call.refresh_from_db()
    assert (call.text, call.audit_on, call.is_open) == ("Ny text", date(2027, 5, 1), False)


def test_who_has_answered_and_who_has_not_is_seen(client_of, secretariat, buyer, neighbour):
    call = CallFactory()
    RegionFactory(code="12")
    answered(call, "23", contract_of("23"))
    page = client_of(secretariat).get(call_url(call))
    assert (page.context["answered"], page.context["regions"]) == (1, 3)
    states = {state.region.code: (bool(state.answer), state.people) for state in page.context["states"]}
    assert states == {"23": (True, 1), "25": (False, 1), "12": (False, 0)}
    assert 'value="1" max="3"' in page.text


def test_a_buyer_sees_the_own_answer_and_no_other_regions(client_of, buyer, neighbour, reader):
    call = CallFactory()
    answered(call, "23", contract_of("23", title="Avtal kanariefågel23"))
    assert [state.region.code for state in client_of(neighbour).get(call_url(call)).context["states"]] == ["25"]
    assert "kanariefågel23" in client_of(buyer).get(answer_url(call, "23")).text
    assert client_of(neighbour).get(answer_url(call, "23")).status_code == 404
    assert client_of(neighbour).post(answer_url(call, "23", "none")).status_code == 404
    assert "kanariefågel23" not in client_of(neighbour).get(answer_url(call, "25")).text
    assert client_of(reader).get(call_url(call)).status_code == 404


def test_queries_of_a_call_do_not_grow(client_of, secretariat):
    call = CallFactory()
    client, counts = client_of(secretariat), []
    for codes in (["23"], ["25", "12"]):
        for code in codes:
            answered(call, code, contract_of(code))
        with CaptureQueriesContext(connection) as found:
            client.get(call_url(call))
        counts.append(len(found))
    assert counts[0] == counts[1]


# --- reminders and the start page


def test_reminders_reach_those_who_have_not_answered(buyer, neighbour, secretariat, settings):
    settings.PORTAL_NOW = "2026-09-21T08:00"
    call = CallFactory(answer_by_on=date(2026, 9, 24))
    RegionFactory(code="12")
    answered(call, "23", contract_of("23"))
    reminders = list(due(date(2026, 9, 21)))
    assert [(each.recipient, each.step, each.public_id) for each in reminders] == [(neighbour, "-3", call.public_id)]
    subject, body = text(reminders[0])
    assert "2027" in subject
    assert "Region 25" in body
    assert [each.step for each in due(date(2026, 10, 1))] == ["+7"]
    assert [each.step for each in due(date(2026, 9, 10))] == ["-14"]
    assert list(due(date(2026, 9, 9))) == []
    close_call(by=secretariat, call=call)
    assert list(due(date(2026, 9, 21))) == []


def test_the_start_page_tells_whose_answer_is_missing(client_of, buyer, neighbour, secretariat):
    call = CallFactory(answer_by_on=clock.today() - timedelta(days=2))
    answered(call, "23", contract_of("23"))
    assert call_tiles(buyer) == []
    assert [(tile.url, tile.late) for tile in call_tiles(neighbour)] == [(call_url(call), True)]
    assert call_tiles(secretariat) == []
    assert call_url(call) in client_of(neighbour).get(reverse("home:start")).text
