"""Numbers that an administrator types about the money."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from funding.models import FIRST_YEAR, HIGHEST_ORE, LAST_YEAR


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
