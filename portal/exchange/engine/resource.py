"""The base of every resource: django-import-export's, fed with some hundred rows at a time and writing them in bulk."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Prefetch, QuerySet
from django.utils.functional import cached_property
from import_export.resources import Resource
from import_export.results import RowResult

from portal.exchange.engine.children import Children, Members
from portal.exchange.engine.columns import Column
from portal.exchange.engine.identity import Identity, Loader
from portal.exchange.engine.rows import Row
from portal.history.models import Actor, By, actor_of


class QuietResult(RowResult):
    """The library would ask every row for its name."""

    def add_instance_info(self, instance: Any) -> None:
        pass


class ExchangeResource(Resource):
    """What a file of one kind of rows says. Subclasses declare `Column`s as attributes, in the order of the file.

    A resource serves one run: it is made for `by`, who imports or exports. It sees what `rows()` gives and writes only the
    fields that its columns name.
    """

    class Meta:
        use_bulk = True
        skip_unchanged = True
        skip_diff = True
        batch_size = 1000

    identities: ClassVar[tuple[Identity, ...]] = ()
    # The relations that columns read of a row: one object each, or one for all rows that share it.
    select: ClassVar[tuple[str, ...]] = ()
    shared: ClassVar[tuple[str, ...]] = ()
    columns: dict[str, Column]

    def __init__(self, *, by: "By | None" = None) -> None:
        super().__init__()
        self.by = by
        self.columns = dict(self.fields)
        for key, column in self.columns.items():
            column.bind(key, self)
        self.locks = False
        self._instance: Any = None
        self._said: list[Column] = []
        self.differences: list[tuple[Column, Any, Any]] = []
        self.changed_attributes: set[str] = set()

    # --- what a subclass says

    def rows(self) -> "QuerySet[Any]":
        """The rows that `by` may see; the system, on the command line, sees all."""
        return visible_rows(self.model, self.by)

    def known_headings(self) -> Collection[str]:
        """What tells the line of headings from the lines above it, where somebody will say what the columns hold."""
        return {name for column in self.columns.values() for name in column.names()}

    def begin(self) -> None:
        """Before the first line of a file that is let in, in its transaction: lock what others lock in an order of their own."""

    def leaves_out(self, row: Row) -> bool:
        """The line is no row, such as a second line of headings. Asked of each line in turn."""
        return False

    def arrange(self, row: Row) -> None:
        """Put right what several columns say together, before relations are looked up."""

    def started(self, row: Row) -> dict[str, Any]:
        """Fields of a new row that no column gives."""
        return {}

    def check_scope(self, instance: Any, row: Row) -> None:
        """Refuse new or changed rows that aren't for `by` to write, whatever else is wrong with them. Asks no database."""

    def check(self, instance: Any, row: Row, *, is_new: bool) -> None:
        """Refuse what the rules forbid, in rows that are new or changed: `row.refuse(key, message)`. Asks no database."""

    def written(self, created: Sequence[Any], changed: Sequence[Any]) -> None:
        """After some rows have been written, in the same transaction."""

    def remarks(self) -> list[str]:
        """What the receipt says besides the counts, asked for after the last row."""
        return []

    def with_what_is_told(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """The rows with what an export reads of them."""
        members = {column.names_here: column.names_told() for column in self.children if isinstance(column, Members)}
        others = [column for column in self.children if not isinstance(column, Members)]
        return self.with_columns(rows, others).annotate(**members)

    def announce(self, instance: Any) -> None:
        """A row as the file leaves it: let the finders of columns that point at their own table know it, for the lines below."""

    # --- what the library asks

    @property
    def model(self) -> type[Model]:
        model: type[Model] = self._meta.model
        return model

    @classmethod
    def get_row_result_class(cls) -> type[RowResult]:
        return QuietResult

    def get_queryset(self) -> "QuerySet[Any]":
        return self.rows()

    def with_columns(self, rows: "QuerySet[Any]", children: "Iterable[Children]") -> "QuerySet[Any]":
        """The rows with what the columns read of them at hand; several columns may read the same children."""
        by_place = {column.here: column for column in children}
        held = [Prefetch(column.accessor, column.children(), to_attr=here) for here, column in by_place.items()]
        # Without a name it would follow every key: a dozen joins that the planner may order badly.
        joined = rows.select_related(*self.select) if self.select else rows
        return joined.prefetch_related(*self.shared, *held)

    @property
    def children(self) -> list[Children]:
        return [column for column in self.columns.values() if isinstance(column, Children)]

    def instances(self) -> "QuerySet[Any]":
        """The rows to compare with, locked when they are about to be written."""
        found = self.with_columns(self.rows(), self.children)
        return found.order_by("pk").select_for_update(of=("self",)) if self.locks else found

    @cached_property
    def importing(self) -> list[Column]:
        return [column for column in self.columns.values() if not column.told_only and column.key != "id"]

    def get_import_fields(self) -> list[Column]:
        return self.importing

    @cached_property
    def actor(self) -> Actor:
        if self.by is None:
            raise TypeError("Whoever writes has a name.")
        return actor_of(self.by)

    def get_instance(self, instance_loader: Loader, row: Row) -> Any:
        return instance_loader.get_instance(row)

    def init_instance(self, row: Row | None = None) -> Any:
        """A new one, named after whoever brings it."""
        return self.model(**self.started(row) if row is not None else {})

    def after_init_instance(self, instance: Any, new: bool, row: Row, **kwargs: Any) -> None:
        self._row, self._is_new = row, new
        self._said = [column for column in self.importing if column.key in row]
        self._before = {} if new else {column.key: column.get_value(instance) for column in self._said}

    def import_instance(self, instance: Any, row: Row, **kwargs: Any) -> None:
        """Only what the line says; the library would look at every field of the resource."""
        for column in self._said:
            column.save(instance, row)

    def skip_row(self, instance: Any, original: Any, row: Row, import_validation_errors: Any = None) -> bool:
        """True where the line says what stands there already."""
        before = self._before
        self.differences = [
            (column, before.get(column.key), after)
            for column in self._said
            if (after := column.get_value(instance)) is not None or not self._is_new
            if self._is_new
            or (after != before[column.key] and column.marked(after) != column.marked(before[column.key]))
        ]
        return not self._is_new and not self.differences and not row.faults

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """What the model's fields and the rules of the resource refuse. Relations were looked up, so they exist."""
        row = self._row
        refused = {key for key, _found, _message in row.faults}
        for column, _old, value in self.differences:
            field = column.model_field
            if field is not None and not field.is_relation and column.key not in refused:
                try:
                    field.clean(value, instance)
                except ValidationError as error:
                    row.refuse(column.key, " ".join(error.messages), value)
        self.check_scope(instance, row)
        if not row.faults:
            self.check(instance, row, is_new=self._is_new)
        if row.faults:
            raise ValidationError([message for _key, _found, message in row.faults])

    def before_save_instance(self, instance: Any, row: Row, **kwargs: Any) -> None:
        self.changed_attributes.update(
            column.attribute for column, _old, _new in self.differences if column.model_field is not None
        )

    def bulk_create(self, *args: Any, **kwargs: Any) -> None:
        """Insert the new ones; who refers to another new one comes after it."""
        waiting = self.create_instances
        by = {"created_by": self.actor} if hasattr(self.model, "created_by") else {}
        for instance in waiting:
            for name, value in by.items():
                setattr(instance, name, value)
        while waiting:
            ready = [instance for instance in waiting if not self._refers_to_unsaved(instance)]
            self.model._default_manager.bulk_create(ready, batch_size=self._meta.batch_size)
            waiting = [instance for instance in waiting if instance.pk is None]

    def bulk_update(self, *args: Any, **kwargs: Any) -> None:
        """Write the changed fields, and no others. Whoever has such a row open in a form is told that it changed."""
        fields = set(self.changed_attributes)
        if hasattr(self.model, "version"):
            fields.add("version")
            for instance in self.update_instances:
                instance.version += 1
        if fields and self.update_instances:
            self.model._default_manager.bulk_update(self.update_instances, sorted(fields), batch_size=500)

    # --- some hundred rows at a time

    def prepare(self, rows: Collection[Row], loader: Loader) -> None:
        """Look up what the rows name and which rows of the register they mean."""
        for row in rows:
            self.arrange(row)
        for column in self.importing:
            column.prepare(rows)
        for column in self._resolving:
            for row in rows:
                column.resolve(row)
        loader.prepare(rows)

    def before_import_row(self, row: Row, **kwargs: Any) -> None:
        """What points at its own table may mean a line above, which is known only now."""
        for column in self._own_relations:
            column.resolve(row)

    def take(self, row: Row, loader: Loader) -> tuple[str, Any]:
        """What a row does ("new", "update", "skip" or "invalid"), and the instance. Its changes stand in `differences`."""
        self.differences = []
        result = self.import_row(row, loader, row_number=row.number)
        if result.errors:
            raise result.errors[0].error
        if result.import_type in {RowResult.IMPORT_TYPE_NEW, RowResult.IMPORT_TYPE_UPDATE}:
            self.announce(self._instance)
        return result.import_type, self._instance

    def save_instance(self, instance: Any, is_create: bool, row: Row, **kwargs: Any) -> None:
        self._instance = instance
        super().save_instance(instance, is_create, row, **kwargs)

    def write(self) -> None:
        """Write what `take` has gathered, its children too."""
        created, changed = list(self.create_instances), list(self.update_instances)
        self.bulk_create()
        self.bulk_update()
        for column in self.importing:
            if isinstance(column, Children):
                column.write([*created, *changed])
        self.written(created, changed)
        self.forget()

    def forget(self) -> None:
        """Let go of what has been written, or was only a preview."""
        self.create_instances.clear()
        self.update_instances.clear()
        self.changed_attributes.clear()

    def lacking(self, present: Collection[str]) -> list[Column]:
        """Columns that new rows need and the file doesn't have."""
        return [column for column in self.importing if column.required and column.key not in present]

    @cached_property
    def _own_relations(self) -> list[Column]:
        return [column for column in self.importing if column.points_at_itself]

    @cached_property
    def _resolving(self) -> list[Column]:
        """The others that look something up: plain columns are not asked, there are many of them."""
        looking_up = (column for column in self.importing if type(column).resolve is not Column.resolve)
        return [column for column in looking_up if not column.points_at_itself]

    def _refers_to_unsaved(self, instance: Any) -> bool:
        others = (column.get_value(instance) for column in self._own_relations)
        return any(other is not None and other.pk is None for other in others)


def visible_rows(model: type[Model], by: "By | None") -> "QuerySet[Any]":
    """What `by` may see of a table: by its `visible_to`, where it has one; all to the system."""
    rows = model._default_manager.all()
    scoped = getattr(rows, "visible_to", None)
    return scoped(by) if scoped is not None and getattr(by, "is_authenticated", False) else rows


def only_filled(values: Iterable[tuple[Column, Any, Any]]) -> list[tuple[Column, Any, Any]]:
    """The fields of a new row that say something."""
    return [(column, old, new) for column, old, new in values if new not in (None, "", ())]
