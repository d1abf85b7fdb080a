"""Numbers that an administrator types about the money."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from funding.models import FIRST_YEAR, HIGHEST_AMOUNT_ORE, HIGHEST_ORE, LAST_YEAR
from portal.ui.forms import KronorField


class AmountField(KronorField):
    """Kronor within what a decision, a year's sum or a budget may be."""

    LARGEST_ORE = HIGHEST_AMOUNT_ORE
    default_error_messages = {"too_large": gettext_lazy("The amount must be at most 100 000 000 kr.")}


class WholeNumberField(forms.IntegerField):
    """A whole number, with or without spaces between the thousands. `outside` is the sentence for one out of range."""

    def __init__(self, *, invalid: Any, outside: Any, **kwargs: Any) -> None:
        messages = {"invalid": invalid, "min_value": outside, "max_value": outside}
        widget = forms.TextInput(attrs={"inputmode": "numeric"})
        super().__init__(error_messages=messages | kwargs.pop("error_messages", {}), widget=widget, **kwargs)

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = re.sub(r"\s", "", value).replace("\N{MINUS SIGN}", "-")
            if value and not re.fullmatch(r"-?[0-9]+", value):
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
            value = re.sub(r"^(-?)0+(?=[0-9])", r"\1", value)
        return super().to_python(value)


class YearField(WholeNumberField):
    """`required_sentence` is told where it is empty."""

    def __init__(self, *, required_sentence: Any = "", **kwargs: Any) -> None:
        super().__init__(
            **{"label": gettext_lazy("Year"), **kwargs},
            min_value=FIRST_YEAR,
            max_value=LAST_YEAR,
            invalid=gettext_lazy("Write the year with four digits, for example 2023."),
            outside=gettext_lazy("The year must be between 2010 and 2100."),
            error_messages={"required": required_sentence} if required_sentence else {},
        )


class TenthsField(forms.CharField):
    """A number with at most one decimal, "3" or "3,5" -> its tenths (int): 30 or 35. From `LEAST` to `MOST`, whole numbers.

    A field of its own has the sentences `invalid` and `outside`.
    """

    LEAST = 0
    MOST = 1000

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)

    def to_python(self, value: Any) -> Any:
        text = re.sub(r"\s", "", super().to_python(value) or "").replace("\N{MINUS SIGN}", "-")
        if not text:
            return None
        if not re.fullmatch(r"-?[0-9]+([.,][0-9])?", text, re.ASCII):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        whole, _comma, tenth = text.removeprefix("-").replace(".", ",").partition(",")
        if len(whole.lstrip("0")) > len(str(self.MOST)):
            raise forms.ValidationError(self.error_messages["outside"], code="outside")
        # Python reads no number of more than some thousand digits, zeros in front included.
        tenths = int(whole.lstrip("0") or 0) * 10 + int(tenth or 0)
        tenths = -tenths if text.startswith("-") else tenths
        if not self.LEAST * 10 <= tenths <= self.MOST * 10:
            raise forms.ValidationError(self.error_messages["outside"], code="outside")
        return tenths

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Those of a text do not fit the integer; `to_python` has judged it."""


class PostsField(TenthsField):
    """Posts, in tenths."""

    default_error_messages = {
        "required": gettext_lazy("Write how many posts, 0 if there are none."),
        "invalid": gettext_lazy("Write the number of posts with at most one decimal, for example 3 or 3,5."),
        "outside": gettext_lazy("The number of posts must be between 0 and 1 000."),
    }


class GrowthField(TenthsField):
    """A growth a year, in tenths of per cent."""

    LEAST, MOST = -5, 5
    default_error_messages = {
        "invalid": gettext_lazy("Write the growth in per cent with at most one decimal, for example 0,5 or -0,2."),
        "outside": gettext_lazy("The growth must be between -5 and 5 per cent a year."),
    }


class OreField(WholeNumberField):
    """A rate per inhabitant, in whole öre."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"label": gettext_lazy("Rate per inhabitant (öre)"), **kwargs},
            min_value=0,
            max_value=HIGHEST_ORE,
            invalid=gettext_lazy("Write the rate in whole öre, for example 100."),
            outside=gettext_lazy("The rate per inhabitant must be between 0 and 500 öre."),
            error_messages={"required": gettext_lazy("Write the rate in öre per inhabitant.")},
        )
