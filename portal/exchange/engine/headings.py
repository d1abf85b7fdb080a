"""Which column of a file is which column of the resource."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.exchange.engine.columns import Column
from portal.exchange.engine.resource import ExchangeResource
from portal.exchange.engine.rows import FileRefused, Row
from portal.exchange.reading import Column as FileColumn
from portal.exchange.reading import Line, heading_key


def names_of(resource: ExchangeResource) -> dict[str, Column]:
    """Every heading that the resource knows, folded."""
    return {name: column for column in resource.columns.values() for name in column.names()}


@dataclass(frozen=True)
class Layout:
    """Where in a line the columns stand. `headings`: as the file writes them, with their letters; `unknown` are ignored."""

    places: tuple[tuple[int, Column], ...]
    headings: dict[str, str]
    unknown: tuple[str, ...]

    def row_of(self, line: Line) -> Row:
        """The line with its cells parsed; cells that can't be are faults."""
        row, values = Row(line.number), line.values
        for place, column in self.places:
            column.read(values[place], row)
        return row

    def place(self, key: str) -> int:
        """Where the column stands; what concerns the whole row comes first."""
        return next((place for place, column in self.places if column.key == key), -1)

    def heading(self, column: Column) -> str:
        """As in the file; where the file lacks it, as it would be."""
        return self.headings.get(column.key, str(column.heading))


def layout_of(resource: ExchangeResource, found: Iterable[FileColumn]) -> Layout:
    """Raises FileRefused where two columns say the same thing, or none says anything."""
    known = names_of(resource)
    places: list[tuple[int, Column]] = []
    headings: dict[str, str] = {}
    unknown = []
    for place, each in enumerate(found):
        heading = each.heading
        column = known.get(heading_key(heading))
        if column is None:
            unknown.append(heading)
            continue
        if column.key in headings:
            raise FileRefused(
                _("The columns %(first)s and %(second)s mean the same. Keep one of them.")
                % {"first": headings[column.key], "second": f"{heading} ({each.letter})"}
            )
        headings[column.key] = f"{heading} ({each.letter})"
        if not column.told_only:
            places.append((place, column))
    if not places:
        raise FileRefused(_("None of the headings is known. Download the template to see what they are called."))
    return Layout(tuple(places), headings, tuple(unknown))
