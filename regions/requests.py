"""What a view behind the log-in is given, and what it asks of who came."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from regions.models import User
from regions.permissions import has_role


class UserRequest(HttpRequest):
    """A request of a user who has logged in: `LoginRequiredMiddleware` lets no other reach the view. A type, never made."""

    user: User


def require_role(request: UserRequest) -> None:
    """404 to a stranger, as everywhere: for pages that hang on no object of their own."""
    if not has_role(request.user):
        raise Http404


def require(is_allowed: bool) -> None:
    """403 to those who see the page's object, or work here, but may not do this."""
    if not is_allowed:
        raise PermissionDenied
