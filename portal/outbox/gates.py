"""Asked before a mail leaves: whether the room that queued it still wants it, and with which text."""

from collections.abc import Callable

from portal.outbox.models import Message

Gate = Callable[[Message], str | None]

_gates: dict[str, Gate] = {}


def register(kind: str, gate: Gate) -> None:
    """For messages of the kind: the gate gives the text to be sent now, None when there is nothing more to say."""
    _gates[kind] = gate


def unregister(kind: str) -> None:
    """Forget the gate; harmless when there is none."""
    _gates.pop(kind, None)


def text_now(message: Message) -> str | None:
    """The text of a message that is about to leave; None when it is not wanted any more."""
    gate = _gates.get(message.kind)
    return message.body if gate is None else gate(message)
