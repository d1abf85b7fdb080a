"""Entering a region's basis."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.enums import BasisStanding
from funding.forms.fields import WholeNumberField
from funding.models import HIGHEST_POPULATION
from portal import clock
from portal.ui.forms import DateField, PortalForm, VersionMixin


class BasisForm(VersionMixin, PortalForm):
    """A region's population basis with its source, and a date or the reason why there is none."""

    population = WholeNumberField(
        label=gettext_lazy("Inhabitants"),
        min_value=1,
        max_value=HIGHEST_POPULATION,
        invalid=gettext_lazy("Write the number of inhabitants as a whole number, for example 131 418."),
        outside=gettext_lazy("The number of inhabitants must be between 1 and 20 000 000."),
        error_messages={"required": gettext_lazy("Write the number of inhabitants.")},
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=300,
        help_text=gettext_lazy("The decision or table that gives the figure, best with its registration number."),
        error_messages={"required": gettext_lazy("Name the source of the figure.")},
    )
    reference_date = DateField(label=gettext_lazy("Population on"), required=False)
    undated_reason = forms.CharField(
        label=gettext_lazy("If there is no date: why"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("For example: the memorandum gives no date."),
    )
    standing = forms.ChoiceField(
        label=gettext_lazy("Standing of the figure"),
        choices=BasisStanding,
        initial=BasisStanding.UNSTATED,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether the figure is preliminary or final.")},
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        if {"reference_date", "undated_reason"} & set(self.errors):
            return self.cleaned_data
        day_given, reason = self.cleaned_data["reference_date"], self.cleaned_data["undated_reason"]
        if not day_given and not reason:
            self.add_error("reference_date", _("Give the date of the figure, or say below why there is none."))
        elif day_given and reason:
            self.add_error("undated_reason", _("There is a date already. Leave one of the two empty."))
        elif day_given and day_given > clock.today():
            self.add_error("reference_date", _("The date of the figure cannot be in the future."))
        return self.cleaned_data
