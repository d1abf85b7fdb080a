"""The order of a list: chosen by the heading of a column, carried through the list's form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Expression, F
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

ASCENDING, DESCENDING = "ascending", "descending"
# In front of a key: the other way round.
FALLING = "-"


@dataclass(frozen=True)
class Order:
    """One order of a list. `label`: of its column; `rising`, `falling`: what the list is then called, "Earliest first".

    `by`: what it goes by, never NULL; `by_falling`: where the other way round needs another one, so that rows without a
    value come last both ways.
    """

    label: Any
    rising: Any
    falling: Any
    by: Expression | F
    by_falling: Expression | F | None = None


@dataclass(frozen=True)
class Heading:
    """The heading of a column. `url` orders the list by it, the other way round where it is so already.

    `direction` as in `aria-sort`, "" where the list goes by another column.
    """

    label: Any
    url: str
    direction: str


class SortMixin(forms.Form):
    """Adds `sort` to the form of a list: a key of `orders`, or that with "-" in front.

    On a phone the headings of tables are out of sight: there the field is how it is chosen.
    """

    orders: Mapping[str, Order] = {}
    # How the list stands without a choice.
    default_order = ""

    sort = forms.ChoiceField(label=_("Order"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sort"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - it is declared above
        choices = [
            choice
            for key, order in self.orders.items()
            for choice in ((key, order.rising), (f"{FALLING}{key}", order.falling))
        ]
        field.choices = sorted(choices, key=lambda choice: choice[0] != self.default_order)

    @property
    def key(self) -> str:
        """The key in use, with its sign."""
        return str(self.cleaned_data.get("sort") or self.default_order)

    def page_order(self) -> dict[str, Any]:
        """What `key_page` orders by, as its arguments."""
        order, falling = self.orders[self.key.removeprefix(FALLING)], self.key.startswith(FALLING)
        return {"by": (order.by_falling or order.by) if falling else order.by, "newest_first": falling}

    def headings(self, query: QueryDict) -> dict[str, Heading]:
        """Of each order, by its key: whichever page was shown, its link begins on the first."""
        return {key: self._heading(key, order, query) for key, order in self.orders.items()}

    def _heading(self, key: str, order: Order, query: QueryDict) -> Heading:
        direction = {key: ASCENDING, f"{FALLING}{key}": DESCENDING}.get(self.key, "")
        again = query.copy()
        for name in ("after", "before"):
            again.pop(name, None)
        again["sort"] = f"{FALLING}{key}" if direction == ASCENDING else key
        return Heading(order.label, f"?{again.urlencode()}", direction)
