"""What a region has decided."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.forms.fields import AmountField, OreField, YearField
from portal.files.checks import PDF
from portal.files.forms import UploadField
from portal.ui.forms import PastDateField, PortalForm


class DecisionForm(PortalForm):
    """An amount or a rate, for which years, and the paper that says so. `confirms_payments` is there once it is asked."""

    amount_ore = AmountField(
        label=gettext_lazy("Amount a year (kr)"),
        required=False,
        help_text=gettext_lazy("As the decision states it, for example 131 418. Or else the rate below."),
    )
    ore_per_inhabitant = OreField(required=False)
    valid_from_year = YearField(
        label=gettext_lazy("From the year"),
        required_sentence=gettext_lazy("Write the first year that the decision is for."),
    )
    valid_to_year = YearField(
        label=gettext_lazy("To the year"),
        required=False,
        help_text=gettext_lazy("The same year for a single one. Empty: until further notice."),
    )
    decided_on = PastDateField(
        label=gettext_lazy("Decided on"), error_messages={"required": gettext_lazy("Write the date of the decision.")}
    )
    body = forms.CharField(
        label=gettext_lazy("Decided by"),
        max_length=200,
        help_text=gettext_lazy("For example: the regional executive board."),
        error_messages={"required": gettext_lazy("Write who decided.")},
    )
    registration_number = forms.CharField(
        label=gettext_lazy("Registration number"),
        max_length=100,
        error_messages={"required": gettext_lazy("Write the registration number of the decision.")},
    )
    document = UploadField(label=gettext_lazy("The decision as PDF"), types=(PDF,), required=False)
    confirms_payments = forms.BooleanField(label=gettext_lazy("The decision is right all the same"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.confirming = self.fields["confirms_payments"]
        if "confirms_payments" not in self.data:
            del self.fields["confirms_payments"]

    def refuse(self, error: ValidationError) -> None:
        """What `register_decision` raised; what it asks can be answered from now on."""
        if "confirms_payments" in getattr(error, "error_dict", {}):
            self.fields["confirms_payments"] = self.confirming
        super().refuse(error)

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if not {"amount_ore", "ore_per_inhabitant"} & set(self.errors):
            amount, rate = cleaned["amount_ore"], cleaned["ore_per_inhabitant"]
            if amount is None and rate is None:
                self.add_error("amount_ore", _("Write the amount, or below the rate per inhabitant."))
            elif amount is not None and rate is not None:
                self.add_error("ore_per_inhabitant", _("There is an amount already. Leave one of the two empty."))
        first, last = cleaned.get("valid_from_year"), cleaned.get("valid_to_year")
        if first and last and last < first:
            self.add_error("valid_to_year", _("The last year must not be before the first."))
        return cleaned


class WithdrawForm(PortalForm):
    """Why a registered decision does not count."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write why the decision is withdrawn.")},
    )
