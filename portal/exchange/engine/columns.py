"""The columns of a file: what a cell may hold, what it becomes, and how it is told again."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, models
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from psycopg import sql

from portal.exchange.engine.finders import Finder, NotFound, folded
from portal.exchange.engine.rows import Row
from portal.exchange.reading import heading_key
from portal.exchange.reading.values import BadValue, list_of, text_of, yes_no_of

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

    def bind(self, key: str, resource: "ExchangeResource") -> None:
        """Called once for each copy of the column that a resource holds."""
        self.key = key
        self.attribute = self.attribute or key
        self.resource = resource
        fields = {field.name: field for field in resource.model._meta.concrete_fields}
        self.model_field = fields.get(self.attribute)
        if self.model_field is not None and not self.model_field.null:
            self.empty = "" if self.model_field.empty_strings_allowed else None
            # What can't be empty and isn't required has a default, which an empty cell doesn't touch.
            self.clears = self.clears and (self.model_field.blank or self.required) and self.empty is not None

    def names(self) -> set[str]:
        """All that the heading may be in a file, folded."""
        found = {self.key, self.key.replace("_", " "), *self.also}
        for code, _label in settings.LANGUAGES:
            with translation.override(code):
                found.add(str(self.heading))
        return set(map(heading_key, found))

    @property
    def explanation(self) -> str:
        """What may stand in the cell."""
        return str(self.expected)

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
        """The value as it is compared."""
        return value

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


class YesNo(Column):
    """Yes or no; an empty cell says nothing."""

    def __init__(self, heading: "_StrOrPromise", **kwargs: Any) -> None:
        super().__init__(heading, parse=yes_no_of, clears=False, **{"width": 10, **kwargs})


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
                row.refuse(self.key, problem, text)
                del row[self.key]
                return
        row[self.key] = self.resolved(found)

    def resolved(self, found: list[Any]) -> Any:
        return found[0] if found else None

    def marked(self, value: Any) -> Any:
        return (value.pk or str(value)) if value is not None else None

    def told(self, value: Any) -> str:
        return str(value) if value is not None else ""

    def exported(self, value: Any) -> Any:
        return self.named(value) if value is not None else None


class Children(Column):
    """Rows of another table that belong to the row. A cell lists them all: what it doesn't name is taken away.

    `accessor`: the manager on the row; `here` is the attribute under which its children are at hand, read with some
    hundred rows at a time. A value is a tuple of what `value_of(child)` gives, in the order of `marked_one`.
    """

    def __init__(self, heading: "_StrOrPromise", *, accessor: str, **kwargs: Any) -> None:
        super().__init__(heading, **{"parse": list_of, "width": 30, **kwargs})
        self.accessor, self.here = accessor, f"{accessor}_here"

    def cleared(self) -> tuple[Any, ...]:
        return ()

    def children(self) -> "models.QuerySet[Any]":
        """The rows of the other table that count, with what their values are read off."""
        return self.child_model._default_manager.all()

    def stored(self, instance: Any) -> list[Any]:
        """The rows that are there now; a new one has none."""
        return getattr(instance, self.here, [])

    def value_of(self, child: Any) -> Any:
        raise NotImplementedError

    def make(self, instance: Any, value: Any) -> Any:
        """The child that says so, not saved yet."""
        raise NotImplementedError

    def marked_one(self, value: Any) -> Any:
        return value

    def told_one(self, value: Any) -> str:
        return str(value)

    def get_value(self, instance: Any) -> tuple[Any, ...]:
        wanted = instance.__dict__.get("exchanged", {})
        if self.key in wanted:
            return tuple(wanted[self.key])
        return self.in_order(self.value_of(child) for child in self.stored(instance))

    def in_order(self, values: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(sorted(values, key=self.marked_one))

    def save(self, instance: Any, row: Row, is_m2m: bool = False, **kwargs: Any) -> None:
        instance.__dict__.setdefault("exchanged", {})[self.key] = self.in_order(self.clean(row))

    def marked(self, value: Any) -> Any:
        return tuple(map(self.marked_one, value))

    def told(self, value: Any) -> str:
        return "; ".join(map(self.told_one, value))

    def exported(self, value: Any) -> Any:
        return self.told(value) or None

    def write(self, instances: Iterable[Any]) -> None:
        """Add and take away children, so that each row has what its file says: two statements for all of them."""
        added: list[tuple[Any, Any]] = []
        gone: list[int] = []
        for instance in instances:
            if self.key not in instance.__dict__.get("exchanged", {}):
                continue
            wanted = {self.marked_one(value): value for value in instance.exchanged[self.key]}
            present = {self.marked_one(self.value_of(child)): child for child in self.stored(instance)}
            added += [(instance, value) for mark, value in wanted.items() if mark not in present]
            gone += [child.pk for mark, child in present.items() if mark not in wanted]
        self.replace(added, gone)

    def replace(self, added: list[tuple[Any, Any]], gone: list[int]) -> None:
        """Take away the children `gone` (pks), and add for each pair of a row and a value."""
        if gone:
            self.child_model._default_manager.filter(pk__in=gone).delete()
        if added:
            self.add(added)

    def add(self, added: list[tuple[Any, Any]]) -> None:
        self.child_model._default_manager.bulk_create([self.make(*pair) for pair in added], batch_size=2000)

    @cached_property
    def child_model(self) -> type[models.Model]:
        related = self.resource.model._meta.get_field(self.accessor).related_model
        if not isinstance(related, type):
            raise TypeError(self.accessor)
        return related


class Members(Children, Relation):
    """Rows of another table, through a table of pairs: `accessor` leads to the pairs, `member` from a pair to the row."""

    def __init__(
        self,
        heading: "_StrOrPromise",
        finder: "Callable[[ExchangeResource], Finder]",
        *,
        accessor: str,
        owner: str,
        member: str,
        named: Callable[[Any], str] = str,
        **kwargs: Any,
    ) -> None:
        super().__init__(heading, accessor=accessor, finder=finder, named=named, **kwargs)
        self.owner, self.member = owner, member

    def texts(self, value: Any) -> Collection[str]:
        return list(value or ())

    def resolved(self, found: list[Any]) -> Any:
        return tuple({self.marked_one(row): row for row in found}.values())

    def children(self) -> "models.QuerySet[Any]":
        """With their members, each of which is one object however many rows share it."""
        return super().children().prefetch_related(self.member)

    def value_of(self, child: Any) -> Any:
        return getattr(child, self.member)

    def make(self, instance: Any, value: Any) -> Any:
        return self.child_model(**{f"{self.owner}_id": instance.pk, f"{self.member}_id": value.pk})

    def add(self, added: list[tuple[Any, Any]]) -> None:
        """Tables that hold pairs and nothing else are filled without an object for each pair: there are many."""
        columns = {field.attname: field.column for field in self.child_model._meta.concrete_fields}
        pair = (f"{self.owner}_id", f"{self.member}_id")
        if set(columns) != {"id", *pair}:
            super().add(added)
            return
        statement = sql.SQL("INSERT INTO {} ({}, {}) SELECT * FROM unnest(%s::bigint[], %s::bigint[])").format(
            sql.Identifier(self.child_model._meta.db_table), *(sql.Identifier(columns[name]) for name in pair)
        )
        with connection.cursor() as cursor:
            keys = [[instance.pk for instance, _value in added], [value.pk for _instance, value in added]]
            cursor.execute(statement.as_string(cursor.connection), keys)

    def marked_one(self, value: Any) -> Any:
        return value.pk

    def told_one(self, value: Any) -> str:
        return str(self.named(value))

    def exported(self, value: Any) -> Any:
        return "; ".join(sorted(map(self.told_one, value))) or None


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
