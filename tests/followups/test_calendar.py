"""The calendar, and unannounced audits, which nobody learns of whom they do not concern."""

from datetime import date

import pytest
from django.http import QueryDict
from django.urls import reverse

from codeofconduct.queries.suppliers import suppliers_listed
from followups.actions.plan import set_unannounced
from followups.models import FollowUp
from followups.queries import board, calendar
from followups.queries.calendar import month_of
from followups.queries.follow_ups import (
    needing_attention,
    of_category,
    of_contract,
    of_supplier,
    suppliers_to_follow_up,
)
from followups.resources.follow_ups import follow_ups
from portal import clock
from portal.history.versions import StaleVersionError
from portal.search import sources
from tests.factories import system
from tests.followups.audit_factories import AuditFactory
from tests.followups.factories import CorrectiveActionFactory, FindingFactory, FollowUpFactory
from tests.followups.pages import page

pytestmark = pytest.mark.django_db
CALENDAR = reverse("followups:calendar")
MARCH = date(2027, 3, 1)


@pytest.fixture(autouse=True)
def _on_a_day(settings):
    settings.PORTAL_NOW = "2027-03-17T09:00"


def told(month):
    return [(event.on.day, event.follow_up.supplier.name, event.is_late) for day in month.days for event in day.events]


def test_planned_made_and_due_stand_on_their_days(secretariat):
    FollowUpFactory(supplier__name="Planerad", planned_on=date(2027, 3, 20))
    FollowUpFactory(supplier__name="Sen", planned_on=date(2027, 3, 1))
    FollowUpFactory(supplier__name="Avbruten", planned_on=date(2027, 3, 2), state="aborted")
    made = FollowUpFactory(supplier__name="Gjord", planned_on=date(2027, 3, 3), state="audited")
    FollowUpFactory(supplier__name="April", planned_on=date(2027, 4, 1))
    for _twice in range(2):
        CorrectiveActionFactory(finding=FindingFactory(follow_up=made), due_on=date(2027, 3, 31))
    month = month_of(secretariat, {}, MARCH)
    assert told(month) == [
        (1, "Sen", True),
        (3, "Gjord", False),
        (20, "Planerad", False),
        (31, "Gjord", False),
    ]
    assert (month.previous, month.following, month.count, month.is_cut) == ("2027-02", "2027-04", 4, False)
    assert [week[0].on.weekday() for week in month.weeks] == [0] * 5
    assert [day.on for week in month.weeks for day in week if day.is_today] == [date(2027, 3, 17)]


def test_audits_stand_on_their_own_days(secretariat, reader):
    booked = FollowUpFactory(supplier__name="Bokad", planned_on=date(2027, 3, 1), sharing_tier="regions")
    AuditFactory(follow_up=booked, booked=3)
    AuditFactory(follow_up=booked, booked=4, cancelled_at=clock.now(), cancelled_by=system(), cancel_reason="Sjuk")
    AuditFactory(follow_up=FollowUpFactory(supplier__name="Utförd"), booked=-9, carried_out=-8)
    AuditFactory(follow_up=FollowUpFactory(supplier__name="Avbruten", state="aborted"), booked=3)
    assert told(month_of(secretariat, {}, MARCH)) == [(9, "Utförd", False), (20, "Bokad", False)]
    assert told(month_of(reader, {}, MARCH)) == [(20, "Bokad", False)]
    booked.audits.update(is_unannounced=True)
    assert told(month_of(reader, {}, MARCH)) == [(1, "Bokad", True)]


@pytest.mark.parametrize(
    ("first", "previous", "following"),
    [(date(2026, 12, 1), "2026-11", "2027-01"), (date(2027, 1, 1), "2026-12", "2027-02")],
)
def test_the_year_turns(secretariat, first, previous, following):
    month = month_of(secretariat, {}, first)
    assert (month.previous, month.following) == (previous, following)


def test_the_page_shows_the_month_asked_for_and_keeps_the_filter(client_of, secretariat):
    FollowUpFactory(supplier__name="April", planned_on=date(2027, 4, 1))
    FollowUpFactory(supplier__name="Annan", planned_on=date(2027, 4, 1), lead_region__code="12")
    client = client_of(secretariat)
    answer = client.get(CALENDAR, {"month": "2027-04", "region": "12"})
    assert told(answer.context["month"]) == [(1, "Annan", False)]
    assert "region=12&amp;month=2027-05" in answer.text
    assert told(client.get(CALENDAR, {"month": "2027-04", "q": "annan"}).context["month"]) == [(1, "Annan", False)]
    shown = client.get(CALENDAR)
    assert shown.context["month"].first == MARCH
    assert 'value="2027-03"' in shown.text


@pytest.mark.parametrize("value", ["2027-13", "mars", "\x00", "1027-01", "2027-3", "9" * 5000, "²⁰²⁷-⁰¹"])
def test_a_month_that_is_none_is_said_at_its_field(client_of, secretariat, value):
    answer = client_of(secretariat).get(CALENDAR, {"month": value})
    assert answer.status_code == 200
    assert "month" in answer.context["form"].errors
    assert answer.context["month"].first == MARCH


def test_others_dates_stand_in_no_calendar(client_of, buyer, neighbour, reader, stranger):
    FollowUpFactory(supplier__name="Kanariefågel AB", contracts=["23"], planned_on=date(2027, 3, 20))
    assert "Kanariefågel" in client_of(buyer).get(CALENDAR).text
    for user in (neighbour, reader):
        assert "Kanariefågel" not in client_of(user).get(CALENDAR).text
    assert client_of(stranger).get(CALENDAR).status_code == 404


def test_a_full_month_is_cut_and_says_so(client_of, secretariat, monkeypatch):
    monkeypatch.setattr(calendar, "MOST_EVENTS", 2)
    for _each in range(3):
        FollowUpFactory(planned_on=date(2027, 3, 20))
    month = month_of(secretariat, {}, MARCH)
    assert (month.count, month.is_cut) == (2, True)


# --- unannounced audits


@pytest.fixture
def secret(db):
    """Shared with all regions, but its audit comes unannounced; the contract is Jämtland Härjedalen's."""
    return FollowUpFactory(
        supplier__name="Hemlig AB",
        contracts=["23"],
        sharing_tier="regions",
        planned_on=date(2027, 3, 20),
        is_unannounced=True,
    )


def seen_in(user, follow_up, client):
    """Where the user comes across the follow-up: every way there is."""
    contract, supplier = follow_up.contracts.get(), follow_up.supplier
    listed = reverse("followups:follow-up-list")
    searched = {source.key: source for source in sources.registered()}["follow-up"]
    return {
        "list": supplier.name in client.get(listed).text,
        "list narrowed": supplier.name in client.get(listed, {"state": follow_up.state, "region": "23"}).text,
        "page": client.get(page("follow-up-detail", follow_up)).status_code == 200,
        "supplier page": bool(of_supplier(user, supplier)),
        "contract page": bool(of_contract(user, contract)),
        "category page": bool(of_category(user, follow_up.category, 5)),
        "newly shared": needing_attention(user, "new-shared").exists(),
        "count by supplier": suppliers_to_follow_up(user, "").get(pk=supplier.pk).n_follow_ups > 0,
        "search": searched.rows(user).filter(pk=follow_up.pk).exists(),
        "search page": page("follow-up-detail", follow_up) in client.get("/search/", {"q": supplier.name}).text,
        "export": follow_ups(user, QueryDict()).exists(),
        "calendar": bool(month_of(user, {}, MARCH).days),
        "board": any(column.count or column.cards for column in board.board_of(user, {})),
        "start page": page("follow-up-detail", follow_up) in client.get(reverse("home:start")).text,
    }


EVERYWHERE_SHARED = {
    "list", "list narrowed", "page", "supplier page", "contract page", "category page", "newly shared",
    "count by supplier", "search", "search page", "export", "calendar", "board",
}  # fmt: skip


@pytest.mark.parametrize("who", ["neighbour", "reader"])
def test_whom_it_does_not_concern_finds_it_nowhere_until_it_is_audited(client_of, request, secret, who):
    user = request.getfixturevalue(who)
    assert {where for where, found in seen_in(user, secret, client_of(user)).items() if found} == set()
    FollowUp.objects.filter(pk=secret.pk).update(state="audited")
    secret.refresh_from_db()
    found = {where for where, found in seen_in(user, secret, client_of(user)).items() if found}
    assert found >= EVERYWHERE_SHARED


def test_an_announced_one_is_found_everywhere(client_of, secret, reader):
    """The control: only that it is unannounced hides it."""
    FollowUp.objects.filter(pk=secret.pk).update(is_unannounced=False)
    found = {where for where, found in seen_in(reader, secret, client_of(reader)).items() if found}
    assert found >= EVERYWHERE_SHARED


def test_whom_it_concerns_and_the_secretariat_see_it(client_of, secret, buyer, secretariat):
    for user in (buyer, secretariat):
        assert client_of(user).get(page("follow-up-detail", secret)).status_code == 200
        assert month_of(user, {}, MARCH).count == 1
        assert secret in FollowUp.objects.visible_to(user)


def test_findings_and_evidence_are_hidden_with_it(secret, neighbour):
    finding = FindingFactory(follow_up=secret)
    assert not type(finding).objects.visible_to(neighbour).exists()
    assert suppliers_listed(neighbour, text="Hemlig").exists()


def test_who_coordinates_says_so(client_of, secretariat, buyer, neighbour):
    follow_up = FollowUpFactory(contracts=["23"])
    url = page("unannounced-set", follow_up)
    assert client_of(neighbour).get(url).status_code == 404
    assert client_of(buyer).get(url).status_code == 403
    client = client_of(secretariat)
    assert client.post(url, {"is_unannounced": "on", "version": "1"}).status_code == 302
    follow_up.refresh_from_db()
    assert (follow_up.is_unannounced, follow_up.version) == (True, 2)
    assert client.post(url, {"version": "1"}).status_code == 409
    with pytest.raises(StaleVersionError):
        set_unannounced(by=secretariat, follow_up=follow_up, version=1, is_unannounced=False)
    assert clock.today() == date(2027, 3, 17)
