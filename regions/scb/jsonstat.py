"""Statistics Sweden's tables as JSON-stat 2 (json-stat.org), the form in which its API answers."""

import json
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from django.utils.translation import gettext as _

from portal.exchange.reading.values import BadValue
from regions.enums import CountedOn
from regions.scb.contents import Content, Unclear, another_day, content_of, no_total, several
from regions.scb.figures import Cell, Fault
from regions.scb.periods import period_of, said_by
from regions.scb.tables import TOTALS, Read, count_of, place_of

MOST_VALUES = 200_000
_BUILT_OTHERWISE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
REGION, TIME = ("region", "geo"), ("tid", "time", "år")


class NotJsonStat(ValueError):  # noqa: N818 - says what the file is
    """The file is not what its name says; the text is a sentence."""


def cells_of(content: bytes, counted_on: CountedOn) -> tuple[Read, str]:
    """What the file says, and the id of the table. Raises NotJsonStat; Unclear where it may not be the population."""
    try:
        told = json.loads(content, parse_constant=_no_constant)
        dataset = _Dataset(told)
        notes = list(_notes(told))
    except _BUILT_OTHERWISE:
        raise NotJsonStat(
            _("This is not a table in JSON-stat 2. Save it as SCB offers it, and change nothing.")
        ) from None
    read = Read(title=dataset.title, says=[dataset.title] if dataset.title else [], notes=notes)
    kept, read.headings = dataset.kept(counted_on)
    read.content = Content.POPULATION if read.headings else Content.PLAIN
    for place_text, period_text, value, mark in dataset.values(kept):
        place, said = place_of(place_text), period_of(period_text, counted_on)
        where = {"place": place_text, "period": period_text}
        if place is None or said is None or (period := said.period) is None:
            read.faults.append(Fault(0, _("%(place)s, %(period)s, is no county or municipality at a time.") % where))
            continue
        if said.other_day:
            raise Unclear(another_day(said.other_day, counted_on))
        if place == "00":
            continue
        try:
            count, is_marked = count_of(value if isinstance(value, int | float | str) else "..")
        except BadValue as bad:
            text = _("%(place)s, %(period)s: “%(found)s” was found. %(expected)s")
            read.faults.append(Fault(0, text % (where | {"found": bad.found, "expected": bad.expected})))
        else:
            is_preliminary = mark.casefold() == "p" or is_marked or said.is_preliminary or period.is_running
            read.cells.append(Cell(0, place, period, count, is_preliminary))
    return read, dataset.table_id


def is_table(content: bytes) -> bool:
    """Whether it is a whole table, whatever it counts."""
    try:
        _Dataset(json.loads(content, parse_constant=_no_constant))
    except _BUILT_OTHERWISE:
        return False
    return True


class _Dataset:
    """The parts of a dataset that are used. Raises KeyError, TypeError, ValueError where it is built in another way."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.title = str(told.get("label", ""))[:300]
        self.table_id = str(told.get("extension", {}).get("px", {}).get("tableid", ""))[:60]
        self.ids = [str(each) for each in told["id"]]
        self.size = [int(each) for each in told["size"]]
        self.names = [str(told["dimension"][each].get("label") or each) for each in told["id"]]
        self.labels = [_labels(told["dimension"][each]["category"]) for each in told["id"]]
        self.units = [
            {
                code: str(unit.get("base") or "")
                for code, unit in (told["dimension"][each]["category"].get("unit") or {}).items()
            }
            for each in told["id"]
        ]
        if [len(each) for each in self.labels] != self.size or not 0 < len(self.ids) < 12:
            raise ValueError(self.size)
        total = 1
        for length in self.size:
            total *= length
        if not 0 < total <= MOST_VALUES:
            raise ValueError(total)
        self.given, self.marks = told["value"], told.get("status") or {}
        if not isinstance(self.given, list | dict) or not isinstance(self.marks, list | dict | str):
            raise TypeError(self.given)
        self.region, self.time = self._dimension(REGION), self._dimension(TIME)

    def kept(self, counted_on: CountedOn) -> tuple[list[range | list[int]], list[str]]:
        """Which categories of each dimension are about the population as a whole, and the labels that say "population".

        Raises Unclear where a dimension other than region and time has no such category, or several.
        """
        kept, labels = list[range | list[int]](), list[str]()
        for at, length in enumerate(self.size):
            if at in {self.region, self.time}:
                kept.append(range(length))
                continue
            contents = [content_of(said_by(words, counted_on).rest) for words in self._with_units(at)]
            of_population = [number for number, content in enumerate(contents) if content == Content.POPULATION]
            totals = [number for number, words in enumerate(self.labels[at]) if {*map(str.casefold, words)} & TOTALS]
            told = [label for _code, label in self.labels[at]]
            if len(of_population) > 1 or not (of_population or totals):
                raise Unclear(
                    several(told[number] for number in of_population)
                    if of_population
                    else no_total(self.names[at], self._with_units(at)[0])
                )
            kept.append([(of_population or totals)[0]])
            labels += [told[number] for number in of_population]
        return kept, labels

    def values(self, kept: Sequence[Sequence[int]]) -> Iterator[tuple[str, str, Any, str]]:
        """(place, period, value, mark) of the categories that are kept."""
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

    def _with_units(self, at: int) -> list[str]:
        """The labels of the categories, with what each is counted in: "Folkmängd, antal"."""
        return [f"{label}, {unit}" if (unit := self.units[at].get(code)) else label for code, label in self.labels[at]]

    def _dimension(self, names: tuple[str, ...]) -> int:
        return [name.casefold() in names for name in self.ids].index(True)


def _notes(told: dict[str, Any]) -> Iterator[str]:
    """What is noted of the table, of a dimension, and of one of its categories, by its label."""
    yield from _texts(told.get("note"))
    for dimension in told["dimension"].values():
        yield from _texts(dimension.get("note"))
        category = dimension["category"]
        for code, note in (category.get("note") or {}).items():
            label = (category.get("label") or {}).get(code, code)
            yield from (f"{label}: {text}" for text in _texts(note))


def _texts(note: Any) -> list[str]:
    return [str(text) for text in note] if isinstance(note, list) else [str(note)] if note else []


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
