"""Entering a region's basis."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.enums import BasisStanding
from funding.forms.fields import WholeNumberField
from funding.models import HIGHEST_POPULATION, Contribution
from portal import clock
from portal.ui.forms import DateField, PortalForm, VersionMixin
from portal.ui.templatetags.formats import day, decimal, integer
from regions.queries import FIRST_YEAR, Change, change_from_registered


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

    confirms_jump = forms.BooleanField(
        label=gettext_lazy("The number of inhabitants is right"),
        required=False,
        help_text=gettext_lazy("Asked where it differs by more than 5 % from the registered figure."),
    )

    def __init__(self, *args: Any, contribution: Contribution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contribution = contribution
        if not self.is_bound:
            del self.fields["confirms_jump"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        self._check_date()
        self._ask_about_jump(is_confirmed=self.cleaned_data.pop("confirms_jump", False))
        return self.cleaned_data

    def _check_date(self) -> None:
        """A date or a reason. Whoever was counted had been so before the year begins, as when it is opened."""
        if {"reference_date", "undated_reason"} & set(self.errors):
            return
        day_given, reason = self.cleaned_data["reference_date"], self.cleaned_data["undated_reason"]
        if not day_given and not reason:
            self.add_error("reference_date", _("Give the date of the figure, or say below why there is none."))
        elif day_given and reason:
            self.add_error("undated_reason", _("There is a date already. Leave one of the two empty."))
        elif day_given and (sentence := self._wrong_day(day_given)):
            self.add_error("reference_date", sentence)

    def _wrong_day(self, given: date) -> str:
        year = self.contribution.funding_year.year
        if given > clock.today():
            return _("The date of the figure cannot be in the future.")
        if given.year >= year:
            sentence = _("%(day)s is too late: the population must have been counted before %(year)s begins.")
            return sentence % {"day": day(given), "year": year}
        if given.year < FIRST_YEAR:
            sentence = _("%(day)s is too early: the regions' population is known from %(year)s. Check the year.")
            return sentence % {"day": day(given), "year": FIRST_YEAR}
        return ""

    def _ask_about_jump(self, *, is_confirmed: bool) -> None:
        """Ask where the figure lies too far from what is registered, and only there offer to say that it is right."""
        change = self._change()
        if change is None or not change.is_jump:
            del self.fields["confirms_jump"]
        elif not is_confirmed:
            sentence = _(
                "You have written %(typed)s inhabitants, but %(registered)s are registered for %(day)s (%(percent)s %%). "
                "Correct the number, or say here that it is right."
            )
            told = {
                "typed": integer(change.after),
                "registered": integer(change.before),
                "day": day(change.before_on),
                "percent": decimal(change.percent),
            }
            self.add_error("confirms_jump", sentence % told)

    def _change(self) -> Change | None:
        """From what is registered for the date to what was typed; a figure without a date stands for the year's."""
        population = self.cleaned_data.get("population")
        if population is None or "reference_date" in self.errors:
            return None
        on = self.cleaned_data["reference_date"] or self.contribution.funding_year.basis_date
        return change_from_registered(self.contribution.region, on, population)
