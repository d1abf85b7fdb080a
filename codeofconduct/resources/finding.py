"""What people write in a cell for a row of this house: names, numbers, codes."""

import re
from collections.abc import Collection, Iterable
from typing import Any

from babel import Locale
from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from codeofconduct.identifiers import organisation_number_of
from codeofconduct.models import (
    ClauseVersion,
    ContractingBody,
    CpvCode,
    PurchaseCategory,
    Supplier,
    SupplierIdentifier,
)
from portal.exchange.engine.finders import Finder, Listed, LookedUp, folded
from portal.exchange.engine.resource import ExchangeResource
from portal.exchange.reading.values import BadValue
from regions.models import PurchasingGroup, Region
from regions.resources import region_names

LANGUAGES = ("sv", "en")


def regions(resource: ExchangeResource) -> Finder:
    """By name with or without "Region", county code (with or without its zero) or organisation number."""
    return Listed(Region.objects.all, region_names)


def groups(resource: ExchangeResource) -> Finder:
    """Procurement regions by letter or name."""
    return Listed(PurchasingGroup.objects.all, lambda group: [group.letter, str(group)])


def categories(resource: ExchangeResource) -> Finder:
    return Listed(PurchaseCategory.objects.all, lambda category: [category.name, category.code, category.public_id])


def clause_versions(resource: ExchangeResource) -> Finder:
    """Those that are adopted: a contract isn't signed under a draft."""
    return Listed(ClauseVersion.objects.adopted, lambda version: [version.name])


def contracting_bodies(resource: ExchangeResource) -> Finder:
    return Listed(ContractingBody.objects.all, lambda body: [body.name, body.organisation_number])


def cpv_codes(resource: ExchangeResource) -> Finder:
    """By code, with or without its check digit; what follows a space is the name, which doesn't count."""
    return LookedUp(_cpv_by_code)


def suppliers(resource: ExchangeResource) -> Finder:
    """By id, by number in any scheme, or by name; merged ones are no longer found."""
    return Suppliers(_supplier_by_id, _supplier_by_number, _supplier_by_name)


class Suppliers(LookedUp):
    """Says when what was written would be an organisation number, but for its check digit."""

    def none(self, text: str) -> str:
        if re.fullmatch(r"([0-9]{2})?[0-9]{6}[ +-]?[0-9]{4}", text):
            try:
                organisation_number_of(text)
            except ValidationError as error:
                return " ".join(error.messages)
            return _("No supplier in the register has this number. Import the supplier first.")
        return super().none(text)


def _cpv_by_code(texts: Collection[str]) -> Iterable[tuple[str, Any]]:
    codes = {text: text.split()[0] for text in texts if text.split()}
    known = {code.code[:8]: code for code in CpvCode.objects.filter(code__any_of=_full_codes(codes.values()))}
    for text, code in codes.items():
        found = known.get(code[:8])
        if found is not None and code in {found.code, found.code[:8]}:
            yield text, found


def _full_codes(codes: Iterable[str]) -> list[str]:
    """Each code as it is stored: with every check digit, where it came without one."""
    found: list[str] = []
    for code in codes:
        found += [code] if "-" in code else [f"{code}-{digit}" for digit in range(10)]
    return found


def _supplier_by_id(texts: Collection[str]) -> Iterable[tuple[str, Any]]:
    found = Supplier.objects.current().filter(public_id__any_of=texts)
    return [(supplier.public_id, supplier) for supplier in found]


def _supplier_by_number(texts: Collection[str]) -> Iterable[tuple[str, Any]]:
    """As it was written, or as the organisation number that it is."""
    written: dict[str, list[str]] = {}
    for text in texts:
        bare = text.replace(" ", "").upper()
        for number in {text, bare, _as_organisation_number(text)} - {""}:
            written.setdefault(number, []).append(text)
    found = SupplierIdentifier.objects.filter(value__any_of=written, supplier__merged_into=None)
    meant = list(found.values_list("value", "supplier"))
    suppliers = {
        supplier.pk: supplier
        for supplier in Supplier.objects.only("public_id", "name", "is_sole_trader").filter(
            pk__any_of={pk for _value, pk in meant}
        )
    }
    return [(text, suppliers[pk]) for value, pk in meant for text in written[value]]


def _supplier_by_name(texts: Collection[str]) -> Iterable[tuple[str, Any]]:
    written: dict[str, list[str]] = {}
    for text in texts:
        written.setdefault(folded(text), []).append(text)
    found = Supplier.objects.current().annotate(name_folded=Lower("name")).filter(name_folded__any_of=written)
    return [(text, supplier) for supplier in found for text in written.get(folded(supplier.name), ())]


def _as_organisation_number(text: str) -> str:
    try:
        return organisation_number_of(text)
    except ValidationError:
        return ""


def country_of(cell: Any) -> str:
    """The ISO 3166 code of a country, written as such or by its name in Swedish or English. Raises BadValue."""
    text = " ".join(str(cell).split())
    found = _COUNTRIES.get(text.casefold())
    if found is None:
        raise BadValue(cell, _("Write the country's name or its code of two letters, for example SE."))
    return found


def _countries() -> dict[str, str]:
    """Names and codes, folded. Regions of the world have digits for codes, and are no countries."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}:
                found[name.casefold()] = found[code.casefold()] = code
    return found


_COUNTRIES = _countries()
