"""Input about facilities and chains."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from codeofconduct.countries import country_choices
from codeofconduct.enums import Scheme, Stage
from codeofconduct.forms.speaking import capitalised
from codeofconduct.identifiers import identifier_of
from codeofconduct.models import Contract, Facility, Supplier, SupplyLink
from codeofconduct.queries.chain import facilities_of
from codeofconduct.queries.suppliers import own_contracts
from portal.ui.forms import PortalForm, VersionMixin
from regions.models import User
from regions.permissions import is_staff


class FacilityFilterForm(PortalForm):
    """The query string of the list."""

    is_filter = True

    q = forms.CharField(label=_("Name, city, supplier or OS ID"), required=False, max_length=100)
    country = forms.ChoiceField(label=_("Country"), required=False)
    stage = forms.ChoiceField(label=_("Stage"), required=False)
    supplier = forms.ModelChoiceField(
        Supplier.objects.none(), to_field_name="public_id", required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("country", [("", _("All")), *country_choices()])
        self.offer("stage", [("", _("All")), *capitalised(Stage)])
        self.offer("supplier", Supplier.objects.visible_to(user).current())


class TierField(forms.IntegerField):
    """How far away: 1 delivers to the supplier itself."""

    def __init__(self, **kwargs: Any) -> None:
        wrong = dict.fromkeys(("invalid", "min_value", "max_value"), _("Write a tier from 1 to 9."))
        super().__init__(
            label=_("Tier"),
            min_value=1,
            max_value=9,
            help_text=_("1 is the supplier's own production or delivers right to it, 2 delivers to tier 1, and so on."),
            error_messages={"required": _("Write a tier from 1 to 9."), **wrong},
            **kwargs,
        )


class FacilityForm(PortalForm):
    """A production site."""

    name = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Write the facility's name.")}
    )
    country = forms.ChoiceField(label=_("Country"), error_messages={"required": _("Choose a country.")})
    city = forms.CharField(label=_("City"), max_length=100, required=False)
    street = forms.CharField(label=_("Street address"), max_length=200, required=False)
    stage = forms.ChoiceField(label=_("Stage"), error_messages={"required": _("Choose a stage.")})
    os_id = forms.CharField(
        label=_("OS ID"),
        max_length=30,
        required=False,
        help_text=_("From Open Supply Hub, for example CN2021250D1DTN7."),
    )
    is_confidential = forms.BooleanField(
        label=_("Confidential: only those whose contract it serves, and the secretariat, see it"),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("country", [("", _("Choose a country")), *country_choices()])
        self.offer("stage", [("", _("Choose a stage")), *capitalised(Stage)])

    def clean_os_id(self) -> str:
        text = self.cleaned_data["os_id"]
        return identifier_of(Scheme.OS_ID, text)[1] if text else ""


class FacilityEditForm(VersionMixin, FacilityForm):
    """What stands of a facility. Whether it is still confidential is no longer one region's own matter: staff lift it."""

    def __init__(self, *args: Any, facility: Facility, user: User, **kwargs: Any) -> None:
        names = ("name", "country", "city", "street", "stage", "os_id", "is_confidential", "version")
        super().__init__(*args, initial={name: getattr(facility, name) for name in names}, **kwargs)
        self.fields["is_confidential"].disabled = facility.is_confidential and not is_staff(user)


class ContractField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Contract) -> str:
        return " · ".join(part for part in (str(obj.region), obj.title, obj.registration_number) if part)


class FacilityAddForm(FacilityForm):
    """A new facility and the contract that it serves: without one, whoever works for a region couldn't see it."""

    contract = ContractField(
        Contract.objects.none(),
        to_field_name="public_id",
        label=_("Which contract does it serve?"),
        required=False,
        empty_label=_("Choose a contract"),
        error_messages={"required": _("Choose the contract that the facility serves.")},
    )
    tier = TierField(initial=1, required=False)
    product = forms.CharField(label=_("Product"), max_length=200, required=False)

    LINK = ("contract", "tier", "product")

    def __init__(self, *args: Any, user: User, supplier: Supplier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contracts = own_contracts(user, supplier).select_related("region")
        self.offer("contract", contracts.order_by("-ends_on", "pk"))
        self.fields["contract"].required = not is_staff(user)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("contract") and "tier" in cleaned and cleaned["tier"] is None:
            self.add_error("tier", _("Write a tier from 1 to 9."))
        return cleaned


class FacilityField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Facility) -> str:
        return " · ".join(part for part in (obj.name, obj.city, obj.country) if part)


class LinkField(forms.ModelChoiceField):
    def label_from_instance(self, obj: SupplyLink) -> str:
        tier = _("tier %(tier)s") % {"tier": obj.tier}
        return " · ".join(part for part in (obj.facility.name, tier, obj.product) if part)


class LinkFactsForm(PortalForm):
    """How a facility serves a contract. `links`: those of the contract that it may deliver to."""

    tier = TierField()
    stage = forms.ChoiceField(label=_("Stage"), error_messages={"required": _("Choose a stage.")})
    product = forms.CharField(label=_("Product"), max_length=200, required=False)
    parent = LinkField(
        SupplyLink.objects.none(),
        label=_("Delivers to"),
        required=False,
        to_field_name="public_id",
        empty_label=_("The supplier itself"),
    )

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("stage", [("", _("Choose a stage")), *capitalised(Stage)])
        links = SupplyLink.objects.filter(contract=contract).select_related("facility")
        self.offer("parent", links.order_by("tier", "pk"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        parent, tier = cleaned.get("parent"), cleaned.get("tier")
        if parent is not None and tier is not None and parent.tier >= tier:
            self.add_error("parent", _("What the facility delivers to must be in a tier before it."))
        return cleaned


class LinkForm(LinkFactsForm):
    """A facility of the contract's supplier into the contract's chain."""

    facility = FacilityField(
        Facility.objects.none(),
        to_field_name="public_id",
        label=_("Facility"),
        empty_label=_("Choose a facility"),
        error_messages={"required": _("Choose a facility.")},
    )

    field_order = ("facility",)

    def __init__(self, *args: Any, user: User, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, contract=contract, **kwargs)
        self.offer("facility", facilities_of(user, contract.supplier))


class LinkEditForm(VersionMixin, LinkFactsForm):
    def __init__(self, *args: Any, link: SupplyLink, **kwargs: Any) -> None:
        initial = {name: getattr(link, name) for name in ("tier", "stage", "product", "version")}
        initial["parent"] = link.parent.public_id if link.parent else None
        super().__init__(*args, contract=link.contract, initial=initial, **kwargs)
        self.link = link

    def clean_parent(self) -> SupplyLink | None:
        parent: SupplyLink | None = self.cleaned_data["parent"]
        if parent is not None and parent.pk == self.link.pk:
            raise ValidationError(_("A facility doesn't deliver to itself."), code="itself")
        return parent
