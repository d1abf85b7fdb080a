"""Organisation numbers: ten digits, the last a Luhn check digit. A sole trader's is the person's own number."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as InvalidNumber
from stdnum.se import orgnr


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
