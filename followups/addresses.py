"""The lasting addresses of what is published: whole, for feeds, data, mails and documents."""

from django.conf import settings
from django.urls import reverse


def address_of_summary(public_id: str, language: str) -> str:
    """Of a summary's page, whichever edition stands there."""
    return whole(reverse("published:result-detail", args=[language, public_id]))


def whole(path: str) -> str:
    return settings.BASE_URL.rstrip("/") + path
