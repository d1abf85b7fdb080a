"""Input about contracts."""

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from codeofconduct.identifiers import organisation_number_of
from codeofconduct.models import ClauseParameter, ClauseVersion, Contract, ContractingBody, CpvCode, PurchaseCategory
from codeofconduct.queries.contracts import ContractFilter, Running, contract_regions, parameters_of
from portal.ui.forms import DateField, KronorField, PortalForm, VersionMixin
from regions.models import Region, User

YES_NO = [("", _("All")), ("yes", _("Yes")), ("no", _("No"))]
LARGEST_PARAMETER = 100_000_000


class ContractFilterForm(PortalForm):
    """The query string of the list. What isn't valid narrows nothing and says so at its field."""

    is_filter = True

    q = forms.CharField(label=_("Title, number or supplier"), required=False, max_length=100)
    region = forms.ModelChoiceField(
        Region.objects.none(), to_field_name="code", label=_("Region"), required=False, empty_label=_("All")
    )
    category = forms.ModelChoiceField(
        PurchaseCategory.objects.none(),
        to_field_name="public_id",
        label=_("Purchase category"),
        required=False,
        empty_label=_("All"),
    )
    clause = forms.ChoiceField(label=_("Contract clause"), required=False)
    running = forms.ChoiceField(label=_("Runs"), required=False)
    expiring = forms.TypedChoiceField(label=_("Expires"), required=False, coerce=int, empty_value=None)
    requirement_set = forms.ChoiceField(label=_("Uses the requirement set"), required=False, choices=YES_NO)
    contracting_body = forms.ModelChoiceField(
        ContractingBody.objects.none(),
        to_field_name="public_id",
        label=_("Contracting body"),
        required=False,
        empty_label=_("All"),
    )
    is_joint = forms.BooleanField(label=_("Only joint contracts"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("region", Region.objects.visible_to(user).in_swedish_order())
        self.offer("category", PurchaseCategory.objects.in_swedish_order())
        self.offer("contracting_body", ContractingBody.objects.order_by("name"))
        versions = [(version.public_id, str(version)) for version in ClauseVersion.objects.adopted()]
        self.offer("clause", [("", _("All")), ("replaced", _("Replaced versions")), *versions])
        states = [(Running.ACTIVE, _("Now")), (Running.COMING, _("Later")), (Running.ENDED, _("No longer"))]
        self.offer("running", [("", _("All")), *((state.value, label) for state, label in states)])
        days = [(number, _("within %(days)d days") % {"days": number}) for number in (30, 90, 180, 365)]
        self.offer("expiring", [("", _("All")), *days])

    @property
    def narrowed(self) -> ContractFilter:
        """What was asked for and is valid."""
        return cast(ContractFilter, self.cleaned_data)

    @property
    def is_narrowed(self) -> bool:
        return any(value for value in self.cleaned_data.values())


class CpvField(forms.CharField):
    """CPV codes as people paste them, with or without check digit. Cleans to a list of CpvCode."""

    default_error_messages = {
        "unknown": _("There is no CPV code %(found)s in the portal. A code has eight digits, for example 33141420-0."),
    }

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        written = [part for part in re.split(r"[\s,;|]+", text) if part]
        found: dict[str, CpvCode] = {}
        wanted = {part[:8] for part in written if re.fullmatch(r"[0-9]{8}(-?[0-9])?", part)}
        for code in CpvCode.objects.filter(code__regex=f"^({'|'.join(sorted(wanted))})") if wanted else ():
            found[code.code[:8]] = code
        for part in written:
            named = found.get(part[:8])
            if named is None or part.replace("-", "") not in {named.code[:8], named.code.replace("-", "")}:
                raise ValidationError(self.error_messages["unknown"], code="unknown", params={"found": part[:20]})
        return list({code.pk: code for code in found.values()}.values())

    def run_validators(self, value: Any) -> None:
        """Those of a text do not fit the list; `to_python` has judged it."""

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")


class ContractForm(PortalForm):
    """A contract of a supplier, for a region that the user may register for. `contract`: the one that is corrected."""

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
    cpv_codes = CpvField(
        label=_("CPV codes"),
        required=False,
        help_text=_("Several with a comma or space between, for example 33141420-0."),
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
    options = forms.CharField(
        label=_("Options"), max_length=200, required=False, help_text=_("As in the contract, for example 1 + 1 years.")
    )
    extendable_until_on = DateField(label=_("Can be extended until"), required=False)
    yearly_value_ore = KronorField(
        label=_("Yearly value"), required=False, help_text=_("In kronor, without VAT; an estimate will do.")
    )
    uses_requirement_set = forms.BooleanField(
        label=_("The contract uses the category's requirement set"), required=False
    )
    contracting_body = forms.ModelChoiceField(
        label=_("Contracting body"),
        queryset=ContractingBody.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("The region itself"),
        help_text=_("A joint body that signed for the region."),
    )
    parties = forms.ModelMultipleChoiceField(
        label=_("Other regions in the contract"),
        queryset=Region.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They see the contract; the region above keeps it."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = Region.objects.visible_to(user).in_swedish_order()
        allowed = contract_regions(user)
        own = regions if allowed is None else regions.filter(pk__in=allowed)
        self.offer("region", own)
        if allowed is not None and len(allowed) == 1:
            self.fields["region"].initial = own.get().code
        self.offer("parties", regions)
        self.offer("categories", PurchaseCategory.objects.in_swedish_order())
        self.offer("clause_version", ClauseVersion.objects.adopted().order_by("-valid_from"))
        self.offer("contracting_body", ContractingBody.objects.order_by("name"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts, ends, until = (cleaned.get(name) for name in ("starts_on", "ends_on", "extendable_until_on"))
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day must not be before the first day."))
        elif ends and until and until < ends:
            self.add_error(
                "extendable_until_on", _("The day it can be extended until must not be before the last day.")
            )
        return cleaned


class ContractEditForm(VersionMixin, ContractForm):
    """Corrects a contract. Its region stays; who may not correct the clause version sees it, but can't choose."""

    def __init__(self, *args: Any, contract: Contract, may_correct_clause: bool, **kwargs: Any) -> None:
        kept = ("title", "registration_number", "starts_on", "ends_on", "options", "extendable_until_on")
        initial = {name: getattr(contract, name) for name in (*kept, "yearly_value_ore", "uses_requirement_set")} | {
            "version": contract.version,
            "categories": [item.public_id for item in contract.categories.all()],
            "cpv_codes": ", ".join(item.code for item in contract.cpv_codes.all()),
            "clause_version": contract.clause_version.public_id,
            "contracting_body": contract.contracting_body.public_id if contract.contracting_body else "",
            "parties": [item.code for item in contract.parties.all()],
        }
        super().__init__(*args, initial=initial, **kwargs)
        del self.fields["region"]
        if not may_correct_clause:
            self.fields["clause_version"].disabled = True
            self.fields["clause_version"].help_text = _("The secretariat corrects it, if it is wrong.")


class ParameterForm(VersionMixin, PortalForm):
    """What the contract says where its clause leaves a number open; an empty field means the version's default."""

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        self.parameters: dict[str, ClauseParameter] = {}
        initial: dict[str, Any] = {"version": contract.version}
        fields: dict[str, forms.Field] = {}
        for parameter, value, is_own in parameters_of(contract):
            name = f"parameter-{parameter.key}"
            self.parameters[name] = parameter
            initial[name] = value if is_own else None
            fields[name] = forms.IntegerField(
                label=_("%(label)s (%(unit)s)") % {"label": parameter.label, "unit": parameter.get_unit_display()},
                required=False,
                min_value=0,
                validators=[MaxValueValidator(LARGEST_PARAMETER)],
                help_text=_default_of(parameter),
            )
        super().__init__(*args, initial=initial, **kwargs)
        self.fields.update(fields)

    def values(self) -> dict[ClauseParameter, int | None]:
        return {parameter: self.cleaned_data[name] for name, parameter in self.parameters.items()}


class ContractingBodyForm(PortalForm):
    """A new joint body."""

    name = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Write what the body is called.")}
    )
    organisation_number = forms.CharField(label=_("Organisation number"), max_length=20, required=False)

    def clean_organisation_number(self) -> str:
        text = self.cleaned_data["organisation_number"]
        return organisation_number_of(text) if text else ""


def _default_of(parameter: ClauseParameter) -> str:
    if parameter.default is None:
        return str(_("The clause has no default: the contract says."))
    return str(_("Empty: the clause's default, %(default)d, holds.") % {"default": parameter.default})
