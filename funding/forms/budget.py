"""Budget lines, and what is spent on them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.enums import BudgetKind, ForecastRule
from funding.forms.fields import AmountField
from funding.models import BudgetLine, FundingYear
from funding.queries.budget import lines_taking_entries
from portal.ui.forms import PastDateField, PortalForm, VersionMixin


class _LineFields(PortalForm):
    text = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=200,
        help_text=gettext_lazy("Short, for example: two positions. No names of people or suppliers: all see it."),
        error_messages={"required": gettext_lazy("Write what the line is for.")},
    )
    budget_ore = AmountField(
        label=gettext_lazy("Budget (kr)"),
        error_messages={"required": gettext_lazy("Write the budget of the line, or 0.")},
    )
    forecast_rule = forms.ChoiceField(
        label=gettext_lazy("Forecast"),
        choices=ForecastRule,
        initial=ForecastRule.PACE,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how the line is forecast.")},
    )
    forecast_ore = AmountField(
        label=gettext_lazy("Our own forecast for the whole year (kr)"),
        required=False,
        help_text=gettext_lazy("Only where you choose your own forecast above."),
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        rule, typed = self.cleaned_data.get("forecast_rule"), self.cleaned_data.get("forecast_ore")
        if rule == ForecastRule.TYPED and typed is None and "forecast_ore" not in self.errors:
            self.add_error("forecast_ore", _("Write your own forecast, or choose the days gone above."))
        elif rule == ForecastRule.PACE and typed is not None:
            self.add_error("forecast_ore", _("Choose your own forecast above, or leave this empty."))
        return self.cleaned_data


class LineForm(_LineFields):
    """A new line, with the decision that the budget comes from."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=BudgetKind,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("A year has one line of audits. Their outcome is taken from their invoices."),
        error_messages={"required": gettext_lazy("Choose what kind of expense it is.")},
    )
    source = forms.CharField(
        label=gettext_lazy("Decision"),
        max_length=300,
        help_text=gettext_lazy("Where the budget was decided, best with its registration number."),
        error_messages={"required": gettext_lazy("Name the decision that gives the budget.")},
    )
    field_order = ("kind", "text", "budget_ore", "source", "forecast_rule", "forecast_ore")


class RevisionForm(VersionMixin, _LineFields):
    """Another budget, text or forecast, and why."""

    revised_reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("All see it beside the budget. Name the decision if there is one."),
        error_messages={"required": gettext_lazy("Write why the line is revised.")},
    )
    field_order = ("text", "budget_ore", "forecast_rule", "forecast_ore", "revised_reason")


class OutcomeForm(PortalForm):
    """What was spent by a voucher, on a day of the year."""

    booked_on = PastDateField(
        label=gettext_lazy("Booked on"), error_messages={"required": gettext_lazy("Write the date of the booking.")}
    )
    amount_ore = AmountField(
        label=gettext_lazy("Amount (kr)"),
        signed=True,
        help_text=gettext_lazy("Excluding VAT. With a minus for a credit."),
        error_messages={"required": gettext_lazy("Write the amount.")},
    )
    voucher = forms.CharField(
        label=gettext_lazy("Voucher"),
        max_length=40,
        help_text=gettext_lazy("The number in the ledger. Where it is split over lines, add -1, -2 and so on."),
        error_messages={"required": gettext_lazy("Write the number of the voucher.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Only the secretariat sees it."),
    )

    def __init__(self, *args: Any, year: FundingYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year

    def clean_booked_on(self) -> Any:
        day = self.cleaned_data["booked_on"]
        if day.year != self.year.year:
            raise ValidationError(_("Write a date in %(year)s.") % {"year": self.year.year})
        return day

    def clean_amount_ore(self) -> Any:
        if self.cleaned_data["amount_ore"] == 0:
            raise ValidationError(_("Write another amount than 0."))
        return self.cleaned_data["amount_ore"]


class CorrectionForm(VersionMixin, OutcomeForm):
    """An entry as it should have been; it may belong to another line."""

    line = forms.ModelChoiceField(
        label=gettext_lazy("Budget line"),
        queryset=BudgetLine.objects.none(),
        to_field_name="public_id",
        empty_label=None,
        error_messages={
            "required": gettext_lazy("Choose a line."),
            "invalid_choice": gettext_lazy("Choose one of the year's lines."),
        },
    )
    field_order = ("line", "booked_on", "amount_ore", "voucher", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("line", lines_taking_entries(self.year))


class WithdrawEntryForm(PortalForm):
    """Why an entry counts no more."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write why the entry is withdrawn.")},
    )
