"""Suppliers and their contacts as files."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from codeofconduct.actions.duplicates import note_suspicions
from codeofconduct.enums import Scheme
from codeofconduct.identifiers import identifier_of, is_of_person, organisation_number_in
from codeofconduct.models import Contract, Supplier, SupplierContact, SupplierIdentifier
from codeofconduct.resources import finding
from portal.exchange.engine.children import Children
from portal.exchange.engine.columns import Choice, Column, PublicId, Relation, YesNo
from portal.exchange.engine.identity import BY_PUBLIC_ID, Identity, said_before
from portal.exchange.engine.resource import ExchangeResource
from portal.exchange.engine.rows import Row
from portal.exchange.reading.values import BadValue, day_of, list_of, number_text_of
from portal.history.models import SystemActor
from portal.ui.templatetags.formats import day
from regions.models import User
from regions.permissions import is_staff

# How a number in a file is told from the scheme's others: its country, for a foreign register.
Number = tuple[str, str]


class ReadsNumbers(ExchangeResource):
    """A resource whose files tell suppliers' numbers. A sole trader's are personal data: only for those who may read them."""

    def may_read_number(self, supplier: Supplier) -> bool:
        """As `codeofconduct.queries.may_read_number`, with one query for all suppliers of a file."""
        return not supplier.is_sole_trader or self._concerned is None or supplier.pk in self._concerned

    @cached_property
    def _concerned(self) -> frozenset[int] | None:
        """Suppliers (ids) of the contracts that `by` may see; None where all numbers may be read."""
        if not isinstance(self.by, User) or is_staff(self.by):
            return None
        return frozenset(Contract.objects.visible_to(self.by).values_list("supplier", flat=True))

    def named(self, supplier: Supplier) -> str:
        """What a relation writes for a supplier: its organisation number, or the id where it has none to be read."""
        if self.may_read_number(supplier):
            for identifier in supplier.organisation_numbers:  # type: ignore[attr-defined]  # by `numbers_of`
                return str(identifier.value)
        return supplier.public_id

    @staticmethod
    def numbers_of(relation: str) -> "Prefetch[Any, Any, Any]":
        """What `named` reads of the suppliers that a relation leads to."""
        numbers = SupplierIdentifier.objects.filter(scheme=Scheme.ORGANISATION_NUMBER, ended_on=None)
        return Prefetch(f"{relation}__identifiers", numbers, to_attr="organisation_numbers")


class OfSuppliers(ReadsNumbers):
    """A resource whose rows belong to a supplier each."""

    select: ClassVar[tuple[str, ...]] = ("supplier",)

    def with_what_is_told(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        return super().with_what_is_told(rows).prefetch_related(self.numbers_of("supplier"))


class SupplierColumn(Relation):
    """The supplier that a row belongs to, by number, id or name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            gettext_lazy("Supplier"),
            finding.suppliers,
            parse=number_text_of,
            required=True,
            expected=gettext_lazy(
                "Organisation number, another number, the id or the name of a supplier in the register."
            ),
            example="559999-9017",
            also=("leverantörens organisationsnummer", "leverantör org.nr"),
            **kwargs,
        )

    def bind(self, key: str, resource: ExchangeResource) -> None:
        super().bind(key, resource)
        self.named = resource.named


class Identifiers(Children):
    """A supplier's numbers in one scheme. An empty cell takes none away: whoever may not read one exports it empty."""

    def __init__(self, heading: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(heading, accessor="identifiers", clears=False, parse=self._parse, **kwargs)
        self.scheme = scheme

    def bind(self, key: str, resource: ExchangeResource) -> None:
        super().bind(key, resource)
        self.parse = self._parse

    def _parse(self, cell: Any) -> tuple[Number, ...]:
        parts = list_of(cell)
        found = []
        for part in parts:
            try:
                found.append(identifier_of(self.scheme, number_text_of(part) or ""))
            except ValidationError as error:
                raise BadValue(part, " ".join(error.messages)) from None
        return self.in_order(dict.fromkeys(found))

    def stored(self, instance: Any) -> list[Any]:
        """Those that hold today."""
        return [each for each in self._all_of(instance) if each.ended_on is None]

    def ended(self, instance: Any) -> dict[Number, date]:
        """Those that held once, with the day they ended. They stay the supplier's, so nobody can be given them."""
        return {self.value_of(each): each.ended_on for each in self._all_of(instance) if each.ended_on is not None}

    def _all_of(self, instance: Any) -> list[Any]:
        return [each for each in getattr(instance, self.here, ()) if each.scheme == self.scheme]

    def value_of(self, child: SupplierIdentifier) -> Number:
        return child.country, child.value

    def make(self, instance: Any, value: Number) -> SupplierIdentifier:
        country, number = value
        return SupplierIdentifier(supplier=instance, scheme=self.scheme, country=country, value=number)

    def told_one(self, value: Number) -> str:
        return " ".join(filter(None, value))

    def export(self, instance: Any, **kwargs: Any) -> Any:
        told = [self.told_one(self.value_of(child)) for child in self.stored(instance)]
        readable = bool(told) and self.resource.may_read_number(instance)
        return "; ".join(sorted(told)) if readable else None


class OfPerson(Column):
    """Where a sole trader lives. Exported empty for those who may not read it, so an empty cell takes none away."""

    def save(self, instance: Supplier, row: Row, is_m2m: bool = False, **kwargs: Any) -> None:
        if row[self.key] or not instance.is_sole_trader:
            super().save(instance, row)

    def export(self, instance: Any, **kwargs: Any) -> Any:
        return super().export(instance) if self.resource.may_read_number(instance) else None


NUMBERS = {
    "organisation_number": Scheme.ORGANISATION_NUMBER,
    "vat_number": Scheme.VAT,
    "lei": Scheme.LEI,
    "gln": Scheme.GLN,
    "duns": Scheme.DUNS,
    "os_id": Scheme.OS_ID,
    "foreign_number": Scheme.FOREIGN_REGISTER,
}


def _by_number(key: str, scheme: Scheme) -> Identity:
    def keys(row: Row) -> Iterable[Number]:
        found: Iterable[Number] = row.get(key) or ()
        return found

    def finds(rows: "QuerySet[Any]", wanted: Collection[Number]) -> Iterable[tuple[Number, int]]:
        values = [number for _country, number in wanted]
        found = SupplierIdentifier.objects.filter(scheme=scheme, value__any_of=values, supplier__in=rows)
        return [((country, value), pk) for country, value, pk in found.values_list("country", "value", "supplier")]

    return Identity(key, keys=keys, finds=finds)


def _name_where_no_number(row: Row) -> Iterable[tuple[str]]:
    """Two legal persons may share a name, so it tells only where there is no number."""
    has_number = any(row.get(key) for key in NUMBERS)
    return [] if has_number or not row.get("name") else [(row["name"].lower(),)]


class SupplierResource(ReadsNumbers):
    """The register of suppliers."""

    id = PublicId()
    name = Column(
        gettext_lazy("Name"),
        required=True,
        example="Norrmed AB",
        width=34,
        also=("leverantör", "leverantörsnamn", "företag", "företagsnamn"),
    )
    organisation_number = Identifiers(
        gettext_lazy("Organisation number"),
        Scheme.ORGANISATION_NUMBER,
        expected=gettext_lazy("Ten digits, with or without hyphen. An empty cell leaves it as it is."),
        example="559999-9017",
        also=("org.nr", "org.nummer", "organisationsnr"),
        width=16,
    )
    is_sole_trader = YesNo(
        gettext_lazy("Sole trader"),
        expected=gettext_lazy("Yes or no. Follows from the organisation number where it is one of a person."),
        example="nej",
        also=("enskild näringsidkare",),
    )
    country = Column(
        gettext_lazy("Country"),
        parse=finding.country_of,
        expected=gettext_lazy("The country's name or its code of two letters."),
        example="SE",
        width=10,
    )
    street = OfPerson(gettext_lazy("Street address"), example="Exempelgatan 1", width=28, also=("adress", "gatuadress"))
    postal_code = OfPerson(
        gettext_lazy("Postal code"), parse=number_text_of, example="831 31", width=12, also=("postnr",)
    )
    city = Column(gettext_lazy("City"), example="Östersund", also=("ort", "postort", "stad"))
    website = Column(gettext_lazy("Website"), example="https://norrmed.example", width=28, also=("hemsida",))
    parent = Relation(
        gettext_lazy("Parent company"),
        finding.suppliers,
        parse=number_text_of,
        expected=gettext_lazy("Number, id or name of a supplier in the register, or of one further up in the file."),
        width=28,
    )
    vat_number = Identifiers(
        gettext_lazy("VAT number"), Scheme.VAT, example="SE559999901701", width=18, also=("momsnummer", "vat")
    )
    lei = Identifiers(gettext_lazy("LEI"), Scheme.LEI, expected=gettext_lazy("Twenty letters and digits."), width=24)
    gln = Identifiers(gettext_lazy("GLN"), Scheme.GLN, expected=gettext_lazy("Thirteen digits."), width=16)
    duns = Identifiers(
        gettext_lazy("DUNS number"), Scheme.DUNS, expected=gettext_lazy("Nine digits."), width=14, also=("duns",)
    )
    os_id = Identifiers(gettext_lazy("OS ID"), Scheme.OS_ID, example="CN2021250D1DTN7", width=18)
    foreign_number = Identifiers(
        gettext_lazy("Number in a foreign register"),
        Scheme.FOREIGN_REGISTER,
        expected=gettext_lazy("The country's code and the number. Several are divided by semicolons."),
        example="NO 914791723",
        width=26,
    )

    identities = (
        BY_PUBLIC_ID,
        *(_by_number(key, scheme) for key, scheme in NUMBERS.items()),
        Identity("name", folded=True, keys=_name_where_no_number, only_alone=True),
    )
    select = ("parent",)

    class Meta:
        model = Supplier

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.parent_column.named = self.named
        # Which row said a name first, and whether it said no number.
        self.names: dict[str, tuple[int, bool]] = {}
        self.suspicions = 0

    @property
    def parent_column(self) -> Relation:
        column: Relation = self.columns["parent"]
        return column

    def rows(self) -> "QuerySet[Any]":
        return super().rows().filter(merged_into=None)

    def with_what_is_told(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        return super().with_what_is_told(rows).prefetch_related(self.numbers_of("parent"))

    def arrange(self, row: Row) -> None:
        """A personal number makes a sole trader, whether or not the file says so."""
        told = [(NUMBERS[key], number) for key in NUMBERS for _country, number in row.get(key) or ()]
        if any(is_of_person(scheme, number) for scheme, number in told):
            if row.get("is_sole_trader") is False:
                row.refuse("is_sole_trader", _("The number is a person's, so this is a sole trader."))
            row["is_sole_trader"] = True

    def announce(self, instance: Supplier) -> None:
        numbers = [
            number
            for key, column in self.columns.items()
            if key in NUMBERS
            for _country, number in column.get_value(instance)
        ]
        bare = [number.replace("-", "") for number in numbers]
        self.parent_column.finder.add(instance, [instance.name, *numbers, *bare])

    def check(self, instance: Supplier, row: Row, *, is_new: bool) -> None:
        if instance.parent is instance or (instance.pk and instance.parent_id == instance.pk):
            row.refuse("parent", _("A supplier can't be its own parent company."))
        self._check_name(instance, row)
        self._check_numbers(instance, row)
        for key in NUMBERS:
            self._check_ended(self.columns[key], instance, row)

    def _check_numbers(self, instance: Supplier, row: Row) -> None:
        """Of all that the supplier has from now on: whose they are, and that a VAT number holds the own number."""
        held = {key: [number for _country, number in self.columns[key].get_value(instance)] for key in NUMBERS}
        if not instance.is_sole_trader and any(is_of_person(NUMBERS[key], each) for key in held for each in held[key]):
            row.refuse("is_sole_trader", _("The number is a person's, so this is a sole trader."))
        own = held["organisation_number"]
        for number in held["vat_number"]:
            if own and (within := organisation_number_in(Scheme.VAT, number)) and within not in own:
                message = _("The number belongs to another organisation number than the supplier's own.")
                row.refuse("vat_number", message, number)

    def _check_ended(self, column: Identifiers, instance: Supplier, row: Row) -> None:
        ended = column.ended(instance)
        for number in row.get(column.key) or ():
            if number in ended:
                message = _("This number ended %(day)s and is not the supplier's any more. Leave it out.")
                row.refuse(column.key, message % {"day": day(ended[number])}, column.told_one(number))

    def _check_name(self, instance: Supplier, row: Row) -> None:
        """A row that is known by its name alone can't stand beside another of that name: next time it could mean both."""
        is_alone = not row.get("id") and not any(row.get(key) for key in NUMBERS)
        earlier, was_alone = self.names.setdefault(instance.name.lower(), (row.number, is_alone))
        if earlier != row.number and (is_alone or was_alone):
            row.refuse("name", said_before(earlier), instance.name)

    def written(self, created: Sequence[Supplier], changed: Sequence[Supplier]) -> None:
        """What they are likely the same as goes to the work list, as when one is entered by hand."""
        self.suspicions += note_suspicions(by=self.by or SystemActor("import"), suppliers=[*created, *changed])

    def remarks(self) -> list[str]:
        """That somebody should look at the work list."""
        if not self.suspicions:
            return []
        message = ngettext(
            "%(count)s pair of suppliers look like the same company. It stands in the work list of likely duplicates.",
            "%(count)s pairs of suppliers look like the same company. They stand in the work list of likely duplicates.",
            self.suspicions,
        )
        return [message % {"count": self.suspicions}]


class ContactResource(OfSuppliers):
    """Contact persons at suppliers."""

    id = PublicId()
    supplier = SupplierColumn(width=16)
    supplier_name = Column(gettext_lazy("Supplier's name"), attribute="supplier__name", told_only=True, width=30)
    name = Column(gettext_lazy("Name"), required=True, example="Anna Exempel", width=26)
    email = Column(
        gettext_lazy("E-mail address"),
        required=True,
        example="anna@norrmed.example",
        width=30,
        also=("e-post", "e-postadress", "email"),
    )
    telephone = Column(gettext_lazy("Telephone"), parse=number_text_of, example="063-12 34 56", also=("telefon",))
    role = Column(gettext_lazy("Role"), example="Hållbarhetschef", width=26)
    language = Choice(gettext_lazy("Language"), settings.LANGUAGES, clears=False, width=12)
    ended_on = Column(
        gettext_lazy("Last day"),
        parse=day_of,
        expected=gettext_lazy("A date, for who has left."),
        example="2026-12-31",
        width=12,
    )

    identities = (BY_PUBLIC_ID, Identity("email", "supplier", folded=True))

    class Meta:
        model = SupplierContact
