"""Participant IDs of the Peppol network, to which e-invoices are addressed: a scheme, a colon and the number."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import ean
from stdnum.exceptions import ValidationError as InvalidNumber
from stdnum.se import orgnr

ORGANISATION_NUMBER, GLN = "0007", "0088"


def peppol_id_of(text: str) -> str:
    """As it is stored, 0007:2321000214 or 0088:7300009025701, of what was typed. Raises ValidationError.

    Of the schemes (ISO 6523) those two by which Swedish authorities are addressed: organisation number and GLN, both
    with a check digit.
    """
    bare = re.sub(r"[\s-]", "", text)
    scheme, colon, number = bare.partition(":")
    if not colon or scheme not in {ORGANISATION_NUMBER, GLN}:
        raise ValidationError(
            _("Write the scheme, a colon and the number: 0007:2321000214, or 0088: and a GLN."), code="scheme"
        )
    if scheme == GLN:
        if len(number) != 13 or not ean.is_valid(number):
            raise ValidationError(_("This is not a GLN. It has thirteen digits, the last a check digit."), code="gln")
        return bare
    try:
        return f"{ORGANISATION_NUMBER}:{orgnr.validate(number)}"
    except InvalidNumber:
        raise ValidationError(
            _("After 0007: an organisation number is expected: ten digits, the last a check digit."),
            code="organisation_number",
        ) from None


def suggested_peppol_id(organisation_number: str) -> str:
    """The ID by the organisation number; "" where that has no valid check digit."""
    try:
        return peppol_id_of(f"{ORGANISATION_NUMBER}:{organisation_number}")
    except ValidationError:
        return ""
