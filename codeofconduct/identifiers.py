"""Organisation numbers: ten digits, the last a Luhn check digit. A sole trader's is the person's own number.

Beside them the numbers of the other schemes, each with what its issuer demands of it.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import ean, lei
from stdnum.ch import vat as ch_vat
from stdnum.dk import cvr
from stdnum.eu import vat
from stdnum.exceptions import ValidationError as InvalidNumber
from stdnum.fi import ytunnus
from stdnum.gb import vat as gb_vat
from stdnum.no import mva
from stdnum.no import orgnr as no_orgnr
from stdnum.se import orgnr

from codeofconduct.enums import Scheme
from codeofconduct.questionnaire_logic import COUNTRY_CODES

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


def organisation_number_of(text: str) -> str:
    """`NNNNNN-NNNN` of what was typed, with or without hyphen, spaces or century. Raises ValidationError."""
    digits = "".join(text.split()).replace("-", "").replace("+", "")
    if len(digits) == 12 and digits[:2] in {"16", "18", "19", "20"}:
        digits = digits[2:]
    try:
        number = orgnr.validate(digits)
    except InvalidNumber:
        raise ValidationError(
            _(
                "This is not an organisation number. It has ten digits, the last a check digit, for example 232100-0214."
            ),
            code="organisation_number",
        ) from None
    return orgnr.format(number)


def is_personal(number: str) -> bool:
    """True for a personal number: the third digit of a legal person's is 2 or more (Skatteverket's series)."""
    return number[2] in "01"


def identifier_of(scheme: str, text: str) -> tuple[str, str]:
    """The country (of a foreign register, else empty) and the number as they are stored. Raises ValidationError."""
    bare = re.sub(r"[\s.-]", "", text).upper()
    if scheme == Scheme.ORGANISATION_NUMBER:
        return "", organisation_number_of(text)
    if scheme == Scheme.FOREIGN_REGISTER:
        return _foreign(text)
    well_formed, problem = _RULES[scheme]
    if scheme == Scheme.VAT:
        bare = _as_its_country_writes(bare)
    if not well_formed(bare):
        raise ValidationError(problem, code="identifier")
    return "", bare


def organisation_number_in(scheme: str, value: str) -> str:
    """The Swedish organisation number that a stored number is or holds: a Swedish VAT number is SE, it, and 01."""
    if scheme == Scheme.ORGANISATION_NUMBER:
        return value
    if scheme == Scheme.VAT and value.startswith("SE"):
        return orgnr.format(value[2:12])
    return ""


def is_of_person(scheme: str, value: str) -> bool:
    """True where the stored number is or holds a personal number: its supplier is a sole trader."""
    number = organisation_number_in(scheme, value)
    return bool(number) and is_personal(number)


def _as_its_country_writes(number: str) -> str:
    """A VAT number of the EU in its one form: Belgium's old ones lack a zero, and Greece is EL."""
    try:
        number = vat.validate(number)
    except InvalidNumber:
        return number
    return f"EL{number[2:]}" if number.startswith("GR") else number


def _is_vat(number: str) -> bool:
    """Of the EU and its neighbours by the country's rules; others by their shape: a country's code, letters and digits."""
    country = number[:2]
    if country in _VAT_OUTSIDE:
        return _VAT_OUTSIDE[country](number)
    if country.lower() in vat.MEMBER_STATES | {"el", "xi"}:
        return vat.is_valid(number)
    return country in COUNTRY_CODES and bool(re.fullmatch(r"[A-Z]{2}[A-Z0-9]{4,18}", number))


def _foreign(text: str) -> tuple[str, str]:
    found = re.fullmatch(r"\s*([A-Za-z]{2})[\s:-]+(\S.{0,38}?)\s*", text)
    country = found[1].upper() if found else ""
    if found is None or country not in COUNTRY_CODES:
        raise ValidationError(
            _("Write the country's code of two letters and the number, for example NO 914791723."), code="identifier"
        )
    if country == "SE":
        raise ValidationError(_("A number in the Swedish register is an organisation number."), code="identifier")
    between = r"[ .-]+" if country in _REGISTERS else " +"
    value = re.sub(rf"(?<=[0-9]){between}(?=[0-9])", "", " ".join(found[2].upper().split()))
    well_formed = _REGISTERS.get(country, str.isprintable)
    if not well_formed(value) or len(value) > LONGEST:
        raise ValidationError(_("This is not a number in that country's register of companies."), code="identifier")
    return country, value


LONGEST = 40
_VAT_OUTSIDE: dict[str, Callable[[str], bool]] = {"CH": ch_vat.is_valid, "GB": gb_vat.is_valid, "NO": mva.is_valid}
# Registers whose check digit is known; the numbers of others are taken as they are written, but for spaces between digits.
_REGISTERS: dict[str, Callable[[str], bool]] = {
    "DK": cvr.is_valid,
    "FI": ytunnus.is_valid,
    "NO": no_orgnr.is_valid,
}
_RULES: "dict[str, tuple[Callable[[str], bool], _StrOrPromise]]" = {
    Scheme.VAT: (_is_vat, _("This is not a VAT number. It begins with a country, for example SE559999901701.")),
    Scheme.LEI: (lei.is_valid, _("This is not an LEI. It has twenty letters and digits, the last two check digits.")),
    Scheme.GLN: (
        lambda number: len(number) == 13 and ean.is_valid(number),
        _("This is not a GLN. It has thirteen digits, the last a check digit."),
    ),
    Scheme.DUNS: (lambda number: bool(re.fullmatch(r"[0-9]{9}", number)), _("A DUNS number has nine digits.")),
    Scheme.OS_ID: (
        lambda number: bool(re.fullmatch(r"[A-Z]{2}[0-9]{7}[A-Z0-9]{6,7}", number)),
        _("An OS ID has fifteen or sixteen letters and digits, for example CN2021250D1DTN7."),
    ),
}
