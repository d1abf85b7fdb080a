"""Input about suppliers and contracts."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from codeofconduct.identifiers import organisation_number_of
from codeofconduct.models import ClauseVersion, PurchaseCategory
from codeofconduct.queries import contract_regions, may_read_number, number_taken
from portal.ui.forms import DateField, PortalForm
from regions.models import Region, User


class SupplierSearchForm(PortalForm):
    """The list's query string."""

    is_filter = True

    q = forms.CharField(label=_("Name or organisation number"), required=False, max_length=100)


class SupplierForm(PortalForm):
    """A new supplier."""

    name = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Write the supplier's name.")}
    )
    organisation_number = forms.CharField(
        label=_("Organisation number"),
        max_length=20,
        help_text=_("Ten digits, for example 232100-0214."),
        error_messages={"required": _("Write the organisation number.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_organisation_number(self) -> str:
        """A taken number names its supplier, but whose a personal number is stays with those who may read it."""
        number = organisation_number_of(self.cleaned_data["organisation_number"])
        if taken := number_taken(number):
            if not may_read_number(self.user, taken):
                raise ValidationError(_("Another supplier already has this number."), code="taken")
            raise ValidationError(_("%(name)s already has this number.") % {"name": taken.name}, code="taken")
        return number


class ContractForm(PortalForm):
    """A new contract of a supplier, for a region that the user may register for."""

    region = forms.ModelChoiceField(
        label=_("Region"),
        queryset=Region.objects.none(),
        to_field_name="code",
        empty_label=_("Choose a region"),
        error_messages={"required": _("Choose the region whose contract it is.")},
    )
    title = forms.CharField(
        label=_("Title of the contract"),
        max_length=200,
        error_messages={"required": _("Write what the contract is called.")},
    )
    registration_number = forms.CharField(label=_("Registration number"), max_length=60, required=False)
    categories = forms.ModelMultipleChoiceField(
        label=_("Purchase categories"),
        queryset=PurchaseCategory.objects.none(),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one purchase category.")},
    )
    clause_version = forms.ModelChoiceField(
        label=_("Contract clause, version"),
        queryset=ClauseVersion.objects.none(),
        to_field_name="public_id",
        empty_label=_("Choose a version"),
        help_text=_("The version that the contract was signed under."),
        error_messages={"required": _("Choose the version of the contract clause.")},
    )
    starts_on = DateField(label=_("First day"), error_messages={"required": _("Write the contract's first day.")})
    ends_on = DateField(label=_("Last day"), error_messages={"required": _("Write the contract's last day.")})

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        regions = Region.objects.visible_to(user).in_swedish_order()
        allowed = contract_regions(user)
        self.offer("region", regions if allowed is None else regions.filter(pk__in=allowed))
        self.offer("categories", PurchaseCategory.objects.in_swedish_order())
        self.offer("clause_version", ClauseVersion.objects.order_by("-valid_from"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day must not be before the first day."))
        return cleaned
