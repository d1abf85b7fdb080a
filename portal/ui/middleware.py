"""Around every request: a log line without names, and the reader's language."""

import time
import uuid

import structlog
from django.conf import settings
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers

log = structlog.get_logger("portal.request")


class RequestLog:
    """One line a request, with the id that its header X-Request-ID repeats; the user as public id, never by name."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request_id = uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.monotonic()
        response = self.get_response(request)
        user = getattr(request, "user", None)
        log.info(
            "request",
            method=request.method,
            path=_loggable_path(request),
            status=response.status_code,
            milliseconds=round((time.monotonic() - started) * 1000),
            user=user.public_id if user is not None and user.is_authenticated else None,
        )
        response["X-Request-ID"] = request_id
        return response


def _loggable_path(request):
    """The path; the key of a link that logs in by itself is no one's who reads logs."""
    match = request.resolver_match
    key = match.kwargs.get("key") if match else None
    return request.path.replace(key, "…") if key else request.path


class Language:
    """The language of a page: the user's own when someone is logged in, else the cookie's, else Swedish.

    The browser's wish is not asked: the portal is Swedish first, and a link reads the same for all who get it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        chosen = getattr(request.user, "language", "") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        # A page that speaks a language of its own has said so.
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response


class PrivatePages:
    """What a page says is between the portal and its reader: no cache may answer with it, and a log-out empties them.

    Files and pages that say more themselves keep what they say. `no-store` would cost people the text of a form they
    come back to, so the browser is told to forget at log-out instead.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        was_known = request.user.is_authenticated
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        if was_known and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"cache"'
        return response
