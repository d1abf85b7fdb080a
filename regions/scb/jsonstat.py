"""Statistics Sweden's tables as JSON-stat 2 (json-stat.org), the form in which its API answers."""

import json
from collections.abc import Iterator
from itertools import product
from typing import Any

from django.utils.translation import gettext as _

from portal.exchange.reading.values import BadValue
from regions.enums import CountedOn
from regions.scb.figures import Cell, Fault
from regions.scb.periods import period_of, says_preliminary
from regions.scb.tables import TOTALS, Read, count_of, place_of

MOST_VALUES = 200_000
REGION, TIME = ("region", "geo"), ("tid", "time", "år")


class NotJsonStat(ValueError):  # noqa: N818 - says what the file is
    """The file is not what its name says; the text is a sentence."""


def cells_of(content: bytes, counted_on: CountedOn) -> tuple[Read, str]:
    """What the file says, and the id of the table. Raises NotJsonStat."""
    try:
        told = json.loads(content, parse_constant=_no_constant)
        dataset = _Dataset(told)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NotJsonStat(
            _("This is not a table in JSON-stat 2. Save it as SCB offers it, and change nothing.")
        ) from None
    read = Read(title=dataset.title)
    is_preliminary = says_preliminary(dataset.title)
    for place_text, period_text, value, mark in dataset.values():
        place, period = place_of(place_text), period_of(period_text, counted_on)
        where = {"place": place_text, "period": period_text}
        if place is None or period is None:
            read.faults.append(Fault(0, _("%(place)s, %(period)s, is no county or municipality at a time.") % where))
            continue
        if place == "00":
            continue
        try:
            count, _marked = count_of(value if isinstance(value, int | float | str) else "..")
        except BadValue as bad:
            text = _("%(place)s, %(period)s: “%(found)s” was found. %(expected)s")
            read.faults.append(Fault(0, text % (where | {"found": bad.found, "expected": bad.expected})))
        else:
            is_marked = is_preliminary or mark == "p" or says_preliminary(period_text) or period.is_running
            read.cells.append(Cell(0, place, period, count, is_marked))
    return read, dataset.table_id


class _Dataset:
    """The parts of a dataset that are used. Raises KeyError, TypeError, ValueError where it is built in another way."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.title = str(told.get("label", ""))[:300]
        self.table_id = str(told.get("extension", {}).get("px", {}).get("tableid", ""))[:60]
        self.ids = [str(each) for each in told["id"]]
        self.size = [int(each) for each in told["size"]]
        self.labels = [_labels(told["dimension"][each]["category"]) for each in told["id"]]
        if [len(each) for each in self.labels] != self.size or not 0 < len(self.ids) < 12:
            raise ValueError(self.size)
        total = 1
        for length in self.size:
            total *= length
        if not 0 < total <= MOST_VALUES:
            raise ValueError(total)
        self.given, self.marks = told["value"], told.get("status") or {}
        self.region, self.time = self._dimension(REGION), self._dimension(TIME)

    def values(self) -> Iterator[tuple[str, str, Any, str]]:
        """(place, period, value, mark) of all that is about the population as a whole."""
        kept = [
            range(length) if at in {self.region, self.time} else [self._total(at)]
            for at, length in enumerate(self.size)
        ]
        for places in product(*kept):
            number = 0
            for place, length in zip(places, self.size, strict=True):
                number = number * length + place
            code, label = self.labels[self.region][places[self.region]]
            yield (
                f"{code} {label}" if code.isdecimal() else label,
                self.labels[self.time][places[self.time]][1],
                _at(self.given, number),
                str(_at(self.marks, number) or ""),
            )

    def _total(self, at: int) -> int:
        """Which category of another dimension is meant: its only one, the population, or the one that means all."""
        words = [(code.casefold(), label.casefold()) for code, label in self.labels[at]]
        for number, (code, label) in enumerate(words):
            if len(words) == 1 or code in TOTALS or label in TOTALS or label in {"folkmängd", "population"}:
                return number
        raise ValueError(self.ids[at])

    def _dimension(self, names: tuple[str, ...]) -> int:
        return [name.casefold() in names for name in self.ids].index(True)


def _no_constant(text: str) -> None:
    raise ValueError(text)


def _labels(category: dict[str, Any]) -> list[tuple[str, str]]:
    """(code, label) in the order of the values."""
    index, labels = category.get("index"), category.get("label", {})
    codes = (
        list(labels) if index is None else sorted(index, key=index.__getitem__) if isinstance(index, dict) else index
    )
    return [(str(code), str(labels.get(code, code))) for code in codes]


def _at(values: Any, number: int) -> Any:
    if isinstance(values, dict):
        return values.get(str(number))
    return values if isinstance(values, str) else values[number] if number < len(values) else None
