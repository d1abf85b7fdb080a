"""Contracts and facilities as files."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codeofconduct.enums import Stage
from codeofconduct.models import Contract, Facility
from codeofconduct.permissions import can_correct_clause
from codeofconduct.queries.contracts import contract_regions
from codeofconduct.resources import finding
from codeofconduct.resources.suppliers import OfSuppliers, SupplierColumn
from portal.exchange.engine.children import Members
from portal.exchange.engine.columns import Choice, Column, PublicId, Relation, YesNo
from portal.exchange.engine.identity import BY_PUBLIC_ID, Identity
from portal.exchange.engine.rows import Row
from portal.exchange.reading.values import BadValue, day_of, decimal_of, number_text_of, text_of
from portal.ui.templatetags.formats import kronor
from regions.models import Region, User

A_DATE = gettext_lazy("A date, for example 2026-12-31.")


def ore_of(cell: Any) -> int:
    """Kronor as they are written -> whole öre. Raises BadValue."""
    ore = (decimal_of(cell) or Decimal(0)) * 100
    if ore != ore.to_integral_value() or not 0 <= ore <= 10**17:
        raise BadValue(cell, _("Write an amount in kronor, at least 0 and with at most two decimals."))
    return int(ore)


class Kronor(Column):
    """An amount in kronor, stored as öre."""

    def __init__(self, heading: Any, **kwargs: Any) -> None:
        super().__init__(heading, parse=ore_of, **kwargs)

    def told(self, value: int | None) -> str:
        return kronor(value) if value is not None else ""

    def exported(self, value: int | None) -> Decimal | int | None:
        if value is None:
            return None
        return value // 100 if value % 100 == 0 else Decimal(value) / 100


def _purchase_without_number(row: Row) -> list[tuple[int, int, str, date]]:
    """What a contract is known by that the register has without a registration number; the line may bring it one."""
    region, supplier, title, day = (row.get(key) for key in ("region", "supplier", "title", "starts_on"))
    if not (region and supplier and title and day):
        return []
    return [(region.pk, supplier.pk, title.lower(), day)]


def _find_purchases(rows: Any, keys: Any) -> Any:
    suppliers, days = ({key[place] for key in keys} for place in (1, 3))
    found = rows.filter(supplier__any_of=suppliers, starts_on__any_of=days, registration_number="").order_by()
    found = found.values_list("pk", "region", "supplier", "title", "starts_on")
    purchases = (((region, supplier, title.lower(), day), pk) for pk, region, supplier, title, day in found)
    return [(purchase, pk) for purchase, pk in purchases if purchase in keys]


class ContractResource(OfSuppliers):
    """The regions' contracts. A buyer's file brings those of the own region."""

    id = PublicId()
    region = Relation(
        gettext_lazy("Region"),
        finding.regions,
        parse=number_text_of,
        required=True,
        expected=gettext_lazy("The region's name, county code or organisation number."),
        example="Region Jämtland Härjedalen",
        width=26,
        also=("ansvarig region", "länskod"),
    )
    registration_number = Column(
        gettext_lazy("Registration number"),
        parse=number_text_of,
        example="RS/123-2026",
        also=("dnr", "diarienr", "avtalsnummer", "avtalsnr"),
    )
    title = Column(
        gettext_lazy("Title of the contract"),
        required=True,
        example="Undersökningshandskar",
        width=34,
        also=("titel", "avtal", "benämning", "avtalsnamn"),
    )
    supplier = SupplierColumn(width=16)
    supplier_name = Column(
        gettext_lazy("Supplier's name"),
        attribute="supplier__name",
        told_only=True,
        width=30,
    )
    categories = Members(
        gettext_lazy("Purchase categories"),
        finding.categories,
        accessor="contract_categories",
        owner="contract",
        member="category",
        expected=gettext_lazy("Names or codes, divided by semicolons."),
        example="Handskar; Kirurgiska instrument",
        also=("inköpskategori", "kategori", "purchase category"),
    )
    cpv_codes = Members(
        gettext_lazy("CPV codes"),
        finding.cpv_codes,
        accessor="contract_cpvs",
        owner="contract",
        member="cpv",
        named_by="code",
        expected=gettext_lazy("Eight digits, with or without the check digit, divided by semicolons."),
        example="33141420-0",
        width=16,
        also=("cpv", "cpv-kod", "cpv code"),
    )
    clause_version = Relation(
        gettext_lazy("Contract clause, version"),
        finding.clause_versions,
        parse=number_text_of,
        required=True,
        expected=gettext_lazy("The version that the contract was signed under."),
        example="2023",
        width=12,
        also=("kontraktsvillkor", "villkorsversion"),
    )
    starts_on = Column(
        gettext_lazy("First day"),
        parse=day_of,
        required=True,
        expected=A_DATE,
        example="2026-01-01",
        width=12,
        also=("startdatum", "avtalsstart", "giltigt från"),
    )
    ends_on = Column(
        gettext_lazy("Last day"),
        parse=day_of,
        required=True,
        expected=A_DATE,
        example="2028-12-31",
        width=12,
        also=("slutdatum", "avtalsslut", "giltigt till"),
    )
    options = Column(gettext_lazy("Options"), parse=text_of, example="1 + 1 år", also=("optioner", "förlängning"))
    extendable_until_on = Column(
        gettext_lazy("Can be extended until"), parse=day_of, expected=A_DATE, example="2030-12-31", width=12
    )
    yearly_value_ore = Kronor(
        gettext_lazy("Yearly value (kronor)"),
        expected=gettext_lazy("An amount in kronor."),
        example="1 250 000",
        width=16,
        also=("yearly_value", "årsvärde", "årsvärde kr", "årsvärde sek", "avtalsvärde per år"),
    )
    contracting_body = Relation(
        gettext_lazy("Contracting body"), finding.contracting_bodies, example="Varuförsörjningen", width=24
    )
    parties = Members(
        gettext_lazy("Other regions in a joint contract"),
        finding.regions,
        accessor="contract_parties",
        owner="contract",
        member="region",
        expected=gettext_lazy("Names or county codes, divided by semicolons."),
    )
    uses_requirement_set = YesNo(
        gettext_lazy("Uses the requirement set"), expected=gettext_lazy("Yes or no."), example="ja"
    )

    identities = (
        BY_PUBLIC_ID,
        # One purchase often gives several contracts under the same number, one with each supplier.
        Identity("registration_number", "region", "supplier"),
        Identity("title", keys=_purchase_without_number, finds=_find_purchases, only_alone=True),
    )
    shared = ("region", "clause_version", "contracting_body")

    class Meta:
        model = Contract

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.own_regions = contract_regions(self.by) if isinstance(self.by, User) else None

    def check_scope(self, instance: Contract, row: Row) -> None:
        """Neither the region that the row names nor the one that the contract leaves may be another's."""
        named = row.get("region") or (instance.region if instance.pk else None)
        moved_from = next((old for column, old, _new in self.differences if column.key == "region"), None)
        for region in (named, moved_from):
            if isinstance(region, Region) and self.own_regions is not None and region.pk not in self.own_regions:
                row.refuse("region", _("You may import contracts of your own region only."), region)
                return

    def check(self, instance: Contract, row: Row, *, is_new: bool) -> None:
        clause_changed = not is_new and any(column.key == "clause_version" for column, _old, _new in self.differences)
        if clause_changed and isinstance(self.by, User) and not can_correct_clause(self.by):
            row.refuse("clause_version", _("Only the secretariat corrects which version a contract was signed under."))
        if instance.ends_on < instance.starts_on:
            row.refuse("ends_on", _("The last day must not be before the first day."), instance.ends_on)
        elif instance.extendable_until_on and instance.extendable_until_on < instance.ends_on:
            row.refuse(
                "extendable_until_on",
                _("The day it can be extended until must not be before the last day."),
                instance.extendable_until_on,
            )


def _place(row: Row) -> list[tuple[int, str, str]]:
    """What a facility is known by where it has no number: the supplier's, by name and city."""
    supplier, name = row.get("supplier"), row.get("name")
    return [(supplier.pk, name.lower(), (row.get("city") or "").lower())] if supplier and name else []


def _find_places(rows: Any, keys: Any) -> Any:
    suppliers = {supplier for supplier, _name, _city in keys}
    found = rows.filter(supplier__any_of=suppliers).order_by().values_list("pk", "supplier", "name", "city")
    return [((supplier, name.lower(), city.lower()), pk) for pk, supplier, name, city in found]


class FacilityResource(OfSuppliers):
    """Production sites in the suppliers' chains."""

    id = PublicId()
    supplier = SupplierColumn(width=16)
    supplier_name = Column(gettext_lazy("Supplier's name"), attribute="supplier__name", told_only=True, width=30)
    name = Column(gettext_lazy("Name"), required=True, example="Suzhou Glove Works", width=30, also=("anläggning",))
    country = Column(
        gettext_lazy("Country"),
        parse=finding.country_of,
        required=True,
        expected=gettext_lazy("The country's name or its code of two letters."),
        example="CN",
        width=10,
    )
    street = Column(gettext_lazy("Street address"), example="88 Exempelvägen", width=28, also=("adress", "gatuadress"))
    city = Column(gettext_lazy("City"), example="Suzhou", also=("ort", "stad"))
    stage = Choice(
        gettext_lazy("Stage"), Stage.choices, required=True, example="sluttillverkning", also=("led", "steg")
    )
    os_id = Column(gettext_lazy("OS ID"), parse=number_text_of, example="CN2021250D1DTN7")
    is_confidential = YesNo(
        gettext_lazy("Confidential"),
        expected=gettext_lazy("Yes or no. A new one is confidential unless told."),
        example="ja",
    )

    identities = (
        BY_PUBLIC_ID,
        Identity("os_id", "supplier"),
        Identity("name", keys=_place, finds=_find_places, only_alone=True),
    )

    class Meta:
        model = Facility
