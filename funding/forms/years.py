"""Opening a year."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from funding.enums import Rounding
from funding.forms.fields import AmountField, OreField, YearField
from funding.models import Rate
from funding.queries.opening import BasisDate, rate_of, suggested_basis_date
from portal.ui.forms import PortalForm
from portal.ui.templatetags.formats import day, rate_kronor


class SuggestionForm(PortalForm):
    """The query string of the page that opens a year: which year to suggest values for."""

    year = YearField(required=False)


class OpenYearForm(PortalForm):
    """A funding year. Another rate than the registered one needs the decision it comes from."""

    year = YearField(required_sentence=gettext_lazy("Say which year is to be opened."))
    ore_per_inhabitant = OreField()
    rate_source = forms.CharField(
        label=gettext_lazy("Decision on the rate or the sum"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Needed only where the rate differs from the registered one."),
    )
    rounding = forms.ChoiceField(
        label=gettext_lazy("How it is computed"),
        choices=Rounding,
        initial=Rounding.WHOLE_KRONOR,
        required=False,
        widget=forms.RadioSelect,
    )
    budget_ore = AmountField(
        label=gettext_lazy("Fixed sum (kr)"),
        required=False,
        help_text=gettext_lazy("Only where a fixed sum is split. The rate above does not count then."),
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
        self.cleaned_data["rounding"] = self.cleaned_data.get("rounding") or Rounding.WHOLE_KRONOR
        if self.cleaned_data["rounding"] == Rounding.LARGEST_REMAINDER:
            return self._of_a_sum()
        if self.cleaned_data.get("budget_ore") is not None:
            self.add_error("budget_ore", _("Choose that a fixed sum is split, or leave this empty."))
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

    def _of_a_sum(self) -> dict[str, Any]:
        """A sum, the decision that gives it, and no rate: what stands in its field is the suggestion."""
        self.errors.pop("ore_per_inhabitant", None)
        self.cleaned_data["ore_per_inhabitant"] = None
        if not self.cleaned_data.get("budget_ore") and "budget_ore" not in self.errors:
            self.add_error("budget_ore", _("Write the sum that is to be split."))
        if not self.cleaned_data.get("rate_source") and "rate_source" not in self.errors:
            self.add_error("rate_source", _("Name the decision that gives the sum."))
        return self.cleaned_data

    def _check_basis_date(self) -> None:
        """A year is decided before it begins, on people who had been counted by then."""
        year, counted = self.cleaned_data.get("year"), self.cleaned_data.get("basis_date")
        if year and counted and counted.year >= year:
            sentence = _("The population must have been counted before %(year)s begins. Choose an earlier date.")
            self.add_error("basis_date", sentence % {"year": year})


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
