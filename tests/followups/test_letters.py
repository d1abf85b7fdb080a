"""What did not arrive is shown to those who work in the follow-up; reminders are paused with a reason."""

from datetime import date

import pytest
from django.urls import reverse

from followups.actions.links import issue_link, revoke_link
from followups.enums.links import Holder
from followups.queries.letters import undelivered_in
from portal.history.models import SystemActor
from portal.outbox.models import Message
from portal.reminders.actions import tick
from portal.reminders.models import Pause
from tests.followups.factories import CorrectiveActionFactory, FindingFactory, FollowUpFactory

pytestmark = pytest.mark.django_db
BY = SystemActor("test")
THREE_BEFORE = date(2026, 11, 27)


@pytest.fixture(autouse=True)
def today(settings):
    settings.PORTAL_NOW = "2026-11-27T09:00"


@pytest.fixture
def follow_up(buyer):
    return FollowUpFactory(supplier__name="Norrmed AB", contracts=["23"], handler=buyer, state="actions_under_way")


@pytest.fixture
def link(follow_up):
    return issue_link(
        by=BY, holder=Holder.SUPPLIER, name="Anna", email="Anna@supplier.example", language="sv", follow_up=follow_up
    )


def page_of(follow_up) -> str:
    return reverse("followups:follow-up-detail", args=[follow_up.public_id])


def come_back(message, state="bounced") -> None:
    sent = {"sent_at": "2026-11-27T08:00Z", "sent_by": message.created_by} if state == "bounced" else {}
    Message.objects.filter(pk=message.pk).update(state=state, error="550 5.1.1 unknown", **sent)


@pytest.mark.parametrize("state", ["failed", "bounced", "in_doubt"])
def test_a_letter_to_a_contact_that_did_not_arrive_is_shown_to_handler_and_staff(
    follow_up, link, buyer, secretariat, client_of, state
):
    for user in (buyer, secretariat):
        assert "undelivered" not in client_of(user).get("/").text
    come_back(link.message, state)
    for user in (buyer, secretariat):
        assert "attention=undelivered" in client_of(user).get("/").text
        listed = client_of(user).get(reverse("followups:follow-up-list"), {"attention": "undelivered"})
        assert "Norrmed AB" in listed.text
        page = client_of(user).get(page_of(follow_up)).text
        assert reverse("followups:undelivered-note", args=[follow_up.public_id, link.message.public_id]) in page


def test_a_reminder_that_did_not_arrive_is_shown_too(follow_up, buyer):
    CorrectiveActionFactory(finding=FindingFactory(follow_up=follow_up), due_on=date(2026, 12, 2))
    tick(by=BY, day=THREE_BEFORE)
    come_back(Message.objects.get(to=buyer.email))
    assert [(each.name, each.message.to) for each in undelivered_in(follow_up)] == [(buyer.name, buyer.email)]


def test_what_arrived_or_went_elsewhere_or_by_a_revoked_link_is_not(follow_up, link, buyer):
    other = FollowUpFactory()
    foreign = issue_link(
        by=BY, holder=Holder.SUPPLIER, name="Bo", email="bo@other.example", language="sv", follow_up=other
    )
    come_back(foreign.message)
    assert undelivered_in(follow_up) == []
    assert [each.message.to for each in undelivered_in(other)] == ["bo@other.example"]
    come_back(link.message)
    revoke_link(by=BY, link=link)
    assert undelivered_in(follow_up) == []


def test_seen_to_it_is_gone(follow_up, link, buyer, client_of):
    come_back(link.message)
    client, url = (
        client_of(buyer),
        reverse("followups:undelivered-note", args=[follow_up.public_id, link.message.public_id]),
    )
    assert client.post(url).status_code == 302
    assert Message.objects.get(pk=link.message.pk).noted_by.user == buyer
    assert client.post(url).status_code == 404
    assert "attention=undelivered" not in client.get("/").text


def test_who_only_reads_sees_no_address_and_notes_nothing(follow_up, link, neighbour, person, client_of):
    come_back(link.message)
    url = reverse("followups:undelivered-note", args=[follow_up.public_id, link.message.public_id])
    assert client_of(neighbour).post(url).status_code == 404
    follow_up.sharing_tier, follow_up.shared_at, follow_up.shared_by = (
        "regions",
        "2026-11-01T08:00Z",
        follow_up.created_by,
    )
    follow_up.save(update_fields=["sharing_tier", "shared_at", "shared_by"])
    assert client_of(neighbour).post(url).status_code == 403
    assert "supplier.example" not in client_of(neighbour).get(page_of(follow_up)).text
    assert "attention=undelivered" not in client_of(neighbour).get("/").text


def test_the_secretariat_pauses_and_nobody_is_reminded_until_it_ends_it(follow_up, buyer, secretariat, client_of):
    CorrectiveActionFactory(finding=FindingFactory(follow_up=follow_up), due_on=date(2026, 12, 2))
    pause, resume = (reverse(f"followups:reminders-{name}", args=[follow_up.public_id]) for name in ("pause", "resume"))
    client = client_of(secretariat)
    assert client.post(pause, {"reason": "Rekonstruktion", "resumes_on": "2027-01-11"}).status_code == 302
    assert (Pause.objects.get().about, Pause.objects.get().resumes_on) == (follow_up.public_id, date(2027, 1, 11))
    assert "Rekonstruktion" in client_of(buyer).get(page_of(follow_up)).text
    assert tick(by=BY, day=THREE_BEFORE).queued == 0
    assert client.post(resume).status_code == 302
    assert tick(by=BY, day=THREE_BEFORE).queued == 1


@pytest.mark.parametrize(
    "typed", [{"reason": ""}, {"reason": "x" * 501}, {"reason": "Vila", "resumes_on": "2026-11-27"}, {"reason": "\x00"}]
)
def test_a_pause_without_reason_or_with_a_day_that_has_been_is_told(follow_up, secretariat, client_of, typed):
    answer = client_of(secretariat).post(reverse("followups:reminders-pause", args=[follow_up.public_id]), typed)
    assert (answer.status_code, bool(answer.context["form"].errors), Pause.objects.count()) == (200, True, 0)


def test_only_the_secretariat_pauses_and_only_what_is_under_way(follow_up, buyer, neighbour, secretariat, client_of):
    url = reverse("followups:reminders-pause", args=[follow_up.public_id])
    assert [client_of(user).post(url, {"reason": "Vila"}).status_code for user in (buyer, neighbour)] == [403, 404]
    follow_up.state = "closed"
    follow_up.save(update_fields=["state"])
    assert client_of(secretariat).post(url, {"reason": "Vila"}).status_code == 403


def test_the_list_of_letters_costs_the_same_at_one_and_three(follow_up, link, django_assert_num_queries):
    come_back(link.message)
    for _turn in range(2):
        with django_assert_num_queries(3):
            undelivered_in(follow_up)
        for number in range(2):
            other = issue_link(
                by=BY,
                holder=Holder.SUPPLIER,
                name="Bo",
                email=f"bo{number}@supplier.example",
                language="sv",
                follow_up=follow_up,
            )
            come_back(other.message)
