from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a message is on its way. `sending` is leased to a process; `in_doubt` and `failed` wait for a person."""

    QUEUED = "queued", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Message sent")
    BOUNCED = "bounced", _("Returned: did not arrive")
    IN_DOUBT = "in_doubt", _("Unclear whether it was sent")
    FAILED = "failed", _("Could not be sent")
    DROPPED = "dropped", _("Not sent: no longer needed")


# A person decides what becomes of these.
UNSETTLED = frozenset({State.IN_DOUBT, State.FAILED})
# Did not reach its reader, or perhaps not.
TROUBLE = UNSETTLED | {State.BOUNCED}
# How the list is narrowed to that, as long as nobody has seen to it.
TROUBLED = "troubled"
# The relay has accepted it at some moment.
ACCEPTED = frozenset({State.SENT, State.BOUNCED})
