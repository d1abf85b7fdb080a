import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portal.history.models import Record
from portal.outbox.models import Message


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
