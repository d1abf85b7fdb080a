"""The query strings of calendar and board: the list's own, and a month."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from followups.forms.follow_ups import FilterForm
from portal import clock

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


class MonthInput(forms.TextInput):
    input_type = "month"


class MonthField(forms.CharField):
    """ "2027-03" -> the first of March 2027."""

    widget = MonthInput
    default_error_messages = {"invalid": _("Write the month as year-month, for example 2026-12.")}

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        found = _MONTH.fullmatch(text)
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return date(int(found[1]), int(found[2]), 1)

    def run_validators(self, value: Any) -> None:
        """The validators of a text do not fit the day; `to_python` has judged it."""


class CalendarForm(FilterForm):
    month = MonthField(label=_("Month"), required=False)

    @property
    def first(self) -> date:
        """The month asked for, else this one."""
        return self.cleaned_data.get("month") or clock.today().replace(day=1)


class BoardForm(FilterForm):
    """Each state is a column, so it narrows nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["state"]
