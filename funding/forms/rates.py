"""Registering a rate, and correcting it."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.forms.fields import OreField, YearField
from funding.models import Rate
from portal.ui.forms import PortalForm, VersionMixin

LONGEST_NAME = 100


class PartsField(forms.CharField):
    """A part a line, "uppförandekod 40" -> [("uppförandekod", 40)]; the line that can't be read is told with its number."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> Any:
        lines = [line for line in str(super().clean(value)).splitlines() if line.strip()]
        parts = [self._part(number, line) for number, line in enumerate(lines, start=1)]
        if len({name.casefold() for name, _ore in parts}) < len(parts):
            raise ValidationError(_("Two parts have the same name. Write each part once."))
        return parts

    def _part(self, number: int, line: str) -> tuple[str, int]:
        words = line.split()
        if words[-1].casefold() == "öre":
            words.pop()
        name, ore = " ".join(words[:-1]).rstrip(":"), words[-1] if words else ""
        if not name or len(name) > LONGEST_NAME or not re.fullmatch("[0-9]{1,4}", ore):
            sentence = _("Line %(number)s: write what the part pays for and its öre, for example “code of conduct 40”.")
            raise ValidationError(sentence % {"number": number})
        return name, int(ore)


class RateForm(PortalForm):
    """A rate from a year on, with what its parts pay for and the decision it comes from."""

    valid_from_year = YearField(
        label=gettext_lazy("From the year"), required_sentence=gettext_lazy("Write from which year it holds.")
    )
    ore_per_inhabitant = OreField()
    parts = PartsField(
        label=gettext_lazy("What it pays for"),
        help_text=gettext_lazy("One part a line with its öre, for example: code of conduct 40. They sum to the rate."),
        error_messages={"required": gettext_lazy("Write at least one part.")},
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=300,
        help_text=gettext_lazy("The decision that gives the rate, best with its registration number."),
        error_messages={"required": gettext_lazy("Name the decision that gives the rate.")},
    )


class RateCorrectForm(VersionMixin, RateForm):
    """The rate as it stands, to be put right."""

    def __init__(self, *args: Any, rate: Rate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("valid_from_year", "ore_per_inhabitant", "source", "version"):
            self.fields[name].initial = getattr(rate, name)
        self.fields["parts"].initial = parts_text([(part.name, part.ore_per_inhabitant) for part in rate.parts.all()])


def parts_text(parts: Iterable[tuple[str, int]]) -> str:
    """As one types them: a part a line."""
    return "\n".join(f"{name} {ore}" for name, ore in parts)
