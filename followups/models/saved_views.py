"""Views of a list that someone wants to come back to."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from followups.enums.lists import ListKey
from portal.history.models import Record, by_field, pair_constraint
from regions.models import User
from regions.permissions import has_role

NAME_MAX, QUERY_MAX = 80, 2_000


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> "SavedViewQuerySet":
        """The user's own, and those that staff shared with everyone who has a role."""
        if not has_role(user):
            return self.none()
        return self.filter(Q(owner=user.pk) | Q(shared_at__isnull=False))


@pghistory.track()
class SavedView(Record):
    """How a list was narrowed and ordered, under a name of the user's own. It holds no row: whoever opens it sees theirs."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="saved_views"
    )
    list_key = models.CharField(_("list"), max_length=20, choices=ListKey)
    name = models.CharField(_("name"), max_length=NAME_MAX)
    query = models.CharField(_("how it is narrowed"), max_length=QUERY_MAX, blank=True)
    shared_at = models.DateTimeField(_("shared"), null=True, blank=True)
    shared_by = by_field(_("shared by"), null=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        constraints = [
            models.UniqueConstraint(fields=["owner", "list_key", "name"], name="saved_view_unique_name"),
            models.CheckConstraint(name="saved_view_list_known", condition=Q(list_key__in=ListKey.values)),
            pair_constraint("saved_view_shared_pair", "shared"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        return self.shared_at is not None
