"""What the frame of every page shows."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from django.utils.translation import get_language, get_language_info

from portal import slots


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Context processor: navigation, search box, who is logged in, other languages, the demo's accounts at log-in."""
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    return {
        "navigation": _navigation(request, user) if known else [],
        "chrome": {
            "user_name": str(user) if known else "",
            "user_caption": _caption(user) if known else "",
            "search_url": _search_url(user) if known else "",
            "other_languages": [
                (code, get_language_info(code)["name_local"].capitalize())
                for code, _name in settings.LANGUAGES
                if code != get_language()
            ],
            "public_pages": [] if known else [(item.label, reverse(item.url_name)) for item in slots.public_pages],
            "next_path": request.get_full_path() if request.method == "GET" else "",
        },
        "demo_accounts": SimpleLazyObject(_demo_accounts) if not known else [],
        "demo_password": settings.DEMO_PASSWORD if not known else "",
    }


def _caption(user: Any) -> str:
    """What the user is here, by the function that `USER_CAPTION` names; empty without it."""
    path = getattr(settings, "USER_CAPTION", "")
    return import_string(path)(user) if path else ""


def _search_url(user: Any) -> str:
    """Where the box of the masthead leads; empty for whom there is nothing to search."""
    return next((reverse(item.url_name) for item in slots.search if item.visible(user)), "")


def _navigation(request: HttpRequest, user: Any) -> list[dict[str, Any]]:
    """The items the user may see. The current one says so, or has the longest address that the page's address starts with."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    items = [
        {"label": item.label, "url": reverse(item.url_name), "is_current": name.startswith(item.within)}
        for item in slots.navigation
        if item.visible(user)
    ]
    if any(item["is_current"] for item in items):
        return items
    within = [item for item in items if request.path == item["url"] or _is_under(request.path, item["url"])]
    if within:
        max(within, key=lambda item: len(item["url"]))["is_current"] = True
    return items


def _is_under(path: str, url: str) -> bool:
    return url != "/" and path.startswith(url)


def _demo_accounts() -> list[dict[str, str]]:
    """The demo's accounts with what each is, as far as they exist."""
    emails = [email for _role, email, _name, _scope in settings.DEMO_ACCOUNTS]
    if not emails:
        return []
    users = {user.email: user for user in get_user_model().objects.filter(email__in=emails)}
    return [{"label": _caption(users[email]), "email": email} for email in emails if email in users]
