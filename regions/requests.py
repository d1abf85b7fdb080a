"""What a view behind the log-in is given."""

from django.http import HttpRequest

from regions.models import User


class UserRequest(HttpRequest):
    """A request of a user who has logged in: `LoginRequiredMiddleware` lets no other reach the view. A type, never made."""

    user: User
