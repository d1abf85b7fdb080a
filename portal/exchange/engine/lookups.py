"""Looking for many values at once."""

from typing import Any

from django.db.models import Field, ForeignKey, Lookup


@ForeignKey.register_lookup
@Field.register_lookup
class AnyOf(Lookup):
    """`name__any_of=texts` finds what `name__in=texts` does, with all of them in one parameter: values of the column's type.

    The library gives each value a parameter of its own, which takes it longer than the database needs to answer.
    """

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, of_column = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*of_column, list(self.rhs))
