"""Workbooks, opened by a child process (`child.py`) with limits of its own: a file that kills it is a refusal."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
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

    Hidden sheets are not read. A formula gives the value that was saved with it.
    """
    opened = _Child(path)
    try:
        place, height = _chosen(opened.heads(), expected)
        return table_of(opened.rows(place), expected, about=height)
    except BaseException:
        opened.close()
        raise


def _chosen(heads: list[tuple[int, int, list[NumberedRow]]], expected: Collection[str]) -> tuple[int, int]:
    """Place and height of the sheet to read. Raises Unreadable where no sheet has cells, or none has the headings."""
    filled = [(place, height, head) for place, height, head in heads if head]
    if not filled:
        raise Unreadable("no_sheet")
    if len(filled) == 1 or not expected:
        return filled[0][:2]
    place, height, _head = max(filled, key=lambda sheet: _matches(sheet[2], expected))
    return place, height


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

    def heads(self) -> list[tuple[int, int, list[NumberedRow]]]:
        """The first rows of each sheet: (place, height, rows)."""
        heads: list[tuple[int, int, list[NumberedRow]]] = []
        for kind, *rest in self.answers:
            if kind == "sheets":
                break
            if kind == "sheet":
                heads.append((rest[0], rest[1], []))
            else:
                heads[-1][2].append((rest[0], _tidied(rest[1])))
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
