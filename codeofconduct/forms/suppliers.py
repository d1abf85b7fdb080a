"""Input about suppliers, their numbers, contacts and commitments."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from codeofconduct.countries import country_choices
from codeofconduct.enums import Scheme
from codeofconduct.forms.speaking import capitalised
from codeofconduct.identifiers import identifier_of, is_of_person, organisation_number_in, organisation_number_of
from codeofconduct.models import CodeVersion, Supplier, SupplierContact, SupplierIdentifier
from codeofconduct.queries.suppliers import identifier_taken, may_read_number, supplier_named
from portal import clock
from portal.files.checks import PDF
from portal.files.forms import UploadField
from portal.ui.forms import DateField, PortalForm, VersionMixin
from regions.models import User

OTHER_SCHEMES = [choice for choice in capitalised(Scheme) if choice[0] != Scheme.ORGANISATION_NUMBER]


class SupplierSearchForm(PortalForm):
    """The list's query string."""

    is_filter = True

    q = forms.CharField(label=_("Name or organisation number"), required=False, max_length=100)
    country = forms.ChoiceField(label=_("Country"), required=False)
    group = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("country", [("", _("All")), *country_choices()])


class SupplierField(forms.CharField):
    """A supplier by number, id or whole name. Cleans to the Supplier; shown as its name with what tells it from others."""

    default_error_messages = {
        "unknown": _("There is no supplier with this number or name. Write it as it stands in the register."),
        "several": _("Several suppliers have this name. Write the organisation number instead."),
    }

    def to_python(self, value: Any) -> Supplier | None:  # type: ignore[override]  # it cleans to more
        text = super().to_python(value)
        if not text:
            return None
        found = supplier_named(text[:300])
        if len(found) != 1:
            code = "several" if found else "unknown"
            raise ValidationError(self.error_messages[code], code=code)
        return found[0]

    def run_validators(self, value: Any) -> None:
        """Those of a text do not fit a supplier; `to_python` has judged it."""

    def prepare_value(self, value: Any) -> Any:
        return f"{value.name} ({value.public_id})" if isinstance(value, Supplier) else value


class FactsForm(PortalForm):
    """Name and address."""

    name = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Write the supplier's name.")}
    )
    country = forms.ChoiceField(label=_("Country"), initial="SE", error_messages={"required": _("Choose a country.")})
    street = forms.CharField(label=_("Street address"), max_length=200, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=20, required=False)
    city = forms.CharField(label=_("City"), max_length=100, required=False)
    website = forms.URLField(label=_("Website"), max_length=200, required=False, assume_scheme="https")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("country", country_choices())


class SupplierForm(FactsForm):
    """A new supplier. Cleans to what `register_supplier` takes; `numbers` is (scheme, country, value)."""

    organisation_number = forms.CharField(
        label=_("Organisation number"),
        max_length=20,
        help_text=_("Ten digits, for example 232100-0214. A company in another country has a number of its own below."),
        error_messages={"required": _("Write the organisation number.")},
    )
    other_scheme = forms.ChoiceField(label=_("Another number"), required=False)
    other_number = forms.CharField(label=_("The other number"), max_length=60, required=False)
    is_another = forms.BooleanField(label=_("It is another company: register it anyway"), required=False)

    field_order = ("name", "country", "organisation_number", "other_scheme", "other_number")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.offer("other_scheme", [("", _("None")), *OTHER_SCHEMES])
        self.fields["organisation_number"].required = self.data.get("country", "SE") == "SE"

    def clean_organisation_number(self) -> str:
        text = self.cleaned_data["organisation_number"]
        if not text:
            return ""
        number = organisation_number_of(text)
        _refuse_taken(self.user, Scheme.ORGANISATION_NUMBER, "", number)
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        scheme, text = cleaned.pop("other_scheme", ""), cleaned.pop("other_number", "")
        cleaned["numbers"] = []
        if scheme and not text:
            self.add_error("other_number", _("Write the number."))
        elif text and not scheme:
            self.add_error("other_scheme", _("Say what kind of number it is."))
        elif scheme and text:
            self._add_number(cleaned, scheme, text)
        return cleaned

    def _add_number(self, cleaned: dict[str, Any], scheme: str, text: str) -> None:
        try:
            country, value = number_of(scheme, text, cleaned.get("country", ""))
            _refuse_taken(self.user, scheme, country, value)
            _refuse_anothers(scheme, value, cleaned.get("organisation_number", ""))
        except ValidationError as error:
            self.add_error("other_number", error)
        else:
            cleaned["numbers"] = [(scheme, country, value)]


class SupplierEditForm(VersionMixin, FactsForm):
    """What the register says of a supplier, and under which company it belongs."""

    parent = SupplierField(
        label=_("Parent company"),
        required=False,
        max_length=300,
        help_text=_("Organisation number, or the name as it stands in the register."),
    )
    is_sole_trader = forms.BooleanField(label=_("Sole trader: number and address are personal data"), required=False)

    def __init__(self, *args: Any, supplier: Supplier, **kwargs: Any) -> None:
        names = ("name", "country", "street", "postal_code", "city", "website", "parent", "is_sole_trader", "version")
        super().__init__(*args, initial={name: getattr(supplier, name) for name in names}, **kwargs)
        self.supplier = supplier

    def clean_parent(self) -> Supplier | None:
        parent: Supplier | None = self.cleaned_data["parent"]
        if parent is not None and parent.pk == self.supplier.pk:
            raise ValidationError(_("A supplier can't be its own parent company."), code="itself")
        return parent

    def clean_is_sole_trader(self) -> bool:
        is_sole_trader: bool = self.cleaned_data["is_sole_trader"]
        numbers = self.supplier.identifiers.values_list("scheme", "value")
        if not is_sole_trader and any(is_of_person(scheme, value) for scheme, value in numbers):
            raise ValidationError(_("The supplier has a personal number, so it is a sole trader."), code="person")
        return is_sole_trader


class IdentifierForm(PortalForm):
    """Another number of a supplier. Cleans to scheme, country and value as they are stored."""

    scheme = forms.ChoiceField(label=_("What kind of number is it?"), choices=capitalised(Scheme))
    value = forms.CharField(label=_("Number"), max_length=60, error_messages={"required": _("Write the number.")})
    country = forms.ChoiceField(
        label=_("Country of the register"), required=False, help_text=_("For a number in a foreign register.")
    )

    def __init__(self, *args: Any, user: User, supplier: Supplier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.supplier = user, supplier
        self.offer("country", [("", _("Choose a country")), *country_choices()])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        scheme, text = cleaned.get("scheme"), cleaned.get("value")
        if not (scheme and text) or "country" not in cleaned:
            return cleaned
        if scheme == Scheme.FOREIGN_REGISTER and not cleaned["country"]:
            self.add_error("country", _("Choose the country whose register it is."))
            return cleaned
        try:
            cleaned["country"], cleaned["value"] = number_of(scheme, text, cleaned["country"])
            _refuse_taken(self.user, scheme, cleaned["country"], cleaned["value"], but=self.supplier)
        except ValidationError as error:
            self.add_error("value", error)
        return cleaned


class IdentifierEndForm(PortalForm):
    """Which of the supplier's numbers no longer holds, or never did."""

    number = forms.ChoiceField(
        label=_("Number"), widget=forms.RadioSelect, error_messages={"required": _("Choose a number.")}
    )
    how = forms.ChoiceField(
        label=_("What is wrong with it?"),
        widget=forms.RadioSelect,
        choices=[
            ("ended", _("It held until a day, and still finds the supplier")),
            ("wrong", _("It was never this supplier's: take it away")),
        ],
        error_messages={"required": _("Say what is wrong with the number.")},
    )
    ended_on = DateField(label=_("Last day"), required=False, help_text=_("If it held until a day."))

    def __init__(self, *args: Any, identifiers: Iterable[SupplierIdentifier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.identifiers = {f"{each.scheme}:{each.country}:{each.value}": each for each in identifiers}
        named = [
            (key, f"{each.get_scheme_display()} {each.country} {each.value}") for key, each in self.identifiers.items()
        ]
        self.offer("number", [(key, " ".join(text.split())) for key, text in named])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("how") == "ended" and not cleaned.get("ended_on") and "ended_on" not in self.errors:
            self.add_error("ended_on", _("Write the last day on which the number held."))
        return cleaned

    @property
    def told(self) -> dict[str, Any]:
        """What `end_identifier` takes."""
        ended_on = self.cleaned_data["ended_on"] if self.cleaned_data["how"] == "ended" else None
        return {"identifier": self.identifiers[self.cleaned_data["number"]], "ended_on": ended_on}


class ContactForm(PortalForm):
    """A person at a supplier."""

    name = forms.CharField(label=_("Name"), max_length=150, error_messages={"required": _("Write the person's name.")})
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, error_messages={"required": _("Write the e-mail address.")}
    )
    telephone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    role = forms.CharField(label=_("Role"), max_length=150, required=False)
    language = forms.ChoiceField(
        label=_("Language"), choices=SupplierContact._meta.get_field("language").choices or (), initial="sv"
    )


class ContactEditForm(VersionMixin, ContactForm):
    """The same, and the last day of who has left."""

    ended_on = DateField(
        label=_("Last day"), required=False, help_text=_("Of a person who has left. No more mail is sent there.")
    )

    def __init__(self, *args: Any, contact: SupplierContact, **kwargs: Any) -> None:
        names = ("name", "email", "telephone", "role", "language", "ended_on", "version")
        super().__init__(*args, initial={name: getattr(contact, name) for name in names}, **kwargs)


class ContactFilterForm(PortalForm):
    """The query string of an export: whose contacts."""

    is_filter = True

    supplier = forms.ModelChoiceField(
        Supplier.objects.none(), to_field_name="public_id", required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("supplier", Supplier.objects.visible_to(user).current())


class CommitmentForm(PortalForm):
    """A version of the code that the supplier has committed itself to."""

    code_version = forms.ModelChoiceField(
        CodeVersion.objects.none(),
        to_field_name="public_id",
        label=_("Version of the code of conduct"),
        empty_label=_("Choose a version"),
        error_messages={"required": _("Choose the version of the code of conduct.")},
    )
    committed_on = DateField(
        label=_("Committed on"), error_messages={"required": _("Write the day of the commitment.")}
    )
    document = UploadField(
        label=_("Signed document"), types=[PDF], required=False, help_text=_("A PDF, at most 20 MB.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("code_version", CodeVersion.objects.adopted().order_by("-valid_from"))

    def clean_committed_on(self) -> Any:
        day = self.cleaned_data["committed_on"]
        if day and day > clock.today():
            raise ValidationError(_("The day of the commitment can't be in the future."), code="future")
        return day


def number_of(scheme: str, text: str, country: str) -> tuple[str, str]:
    """`identifier_of` with the country of a foreign register from a field of its own, which the number may repeat."""
    if scheme == Scheme.FOREIGN_REGISTER and country not in {"", "SE"}:
        text = re.sub(rf"^\s*{country}([\s:-]+|(?=[0-9]))", "", text, flags=re.IGNORECASE)
        return identifier_of(scheme, f"{country} {text}")
    return identifier_of(scheme, text)


def _refuse_taken(user: User, scheme: str, country: str, value: str, *, but: Supplier | None = None) -> None:
    """A taken number names its supplier, but whose a personal number is stays with those who may read it."""
    taken = identifier_taken(scheme, country, value)
    if taken is None or taken == but:
        return
    if not may_read_number(user, taken):
        raise ValidationError(
            _("Another supplier already has this number. Look for it by name, or ask the secretariat."), code="taken"
        )
    raise ValidationError(_("%(name)s already has this number.") % {"name": taken.name}, code="taken")


def _refuse_anothers(scheme: str, value: str, organisation_number: str) -> None:
    """A Swedish VAT number holds the organisation number."""
    held = organisation_number_in(scheme, value)
    if held and organisation_number and held != organisation_number:
        raise ValidationError(
            _("The number belongs to another organisation number than the supplier's own."), code="other"
        )
