"""Access links: a personal, expiring, revocable way into one follow-up."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from followups.actions.links import issue_link, mail_own_links, resend_link, revoke_link
from followups.enums.follow_ups import State
from followups.enums.links import Holder
from followups.models import AccessLink, FollowUp
from portal import clock
from portal.history.models import SystemActor
from portal.outbox.models import Message
from tests.followups.factories import FollowUpFactory

BY = SystemActor("test")


def given(follow_up, email="anna@leverantor.example", holder=Holder.SUPPLIER, **values) -> AccessLink:
    return issue_link(by=BY, holder=holder, name="Anna Ek", email=email, language="sv", follow_up=follow_up, **values)


def address_in(link: AccessLink) -> str:
    """The path that stands in the letter."""
    link.refresh_from_db()
    return re.search(r"/follow-ups/links/open/\S+/", link.message.body)[0]


def opened(link: AccessLink) -> Client:
    """A browser in which the link has been opened."""
    client = Client()
    assert client.post(address_in(link)).status_code == 302
    return client


def start(link: AccessLink) -> str:
    return reverse("followups:outside-start", args=[link.public_id])


def test_a_link_is_mailed_and_only_its_hash_is_kept(follow_up):
    link = given(follow_up)
    token = address_in(link).split("/")[-2]
    assert len(token) == 43
    assert token not in {str(value) for value in AccessLink.objects.values().get(pk=link.pk).values()}
    assert (link.message.to, link.message.is_secret) == ("anna@leverantor.example", True)
    assert AccessLink.objects.of_token(token).get() == link


def test_opening_takes_a_press_so_that_a_scanner_changes_nothing(follow_up):
    link = given(follow_up)
    client, address = Client(), address_in(link)
    page = client.get(address)
    assert "Är du Anna Ek?" in page.content.decode()
    assert client.get(start(link)).status_code == 404
    assert "no-store" in page.headers["Cache-Control"]
    assert client.post(address).headers["Location"] == start(link)
    assert follow_up.supplier.name in client.get(start(link)).content.decode()
    assert client.get(address).status_code == 200


def test_a_link_leads_to_one_follow_up_only(follow_up):
    other = FollowUpFactory(contracts=["25"])
    client, foreign = opened(given(follow_up)), given(other, email="bo@annan.example")
    assert client.get(start(foreign)).status_code == 404
    assert client.get(reverse("followups:follow-up-detail", args=[follow_up.public_id])).status_code == 302


@pytest.mark.parametrize("end", ["revoke", "expire"])
def test_a_link_that_has_ended_says_so_and_leads_to_a_new_letter(follow_up, end):
    link = given(follow_up)
    client, address = opened(link), address_in(link)
    if end == "revoke":
        revoke_link(by=BY, link=link)
    else:
        AccessLink.objects.filter(pk=link.pk).update(expires_at=clock.now() - timedelta(seconds=1))
    for answer in (client.get(start(link)), client.get(address), client.post(address)):
        assert answer.status_code == 410
        assert reverse("followups:link-mail") in answer.content.decode()


def test_a_guessed_address_leads_nowhere(follow_up):
    given(follow_up)
    for method in ("get", "post"):
        assert getattr(Client(), method)(reverse("followups:link-open", args=["x" * 43])).status_code == 410


def test_sending_anew_makes_a_new_address_and_ends_the_old_one(follow_up):
    link = given(follow_up, days=1)
    old = address_in(link)
    resend_link(by=BY, link=link)
    assert address_in(link) != old
    assert Client().get(old).status_code == 410
    assert link.expires_at > clock.now() + timedelta(days=80)


def test_the_same_person_has_one_link_however_often_it_is_given(follow_up):
    first = given(follow_up)
    assert given(follow_up, email="ANNA@leverantor.example") == first
    assert given(follow_up, holder=Holder.AUDITOR) != first
    revoke_link(by=BY, link=first)
    assert given(follow_up) != first


def test_a_revoked_link_is_not_sent_anew(follow_up):
    link = revoke_link(by=BY, link=given(follow_up))
    with pytest.raises(ValidationError):
        resend_link(by=BY, link=link)


def test_a_link_is_about_one_thing(follow_up):
    contract = follow_up.contracts.get()
    for about in ({"contract": contract}, {"contract": contract, "holder": Holder.SUPPLIER}, {"holder": "reporter"}):
        values = {"holder": Holder.REPORTER, "follow_up": follow_up, **about}
        with pytest.raises(IntegrityError), transaction.atomic():
            issue_link(by=BY, name="A", email="a@b.example", language="sv", **values)


def test_no_link_is_given_in_what_has_ended(follow_up):
    FollowUp.objects.filter(pk=follow_up.pk).update(state=State.CLOSED)
    with pytest.raises(ValidationError):
        given(follow_up)
    assert not Message.objects.exists()


def _without_token(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def test_own_links_are_mailed_anew_and_nobody_learns_whether_there_are_any(follow_up):
    link, address = given(follow_up), reverse("followups:link-mail")
    ended = given(FollowUpFactory(), email="bo@annan.example")
    revoke_link(by=BY, link=ended)
    before = Message.objects.count()
    answers = [Client().post(address, {"email": email}) for email in ("Anna@leverantor.example", "bo@annan.example")]
    assert [answer.status_code for answer in answers] == [200, 200]
    shown = [
        answer.content.decode().replace("Anna@leverantor.example", "").replace("bo@annan.example", "")
        for answer in answers
    ]
    assert _without_token(shown[0]) == _without_token(shown[1])
    assert Message.objects.count() == before + 1
    link.refresh_from_db()
    assert link.message.to == "anna@leverantor.example"
    assert mail_own_links(email="nobody@nowhere.example") == 0


def test_asking_for_links_is_limited(follow_up):
    given(follow_up)
    address, email = reverse("followups:link-mail"), {"email": "anna@leverantor.example"}
    assert [Client().post(address, email).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_the_page_speaks_the_language_of_the_contact(follow_up):
    link = issue_link(
        by=BY, holder=Holder.SUPPLIER, name="Ann", email="ann@x.example", language="en", follow_up=follow_up
    )
    client = Client()
    assert "Are you Ann?" in client.get(address_in(link)).content.decode()
    client.post(address_in(link))
    assert "what is there to do?" in client.get(start(link)).content.decode()


# --- for those who work in the follow-up


def test_who_works_in_it_gives_a_link(follow_up, buyer, client_of):
    address = reverse("followups:link-add", args=[follow_up.public_id])
    typed = {"holder": "supplier", "name": "Anna Ek", "email": "anna@leverantor.example", "language": "en"}
    answer = client_of(buyer).post(address, typed)
    assert answer.headers["Location"] == reverse("followups:follow-up-detail", args=[follow_up.public_id])
    link = AccessLink.objects.get()
    assert (link.follow_up, link.name, link.language, link.holder) == (follow_up, "Anna Ek", "en", "supplier")
    assert link.created_by.user == buyer


def test_a_link_without_a_person_is_refused_at_its_fields(follow_up, buyer, client_of):
    address = reverse("followups:link-add", args=[follow_up.public_id])
    answer = client_of(buyer).post(address, {"holder": "auditor", "email": "ingen adress"})
    assert set(answer.context["form"].errors) == {"name", "email"}
    assert not AccessLink.objects.exists()


def test_links_are_for_those_who_work_in_it(follow_up, buyer, neighbour, reader, secretariat):
    link = given(follow_up)
    FollowUp.objects.filter(pk=follow_up.pk).update(
        sharing_tier="regions", shared_at=clock.now(), shared_by=link.created_by
    )
    seen = {user.email: AccessLink.objects.visible_to(user).count() for user in (buyer, neighbour, reader, secretariat)}
    assert list(seen.values()) == [1, 0, 0, 1]


def test_the_page_of_the_follow_up_shows_who_has_access(follow_up, buyer, neighbour, client_of):
    link = given(follow_up)
    FollowUp.objects.filter(pk=follow_up.pk).update(
        sharing_tier="regions", shared_at=clock.now(), shared_by=link.created_by
    )
    page = reverse("followups:follow-up-detail", args=[follow_up.public_id])
    assert "anna@leverantor.example" in client_of(buyer).get(page).content.decode()
    assert "anna@leverantor.example" not in client_of(neighbour).get(page).content.decode()


def test_revoking_and_sending_anew_are_presses(follow_up, buyer, client_of):
    link, client = given(follow_up), client_of(buyer)
    client.post(reverse("followups:link-resend", args=[link.public_id]))
    assert Message.objects.filter(kind="access_link").count() == 2
    client.post(reverse("followups:link-revoke", args=[link.public_id]))
    link.refresh_from_db()
    assert link.revoked_by.user == buyer
