"""The journal: a Maildir with a copy of every mail that the relay has accepted (docs/adr/0004-outbox.md)."""

from email.parser import BytesHeaderParser
from pathlib import Path

from django.conf import settings

MAILDIR_BACKEND = "portal.outbox.backends.MaildirBackend"
FOLDERS = ("tmp", "new", "cur")


class JournalMissing(Exception):  # noqa: N818 - reads as what it says
    """A journal is configured but is not a Maildir that can be read: nothing can be concluded from it."""


def prepare(folder: Path) -> None:
    """Make an empty Maildir where there is none, closed to other accounts; harmless when two do it at once."""
    for name in FOLDERS:
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)


def accepted(message_ids: set[str]) -> set[str] | None:
    """Those of the Message-IDs that the relay has accepted; None when there is no journal to ask.

    Raises JournalMissing, OSError.
    """
    if not settings.OUTBOX_JOURNAL:
        return None
    folder = Path(settings.OUTBOX_JOURNAL)
    if settings.EMAIL_BACKEND == MAILDIR_BACKEND:
        prepare(folder)
    found: set[str] = set()
    # `new` before `cur`: a mail that a reader moves meanwhile is then met once or twice, never missed.
    for name in ("new", "cur"):
        if not (folder / name).is_dir():
            raise JournalMissing(f"{folder} is not a Maildir.")
        for path in (folder / name).iterdir():
            found |= {_message_id(path)} & message_ids
            if found == message_ids:
                return found
    return found


def _message_id(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return str(BytesHeaderParser().parse(file).get("Message-ID", "")).strip()
    except FileNotFoundError:
        return ""
