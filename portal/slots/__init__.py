"""Slots: a lower room opens one, an upper room fills it in `AppConfig.ready()`. So nothing points up."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Slot:
    """An ordered list of what upper rooms put here. Filling it twice with the same key replaces, so reloads are harmless."""

    name: str
    _filled: dict[str, tuple[int, Any]] = field(default_factory=dict)

    def register(self, item: Any, *, key: str = "", order: int = 50) -> None:
        """Fill the slot. `order`: smaller comes first."""
        self._filled[key or getattr(item, "url_name", "") or getattr(item, "__qualname__", repr(item))] = (order, item)

    def __iter__(self) -> Iterator[Any]:
        return (item for _order, item in sorted(self._filled.values(), key=lambda entry: entry[0]))


@dataclass(frozen=True)
class NavItem:
    """A link of the main navigation; shown where `visible(user)`.

    It is the current one on the pages below its address, and on those whose URL name begins with one of `within`.
    """

    label: Any
    url_name: str
    visible: Callable[[Any], bool] = lambda user: True
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tile:
    """A sentence with a number on the start page: `figure`, then the linked `text`; `note` small beneath; `late` is amber."""

    figure: Any
    text: Any
    url: str
    note: Any = ""
    late: bool = False


navigation = Slot("navigation")  # NavItem
search = Slot("search")  # NavItem: where the masthead's box sends what is typed; the first that is visible
mail_pages = Slot("mail pages")  # NavItem: what the page of messages leads to
public_pages = Slot("public pages")  # NavItem: what anyone can read, named where one logs in
attention = Slot("attention")  # callable(user) -> list[Tile]
start_sections = Slot("start sections")  # callable(user) -> (template name, context) or None
start_asides = Slot("start page asides")  # callable(user) -> (template name, context) or None
