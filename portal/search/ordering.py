"""Swedish order, alike on every PostgreSQL: å ä ö last, accents where their letter stands.

The function is immutable and its result is compared in C order, so it can be indexed; an ICU collation
would be shorter, but the embedded server has none.
"""

from django.db.models import CharField, Func
from django.db.models.functions import Collate


class SvSort(Func):
    function = "sv_sort"
    arity = 1
    output_field = CharField()


def swedish(expression: str) -> Collate:
    """`queryset.order_by(swedish("name"), "pk")`."""
    return Collate(SvSort(expression), "C")
