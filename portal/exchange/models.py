"""A file that somebody brought: what it would change, and what it changed."""

from typing import TYPE_CHECKING, Any

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.exchange import registry
from portal.exchange.enums import UNDER_WAY, RunState
from portal.exchange.keeper import is_keeper
from portal.files.models import StoredFile
from portal.history.models import Record, by_field, pair_constraint
from portal.jobs.models import Job

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: "AbstractBaseUser | AnonymousUser") -> "ImportRunQuerySet":
        """One's own, of kinds that one may import today; whoever looks after all imports sees everybody's."""
        if not user.is_authenticated:
            return self.none()
        return self if is_keeper(user) else self.filter(created_by__user=user, kind__in=registry.keys_open_to(user))


# The details quote what the file says of people, and the history forgets nothing.
@pghistory.track(exclude=["details", "job"])
class ImportRun(Record):
    """A file on its way into the portal: checked, confirmed, imported. The file itself never changes.

    `details`: the first faults, changes and notices of the check, as texts in `language`. `digest` says what the check
    found that the file would do; the import does the same or nothing. `mapping`: what the resource is made with where
    somebody has said what the columns hold; `details` then has the columns that were found.
    """

    kind = models.CharField(_("kind"), max_length=50)
    file = models.ForeignKey(StoredFile, verbose_name=_("file"), on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=7)
    state = models.CharField(_("state"), max_length=9, choices=RunState, default=RunState.CHECKING)
    job = models.ForeignKey(
        Job, verbose_name=_("job"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    new_count = models.PositiveIntegerField(_("new"), default=0)
    changed_count = models.PositiveIntegerField(_("changed"), default=0)
    unchanged_count = models.PositiveIntegerField(_("unchanged"), default=0)
    fault_count = models.PositiveIntegerField(_("errors"), default=0)
    reason = models.TextField(_("why it was refused"), blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)
    mapping = models.JSONField(_("what its columns hold"), default=dict, blank=True)
    digest = models.CharField(_("checksum of what it does"), max_length=64, blank=True)
    report = models.ForeignKey(
        StoredFile, verbose_name=_("list"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = by_field(_("confirmed by"), null=True)
    ended_at = models.DateTimeField(_("imported"), null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            pair_constraint("import_run_confirmed", "confirmed"),
            models.CheckConstraint(
                name="import_run_done_was_confirmed",
                condition=Q(state=RunState.DONE, ended_at__isnull=False, confirmed_at__isnull=False)
                | ~Q(state=RunState.DONE) & Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.file.name

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def does_something(self) -> bool:
        return self.new_count + self.changed_count > 0

    @property
    def exchange_kind(self) -> "registry.ExchangeKind":
        return registry.get(self.kind)

    @property
    def list_url(self) -> str:
        """Where the rows are that it brought."""
        return self.exchange_kind.list_url

    @property
    def import_url(self) -> str:
        """Where another file of the same kind is chosen."""
        return reverse("exchange:file-import", args=[self.kind])

    @property
    def map_url(self) -> str:
        """Where it is said what the columns hold; "" where headings say it, or none were found."""
        return reverse(self.exchange_kind.map_page, args=[self.public_id]) if self.columns else ""

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The columns that somebody is asked about: letter, heading and examples."""
        return list(self.details.get("columns", ()))

    @property
    def faults(self) -> list[dict[str, Any]]:
        return list(self.details.get("faults", ()))

    @property
    def changes(self) -> list[dict[str, Any]]:
        return list(self.details.get("changes", ()))

    @property
    def notices(self) -> list[str]:
        return list(self.details.get("notices", ()))

    def get_absolute_url(self) -> str:
        return reverse("exchange:run-show", args=[self.public_id])
