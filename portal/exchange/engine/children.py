"""Columns that tell rows of another table: a cell lists them all."""

from collections.abc import Callable, Collection, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, models
from django.db.models import OuterRef
from psycopg import sql

from portal.exchange.engine.columns import Column, Relation
from portal.exchange.engine.finders import Finder
from portal.exchange.engine.rows import Row
from portal.exchange.reading.values import list_of

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from portal.exchange.engine.resource import ExchangeResource


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
    """Rows of another table, through a table of pairs: `accessor` leads to the pairs, `member` from a pair to the row.

    `named_by`: the field of the row that an export tells it by.
    """

    def __init__(
        self,
        heading: "_StrOrPromise",
        finder: "Callable[[ExchangeResource], Finder]",
        *,
        accessor: str,
        owner: str,
        member: str,
        named_by: str = "name",
        **kwargs: Any,
    ) -> None:
        super().__init__(heading, accessor=accessor, finder=finder, **kwargs)
        self.owner, self.member, self.named_by = owner, member, named_by
        self.names_here = f"{accessor}_names"

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
        columns = {field.attname: field.column or "" for field in self.child_model._meta.concrete_fields}
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
        return str(getattr(value, self.named_by))

    def names_told(self) -> ArraySubquery:
        """What an export tells, as the database puts it together: no object for each pair and member."""
        pairs = self.children().prefetch_related(None).filter(**{self.owner: OuterRef("pk")})
        return ArraySubquery(pairs.order_by().values(f"{self.member}__{self.named_by}"))

    def export(self, instance: Any, **kwargs: Any) -> Any:
        return "; ".join(sorted(getattr(instance, self.names_here))) or None
