import pytest
from django.test import Client
from django.urls import reverse

from portal.outbox.enums import State
from portal.outbox.models import Message

pytestmark = pytest.mark.django_db

LIST = "outbox:message-list"
POSTS = ["outbox:message-resend", "outbox:message-mark-sent"]


def fail(message: Message, state: State = State.FAILED) -> Message:
    Message.objects.filter(pk=message.pk).update(state=state, error="550 No such user")
    return message


def test_a_user_sees_mail_to_the_own_address_alone(client_of, buyer, neighbour, queued):
    queued(to=buyer.email.upper(), subject="Till inköparen")
    queued(to=neighbour.email, subject="Till grannen")
    page = client_of(buyer).get(reverse(LIST)).content.decode()
    assert "Till inköparen" in page
    assert "Till grannen" not in page


def test_the_keeper_sees_all(client_of, admin, buyer, queued):
    queued(to=buyer.email, subject="Till inköparen")
    assert "Till inköparen" in client_of(admin).get(reverse(LIST)).content.decode()


def test_the_list_can_be_narrowed_to_a_state(client_of, admin, queued):
    queued(subject="Väntar")
    fail(queued(subject="Gick inte"))
    page = client_of(admin).get(reverse(LIST), {"state": "failed"}).content.decode()
    assert "Gick inte" in page
    assert "Väntar på" not in page.split("<tbody>")[1]
    assert ">Väntar<" not in page


@pytest.mark.parametrize("query", [{"state": "gone"}, {"before": "x" * 5000}, {"before": "\x00"}, {"after": "okänd"}])
def test_a_strange_query_string_is_answered_with_a_page(client_of, admin, queued, query):
    queued(subject="Finns")
    answer = client_of(admin).get(reverse(LIST), query)
    assert (answer.status_code, "Finns" in answer.content.decode()) == (200, True)


def test_an_empty_list_says_what_will_come(client_of, buyer):
    assert client_of(buyer).get(reverse(LIST)).status_code == 200


def test_the_list_is_newest_first_page_by_page(client_of, admin, queued):
    ids = [queued(subject=f"Nummer {number}").public_id for number in range(30)][::-1]
    first = client_of(admin).get(reverse(LIST)).context["page"]
    assert [message.public_id for message in first.rows] == ids[:25]
    second = client_of(admin).get(reverse(LIST) + first.next_url).context["page"]
    assert ([message.public_id for message in second.rows], second.next_url) == (ids[25:], "")


def test_a_message_that_has_left_the_filter_holds_its_place(client_of, admin, queued):
    older, marker, _newer = [queued(subject=f"Nummer {number}") for number in range(3)]
    fail(marker)
    query = {"state": "queued", "after": marker.public_id}
    page = client_of(admin).get(reverse(LIST), query).context["page"]
    assert [message.pk for message in page.rows] == [older.pk]


def test_a_marker_out_of_sight_gives_nothing_away(client_of, queued, buyer):
    mine = queued(to=buyer.email)
    foreign = queued(to="other@test.example")
    queued(to=buyer.email)
    page = client_of(buyer).get(reverse(LIST), {"after": foreign.public_id}).context["page"]
    assert (len(page.rows), page.rows[-1].pk, page.previous_url) == (2, mine.pk, "")


def test_the_list_costs_the_same_at_one_and_three_rows(client_of, admin, queued, django_assert_num_queries):
    client = client_of(admin)
    queued()
    client.get(reverse(LIST))
    for _number in range(2):
        with django_assert_num_queries(4):
            client.get(reverse(LIST))
        queued()
        queued()


def test_the_page_of_a_message_shows_its_text(client_of, buyer, queued):
    message = queued(to=buyer.email, subject="<b>Ämne</b>", body="Rad ett\n<script>alert(1)</script>", language="en")
    page = client_of(buyer).get(reverse("outbox:message-detail", args=[message.public_id])).content.decode()
    assert '<pre lang="en">Rad ett\n&lt;script&gt;alert(1)&lt;/script&gt;</pre>' in page
    assert "<b>Ämne</b>" not in page


def test_a_log_in_secret_is_shown_to_nobody(client_of, admin, buyer, queued):
    message = queued(to=buyer.email, body="https://portal.example/key", is_secret=True)
    for user in (admin, buyer):
        page = client_of(user).get(reverse("outbox:message-detail", args=[message.public_id])).content.decode()
        assert "portal.example/key" not in page


def test_only_the_keeper_sees_what_the_relay_said(client_of, admin, buyer, queued):
    url = reverse("outbox:message-detail", args=[fail(queued(to=buyer.email)).public_id])
    assert "No such user" in client_of(admin).get(url).content.decode()
    assert "No such user" not in client_of(buyer).get(url).content.decode()


@pytest.mark.parametrize("name", ["outbox:message-detail", *POSTS])
def test_other_peoples_mail_is_not_there(client_of, neighbour, buyer, stranger, queued, name):
    url = reverse(name, args=[fail(queued(to=buyer.email)).public_id])
    for user in (neighbour, stranger):
        client = client_of(user)
        answer = client.post(url) if name in POSTS else client.get(url)
        assert answer.status_code == 404
    assert Message.objects.get().state == State.FAILED


@pytest.mark.parametrize("name", POSTS)
def test_a_recipient_may_not_settle(client_of, buyer, queued, name):
    url = reverse(name, args=[fail(queued(to=buyer.email)).public_id])
    assert client_of(buyer).post(url).status_code == 403
    assert Message.objects.get().state == State.FAILED


@pytest.mark.parametrize("name", POSTS)
def test_settling_is_a_post(client_of, admin, queued, name):
    url = reverse(name, args=[fail(queued()).public_id])
    assert client_of(admin).get(url).status_code == 405


@pytest.mark.parametrize(("name", "state"), [(POSTS[0], State.QUEUED), (POSTS[1], State.SENT)])
def test_the_keeper_settles(client_of, admin, queued, name, state):
    message = fail(queued(), State.IN_DOUBT)
    answer = client_of(admin).post(reverse(name, args=[message.public_id]))
    assert (answer.status_code, answer.url) == (302, reverse("outbox:message-detail", args=[message.public_id]))
    message.refresh_from_db()
    assert message.state == state


@pytest.mark.parametrize("name", POSTS)
def test_what_is_settled_meanwhile_is_told_and_left(client_of, admin, queued, name):
    message = queued()
    answer = client_of(admin).post(reverse(name, args=[message.public_id]), follow=True)
    assert "avgjort" in answer.content.decode() or "settled" in answer.content.decode()
    message.refresh_from_db()
    assert message.state == State.QUEUED


def test_the_buttons_are_there_only_when_there_is_something_to_decide(client_of, admin, queued):
    message = queued()
    url = reverse("outbox:message-detail", args=[message.public_id])
    client = client_of(admin)
    assert "/resend/" not in client.get(url).content.decode()
    fail(message)
    assert "/resend/" in client.get(url).content.decode()


def test_the_demos_mail_is_open_in_the_demo_alone(queued, settings):
    message = queued(body="https://portal.example/key", is_secret=True)
    urls = [reverse("outbox:demo-list"), reverse("outbox:demo-detail", args=[message.public_id])]
    for environment in ("test", "production"):
        settings.PORTAL_ENV = environment
        assert [Client().get(url).status_code for url in urls] == [404, 404]
    settings.PORTAL_ENV = "demo"
    assert "Hej" in Client().get(urls[0]).content.decode()
    assert '<a href="https://portal.example/key"' in Client().get(urls[1]).content.decode()


def test_without_log_in_there_is_no_list(queued):
    answer = Client().get(reverse(LIST))
    assert (answer.status_code, answer.url.startswith(reverse("account_login"))) == (302, True)
