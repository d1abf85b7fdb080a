"""What of a supplier's name tells it from others: small letters without marks, signs and the legal form."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import CharField, Func


class CoreName(Func):
    """`CoreName("name")`: "Norrmed Instrument AB (publ)" and "NORRMED INSTRUMENT" are alike. A function of the database."""

    function = "supplier_core_name"
    arity = 1
    output_field = CharField()


def core_name_index(name: str) -> GinIndex:
    """For the likeness of names by their trigrams. Kept up at once: an import looks for each of the rows it has just written."""
    return GinIndex(OpClass(CoreName("name"), name="gin_trgm_ops"), name=name, fastupdate=False)
