"""Who may do what with a message that they can see."""

from portal.outbox.enums import State
from portal.outbox.keeper import is_keeper
from portal.outbox.models import Message


def can_mark_bounced(user: object, message: Message) -> bool:
    """Say that a sent message came back."""
    return is_keeper(user) and message.state == State.SENT


def can_settle(user: object, message: Message) -> bool:
    """Decide what becomes of a message that failed or is in doubt; a recipient can read but not send."""
    return is_keeper(user)
