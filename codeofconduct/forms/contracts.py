"""Input about contracts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import ClauseVersion, PurchaseCategory
from codeofconduct.queries.contracts import contract_regions
from portal.ui.forms import DateField, PortalForm
from regions.models import Region, User


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
        self.offer("clause_version", ClauseVersion.objects.adopted().order_by("-valid_from"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day must not be before the first day."))
        return cleaned
