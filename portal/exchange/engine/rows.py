"""What the engine says about a file: rows as they were read, faults, changes and the outcome."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

# A person corrects the first hundreds and tries again; what lies beyond is counted.
FAULTS_KEPT = 10_000
# What overwrites something is looked at more closely than what only adds.
CHANGED_KEPT, NEW_KEPT = 5_000, 2_000
# Of a cell that is quoted.
LONGEST_QUOTE = 80


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: in which row and column of the file, what was found, what was expected.

    `row` 0 is the file as a whole.
    """

    row: int
    column: str
    found: str
    message: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one row does to the register: fields as (heading, old, new); a new one's old values are empty."""

    row: int
    is_new: bool
    name: str
    fields: tuple[tuple[str, str, str], ...]


class Row(dict[str, Any]):
    """A line of the file by column key, its cells parsed; `faults` collects (key, found, message)."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.faults: list[tuple[str, str, str]] = []
        self.identities: tuple[tuple[int, Any], ...] = ()

    def refuse(self, key: str, message: object, found: object = "") -> None:
        """Note a fault in the column `key`, "" for the row as a whole."""
        self.faults.append((key, quoted(found), str(message)))


@dataclass(frozen=True)
class ComputedRows:
    """Rows of a list that only goes out and that is computed, not stored: what an export asks of a queryset."""

    rows: Sequence[Any]

    def count(self) -> int:
        return len(self.rows)

    def exists(self) -> bool:
        return bool(self.rows)

    def iterator(self, chunk_size: int = 0) -> Iterator[Any]:
        """All are in memory already, whatever the size of the chunks."""
        return iter(self.rows)


@dataclass
class Outcome:
    """What a file does, or would do. `digest` is the same for two runs that did exactly the same."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    _digest: Any = field(default_factory=hashlib.sha256)

    @property
    def is_fit(self) -> bool:
        """Nothing is wrong with the file."""
        return self.fault_count == 0

    @property
    def does_something(self) -> bool:
        return self.new + self.changed > 0

    @property
    def digest(self) -> str:
        return str(self._digest.hexdigest())

    def mark(self, *parts: object) -> None:
        """Let the digest know what a row does."""
        self._digest.update(repr(parts).encode("utf-8", "backslashreplace"))

    def add_faults(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self.fault_count += 1
            if len(self.faults) < FAULTS_KEPT:
                self.faults.append(fault)

    def wants_change(self, *, is_new: bool) -> bool:
        """There is still room for what the row does that was counted last."""
        return self.new <= NEW_KEPT if is_new else self.changed <= CHANGED_KEPT

    @property
    def is_cut(self) -> bool:
        """There are more faults or changes than the lists hold."""
        listed, all_of_them = (
            (self.changes, self.new + self.changed) if self.is_fit else (self.faults, self.fault_count)
        )
        return len(listed) < all_of_them


class FileRefused(Exception):  # noqa: N818 - reads as what it says
    """The file as a whole can't be used; the text is one sentence for the person."""


def quoted(value: object) -> str:
    """A cell as it is told in a sentence: one line, cut where it is long."""
    text = " ".join(str(value).split()) if value is not None else ""
    if isinstance(value, float | Decimal) and get_language() == "sv":
        text = text.replace(".", ",")
    return text if len(text) <= LONGEST_QUOTE else _("%(start)s …") % {"start": text[:LONGEST_QUOTE]}
