"""A saved view is kept by whoever made it; staff share theirs."""

from django.db import transaction

from followups.enums.lists import ListKey
from followups.models import SavedView
from portal import clock
from portal.history.models import actor_of
from regions.models import User


@transaction.atomic
def save_view(*, by: User, list_key: ListKey, name: str, query: str) -> SavedView:
    """Keep how the list is narrowed and ordered; a name that the user has already in that list then means this."""
    view, _new = SavedView.objects.update_or_create(
        owner=by, list_key=list_key, name=name, defaults={"query": query}, create_defaults=_made(by, query)
    )
    return view


def _made(by: User, query: str) -> dict[str, object]:
    return {"query": query, "created_by": actor_of(by)}


@transaction.atomic
def share_view(*, by: User, view: SavedView, is_shared: bool) -> SavedView:
    """Show it to everyone with a role, or to its owner only. Done twice it changes nothing."""
    locked = SavedView.objects.select_for_update(of=["self"]).get(pk=view.pk)
    if locked.is_shared != is_shared:
        locked.shared_at, locked.shared_by = (clock.now(), actor_of(by)) if is_shared else (None, None)
        locked.save(update_fields=["shared_at", "shared_by"])
    return locked


@transaction.atomic
def remove_view(*, by: User, view: SavedView) -> None:
    """Its history stays. `by` stands in it; removed twice, it is gone."""
    SavedView.objects.filter(pk=view.pk).delete()
