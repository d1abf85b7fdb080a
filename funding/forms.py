"""What an administrator types about the money, as domain values."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from funding.enums import BasisStanding
from funding.models import FIRST_YEAR, HIGHEST_ORE, HIGHEST_POPULATION, LAST_YEAR, Rate
from funding.queries import BasisDate, rate_of, suggested_basis_date
from portal import clock
from portal.ui.forms import DateField, PortalForm, VersionMixin
from portal.ui.templatetags.formats import day, rate_kronor


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
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=gettext_lazy("Year"),
            min_value=FIRST_YEAR,
            max_value=LAST_YEAR,
            invalid=gettext_lazy("Write the year with four digits, for example 2023."),
            outside=gettext_lazy("The year must be between 2010 and 2100."),
            error_messages={"required": gettext_lazy("Say which year is to be opened.")},
            **kwargs,
        )


class SuggestionForm(PortalForm):
    """The query string of the page that opens a year: which year to suggest values for."""

    year = YearField(required=False)


class OpenYearForm(PortalForm):
    """A funding year. Another rate than the registered one needs the decision it comes from."""

    year = YearField()
    ore_per_inhabitant = WholeNumberField(
        label=gettext_lazy("Rate per inhabitant (öre)"),
        min_value=0,
        max_value=HIGHEST_ORE,
        invalid=gettext_lazy("Write the rate in whole öre, for example 100."),
        outside=gettext_lazy("The rate per inhabitant must be between 0 and 10 000 öre."),
        error_messages={"required": gettext_lazy("Write the rate in öre per inhabitant.")},
    )
    rate_source = forms.CharField(
        label=gettext_lazy("Decision on the rate"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Needed only where the rate differs from the registered one."),
    )
    basis_date = forms.TypedChoiceField(
        label=gettext_lazy("Population on"),
        coerce=date.fromisoformat,
        help_text=gettext_lazy("A region whose decision names another figure gets its own afterwards."),
        error_messages={
            "required": gettext_lazy("Choose the date of the population figures."),
            "invalid_choice": gettext_lazy("There are no population figures on that date. Choose one of the list."),
        },
    )

    def __init__(
        self, *args: Any, suggested_year: int, dates: Sequence[BasisDate], rates: Sequence[Rate], **kwargs: Any
    ) -> None:
        rate = rate_of(suggested_year)
        kwargs.setdefault("initial", {}).update(
            year=suggested_year,
            ore_per_inhabitant=rate.ore_per_inhabitant if rate else None,
            basis_date=str(suggested_basis_date(suggested_year, dates) or ""),
        )
        super().__init__(*args, **kwargs)
        days = [(each.day.isoformat(), _label(each)) for each in dates]
        self.offer("basis_date", [("", _("Choose a date")), *days])
        self.fields["ore_per_inhabitant"].help_text = _registered(rates)

    def clean(self) -> dict[str, Any]:
        super().clean()
        self._check_basis_date()
        year, ore = self.cleaned_data.get("year"), self.cleaned_data.get("ore_per_inhabitant")
        if year is None or ore is None or self.cleaned_data.get("rate_source") or "rate_source" in self.errors:
            return self.cleaned_data
        rate = rate_of(year)
        if rate and rate.ore_per_inhabitant == ore:
            self.cleaned_data["rate_source"] = rate.source
        elif rate:
            sentence = _("The registered rate for %(year)s is %(ore)s öre. Name the decision that gives another.")
            self.add_error("rate_source", sentence % {"year": year, "ore": rate.ore_per_inhabitant})
        else:
            sentence = _("No rate is registered for %(year)s. Name the decision that gives it.")
            self.add_error("rate_source", sentence % {"year": year})
        return self.cleaned_data

    def _check_basis_date(self) -> None:
        """A year is decided before it begins, on people who had been counted by then."""
        year, counted = self.cleaned_data.get("year"), self.cleaned_data.get("basis_date")
        if year and counted and counted.year >= year:
            sentence = _("The population must have been counted before %(year)s begins. Choose an earlier date.")
            self.add_error("basis_date", sentence % {"year": year})


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


def _label(each: BasisDate) -> str:
    if each.is_complete:
        return day(each.day)
    counted = ngettext(
        "%(day)s – figures for %(regions)s of %(all)s region",
        "%(day)s – figures for %(regions)s of %(all)s regions",
        each.all_regions,
    )
    return counted % {"day": day(each.day), "regions": each.regions, "all": each.all_regions}


def _registered(rates: Sequence[Rate]) -> str:
    if not rates:
        return _("100 öre is 1.00 krona. No rate has been registered.")
    listed = ", ".join(
        _("%(ore)s öre (%(kronor)s) from %(year)s")
        % {"ore": rate.ore_per_inhabitant, "kronor": rate_kronor(rate.ore_per_inhabitant), "year": rate.valid_from_year}
        for rate in rates
    )
    return _("Registered: %(rates)s.") % {"rates": listed}
