"""The columns of a file: what a cell may hold, what it becomes, and how it is told again."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field

from portal import clock
from portal.exchange.engine.finders import Finder, NotFound, folded
from portal.exchange.engine.rows import Row
from portal.exchange.reading import heading_key
from portal.exchange.reading.cells import tidy_text
from portal.exchange.reading.values import BadValue, line_of, text_of, yes_no_of

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from portal.exchange.engine.resource import ExchangeResource

Parse = Callable[[Any], Any]


class Column(Field):
    """A column. `heading` names it in files, in either language; its key in the resource and `also` are taken too.

    `attribute`: the model's field, the key unless told. `parse(cell)` gives the value or raises BadValue; it never sees
    an empty cell. `required`: a new row needs it, and no row may be without. `clears`: an empty cell clears the value,
    otherwise it leaves it as it is. `told_only`: exported for the reader, ignored when it comes back. `expected` and
    `example` explain it on the page and in the template.
    """

    def __init__(
        self,
        heading: "_StrOrPromise",
        *,
        attribute: str | None = None,
        parse: Parse = text_of,
        required: bool = False,
        clears: bool = True,
        told_only: bool = False,
        expected: "_StrOrPromise" = "",
        example: str = "",
        also: Sequence[str] = (),
        width: int = 18,
    ) -> None:
        super().__init__(attribute=attribute)
        self.attribute: str
        self.heading, self.parse, self.required, self.clears = heading, parse, required, clears
        self.told_only, self.expected, self.example, self.also, self.width = told_only, expected, example, also, width
        self.model_field: models.Field[Any, Any] | None = None
        self.empty: Any = None
        # In this very file, where somebody has said so.
        self.headed: str | None = None

    def bind(self, key: str, resource: "ExchangeResource") -> None:
        """Called once for each copy of the column that a resource holds."""
        self.key = key
        self.attribute = self.attribute or key
        self.resource = resource
        fields = {field.name: field for field in resource.model._meta.concrete_fields}
        self.model_field = fields.get(self.attribute)
        if self.parse is text_of and isinstance(self.model_field, models.CharField):
            self.parse = line_of
        if self.model_field is not None and not self.model_field.null:
            self.empty = "" if self.model_field.empty_strings_allowed else None
            # What can't be empty and isn't required has a default, which an empty cell doesn't touch.
            self.clears = self.clears and (self.model_field.blank or self.required) and self.empty is not None

    def names(self) -> set[str]:
        """All that the heading may be in a file, folded."""
        if self.headed is not None:
            return {heading_key(self.headed)}
        found = {self.key, *self.also}
        for code, _label in settings.LANGUAGES:
            with translation.override(code):
                found.add(str(self.heading))
        return set(map(heading_key, found))

    @property
    def points_at_itself(self) -> bool:
        """It names a row of the same table, which the same file may bring."""
        return self.model_field is not None and self.model_field.related_model is self.resource.model

    @property
    def explanation(self) -> str:
        """What may stand in the cell."""
        return str(self.expected)

    @property
    def offered(self) -> list[str]:
        """The words to choose among, in the language in use, where there are few."""
        return []

    @property
    def is_text(self) -> bool:
        """A spreadsheet must leave what is typed alone, or it takes 4.2 for a day and the zero from 0123."""
        return not isinstance(self.model_field, models.DateField | models.IntegerField | models.BooleanField)

    # --- in

    def read(self, cell: Any, row: Row) -> None:
        """Put what the cell says into the row, or the fault. An empty cell clears or says nothing."""
        if cell is None or cell == "":
            if self.required:
                row.refuse(self.key, _("This must be filled in."))
            elif self.clears:
                row[self.key] = self.cleared()
            return
        try:
            row[self.key] = self.parse(cell)
        except BadValue as bad:
            row.refuse(self.key, bad.expected, bad.found)

    def cleared(self) -> Any:
        return self.empty

    def prepare(self, rows: Iterable[Row]) -> None:
        """Look up what the rows' cells name, with one query for all of them."""

    def resolve(self, row: Row) -> None:
        """Turn what the cell says into what it names, or note the fault."""

    def clean(self, row: Row, **kwargs: Any) -> Any:
        return row[self.key]

    def get_value(self, instance: Any) -> Any:
        """The library follows dotted paths; few columns have one."""
        return super().get_value(instance) if self.told_only else getattr(instance, self.attribute)

    def save(self, instance: Any, row: Row, is_m2m: bool = False, **kwargs: Any) -> None:
        setattr(instance, self.attribute, row[self.key])

    def marked(self, value: Any) -> Any:
        """The value as it is compared: a text as a file would bring it, though a form may have stored it otherwise."""
        if not isinstance(value, str):
            return value
        return (line_of if self.parse is line_of else tidy_text)(value) or ""

    # --- out

    def told(self, value: Any) -> str:
        """The value in a list of changes, in the language in use."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, Decimal):
            return format(value, "f").replace(".", "," if translation.get_language() == "sv" else ".")
        return value.isoformat() if isinstance(value, date) else str(value)

    def exported(self, value: Any) -> Any:
        """The value as the cell of a file: text, number, date or None."""
        return _yes_or_no(value, translation.get_language()) if isinstance(value, bool) else value

    def export(self, instance: Any, **kwargs: Any) -> Any:
        return self.exported(self.get_value(instance))


@lru_cache
def _yes_or_no(value: bool, language: str | None) -> str:
    return _("yes") if value else _("no")


class Told(Column):
    """A column of a list that only goes out. `read` gives the value of a row; without it the column's own field does."""

    def __init__(self, heading: "_StrOrPromise", read: Callable[[Any], Any] | None = None, *, width: int = 18) -> None:
        super().__init__(heading, told_only=True, width=width)
        self.reads = read

    def get_value(self, instance: Any) -> Any:
        value = super().get_value(instance) if self.reads is None else self.reads(instance)
        return value.astimezone(clock.STOCKHOLM).date() if isinstance(value, datetime) else value

    def exported(self, value: Any) -> Any:
        """A word that is told in the reader's language is a promise until it is written."""
        return str(value) if isinstance(value, Promise) else super().exported(value)


class YesNo(Column):
    """Yes or no; an empty cell says nothing."""

    def __init__(self, heading: "_StrOrPromise", **kwargs: Any) -> None:
        super().__init__(heading, parse=yes_no_of, clears=False, **{"width": 10, **kwargs})

    @property
    def offered(self) -> list[str]:
        return [_("yes"), _("no")]


class Choice(Column):
    """One of some words, in either language or as stored. A word that is empty as stored is written as an empty cell."""

    def __init__(self, heading: "_StrOrPromise", choices: "Iterable[tuple[str, _StrOrPromise]]", **kwargs: Any) -> None:
        super().__init__(heading, parse=self._parse, **kwargs)
        self.choices = {str(value): label for value, label in choices}
        self.words = {folded(value): value for value in self.choices}
        for code, _label in settings.LANGUAGES:
            with translation.override(code):
                self.words |= {folded(str(label)): value for value, label in self.choices.items()}

    def bind(self, key: str, resource: "ExchangeResource") -> None:
        super().bind(key, resource)
        self.parse = self._parse

    def _parse(self, cell: Any) -> str:
        found = self.words.get(folded(str(cell)))
        if found is None:
            words = ", ".join(str(label) for label in self.choices.values())
            raise BadValue(cell, _("Write one of: %(words)s.") % {"words": words})
        return found

    @property
    def offered(self) -> list[str]:
        return [str(label) for value, label in self.choices.items() if value]

    @property
    def explanation(self) -> str:
        words = ", ".join(str(label) for label in self.choices.values())
        return " ".join(filter(None, (str(self.expected), _("One of: %(words)s.") % {"words": words})))

    def told(self, value: Any) -> str:
        return str(self.choices.get(value, value or ""))

    def exported(self, value: Any) -> str:
        return self.told(value)


class Relation(Column):
    """A row of another table, by what people call it. `finder(by)` makes the finder; `named(row)` is what an export writes."""

    def __init__(
        self,
        heading: "_StrOrPromise",
        finder: "Callable[[ExchangeResource], Finder]",
        *,
        named: Callable[[Any], Any] = str,
        **kwargs: Any,
    ) -> None:
        super().__init__(heading, **kwargs)
        self.make_finder, self.named = finder, named

    def bind(self, key: str, resource: "ExchangeResource") -> None:
        super().bind(key, resource)
        self.finder = self.make_finder(resource)

    def texts(self, value: Any) -> Collection[str]:
        """What the parsed cell names."""
        return [value] if value else []

    def prepare(self, rows: Iterable[Row]) -> None:
        self.finder.prepare({text for row in rows if self.key in row for text in self.texts(row[self.key])})

    def resolve(self, row: Row) -> None:
        if self.key not in row:
            return
        found = []
        for text in self.texts(row[self.key]):
            try:
                found.append(self.finder.find(text))
            except NotFound as problem:
                row.refuse(self.key, self._explained(problem), text)
                del row[self.key]
                return
        row[self.key] = self.resolved(found)

    def _explained(self, problem: NotFound) -> str:
        if not self.points_at_itself:
            return str(problem)
        return " ".join([str(problem), _("What the same file brings must stand further up in it.")])

    def resolved(self, found: list[Any]) -> Any:
        return found[0] if found else None

    def marked(self, value: Any) -> Any:
        return (value.pk or str(value)) if value is not None else None

    def told(self, value: Any) -> str:
        return str(value) if value is not None else ""

    def exported(self, value: Any) -> Any:
        return self.named(value) if value is not None else None


class PublicId(Column):
    """The id that stands in addresses: an export carries it, so that a row is known again whatever else was changed."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("Id"),
            attribute="public_id",
            clears=False,
            expected=gettext_lazy("As it stands in an export. Empty for a new row."),
            width=15,
        )
