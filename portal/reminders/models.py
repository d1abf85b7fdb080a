"""What was reminded of, and how each person, each matter and the portal as a whole wants it."""

from datetime import date

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portal.history.models import Record, by_field, pair_constraint
from portal.outbox.models import Message
from portal.reminders.enums import Delivery


@pghistory.track()
class Reminder(Record):
    """That a person was reminded of a thing at a step before or after a due date: once, the database sees to it.

    `source` is the key of a registered source, `about` the public id of the thing there, `within` that of the larger
    matter. A new due date starts anew. Who has no account is known by the address, in lower case, and named beside it.
    """

    source = models.SlugField(_("source"), max_length=60, db_index=False)
    about = models.CharField(_("about"), max_length=12)
    within = models.CharField(_("within"), max_length=12, blank=True)
    step = models.CharField(_("step"), max_length=20)
    due_on = models.DateField(_("due date"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recipient"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    message = models.ForeignKey(Message, verbose_name=_("message"), on_delete=models.PROTECT, related_name="reminders")

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        indexes = [models.Index(fields=["within"], name="reminder_within", condition=~Q(within=""))]
        constraints = [
            models.UniqueConstraint(fields=["source", "about", "step", "due_on", "recipient"], name="reminder_once"),
            models.UniqueConstraint(
                fields=["source", "about", "step", "due_on", "email"],
                name="reminder_once_outside",
                condition=Q(recipient__isnull=True),
            ),
            models.CheckConstraint(
                name="reminder_has_one_recipient",
                condition=Q(recipient__isnull=False, email="") | (Q(recipient__isnull=True) & ~Q(email="")),
            ),
            models.CheckConstraint(name="reminder_email_lower_case", condition=Q(email=Lower("email"))),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.about} {self.step}"

    @property
    def recipient_name(self) -> str:
        """Who was reminded, as pages show it."""
        return str(self.recipient) if self.recipient_id else self.name or self.email


@pghistory.track()
class Digest(Record):
    """That a person got the weekly digest: one mail a week, the database sees to it. `week_on` is the week's Monday."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recipient"), on_delete=models.PROTECT, related_name="+"
    )
    week_on = models.DateField(_("week"))
    message = models.OneToOneField(Message, verbose_name=_("message"), on_delete=models.PROTECT, related_name="digest")

    class Meta:
        verbose_name = _("weekly digest")
        constraints = [models.UniqueConstraint(fields=["recipient", "week_on"], name="digest_once")]

    def __str__(self) -> str:
        return f"{self.recipient} {self.week_on}"


@pghistory.track()
class DigestWeek(Record):
    """That the digests of a week are all written: what turns up later in it waits for the next."""

    week_on = models.DateField(_("week"), unique=True)

    class Meta:
        verbose_name = _("week of digests")

    def __str__(self) -> str:
        return str(self.week_on)


@pghistory.track()
class Preference(Record):
    """How a person wants to be reminded. Without a row: as `Delivery.DEFAULT`, without a pause."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+"
    )
    delivery = models.CharField(_("How do you want your reminders?"), max_length=7, choices=Delivery)
    resumes_on = models.DateField(_("No reminders before"), null=True, blank=True)

    class Meta:
        verbose_name = _("preference")
        constraints = [
            models.CheckConstraint(name="preference_known_delivery", condition=Q(delivery__in=Delivery.values))
        ]

    def __str__(self) -> str:
        return str(self.get_delivery_display())

    def pauses(self, day: date) -> bool:
        return self.resumes_on is not None and day < self.resumes_on


class PauseQuerySet(models.QuerySet["Pause"]):
    def holding(self, day: date) -> "PauseQuerySet":
        """Neither lifted nor over."""
        return self.filter(Q(resumes_on__isnull=True) | Q(resumes_on__gt=day), lifted_at__isnull=True)


@pghistory.track()
class Pause(Record):
    """That nobody is reminded of a matter for a while. `about` is its public id, as `Due.within` names it."""

    about = models.CharField(_("about"), max_length=12)
    reason = models.TextField(_("reason"), max_length=500)
    resumes_on = models.DateField(_("No reminders before"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("ended"), null=True, blank=True)
    lifted_by = by_field(_("ended by"), null=True)

    objects = PauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause")
        constraints = [
            pair_constraint("pause_lifted_pair", "lifted"),
            models.CheckConstraint(name="pause_has_reason", condition=~Q(reason="")),
            models.UniqueConstraint(fields=["about"], name="pause_one_a_matter", condition=Q(lifted_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.reason


@pghistory.track()
class Switch(Record):
    """That reminders were switched on or off; the latest row holds, and without one they are off.

    `since_on`: what should have gone out before that day is old. `takes_old`: what is old comes in the first digest,
    otherwise not at all. `counted` is how many old ones there were when a person confirmed it.
    """

    is_on = models.BooleanField(_("on"))
    since_on = models.DateField(_("since"))
    takes_old = models.BooleanField(_("takes what is old"), default=False)
    counted = models.PositiveIntegerField(_("old reminders"), default=0)

    class Meta:
        verbose_name = _("switch")

    def __str__(self) -> str:
        return str(_("Reminders are on.") if self.is_on else _("Reminders are off."))


@pghistory.track()
class CalendarFeed(Record):
    """A person's own deadlines for a calendar program, at an address that is the key. One at a time; gone when revoked.

    The address is signed, not stored: whoever reads the database has none.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = by_field(_("revoked by"), null=True)

    class Meta:
        verbose_name = _("calendar feed")
        constraints = [
            pair_constraint("calendar_feed_revoked_pair", "revoked"),
            models.UniqueConstraint(
                fields=["person"], name="calendar_feed_one_a_person", condition=Q(revoked_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)
