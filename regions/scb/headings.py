"""The row of headings in Statistics Sweden's tables as text and workbook: which column holds what.

Either each period has a column ("Folkmängd 2024"), or there is a column of periods and one of the population.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from regions.enums import CountedOn
from regions.scb.contents import Content, another_day, content_of, no_population, not_understood, plain_beside, several
from regions.scb.periods import Said, names_a_year, said_by

PERIOD_HEADINGS = {"år", "year", "kvartal", "quarter", "månad", "month", "tid", "time"}


@dataclass(frozen=True, slots=True)
class Layout:
    """A column for each of `periods`, or one for all of them and one for the values; `dimensions`: sex, age and such.

    From column `named_from` on each that holds something has a heading. `faults`: sentences about uncertain headings.
    """

    names: list[str]
    periods: dict[int, Said]
    dimensions: list[int]
    named_from: int
    content: Content
    faults: list[str]
    period_at: int = 0
    value_at: int = 0

    @property
    def value_columns(self) -> list[int]:
        return list(self.periods) or [self.value_at]

    def has_name(self, place: int) -> bool:
        return place < len(self.names) and bool(self.names[place])


def layout_of(cells: Sequence[Any], above: Sequence[Any], counted_on: CountedOn) -> Layout | None:
    """The layout, if these are the headings. A title stands in the first column, a period never does.

    `above`: the row before, where it holds headings too: each is for the columns up to the next.
    """
    names = ["" if cell is None else str(cell).strip() for cell in cells]
    at = next((place for place, name in enumerate(names) if place and name.casefold() in PERIOD_HEADINGS), 0)
    if at:
        return _with_a_row_each(names, at, counted_on)
    first = next((place for place, cell in enumerate(cells) if place and cell is not None and names_a_year(cell)), 0)
    return _with_a_column_each(cells, _spread(above, names), first, counted_on) if first else None


def _spread(above: Sequence[Any], names: list[str]) -> list[str]:
    """The headings with the ones above them in front."""
    spread, last = [], ""
    for place, name in enumerate(names):
        last = str(above[place]).strip() if place < len(above) and above[place] is not None else last
        spread.append(f"{last} {name}".strip() if name else "")
    return spread


def _with_a_column_each(cells: Sequence[Any], names: list[str], first: int, counted_on: CountedOn) -> Layout:
    faults, taken, left_out = list[str](), dict[Content, dict[int, Said]](), list[str]()
    for place in (place for place in range(first, len(names)) if names[place]):
        said = said_by(cells[place] if names[place] == str(cells[place]).strip() else names[place], counted_on)
        content = content_of(said.rest)
        if content == Content.OTHER and (said.period or not names_a_year(names[place])):
            left_out.append(names[place])
        elif content in {Content.OTHER, Content.UNKNOWN} or said.period is None:
            faults.append(not_understood(names[place]))
        elif said.other_day:
            faults.append(another_day(said.other_day, counted_on))
        else:
            taken.setdefault(content, {})[place] = said
    plain, of_population = taken.get(Content.PLAIN, {}), taken.get(Content.POPULATION, {})
    telling = [*(names[place] for place in of_population), *left_out]
    if plain and telling:
        faults.append(plain_beside(names[min(plain)], telling[0]))
    elif left_out and not of_population and not faults:
        faults.append(no_population(left_out))
    return Layout(
        names=names,
        periods=of_population or plain,
        dimensions=list(range(1, first)),
        named_from=first,
        content=Content.POPULATION if of_population else Content.PLAIN,
        faults=faults,
    )


def _with_a_row_each(names: list[str], at: int, counted_on: CountedOn) -> Layout:
    contents = {
        place: Content.UNKNOWN if said.period or not said.rest else content_of(said.rest)
        for place, name in enumerate(names)
        if name and place not in {0, at} and (said := said_by(name, counted_on))
    }
    columns = {each: [place for place, content in contents.items() if content == each] for each in Content}
    others, figures = columns[Content.OTHER], [*columns[Content.PLAIN], *columns[Content.POPULATION]]
    value_at = figures[-1] if figures else 0
    behind = [place for place in columns[Content.UNKNOWN] if place > value_at > 0]
    faults = [not_understood(names[place]) for place in behind]
    if len(figures) > 1:
        faults.append(several(names[place] for place in figures))
    elif not figures:
        faults.append(no_population([names[place] for place in others] or [names[-1] or "–"]))
    elif others and not columns[Content.POPULATION]:
        faults.append(plain_beside(names[value_at], names[others[0]]))
    return Layout(
        names=names,
        periods={},
        dimensions=[place for place in range(1, value_at) if place != at and place not in others],
        named_from=value_at,
        content=contents.get(value_at, Content.PLAIN),
        faults=faults,
        period_at=at,
        value_at=value_at,
    )
