"""The board by state, and the list of a purchasing group's meeting."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from followups.enums.follow_ups import LINE, State
from followups.queries.board import CARDS_A_COLUMN, COLUMNS, board_of, meeting_of
from portal import clock
from regions.models import PurchasingGroup
from tests.factories import CategoryFactory, RegionFactory
from tests.followups.factories import CorrectiveActionFactory, FindingFactory, FollowUpFactory
from tests.followups.pages import page
from tests.followups.plans import candidate_of, contract_of, owned_by

pytestmark = pytest.mark.django_db
BOARD = reverse("followups:board")


def shown(columns):
    return {
        column.state.value: [card.row.follow_up.supplier.name for card in column.cards]
        for column in columns
        if column.cards
    }


def test_each_stands_in_the_column_of_its_state(secretariat):
    for number, state in enumerate(State):
        FollowUpFactory(supplier__name=f"{number}", state=state)
    assert shown(board_of(secretariat, {})) == {state.value: [str(list(State).index(state))] for state in COLUMNS}
    assert (*LINE, State.ESCALATED) == COLUMNS


def test_what_is_others_stands_on_no_board(client_of, buyer, neighbour, reader, stranger):
    FollowUpFactory(supplier__name="Kanariefågel AB", contracts=["23"])
    FollowUpFactory(supplier__name="Delad AB", contracts=["12"], sharing_tier="regions")
    assert shown(client_of(buyer).get(BOARD).context["columns"]) == {"planned": ["Kanariefågel AB", "Delad AB"]}
    for user in (neighbour, reader):
        answer = client_of(user).get(BOARD)
        assert shown(answer.context["columns"]) == {"planned": ["Delad AB"]}
        assert "Kanariefågel" not in answer.text
    assert client_of(stranger).get(BOARD).status_code == 404


def test_a_long_column_is_cut_to_the_most_pressing_and_leads_to_the_list(client_of, secretariat):
    for number in range(CARDS_A_COLUMN + 2):
        FollowUpFactory(supplier__name=f"{number:02d}", planned_on=clock.today() - timedelta(days=number))
    answer = client_of(secretariat).get(BOARD, {"mine": ""})
    column = answer.context["columns"][0]
    assert (column.count, len(column.cards), column.more) == (CARDS_A_COLUMN + 2, CARDS_A_COLUMN, 2)
    assert column.cards[0].row.follow_up.supplier.name == f"{CARDS_A_COLUMN + 1:02d}"
    assert "state=planned" in answer.text


def test_it_is_narrowed_as_the_list_is(client_of, secretariat):
    FollowUpFactory(supplier__name="Ettan", category=CategoryFactory(), handler=secretariat)
    FollowUpFactory(supplier__name="Tvåan", category=CategoryFactory(name="Livsmedel"), lead_region__code="12")
    client = client_of(secretariat)
    for query, names in (
        ({"category": CategoryFactory().public_id}, ["Ettan"]),
        ({"region": "12"}, ["Tvåan"]),
        ({"mine": "on"}, ["Ettan"]),
        ({"q": "ettan"}, ["Ettan"]),
        ({"region": "\x00", "category": "x"}, ["Ettan", "Tvåan"]),
    ):
        assert shown(client.get(BOARD, query).context["columns"]) == {"planned": names}, query


def test_moving_is_a_link_for_those_who_work_in_it(client_of, buyer, neighbour):
    follow_up = FollowUpFactory(contracts=["23"], sharing_tier="regions")
    assert page("follow-up-move", follow_up) in client_of(buyer).get(BOARD).text
    assert page("follow-up-move", follow_up) not in client_of(neighbour).get(BOARD).text


@pytest.mark.parametrize("address", [BOARD, reverse("followups:group-list", args=["A"]), reverse("followups:calendar")])
def test_the_queries_do_not_grow(client_of, secretariat, address):
    PurchasingGroup.objects.get_or_create(letter="A")
    owned_by(CategoryFactory(), PurchasingGroup.objects.get(letter="A").pk)
    counts = []
    for number in (1, 3):
        for each in range(number):
            follow_up = FollowUpFactory(contracts=["23"], planned_on=clock.today(), state=LINE[each])
            CorrectiveActionFactory(finding=FindingFactory(follow_up=follow_up), days=0)
        client = client_of(secretariat)
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_a_meeting_goes_through_late_under_way_and_planned_each_once(secretariat, area_coordinator, buyer, reader):
    group = PurchasingGroup.objects.get(letter="A")
    owned_by(CategoryFactory(), group.pk)
    in_a_week = clock.today() + timedelta(days=7)
    FollowUpFactory(supplier__name="Planerad", planned_on=in_a_week)
    FollowUpFactory(supplier__name="Sen", planned_on=clock.today() - timedelta(days=1))
    FollowUpFactory(supplier__name="Pågår", state="action_plan_awaited", handler=buyer)
    FollowUpFactory(supplier__name="Slut", state="closed")
    FollowUpFactory(supplier__name="Annan", category=CategoryFactory(name="Livsmedel"))
    meeting = meeting_of(area_coordinator, group)
    names = [
        [(item.row.follow_up.supplier.name, str(item.waits_for)) for item in rows]
        for rows in (meeting.late, meeting.under_way, meeting.planned)
    ]
    assert [[name for name, _waits in rows] for rows in names] == [["Sen"], ["Pågår"], ["Planerad"]]
    assert all(waits for rows in names for _name, waits in rows)
    assert meeting_of(reader, group).planned == []


def test_what_is_chosen_and_not_created_stands_on_the_meetings_list(client_of, area_coordinator, reader):
    owned_by(CategoryFactory(), *area_coordinator.access.groups)
    candidate = candidate_of(contract_of("23"))
    candidate.is_chosen, candidate.reason, candidate.decided_at = True, "Ja", clock.now()
    candidate.decided_by, candidate.lead_region = candidate.created_by, RegionFactory()
    candidate.save()
    url = reverse("followups:group-list", args=["A"])
    assert page("candidate-detail", candidate) in client_of(area_coordinator).get(url).text
    assert candidate.supplier.name not in client_of(reader).get(url).text
    assert client_of(reader).get(reverse("followups:group-list", args=["Q"])).status_code == 404
