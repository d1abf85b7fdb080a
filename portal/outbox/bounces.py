"""Returned mail: a Maildir into which the relay puts what comes back to the sender's address (RFC 3464)."""

import email
import email.policy
import re
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message as Mail
from pathlib import Path

import structlog
from django.conf import settings

from portal.outbox.delivery import record_returned
from portal.outbox.journal import JournalMissing
from portal.outbox.models import Message

log = structlog.get_logger(__name__)

# A report with the mail it is about is a few kilobytes; whatever is larger is none of ours.
LARGEST = 2_000_000


@dataclass(frozen=True)
class Report:
    """Mail that the report says has not arrived and never will, and the server's words."""

    message_id: str
    reason: str


def settle_returned() -> int:
    """Mark as returned what new reports in `settings.OUTBOX_BOUNCES` name; how many messages that were.

    Each report is read once: it is moved from `new` to `cur`, where a person can read it. Delays and successes, and
    whatever is no report, change nothing. Raises JournalMissing, OSError.
    """
    if not settings.OUTBOX_BOUNCES:
        return 0
    folder = Path(settings.OUTBOX_BOUNCES)
    if not all((folder / name).is_dir() for name in ("new", "cur")):
        raise JournalMissing(f"{folder} is not a Maildir.")
    returned = 0
    for path in sorted((folder / "new").iterdir()):
        report = _read(path)
        returned += bool(report and _mark(report))
        # Gone already: another process read it.
        with suppress(FileNotFoundError):
            path.rename(folder / "cur" / f"{path.name}:2,S")
    return returned


def report_in(mail: Mail) -> Report | None:
    """The report of a permanent failure that the mail is; None for any other mail."""
    if mail.get_content_type() != "multipart/report":
        return None
    reasons, message_id = [], ""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            reasons += [_words(block) for block in _mails_in(part) if _has_failed(block)]
        elif kind == "message/rfc822":
            for original in _mails_in(part):
                message_id = message_id or str(original.get("Message-ID", "")).strip()
        elif kind == "text/rfc822-headers":
            found = re.search(r"^Message-ID:\s*(<[^>\s]+>)", str(part.get_payload()), re.IGNORECASE | re.MULTILINE)
            message_id = message_id or (found[1] if found else "")
    return Report(message_id, reasons[0]) if reasons and message_id else None


def _read(path: Path) -> Report | None:
    try:
        if path.stat().st_size > LARGEST:
            return None
        with path.open("rb") as file:
            return report_in(email.message_from_binary_file(file, policy=email.policy.compat32))
    except FileNotFoundError:
        return None


def _mark(report: Report) -> bool:
    returned = record_returned(Message.objects.filter(message_id=report.message_id), reason=report.reason)
    if returned:
        log.info("outbox_returned", message_id=report.message_id)
    return bool(returned)


def _mails_in(part: Mail) -> list[Mail]:
    """What a `message/…` part holds; nothing where it is damaged."""
    held = part.get_payload()
    return [each for each in held if isinstance(each, Mail)] if isinstance(held, list) else []


def _has_failed(block: Mail) -> bool:
    """One recipient's part of a report: failed for good, rather than delayed, relayed or delivered."""
    return str(block.get("Action", "")).strip().lower() == "failed"


def _words(block: Mail) -> str:
    said = str(block.get("Diagnostic-Code", "")).partition(";")[2].strip()
    return " ".join(f"{block.get('Status', '')} {said}".split())
