"""Which suppliers are likely the same: by a number that says so, by the likeness of their names, by their address."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from codeofconduct.enums import Scheme
from codeofconduct.identifiers import organisation_number_in
from codeofconduct.models import (
    DuplicateSuspicion,
    Facility,
    Supplier,
    SupplierCommitment,
    SupplierContact,
    SupplierIdentifier,
)
from codeofconduct.queries.suppliers import identifiers_of, with_readable
from regions.models import User

# Likeness (pg_trgm) of two names without their legal forms from which they are likely the same: two letters that changed
# places in "Norrmed Instrument" leave 0.7; "Norrmed Instrument" and "Norrmed Textil" are 0.4 alike.
LIKENESS = 0.6
# A name like hundreds of others says nothing, nor does an office block; the likest and the first are worth a look.
MOST_ALIKE = 10
MOST_SHOWN = 5
TELLING_SCHEMES = (Scheme.ORGANISATION_NUMBER, Scheme.VAT, Scheme.FOREIGN_REGISTER)


@dataclass(frozen=True)
class Pair:
    """Two suppliers (ids, the older first), why they are likely the same, and how alike their names are in per cent."""

    first: int
    second: int
    by_number: bool
    by_name: bool
    by_address: bool
    likeness: int


@dataclass(frozen=True)
class Likely:
    """A supplier of the register that is likely the one at hand, and why.

    `suspicion`: the pair's public id, if stored. `readable`: the reader may see a sole trader's number.
    """

    supplier: Supplier
    by_number: bool
    by_name: bool
    by_address: bool
    suspicion: str = ""
    readable: bool = True


# Written as it is, `coalesce` keeps the planner on the indexes of names and streets, whatever it believes of merged
# suppliers after a large import. {fresh}: rows of (id, core, street, postal, city), id 0 for one that isn't stored;
# {numbers}: (id, bare).
_PAIRS = """
WITH fresh AS ({fresh}), number AS ({numbers}), near AS (
    SELECT a.*, s.id, row_number() OVER (PARTITION BY a.street, a.postal, a.city ORDER BY s.id) AS place
    FROM (SELECT DISTINCT street, postal, city FROM fresh WHERE street <> '') a
    JOIN codeofconduct_supplier s ON sv_fold(s.street) = a.street
    WHERE coalesce(s.merged_into_id, 0) = 0
        AND (a.postal <> '' AND sv_number(s.postal_code) = a.postal OR a.city <> '' AND sv_fold(s.city) = a.city)
), found AS (
    SELECT f.id AS one, s.id AS other, FALSE AS by_number, TRUE AS by_name, FALSE AS by_address, s.likeness
    FROM fresh f CROSS JOIN LATERAL (
        SELECT s.id, round(100 * similarity(supplier_core_name(s.name), f.core))::int AS likeness
        FROM codeofconduct_supplier s
        WHERE supplier_core_name(s.name) %% f.core AND s.id <> f.id AND coalesce(s.merged_into_id, 0) = 0
        ORDER BY likeness DESC, s.id LIMIT {most}
    ) s WHERE f.core <> ''
    UNION ALL
    SELECT f.id, n.id, FALSE, FALSE, TRUE, 0
    FROM fresh f JOIN near n USING (street, postal, city) WHERE n.place <= {most} AND n.id <> f.id
    UNION ALL
    SELECT n.id, i.supplier_id, TRUE, FALSE, FALSE, 0
    FROM number n JOIN codeofconduct_supplieridentifier i ON {bare} = n.bare AND i.supplier_id <> n.id
    JOIN codeofconduct_supplier s ON s.id = i.supplier_id
    WHERE i.scheme IN ('se_orgnr', 'vat', 'foreign') AND s.merged_into_id IS NULL
)
SELECT least(one, other), greatest(one, other), bool_or(by_number), bool_or(by_name), bool_or(by_address), max(likeness)
FROM found GROUP BY 1, 2 ORDER BY 3 DESC, 6 DESC, 1, 2
"""
# What a number says whoever issued it: a VAT number is a country and the register's number, a Swedish one with 01 after it.
_BARE = """CASE WHEN i.scheme <> 'vat' THEN sv_number(i.value)
    WHEN i.value LIKE 'SE%%' THEN substr(i.value, 3, 10) ELSE lower(substr(i.value, 3)) END"""
_STORED = """SELECT id, supplier_core_name(name) AS core, sv_fold(street) AS street, sv_number(postal_code) AS postal,
    sv_fold(city) AS city FROM codeofconduct_supplier WHERE id = ANY(%s) AND merged_into_id IS NULL"""
_STORED_NUMBERS = f"""SELECT i.supplier_id AS id, {_BARE} AS bare FROM codeofconduct_supplieridentifier i
    WHERE i.supplier_id = ANY(%s) AND i.scheme IN ('se_orgnr', 'vat', 'foreign')"""  # noqa: S608 - nothing typed in it
_TYPED = """SELECT 0::bigint AS id, supplier_core_name(%s) AS core, sv_fold(%s) AS street, sv_number(%s) AS postal,
    sv_fold(%s) AS city"""
_TYPED_NUMBERS = "SELECT 0::bigint AS id, sv_number(value) AS bare FROM unnest(%s::text[]) AS value"


def likely_pairs(suppliers: Iterable[int]) -> list[Pair]:
    """Of the suppliers (ids), each with those of the register that are likely the same, in one statement."""
    keys = list(suppliers)
    return _pairs(_STORED, _STORED_NUMBERS, [keys, keys]) if keys else []


def likely_like(
    user: User,
    *,
    name: str,
    street: str = "",
    postal_code: str = "",
    city: str = "",
    numbers: Sequence[tuple[str, str]] = (),
) -> list[Likely]:
    """Suppliers of the register that are likely what is being entered, at most `MOST_SHOWN`, the likeliest first.

    `numbers`: (scheme, value) as stored. A sole trader's number and address are no reason that the user is told who may
    not read them.
    """
    bare = [_bare(scheme, value) for scheme, value in numbers if scheme in TELLING_SCHEMES]
    pairs = _pairs(_TYPED, _TYPED_NUMBERS, [name, street, postal_code, city, bare])
    suppliers = with_readable(user, Supplier.objects.visible_to(user)).prefetch_related("identifiers")
    found: dict[int, Any] = suppliers.in_bulk([pair.second for pair in pairs])
    likely = []
    for pair in pairs:
        supplier = found.get(pair.second)
        readable = supplier is not None and supplier.numbers_readable
        if supplier is not None and (pair.by_name or readable):
            by_number, by_address = readable and pair.by_number, readable and pair.by_address
            likely.append(Likely(supplier, by_number, pair.by_name, by_address, readable=readable))
        if len(likely) == MOST_SHOWN:
            break
    return likely


def _bare(scheme: str, value: str) -> str:
    """As `_BARE`, of a number that isn't stored."""
    return organisation_number_in(scheme, value) or (value[2:] if scheme == Scheme.VAT else value)


def _pairs(fresh: str, numbers: str, parameters: list[Any]) -> list[Pair]:
    statement = _PAIRS.format(fresh=fresh, numbers=numbers, bare=_BARE, most=MOST_ALIKE)
    with transaction.atomic(), connection.cursor() as cursor:
        # During a large import the planner believes the register small, and would read it whole for each supplier.
        settings = (
            "SELECT set_config('pg_trgm.similarity_threshold', %s, true), set_config('enable_seqscan', 'off', true)"
        )
        cursor.execute(settings, [str(LIKENESS)])
        cursor.execute(statement, parameters)
        found = [Pair(*row) for row in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_seqscan = on")
        return found


def suspicions(user: User) -> "QuerySet[DuplicateSuspicion]":
    """The work list: pairs that are neither dismissed nor merged, with both suppliers at hand."""
    return DuplicateSuspicion.objects.visible_to(user).open().select_related("first", "second")


@dataclass(frozen=True)
class Moving:
    """Rows of a kind that a merge would move: how many, and how many of them the kept one has already."""

    label: str
    count: int
    there: int


def moving_of(keep: Supplier, gone: Supplier) -> list[Moving]:
    """What would move from `gone` to `keep`; what both have stays behind."""
    moving = []
    for field in references():
        if count := field.model._base_manager.filter(**{field.name: gone}).count():
            at_both = AT_BOTH.get(field.model)
            there = len(at_both(keep, gone)) if at_both else 0
            moving.append(Moving(str(field.model._meta.verbose_name), count, there))
    return moving


def references(model: Any = Supplier) -> list[Any]:
    """Every foreign key that points at the model, of upper rooms too; not the history's, nor the model's own to itself."""
    relations = model._meta.get_fields(include_hidden=True)
    return [
        relation.field
        for relation in relations
        if (relation.one_to_many or relation.one_to_one)
        and relation.auto_created
        and relation.related_model not in {model, DuplicateSuspicion}
        and not hasattr(relation.related_model, "pgh_tracked_model")
    ]


def contacts_at_both(keep: Supplier, gone: Supplier) -> list[tuple[SupplierContact, SupplierContact]]:
    """(The kept one's, the other's) with the same e-mail address."""
    there = {contact.email.lower(): contact for contact in keep.contacts.all()}
    return [(there[each.email.lower()], each) for each in gone.contacts.all() if each.email.lower() in there]


def facilities_at_both(keep: Supplier, gone: Supplier) -> list[tuple[Any, Any]]:
    """(The kept one's, the other's) with the same OS ID."""
    there = {facility.os_id: facility for facility in keep.facilities.exclude(os_id="")}
    return [(there[each.os_id], each) for each in gone.facilities.exclude(os_id="") if each.os_id in there]


def commitments_at_both(keep: Supplier, gone: Supplier) -> list[tuple[Any, Any]]:
    """(The kept one's, the other's) to the same version of the code on the same day."""
    there = {(each.code_version_id, each.committed_on): each for each in keep.commitments.all()}
    pairs = ((there.get((each.code_version_id, each.committed_on)), each) for each in gone.commitments.all())
    return [pair for pair in pairs if pair[0] is not None]


# Of these both may have the very same: it becomes one.
AT_BOTH: dict[Any, Callable[[Supplier, Supplier], list[tuple[Any, Any]]]] = {
    SupplierContact: contacts_at_both,
    Facility: facilities_at_both,
    SupplierCommitment: commitments_at_both,
}


def suspicions_of(user: User, supplier: Supplier) -> list[Likely]:
    """Whom the supplier is likely the same as, for those who clear it up, with the pair's public id as `suspicion`."""
    found = suspicions(user).filter(Q(first=supplier) | Q(second=supplier))
    return [
        Likely(
            each.second if each.first_id == supplier.pk else each.first,
            each.by_number,
            each.by_name,
            each.by_address,
            each.public_id,
        )
        for each in found
    ]


@dataclass(frozen=True)
class Side:
    """One of two suppliers that are compared, with its numbers in words."""

    supplier: Supplier
    identifiers: list[str]


def sides_of(first: Supplier, second: Supplier) -> tuple[list[Side], list[tuple[str, list[int]]]]:
    """Both suppliers, and per kind of row how many point at each; kinds without any are left out."""
    counted = []
    for field in references():
        numbers = [field.model._base_manager.filter(**{field.name: each}).count() for each in (first, second)]
        if any(numbers) and field.model is not SupplierIdentifier:
            counted.append((str(field.model._meta.verbose_name), numbers))
    sides = [
        Side(
            each,
            [
                " ".join(f"{row.get_scheme_display()}: {row.country} {row.value}".split())
                for row in identifiers_of(each)
            ],
        )
        for each in (first, second)
    ]
    return sides, counted
