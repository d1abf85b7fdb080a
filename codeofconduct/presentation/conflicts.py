"""What was typed beside what someone else saved meanwhile."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.ui.forms import KronorField
from portal.ui.responses import Comparison
from portal.ui.templatetags.formats import MISSING, day, kronor


def differences(form: forms.BaseForm, stored: Mapping[str, Any]) -> list[Comparison]:
    """The fields of the valid form whose value is not the `stored` one."""
    typed = form.cleaned_data
    return [
        Comparison(form.fields[name].label, _shown(form.fields[name], typed[name]), _shown(form.fields[name], value))
        for name, value in stored.items()
        if typed[name] != value
    ]


def _shown(field: forms.Field, value: Any) -> str:
    if value is None or value == "":
        return MISSING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return day(value)
    if isinstance(field, KronorField):
        return kronor(value)
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        choices: Any = field.choices
        return str(dict(choices).get(value, value))
    return str(value)
