"""Which row of the register a line of the file means."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader

from portal.exchange.engine.rows import Row

# Pairs of a key and the primary key of a row that has it, among the rows given.
Find = Callable[["QuerySet[Any]", Collection[Any]], Iterable[tuple[Any, int]]]
# So many values go into one query.
AT_A_TIME = 5_000


class Identity:
    """Columns that together tell one row from all others, when none of them is empty.

    `folded`: texts are compared without regard to capitals. `finds`: a query of another kind than the columns' own
    fields, such as numbers in a table of their own; it takes what `keys` gives. With `only_alone` it holds only for
    lines that nothing before it has identified: a name and a place, where a number is missing.
    """

    def __init__(
        self,
        *columns: str,
        folded: bool = False,
        finds: Find | None = None,
        keys: "Callable[[Row], Iterable[Hashable]] | None" = None,
        only_alone: bool = False,
    ) -> None:
        self.columns, self.folded, self.only_alone = columns, folded, only_alone
        self.finds = finds or self._find
        self._keys = keys

    def keys(self, row: Row) -> list[Hashable]:
        """What the line says; nothing where a part is missing."""
        if self._keys is not None:
            return list(self._keys(row))
        values = [row.get(column) for column in self.columns]
        return [] if any(value in (None, "") for value in values) else [tuple(map(self._comparable, values))]

    def _comparable(self, value: Any) -> Hashable:
        if isinstance(value, Model):
            return value.pk or str(value)
        comparable: Hashable = value.lower() if self.folded and isinstance(value, str) else value
        return comparable

    def _find(self, rows: "QuerySet[Any]", keys: Collection[Any]) -> Iterable[tuple[Any, int]]:
        """By the columns' own fields: the first one in the query, the rest compared here."""
        paths: list[Any] = []
        for column in self.columns:
            text = self.folded and rows.model._meta.get_field(column).get_internal_type() in {"CharField", "EmailField"}
            if text:
                rows = rows.annotate(**{f"{column}_folded": Lower(column)})
            paths.append(f"{column}_folded" if text else column)
        first = {key[0] for key in keys}
        found = rows.filter(**{f"{paths[0]}__any_of": first}).order_by().values_list("pk", *paths)
        return [(tuple(key), pk) for pk, *key in found if tuple(key) in keys]


def said_before(number: int) -> str:
    """That an earlier line of the file is about the same row."""
    message = _("Row %(earlier)s already says what is to stand about this. Keep one of the two rows.")
    return message % {"earlier": number}


class Loader(BaseInstanceLoader):
    """Finds and keeps the rows that some hundred lines mean: one query for each identity, one for the rows."""

    def __init__(self, resource: Any) -> None:
        super().__init__(resource)
        self.instances: dict[int, Any] = {}
        self.matches: dict[tuple[int, Any], list[int]] = {}
        # Who said it first, over the whole file: a line's number for an identity, or for a row of the register.
        self.said: dict[tuple[int, Any], int] = {}
        self.meant: dict[int, int] = {}

    def prepare(self, rows: Collection[Row]) -> None:
        """Look up what these lines mean."""
        self.instances, self.matches = {}, {}
        for row in rows:
            row.identities = tuple(
                (number, key) for number, identity in enumerate(self.identities) for key in identity.keys(row)
            )
        for number, identity in enumerate(self.identities):
            keys = {key for row in rows for at, key in row.identities if at == number}
            if keys:
                for key, pk in identity.finds(self.resource.get_queryset(), keys):
                    self.matches.setdefault((number, key), []).append(pk)
        pks = sorted({pk for found in self.matches.values() for pk in found})
        for start in range(0, len(pks), AT_A_TIME):
            for instance in self.resource.instances().filter(pk__any_of=pks[start : start + AT_A_TIME]):
                self.instances[instance.pk] = instance

    @property
    def identities(self) -> tuple[Identity, ...]:
        identities: tuple[Identity, ...] = self.resource.identities
        return identities

    def get_instance(self, row: Row) -> Any:
        """The row that the line means, or None for a new one. What contradicts itself is noted in the line."""
        found: dict[int, str] = {}
        for number, key in row.identities:
            identity, column = self.identities[number], self.identities[number].columns[0]
            if identity.only_alone and found:
                continue
            pks = [pk for pk in self.matches.get((number, key), ()) if pk in self.instances]
            if column == "id" and not pks:
                row.refuse("id", _("No row that you may see has this id. Leave the cell empty for a new one."), key[0])
            elif len(pks) > 1:
                message = _("Several rows of the portal fit this. Say which with the id of an export.")
                row.refuse(column, message, self._told(row, column))
            elif pks:
                found.setdefault(pks[0], column)
        self._note_repetitions(row, found)
        if len(found) > 1:
            first, other = (self.instances[pk] for pk in list(found)[:2])
            message = _("This belongs to %(other)s, but the rest of the row means %(first)s.")
            column = list(found.values())[1]
            row.refuse(column, message % {"other": other, "first": first}, self._told(row, column))
        return self.instances[next(iter(found))] if found else None

    def _note_repetitions(self, row: Row, found: Mapping[int, str]) -> None:
        """Two lines for the same row, existing or new, are told with the numbers of both."""
        earlier = [(self.meant[pk], column) for pk, column in found.items() if pk in self.meant]
        earlier += [
            (self.said[each], self.identities[each[0]].columns[0])
            for each in row.identities
            if each in self.said and not self._is_spare(each, row)
        ]
        if earlier:
            number, column = min(earlier)
            row.refuse(column, said_before(number), self._told(row, column))
            return
        self.meant.update(dict.fromkeys(found, row.number))
        self.said.update(dict.fromkeys(row.identities, row.number))

    def _told(self, row: Row, column: str) -> str:
        told: str = self.resource.columns[column].told(row[column])
        return told

    def _is_spare(self, said: tuple[int, Any], row: Row) -> bool:
        """The identity doesn't count in a line that a better one has told apart."""
        number = said[0]
        return self.identities[number].only_alone and any(at < number for at, _key in row.identities)


def _find_public_ids(rows: "QuerySet[Any]", keys: Collection[Any]) -> Iterable[tuple[Any, int]]:
    found = rows.filter(public_id__any_of=[key[0] for key in keys]).order_by().values_list("public_id", "pk")
    return [((public_id,), pk) for public_id, pk in found]


BY_PUBLIC_ID = Identity("id", finds=_find_public_ids)
