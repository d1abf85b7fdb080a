"""Workbooks, opened by a child process (`child.py`) with limits of its own: a file that kills it is a refusal."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from portal.exchange.reading import child, limits
from portal.exchange.reading.cells import BrokenCell, Cell, tidy
from portal.exchange.reading.headings import NumberedRow, find_heading
from portal.exchange.reading.table import Table, table_of
from portal.exchange.reading.unreadable import Unreadable

_LIMITS = json.dumps(
    {
        "memory": limits.CHILD_MEMORY_BYTES,
        "cpu": limits.CHILD_CPU_SECONDS,
        "unfolded": limits.MOST_UNFOLDED_BYTES,
        "folding": limits.MOST_FOLDING,
        "free": limits.FREELY_FOLDED_BYTES,
        "parts": limits.MOST_PARTS,
        "index": limits.MOST_INDEX_BYTES,
        "sheets": limits.MOST_SHEETS,
        "head": limits.HEADING_ROWS,
        "text": limits.LONGEST_TEXT,
    }
)
# All columns at their longest, as JSON writes what isn't ASCII, and then some.
_LONGEST_LINE = 40 * limits.MEGABYTE
# Python's own exit for an exception that nobody caught: calamine met what it doesn't understand.
_UNCAUGHT = 1


def read(path: Path, expected: Collection[str]) -> Table:
    """The table in the sheet with most of the expected headings, the first of several. Raises Unreadable.

    Other sheets that seem to hold such rows are named in the table's `left_out`. Hidden sheets are not read. A formula
    gives the value that was saved with it.
    """
    opened = _Child(path)
    try:
        sheet, left_out = _chosen(opened.heads(), expected)
        table = table_of(opened.rows(sheet.place), expected, about=sheet.height)
        table.sheet, table.left_out = sheet.name, left_out
        return table
    except BaseException:
        opened.close()
        raise


def rows(path: Path) -> Iterator[NumberedRow]:
    """All rows that aren't blank of the first sheet with cells. Raises Unreadable, here or while they are read."""
    opened = _Child(path)
    try:
        sheet, _left_out = _chosen(opened.heads(), ())
        return opened.rows(sheet.place)
    except BaseException:
        opened.close()
        raise


@dataclass(frozen=True)
class _Sheet:
    """A sheet that is seen, with its first rows."""

    place: int
    height: int
    name: str
    head: list[NumberedRow] = field(default_factory=list)


def _chosen(sheets: list[_Sheet], expected: Collection[str]) -> tuple[_Sheet, list[str]]:
    """The sheet to read, and the names of others that seem to hold such rows too. Raises Unreadable where none has cells."""
    filled = [sheet for sheet in sheets if sheet.head]
    if not filled:
        raise Unreadable("no_sheet")
    if len(filled) == 1 or not expected:
        return filled[0], []
    matches = [_matches(sheet.head, expected) for sheet in filled]
    chosen = matches.index(max(matches))
    # One word that is also a heading stands in many a text.
    left_out = [sheet.name for place, sheet in enumerate(filled) if place != chosen and matches[place] > 1]
    return filled[chosen], left_out


def _matches(head: list[NumberedRow], expected: Collection[str]) -> int:
    try:
        return find_heading(head, expected).matches
    except Unreadable:
        return 0


class _Child:
    """The process and its answers. Its end before its last answer is Unreadable."""

    def __init__(self, path: Path) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own program, and the file's path
            [sys.executable, "-I", child.__file__, str(path.resolve()), _LIMITS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"LANG": "C.UTF-8"},
        )
        self.answers = self._answers()

    def heads(self) -> list[_Sheet]:
        """The sheets with their first rows."""
        heads: list[_Sheet] = []
        for kind, *rest in self.answers:
            if kind == "sheets":
                break
            if kind == "sheet":
                heads.append(_Sheet(*rest))
            else:
                heads[-1].head.append((rest[0], _tidied(rest[1])))
        return heads

    def rows(self, place: int) -> Iterator[NumberedRow]:
        """All rows of a sheet, once."""
        try:
            self._choose(place)
            for kind, *rest in self.answers:
                if kind == "end":
                    return
                cells = _tidied(rest[1])
                if any(cell is not None for cell in cells):
                    yield rest[0], cells
        finally:
            self.close()

    def close(self) -> None:
        """End the process, if it hasn't ended, and let go of its pipes."""
        self.process.kill()
        with self.process:
            pass

    def _choose(self, place: int) -> None:
        assert self.process.stdin is not None  # noqa: S101 - for the type checker: it is a pipe
        try:
            self.process.stdin.write(f"{place}\n".encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            raise self._death() from None

    def _answers(self) -> Iterator[list[Any]]:
        rest = b""
        while part := self._part():
            *lines, rest = (rest + part).split(b"\n") if b"\n" in part else (rest + part,)
            if len(rest) > _LONGEST_LINE:
                raise Unreadable("too_heavy")
            for line in lines:
                answer = _ANSWER.decode(line.decode())
                if answer[0] == "refused":
                    raise Unreadable(answer[1], **answer[2])
                yield answer
        raise self._death()

    def _part(self) -> bytes:
        """What the child has to say, b"" at its end. Raises Unreadable when it has been silent for too long."""
        assert self.process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        until = time.monotonic() + limits.CHILD_SILENCE_SECONDS
        while not select.select([self.process.stdout], [], [], max(0, until - time.monotonic()))[0]:
            if time.monotonic() >= until:
                raise Unreadable("too_heavy")
        return os.read(self.process.stdout.fileno(), 256 * 1024)

    def _death(self) -> Unreadable:
        return Unreadable("damaged" if self.process.wait() == _UNCAUGHT else "too_heavy")


def _tidied(cells: list[Any]) -> list[Cell]:
    return [tidy(cell) for cell in cells]


def _cell(told: dict[str, Any]) -> Any:
    """What JSON has no word for, as `child.told` writes it; the params of a refusal stay as they are."""
    match told:
        case {"date": text}:
            return date.fromisoformat(text)
        case {"datetime": text}:
            return datetime.fromisoformat(text)
        case {"error": text}:
            return BrokenCell(text)
        case {"time": text} | {"other": text}:
            return text
    return told


_ANSWER = json.JSONDecoder(object_hook=_cell)
