"""Logging in with an e-mail address; nobody signs up."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from portal.outbox.models import Message
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_attempts_yet():
    """Failed attempts are counted in the cache, which is not rolled back with the test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def account(buyer):
    buyer.set_password(PASSWORD)
    buyer.save(update_fields=["password"])
    return buyer


def test_every_page_asks_for_log_in_first(client):
    answer = client.get("/suppliers/")
    assert (answer.status_code, answer.url) == (302, "/account/login/?next=/suppliers/")


def test_log_in_leads_to_the_start_page(client, account):
    answer = client.post("/account/login/", {"login": account.email.upper(), "password": PASSWORD})
    assert (answer.status_code, answer.url) == (302, "/")
    assert "Det här väntar på dig" in client.get("/").content.decode()


def test_wrong_password_keeps_the_address_and_says_so(client, account):
    answer = client.post("/account/login/", {"login": account.email, "password": "fel lösenord helt"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert account.email in page
    assert "fel lösenord helt" not in page
    assert 'role="alert"' in page or "error-summary" in page


def test_log_in_does_not_tell_who_has_an_account(client, account):
    def errors(email: str) -> str:
        page = client.post("/account/login/", {"login": email, "password": "fel lösenord helt"}).content.decode()
        return re.sub(r"csrf\w+\" value=\"\w+\"", "", page).replace(email, "")

    assert errors(account.email) == errors("ingen@test.example")


def test_many_wrong_attempts_are_stopped(client, account):
    for _attempt in range(12):
        answer = client.post("/account/login/", {"login": account.email, "password": "fel lösenord helt"})
    right = client.post("/account/login/", {"login": account.email, "password": PASSWORD})
    assert answer.status_code in {200, 429}
    assert right.status_code != 302


def test_inactive_account_does_not_log_in(client, account):
    account.is_active = False
    account.save(update_fields=["is_active"])
    client.post("/account/login/", {"login": account.email, "password": PASSWORD})
    assert client.get("/").status_code == 302


def test_nobody_signs_up(client):
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    assert client.get("/account/signup/").status_code == 404


def test_forgotten_password_is_mailed_through_the_outbox_and_set_anew(client, account):
    client.post("/account/password/reset/", {"email": account.email})
    message = Message.objects.get(to=account.email)
    link = re.search(r"https?://[^/]+(/account/password/reset/\S+)", message.body).group(1)
    form = client.get(link, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": "ett nytt långt lösenord", "password2": "ett nytt långt lösenord"})
    account.refresh_from_db()
    assert account.check_password("ett nytt långt lösenord")


@pytest.mark.parametrize(
    ("language", "subject", "greeting"),
    [
        ("sv", "Välj ett nytt lösenord i Hållbar upphandling", "Hej!"),
        ("en", "Choose a new password in Sustainable procurement", "Hello!"),
    ],
)
def test_forgotten_password_is_mailed_in_the_recipients_language(client, account, language, subject, greeting):
    """Whoever asks may read the page in the other language, or be somebody else."""
    account.language = language
    account.save(update_fields=["language"])
    other = {"sv": "en", "en": "sv"}[language]
    client.post("/ui/language/", {"language": other, "next": "/account/password/reset/"})
    client.post("/account/password/reset/", {"email": account.email})
    message = Message.objects.get(to=account.email)
    assert (message.language, message.subject, message.body.split("\n")[0]) == (language, subject, greeting)


def test_forgotten_password_of_nobody_sends_no_secret(client):
    answer = client.post("/account/password/reset/", {"email": "ingen@test.example"})
    assert answer.status_code == 302
    assert not Message.objects.filter(body__contains="/account/password/reset/").exists()


def test_chosen_language_is_remembered(client_of, buyer):
    client_of(buyer).post("/ui/language/", {"language": "en", "next": "/"})
    buyer.refresh_from_db()
    assert buyer.language == "en"


@pytest.mark.parametrize("host", ["localhost:6666", "[::1]:99", "localhost."])
def test_the_link_in_the_mail_leads_to_the_portals_own_address(client, account, settings, host):
    settings.BASE_URL = "https://portal.example/"
    client.post("/account/password/reset/", {"email": account.email}, headers={"host": host})
    links = re.findall(r"https?://\S+", Message.objects.get(to=account.email).body)
    assert [link.startswith("https://portal.example/account/password/reset/") for link in links] == [True]


def test_production_opens_to_no_one_by_the_demos_password(client, account, settings):
    settings.PRODUCTION = True
    client.post("/account/login/", {"login": account.email, "password": PASSWORD})
    assert client.get("/messages/").status_code == 302
    settings.PRODUCTION = False
    client.post("/account/login/", {"login": account.email, "password": PASSWORD})
    assert client.get("/messages/").status_code == 200


def test_a_new_password_ends_the_other_sessions(client, account):
    other = Client()
    for each in (client, other):
        each.post("/account/login/", {"login": account.email, "password": PASSWORD})
    new = "ett nytt långt lösenord"
    client.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (client.get("/messages/").status_code, other.get("/messages/").status_code) == (200, 302)


def test_attempts_are_counted_by_the_address_that_the_own_proxy_names(client, account, settings):
    """What a client writes into X-Forwarded-For itself stands to the left of it."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    attempts = [
        client.post(
            "/account/login/",
            {"login": f"{number}@test.example", "password": "fel"},
            headers={"x-forwarded-for": f"10.0.0.{number}, 192.0.2.1"},
        ).status_code
        for number in range(31)
    ]
    assert attempts == [200] * 30 + [429]


def test_attempts_are_not_forgotten_because_there_are_many(client, account):
    """A database cache throws entries out when it is full; then guessing would begin anew."""
    for _attempt in range(6):
        client.post("/account/login/", {"login": account.email, "password": "fel"})
    for number in range(1000):
        cache.set(f"other-{number}", 1)
    client.post("/account/login/", {"login": account.email, "password": PASSWORD})
    assert client.get("/messages/").status_code == 302
