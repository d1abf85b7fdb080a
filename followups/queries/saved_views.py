"""Reads over saved views."""

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from followups.models import SavedView
from portal.search.ordering import swedish
from regions.models import User


def views_of(user: User, list_key: str = "") -> QuerySet[SavedView]:
    """Those the user may open, the own ones first, each by its name in Swedish order; `is_own` says which those are."""
    found = SavedView.objects.visible_to(user)
    if list_key:
        found = found.filter(list_key=list_key)
    own = Case(When(Q(owner=user.pk), then=Value(True)), default=Value(False), output_field=BooleanField())
    return found.annotate(is_own=own).order_by("list_key", "-is_own", swedish("name"), "pk")
