"""Mail as rows. What is in the table will be sent; what the relay has accepted is marked, once."""

from email.utils import parseaddr

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext_lazy as _

from portal.history.models import Record, by_field, new_public_id, pair_constraint
from portal.outbox.enums import ACCEPTED, TROUBLE, UNSETTLED, State
from portal.outbox.keeper import is_keeper


def message_id_of(public_id: str) -> str:
    """The RFC 5322 Message-ID of the row with this public id. A lost mail is looked up by it, so the row keeps it."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{public_id}@{domain.encode('idna').decode()}>"


def new_message_id() -> str:
    """Only named by the first migration: what queues a mail makes its Message-ID from the public id."""
    return message_id_of(new_public_id())


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user) -> "MessageQuerySet":
        """What was sent to the user's own address; the keeper sees all."""
        if not user.is_authenticated:
            return self.none()
        return self if is_keeper(user) else self.filter(to__iexact=user.email)

    def due(self) -> "MessageQuerySet":
        """Queued, and its waiting time is over by the database's clock."""
        return self.filter(state=State.QUEUED, not_before__lte=Now())

    def expired(self) -> "MessageQuerySet":
        """Leased to a process that has not told how it went, though its time is up."""
        return self.filter(state=State.SENDING, leased_until__lte=Now())

    def troubled(self) -> "MessageQuerySet":
        """Did not arrive, or perhaps not, and nobody has seen to it."""
        return self.filter(state__in=TROUBLE, noted_at__isnull=True)


# Not in the history: the body, which may hold a log-in secret and would outlive its blanking there (it never changes
# otherwise), and the lease, which is machinery of a minute.
@pghistory.track(exclude=["body", "lease_token", "leased_until", "not_before"])
class Message(Record):
    """A mail to one address. Leases and waiting times are by the database's clock, the rest by the portal's."""

    message_id = models.CharField(max_length=300, unique=True, editable=False)
    to = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=250)
    body = models.TextField(_("text"), blank=True)
    kind = models.SlugField(_("kind"), max_length=40, db_index=False)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    is_secret = models.BooleanField(_("holds a personal link"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(_("not before"), db_default=Now(), editable=False)
    lease_token = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    sent_by = by_field(_("sent by"), null=True)
    error = models.TextField(_("what went wrong"), blank=True)
    noted_at = models.DateTimeField(_("seen to"), null=True, blank=True, editable=False)
    noted_by = by_field(_("seen to by"), null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["not_before"], name="message_due", condition=Q(state=State.QUEUED)),
            models.Index(fields=["leased_until"], name="message_leased", condition=Q(state=State.SENDING)),
            models.Index(Upper("to"), models.F("id").desc(), name="message_recipient"),
            models.Index(fields=["state", "-id"], name="message_state"),
        ]
        constraints = [
            models.CheckConstraint(name="message_known_state", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="message_lease_while_sending",
                condition=Q(state=State.SENDING, lease_token__isnull=False, leased_until__isnull=False)
                | (~Q(state=State.SENDING) & Q(lease_token__isnull=True, leased_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="message_sent_has_moment",
                condition=Q(state__in=sorted(ACCEPTED), sent_at__isnull=False)
                | (~Q(state__in=sorted(ACCEPTED)) & Q(sent_at__isnull=True)),
            ),
            pair_constraint("message_sent_by", "sent"),
            pair_constraint("message_noted_pair", "noted"),
            models.CheckConstraint(
                name="message_noted_is_trouble", condition=Q(noted_at__isnull=True) | Q(state__in=sorted(TROUBLE))
            ),
            models.CheckConstraint(
                name="message_trouble_has_reason", condition=~Q(state__in=sorted(TROUBLE)) | ~Q(error="")
            ),
            models.CheckConstraint(
                name="message_has_text", condition=~Q(body="") | Q(is_secret=True, state__in=sorted(ACCEPTED))
            ),
            models.CheckConstraint(
                name="message_headers_one_line",
                condition=~Q(subject="") & ~Q(subject__regex=r"[\r\n]") & ~Q(to__regex=r"[\r\n]"),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def readable_body(self) -> str:
        """The text as pages may show it: a log-in secret is shown in the demo alone."""
        return "" if self.is_secret and settings.PORTAL_ENV != "demo" else self.body

    @property
    def is_unsettled(self) -> bool:
        """A person has to decide what becomes of it."""
        return self.state in UNSETTLED

    @property
    def is_trouble(self) -> bool:
        """It did not reach its reader, or perhaps not."""
        return self.state in TROUBLE
