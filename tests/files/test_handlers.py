"""Nobody fills the disk: what is too much is refused before it is received."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db
ADDRESSES = [("account_login", ()), ("followups:finding-submit", ("abcdefgh2345",))]


@pytest.mark.parametrize(("name", "arguments"), ADDRESSES)
def test_who_has_not_logged_in_uploads_nothing(settings, name, arguments):
    """With the cookie that the log-in page gives to everyone, Django reads the form to find the token in it."""
    client = Client(enforce_csrf_checks=True)
    client.get(reverse("account_login"))
    big = SimpleUploadedFile("a.pdf", b"a" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))
    small = SimpleUploadedFile("a.pdf", b"a")
    answers = [client.post(reverse(name, args=arguments), {"evidence": each}) for each in (big, small)]
    assert [answer.status_code for answer in answers] == [413, 403]


def test_who_has_logged_in_uploads_as_much_as_a_form_takes(settings, client_of, buyer):
    settings.FORM_UPLOAD_MAX_BYTES = 1000
    client, form = client_of(buyer), {"language": "en"}
    answers = [
        client.post(reverse("ui:set-language"), {**form, "file": SimpleUploadedFile("a.pdf", b"a" * size)})
        for size in (1001, 100)
    ]
    assert [answer.status_code for answer in answers] == [413, 302]
