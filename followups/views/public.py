"""What anyone can read without logging in: published summaries, as pages, files, a feed and data. Nothing of a person.

Each page is the same for all who ask, logged in or not, in the language of its address.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page, require_safe

from followups.models import Summary, SummaryEdition, SummaryPdf
from followups.opendata import FIELDS, as_csv, as_json
from followups.pages.public import category_context, detail_context, list_context
from followups.queries.summaries import categories_told
from portal.files.responses import serve

FRESH_S = 300
SWEDISH = "sv"


def public(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Read without a log-in, kept by caches for some minutes, and answered with 304 to whoever has it already."""

    @login_not_required
    @require_safe
    @conditional_page
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = kwargs.get("language", SWEDISH)
        with translation.override(language):
            response = view(request, *args, **kwargs)
        response.headers["Content-Language"] = language
        if response.status_code == 200 and not response.streaming:
            patch_cache_control(response, public=True, max_age=FRESH_S)
        return response

    return shown


@public
def result_start(request: HttpRequest) -> HttpResponse:
    """In the language that the pages speak here: Swedish, unless another was chosen."""
    return redirect("published:result-list", getattr(request, "LANGUAGE_CODE", SWEDISH))


@public
def result_list(request: HttpRequest, language: str) -> HttpResponse:
    return render(request, "followups/public/result_list.html", list_context(language))


@public
def result_category(request: HttpRequest, language: str, public_id: str) -> HttpResponse:
    category = get_object_or_404(categories_told(), public_id=public_id)
    context = category_context(language, category, request.GET)
    return render(request, "followups/public/result_category.html", context)


@public
def result_detail(request: HttpRequest, language: str, public_id: str) -> HttpResponse:
    """The edition that stands; 410 for one that was withdrawn, with when and why."""
    summary = get_object_or_404(Summary.objects.filter(editions__number=1), public_id=public_id)
    context = detail_context(language, summary)
    status = 410 if context["edition"].withdrawn_at else 200
    return render(request, "followups/public/result_detail.html", context, status=status)


@public
def result_pdf(request: HttpRequest, language: str, public_id: str) -> HttpResponseBase:
    """Of the edition that stands; 404 until it is made, and once it is withdrawn."""
    pdfs = SummaryPdf.objects.filter(edition__in=SummaryEdition.objects.standing(), language=language).select_related(
        "file"
    )
    response = serve(get_object_or_404(pdfs, edition__summary__public_id=public_id).file, inline=True)
    response.headers["Cache-Control"] = f"public, max-age={FRESH_S}"
    return response


@public
def result_data(request: HttpRequest, language: str) -> HttpResponse:
    """What the open data holds, and on which terms."""
    terms = {"licence": settings.OPEN_DATA_LICENCE, "licence_url": settings.OPEN_DATA_LICENCE_URL}
    return render(request, "followups/public/result_data.html", {"language": language, "fields": FIELDS, **terms})


@public
def result_csv(request: HttpRequest) -> HttpResponse:
    return HttpResponse(as_csv(), content_type="text/csv; charset=utf-8; header=present")


@public
def result_json(request: HttpRequest) -> HttpResponse:
    return JsonResponse(as_json(), json_dumps_params={"ensure_ascii": False, "indent": 1})
