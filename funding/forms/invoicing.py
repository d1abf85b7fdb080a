"""Due dates, payers, and how VAT is treated."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.models import HIGHEST_PERCENT
from funding.peppol import peppol_id_of
from portal.ui.forms import DateField, PortalForm, VersionMixin


class TermsForm(VersionMixin, PortalForm):
    """When a year's invoices fall due, and what stands on all of them. `version`: how many such rows the page knew of."""

    due_on = DateField(
        label=gettext_lazy("Invoice due date"),
        error_messages={"required": gettext_lazy("Write when the invoices fall due.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Text on the invoice"),
        max_length=300,
        help_text=gettext_lazy("What the region pays for, as it is to stand on the invoice."),
        error_messages={"required": gettext_lazy("Write what is to stand on the invoice.")},
    )
    reference = forms.CharField(
        label=gettext_lazy("Our reference"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Whom the region asks: a name or a function of the secretariat."),
    )


class PeppolField(forms.CharField):
    """A participant ID as it is stored."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return peppol_id_of(text) if text else text


class PayerForm(VersionMixin, PortalForm):
    """What is known of a region as payer, from a day on. `version`: how many such rows the page knew of.

    Which signs a code has is the model's rule, told by the action.
    """

    valid_from = DateField(
        label=gettext_lazy("Holds from"), error_messages={"required": gettext_lazy("Write from which day it holds.")}
    )
    buyer_reference = forms.CharField(
        label=gettext_lazy("Buyer reference"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("What the region wants as its own reference on invoices, often a code of digits."),
    )
    peppol_id = PeppolField(
        label=gettext_lazy("Peppol ID"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Scheme, colon and number, for example 0007:2321000214."),
    )
    counterparty_code = forms.CharField(
        label=gettext_lazy("Counterparty code"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("The region's code as counterparty in the host region's accounts."),
    )
    text = forms.CharField(
        label=gettext_lazy("Text on the region's invoice"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Only what this region wants beside the year's text."),
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        told = ("buyer_reference", "peppol_id", "counterparty_code", "text")
        if not self.errors and not any(self.cleaned_data[name] for name in told):
            self.add_error("buyer_reference", _("Write at least one of these. What is unknown stays empty."))
        return self.cleaned_data


class PercentField(forms.CharField):
    """Per cent with at most one decimal, "25", "25 %" or "5,5" -> Decimal."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return self._percent(text) if text else None

    def run_validators(self, value: Any) -> None:
        """Those of a text do not fit the number; `to_python` has judged it."""

    def _percent(self, text: str) -> Decimal:
        bare = "".join(text.split()).removesuffix("%").replace(",", ".").replace("\N{MINUS SIGN}", "-")
        whole, _point, tenths = bare.removeprefix("-").partition(".")
        if not (
            whole.isascii() and whole.isdigit() and len(whole) <= 9 and (not tenths or tenths in set("0123456789"))
        ):
            raise ValidationError(_("Write the rate in per cent with at most one decimal, for example 25."))
        percent = Decimal(bare)
        if not 0 <= percent <= HIGHEST_PERCENT:
            raise ValidationError(_("The VAT rate must be between 0 and 100 per cent."))
        return percent


class Treatment(models.TextChoices):
    NONE = "none", gettext_lazy("No VAT is added")
    RATE = "rate", gettext_lazy("VAT is added at a rate")


class VatForm(VersionMixin, PortalForm):
    """How VAT is treated from a day on, and on what ground. `version`: how many treatments the page knew of."""

    valid_from = DateField(
        label=gettext_lazy("Holds from"), error_messages={"required": gettext_lazy("Write from which day it holds.")}
    )
    treatment = forms.ChoiceField(
        label=gettext_lazy("VAT treatment"),
        choices=Treatment,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how VAT is treated.")},
    )
    percent = PercentField(
        label=gettext_lazy("VAT rate (per cent)"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    ground = forms.CharField(
        label=gettext_lazy("Ground"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The law or the decision that the host region stands on, with section or number."),
        error_messages={"required": gettext_lazy("Name the law or the decision.")},
    )

    def clean(self) -> dict[str, Any]:
        """What `register_vat` takes: the rate alone says which treatment it is."""
        super().clean()
        treatment, percent = self.cleaned_data.get("treatment"), self.cleaned_data.get("percent")
        if treatment == Treatment.RATE and percent is None and "percent" not in self.errors:
            self.add_error("percent", _("Write the rate in per cent."))
        if treatment == Treatment.NONE and percent is not None:
            self.add_error("percent", _("Leave the rate empty where no VAT is added."))
        return {name: value for name, value in self.cleaned_data.items() if name != "treatment"}
