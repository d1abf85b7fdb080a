import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.history.models import Record
from portal.outbox.models import Message


@pghistory.track()
class Reminder(Record):
    """That a person was reminded of a thing at a step before or after a due date: once, the database sees to it.

    `source` is the key of a registered source, `about` the public id of the thing there. A new due date starts anew.
    """

    source = models.SlugField(_("source"), max_length=60, db_index=False)
    about = models.CharField(_("about"), max_length=12)
    step = models.CharField(_("step"), max_length=20)
    due_on = models.DateField(_("due date"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recipient"), on_delete=models.PROTECT, related_name="+"
    )
    message = models.OneToOneField(
        Message, verbose_name=_("message"), on_delete=models.PROTECT, related_name="reminder"
    )

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(fields=["source", "about", "step", "due_on", "recipient"], name="reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.about} {self.step}"
