"""A calendar for programs (RFC 5545): deadlines as all-day events. Six properties, so written here and not by a library."""

from collections.abc import Iterable, Iterator
from datetime import UTC, timedelta

from portal import clock
from portal.reminders.sources import Deadline

LONGEST_LINE = 75  # bytes, without the line break


def calendar(name: str, deadlines: Iterable[Deadline]) -> bytes:
    """The whole file. An event keeps its identity from one fetch to the next, so that programs move it and not double it."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Hallbar upphandling//Portal//SV",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    stamp = clock.now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    for deadline in deadlines:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{deadline.public_id}@deadlines.portal",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{deadline.due_on:%Y%m%d}",
            f"DTEND;VALUE=DATE:{deadline.due_on + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_text(deadline.title)}",
            f"URL:{deadline.url}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line))


def _text(value: str) -> str:
    """A text value: backslash, comma and semicolon escaped, line breaks written out, no other control characters."""
    escaped = value.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    escaped = "\\n".join(escaped.splitlines())
    return "".join(sign for sign in escaped if sign.isprintable())


def _folded(line: str) -> Iterator[bytes]:
    """No line longer than the limit, and none broken within a character; each but the first begins with a space."""
    part = b""
    for sign in line:
        encoded = sign.encode()
        if len(part) + len(encoded) > LONGEST_LINE:
            yield part
            part = b" "
        part += encoded
    yield part
