"""What the proxy and the container platform ask."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from portal.celery import app


@login_not_required
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Database, cache and queue answer too: else 503, with the name of the first that does not and no detail."""
    for name, probe in (("database", _database), ("cache", _cache), ("queue", _queue)):
        try:
            probe()
        except (DatabaseError, OSError, OperationalError, RedisError):
            return HttpResponse(name, status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _cache() -> None:
    cache.get("readyz")


def _queue() -> None:
    with app.connection_for_write(connect_timeout=2) as queue:
        queue.ensure_connection(max_retries=1)
