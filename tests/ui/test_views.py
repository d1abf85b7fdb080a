from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from portal.ui import views
from portal.ui.responses import Comparison, conflict
from tests.ui.test_forms import Sample


@pytest.fixture
def request_of(rf: RequestFactory, stranger):
    """A request as the middleware leaves it."""

    def make(path: str = "/", user=stranger):
        request = rf.get(path)
        request.user = user
        return request

    return make


def test_language_changes_for_the_user_and_the_browser(client_of, stranger):
    client = client_of(stranger)
    response = client.post(reverse("ui:set-language"), {"language": "en", "next": "/ui/gallery/?a=1"})

    assert (response.status_code, response.url) == (302, "/ui/gallery/?a=1")
    assert response.cookies["django_language"].value == "en"
    stranger.refresh_from_db()
    assert stranger.language == "en"
    assert client.get(reverse("ui:gallery"))["Content-Language"] == "en"


def test_whoever_is_logged_in_finds_the_page_for_a_new_password(client, client_of, stranger):
    link = f'href="{reverse("account_change_password")}"'
    assert link in client_of(stranger).get(reverse("ui:gallery")).content.decode()
    assert link not in client.get(reverse("account_login")).content.decode()


def test_language_changes_before_log_in(client, db):
    assert client.get(reverse("account_login"))["Content-Language"] == "sv"
    client.post(reverse("ui:set-language"), {"language": "en", "next": "/account/login/"})
    assert '<html lang="en">' in client.get(reverse("account_login")).content.decode()


@pytest.mark.parametrize(
    "path",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\nb", "account"],
)
def test_the_switch_leads_nowhere_else(client, db, path):
    assert client.post(reverse("ui:set-language"), {"language": "en", "next": path}).url == "/"


@pytest.mark.parametrize("language", ["de", "", "\x00", "sv" * 500])
def test_an_unknown_language_changes_nothing(client_of, stranger, language):
    response = client_of(stranger).post(reverse("ui:set-language"), {"language": language})

    assert response.status_code == 302
    assert "django_language" not in response.cookies
    stranger.refresh_from_db()
    assert stranger.language == "sv"


def test_a_switch_by_get_is_refused(client, db):
    assert client.get(reverse("ui:set-language")).status_code == 405


@pytest.mark.parametrize(
    ("view", "exception", "status"),
    [
        (views.bad_request, SuspiciousOperation(), 400),
        (views.bad_request, RequestDataTooBig(), 413),
        (views.permission_denied, PermissionDenied(), 403),
        (views.page_not_found, Http404(), 404),
    ],
)
def test_what_went_wrong_is_a_page(request_of, view, exception, status):
    response = view(request_of(), exception)

    assert response.status_code == status
    assert f'<p class="kicker">{status}</p>' in response.content.decode()


def test_a_failure_needs_neither_database_nor_user(rf, django_assert_num_queries):
    response = views.server_error(rf.get("/"))

    assert response.status_code == 500
    assert "<h1>" in response.content.decode()


def test_an_unknown_address_is_404(client_of, stranger):
    response = client_of(stranger).get("/nowhere/")

    assert response.status_code == 404
    assert '<p class="kicker">404</p>' in response.content.decode()


def test_a_form_without_its_token_is_told_so(stranger):
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("ui:set-language"), {"language": "en"})

    assert response.status_code == 403
    with translation.override("sv"):
        assert translation.gettext("The page had been open for too long") in response.content.decode()


def test_a_conflict_keeps_the_text_and_shows_the_other(request_of):
    form = Sample({"heading": "Min rubrik", "version": "7"})
    response = conflict(
        request_of(), context={"form": form}, comparisons=[Comparison("Rubrik", "Min rubrik", "Deras rubrik")]
    )
    html = response.content.decode()

    assert response.status_code == 409
    assert 'value="Min rubrik"' in html
    assert '<input type="hidden" name="version" value="7"' in html
    assert "<mark>Deras </mark>" in html


def test_every_answer_names_its_request_and_forbids_inline(client, db):
    first, second = (client.get(reverse("account_login")) for _ in range(2))

    assert len(first["X-Request-ID"]) == 32
    assert first["X-Request-ID"] != second["X-Request-ID"]
    assert "unsafe" not in first["Content-Security-Policy"]


def test_the_clock_on_the_gallery_is_the_portals(client_of, stranger, settings):
    settings.PORTAL_NOW = "2023-02-01T12:00"
    response = client_of(stranger).get(reverse("ui:gallery"))

    assert response.context["now"].date() - response.context["late_on"] == timedelta(days=12)
    assert "2023" in response.content.decode()
