"""The gallery, the switch of language, and the pages that say what went wrong."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.views.decorators.http import require_POST, require_safe

from portal.ui.gallery import gallery_context
from portal.ui.language import LanguageForm


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component, with contents as real as they come."""
    return render(request, "ui/gallery.html", gallery_context())


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the pages' language: in a cookie, and at the user when someone is logged in. Back to the same page."""
    form = LanguageForm(request.POST)
    response = redirect(_safe_path(request, request.POST.get("next", "")))
    if not form.is_valid():
        return response
    language = form.cleaned_data["language"]
    if request.user.is_authenticated:
        import_string(settings.LANGUAGE_SAVER)(by=request.user, language=language)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def _safe_path(request: HttpRequest, path: str) -> str:
    """The path within this portal, or the start page for any other address."""
    known = url_has_allowed_host_and_scheme(path, {request.get_host()}, require_https=request.is_secure())
    return path if known and path.startswith("/") and path.isprintable() else "/"


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; or 413 when more was sent than the portal takes."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


@login_not_required
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was open for too long, in two tabs, or came from elsewhere. Nothing was saved."""
    return render(request, "403.html", {"csrf": True}, status=403)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """500, drawn without the database, the session or the user: any of them may be what failed."""
    return HttpResponseServerError(render_to_string("500.html"))
