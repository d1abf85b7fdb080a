"""Long work as a row: who asked for what, how far it is, and what became of it."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.files.models import StoredFile
from portal.history.models import ActorKind, By, LinkActor, Record, SystemActor
from portal.jobs import registry
from portal.jobs.enums import UNFINISHED, JobState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

# How long a silent run keeps its job, and how long a wake-up may be under way. Both by the database's clock.
LEASE = timedelta(seconds=60)
WAKE_UP = timedelta(seconds=120)
MAX_ATTEMPTS = 3


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: "AbstractBaseUser | AnonymousUser") -> "JobQuerySet":
        """The jobs that the user started and might start today: no one else's, whatever the role."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(created_by__user=user, kind__in=registry.open_to(user))

    def claimable(self) -> "JobQuerySet":
        """Waiting, or left behind by a worker whose lease has run out."""
        return self.filter(Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, leased_until__lt=Now()))

    def forgotten(self) -> "JobQuerySet":
        """Claimable, and no wake-up for it can still be on its way: one at a time, however long the queue is."""
        late = Q(woken_at__lt=Now() - WAKE_UP)
        orphaned = Q(state=JobState.RUNNING, woken_at__lt=F("leased_until"))
        return self.claimable().filter(late | orphaned)

    def held(self, token: str) -> "JobQuerySet":
        """The job of the run that holds this token, as long as no other run has taken it over."""
        return self.filter(state=JobState.RUNNING, lease_token=token)


# How far it is changes every second and is no history; the state with its result is.
@pghistory.track(exclude=["done", "total", "leased_until", "lease_token", "woken_at"])
class Job(Record):
    """One piece of work. `subject` is the public id of what it is about, `params` small: numbers and ids.

    The lease says which run may write: only the holder of `lease_token` reports progress and finishes.
    """

    kind = models.CharField(_("kind"), max_length=50)
    subject = models.CharField(_("about"), max_length=50, blank=True)
    title = models.CharField(_("title"), max_length=200)
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    language = models.CharField(_("language"), max_length=7)
    state = models.CharField(_("state"), max_length=7, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveIntegerField(_("steps done"), default=0)
    total = models.PositiveIntegerField(_("steps in all"), default=0)
    reason = models.TextField(_("why it failed"), blank=True)
    result = models.ForeignKey(
        StoredFile, verbose_name=_("result"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    woken_at = models.DateTimeField(_("worker woken"), db_default=Now(), editable=False)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True, editable=False)
    lease_token = models.CharField(_("lease"), max_length=32, blank=True, editable=False)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(
                name="job_one_of_a_kind_at_a_time",
                fields=["created_by", "kind", "subject", "params", "language"],
                condition=Q(state__in=UNFINISHED),
            ),
            models.CheckConstraint(name="job_done_within_total", condition=Q(done__lte=F("total"))),
            models.CheckConstraint(
                name="job_running_has_lease",
                condition=Q(state=JobState.RUNNING, leased_until__isnull=False) & ~Q(lease_token="")
                | ~Q(state=JobState.RUNNING) & Q(leased_until__isnull=True, lease_token=""),
            ),
            models.CheckConstraint(
                name="job_failed_has_reason",
                condition=Q(state=JobState.FAILED) & ~Q(reason="") | ~Q(state=JobState.FAILED) & Q(reason=""),
            ),
            models.CheckConstraint(
                name="job_ended_when_finished",
                condition=Q(state__in=UNFINISHED, ended_at__isnull=True)
                | ~Q(state__in=UNFINISHED) & Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED

    @property
    def has_failed(self) -> bool:
        return self.state == JobState.FAILED

    @property
    def owner(self) -> By:
        """Who started it, as the `by=` of what the job writes."""
        actor = self.created_by
        if actor.kind == ActorKind.USER:
            return actor.user
        return SystemActor(actor.name) if actor.kind == ActorKind.SYSTEM else LinkActor(actor.link, actor.name)

    @property
    def result_url(self) -> str:
        """Where the result of a job that is done is downloaded; empty where there is none."""
        return registry.get(self.kind).result_url(self) if self.state == JobState.DONE else ""

    @property
    def result_page(self) -> str:
        """The page where the result of a job that is done stands; empty where it is only downloaded."""
        return registry.get(self.kind).result_page(self) if self.state == JobState.DONE else ""

    @property
    def parents(self) -> "Sequence[registry.Crumb]":
        """The way back to what the job is about."""
        return registry.get(self.kind).parents(self)

    def get_absolute_url(self) -> str:
        return reverse("jobs:job-show", args=[self.public_id])
