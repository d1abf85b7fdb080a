"""Personal links for those outside: a supplier's contacts, auditors, reporters. Only a hash of the address is kept."""

import hashlib
from functools import cached_property

import pghistory
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import Contract
from followups.enums.links import Holder
from followups.models.follow_ups import FollowUp
from portal import clock
from portal.history.models import LinkActor, Record, by_field, pair_constraint
from portal.outbox.models import Message
from regions.models import User
from regions.permissions import is_buyer, is_staff


def hash_of(token: str) -> str:
    """What is stored of a link's secret: SHA-256, in 64 hexadecimal digits. 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


class AccessLinkQuerySet(models.QuerySet["AccessLink"]):
    def open(self) -> "AccessLinkQuerySet":
        """Those that lead somewhere: not revoked, not expired."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now()), revoked_at__isnull=True)

    def of_token(self, token: str) -> "AccessLinkQuerySet":
        return self.filter(token_hash=hash_of(token))

    def visible_to(self, user: User) -> "AccessLinkQuerySet":
        """To those who work in the follow-up, and a contract's to those who see it and work for a region: names and
        addresses are personal data."""
        if is_staff(user):
            return self
        if not is_buyer(user):
            return self.none()
        worked_in = FollowUp.objects.workable_by(user).values("pk")
        contracts = Contract.objects.visible_to(user).values("pk")
        return self.filter(Q(follow_up__in=worked_in) | Q(contract__in=contracts))


@pghistory.track()
class AccessLink(Record):
    """A personal, expiring, revocable way into one follow-up, or a standing one for a contract's severe deviations.

    The address itself is only in the mail: here is its hash, so that nobody who reads the database can use it.
    """

    holder = models.CharField(_("for"), max_length=8, choices=Holder)
    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, null=True, blank=True, related_name="links")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, null=True, blank=True, related_name="links")
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(
        _("language"), max_length=2, choices=[("sv", _("Swedish")), ("en", _("English"))], default="sv"
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = by_field(_("revoked by"), null=True)
    message = models.ForeignKey(
        Message, verbose_name=_("latest letter"), on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = AccessLinkQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("access link")
        constraints = [
            models.CheckConstraint(
                name="access_link_is_about_one_thing",
                condition=Q(holder=Holder.REPORTER, contract__isnull=False, follow_up__isnull=True)
                | (~Q(holder=Holder.REPORTER) & Q(contract__isnull=True, follow_up__isnull=False)),
            ),
            pair_constraint("access_link_revoked_pair", "revoked"),
            models.CheckConstraint(
                name="access_link_expires", condition=Q(holder=Holder.REPORTER) | Q(expires_at__isnull=False)
            ),
            models.UniqueConstraint(
                Lower("email"),
                "holder",
                "follow_up",
                "contract",
                name="access_link_one_a_person",
                condition=Q(revoked_at__isnull=True),
                nulls_distinct=False,
                violation_error_message=_("There is already a link for this e-mail address."),
            ),
        ]

    @cached_property
    def actor(self) -> LinkActor:
        """`by=` of what the holder does."""
        return LinkActor(self.public_id, self.name)

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > clock.now())

    def __str__(self) -> str:
        return f"{self.name} ({self.get_holder_display()})"
