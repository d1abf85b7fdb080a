"""What a view for those outside is given: the link by which they came, checked at every request."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from followups.enums.links import Holder
from followups.models import AccessLink

SESSION_KEY = "access_links"
P = ParamSpec("P")


class LinkRequest(HttpRequest):
    """A request by one who came by a link. A type, never made."""

    link: AccessLink


def remember(request: HttpRequest, link: AccessLink) -> None:
    """This browser has opened the link; several can be open in it."""
    known = [public_id for public_id in request.session.get(SESSION_KEY, []) if public_id != link.public_id]
    request.session[SESSION_KEY] = [*known, f"{link.public_id}"][-20:]


def by_link(
    *holders: Holder,
) -> Callable[[Callable[Concatenate[LinkRequest, P], HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """For a view `(request: LinkRequest, …)` at an address with `<slug:link>`: only for these holders, with `request.link`.

    A link that this browser has not opened, or that is for something else, is 404; one that is revoked or has expired
    says so and leads to a new letter (410). What says which methods a view takes stands above this.
    """

    def decorate(view: Callable[Concatenate[LinkRequest, P], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @login_not_required
        @wraps(view)
        def guarded(request: Any, link: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            found = (
                AccessLink.objects.select_related(
                    "follow_up__supplier",
                    "follow_up__category",
                    "follow_up__lead_region",
                    "follow_up__clause_version",
                    "contract__supplier",
                    "contract__region",
                )
                .filter(public_id=link, holder__in=holders)
                .first()
            )
            if found is None or not _has_opened(request, found):
                return no_link(request, status=404)
            if not found.is_open:
                return no_link(request, status=410)
            request.link = found
            response = view(request, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        return guarded

    return decorate


def _has_opened(request: HttpRequest, link: AccessLink) -> bool:
    return link.public_id in request.session.get(SESSION_KEY, [])


def no_link(request: HttpRequest, *, status: int) -> HttpResponse:
    """Why nothing is shown, and how to get a new letter."""
    return render(request, "followups/outside/no_link.html", status=status)
