"""Mail about a follow-up that did not arrive."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Upper

from followups.models import AccessLink, FollowUp
from portal.outbox.models import Message, MessageQuerySet
from portal.reminders.models import Reminder
from regions.models import User


@dataclass(frozen=True)
class Undelivered:
    """A message that did not arrive, or perhaps not: to whom, what became of it, and when it was written."""

    message: Message
    name: str
    moment: datetime


def undelivered_messages(follow_up: FollowUp) -> MessageQuerySet:
    """Reminders within the follow-up, and whatever went to those who have a link to it; until someone has seen to it.

    A link's holder may be written to about other follow-ups: what is told of a message is its address and its state.
    """
    holders = AccessLink.objects.filter(follow_up=follow_up, revoked_at__isnull=True).values(address=Upper("email"))
    reminded = Reminder.objects.filter(within=follow_up.public_id).values("message")
    troubled = Message.objects.troubled().annotate(address=Upper("to"))
    return troubled.filter(Q(pk__in=reminded) | Q(address__in=holders))


def undelivered_in(follow_up: FollowUp) -> list[Undelivered]:
    """The latest first, with the name that is known of each address."""
    found = list(undelivered_messages(follow_up).defer("body").order_by("-pk"))
    if not found:
        return []
    links = AccessLink.objects.filter(follow_up=follow_up).values_list("email", "name")
    users = User.objects.filter(email__in={message.to.lower() for message in found}).values_list("email", "name")
    names = {email.lower(): name for email, name in [*users, *links]}
    return [Undelivered(message, names.get(message.to.lower(), ""), message.created_at) for message in found]


def with_undelivered(follow_ups: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
    """Those of the follow-ups of which `undelivered_in` has something to tell."""
    troubled = Message.objects.troubled()
    reminded = Reminder.objects.filter(message__in=troubled).exclude(within="").values("within")
    to_holder = AccessLink.objects.filter(
        Exists(troubled.filter(to__iexact=OuterRef("email"))), follow_up=OuterRef("pk"), revoked_at__isnull=True
    )
    return follow_ups.filter(Q(public_id__in=reminded) | Exists(to_holder))
