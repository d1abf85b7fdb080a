"""The columns of a file that nobody's headings fit: what somebody is shown who says what they hold."""

from itertools import islice
from pathlib import Path
from typing import Any

from portal.exchange.engine.resource import ExchangeResource
from portal.exchange.engine.rows import FileRefused, quoted
from portal.exchange.reading import Table, Unreadable, read_table

# Values of a column that are shown, and the lines among which they are looked for.
EXAMPLES, LOOKED_AT = 3, 50


def columns_of(resource: ExchangeResource, path: Path, name: str) -> list[dict[str, Any]]:
    """Each column's letter, heading and first values. The headings stand in the line that has most of those that the
    resource knows; where none has any, in the first that isn't blank. Raises FileRefused.
    """
    try:
        with _opened(resource, path, name) as table:
            lines = list(islice(table.rows, LOOKED_AT))
    except Unreadable as unreadable:
        raise FileRefused(str(unreadable)) from None
    return [
        {
            "letter": column.letter,
            "heading": column.heading,
            "examples": _examples([line.values[place] for line in lines]),
        }
        for place, column in enumerate(table.columns)
    ]


def _opened(resource: ExchangeResource, path: Path, name: str) -> Table:
    try:
        return read_table(path, name, expected=resource.known_headings())
    except Unreadable as unreadable:
        if unreadable.code != "no_headings":
            raise
    return read_table(path, name)


def _examples(values: list[Any]) -> list[str]:
    found = dict.fromkeys(quoted(value) for value in values if value is not None)
    return list(found)[:EXAMPLES]
