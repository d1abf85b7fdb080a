"""What a supplier reports of a severe deviation, and what is done with the report."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from codeofconduct.countries import country_choices
from codeofconduct.models import Contract, Facility, SupplierContact
from followups.enums.findings import SevereType
from followups.forms.fields import SubmissionField, UploadsField
from followups.models import FollowUp
from followups.models.findings import TEXT_MAX
from portal.ui.forms import PastDateField, PortalForm, VersionMixin


class SevereReportForm(PortalForm):
    """The report, as the supplier writes it. It is offered the facilities of the contract that are not confidential."""

    submission = SubmissionField()
    severe_type = forms.ChoiceField(
        label=_("What kind of severe deviation is it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what kind it is.")},
    )
    happened = forms.CharField(
        label=_("What has happened?"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write what has happened.")},
    )
    known_on = PastDateField(
        label=_("When did you learn of it?"), error_messages={"required": _("Write when you learned of it.")}
    )
    facts = forms.CharField(
        label=_("What do you know for certain, and how?"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write what you know, and how.")},
    )
    measures_taken = forms.CharField(
        label=_("What have you done about it?"),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    measures_planned = forms.CharField(
        label=_("What will you do about it?"),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    country = forms.ChoiceField(label=_("In which country?"), error_messages={"required": _("Choose the country.")})
    facility = forms.ModelChoiceField(
        Facility.objects.none(),
        to_field_name="public_id",
        label=_("Facility"),
        required=False,
        empty_label=_("Another, or not known"),
    )
    place = forms.CharField(
        label=_("Place"),
        required=False,
        max_length=200,
        help_text=_("Name and town of the facility, if you know them."),
    )
    uploads = UploadsField(
        label=_("Files"),
        required=False,
        help_text=_("Photos (JPEG, PNG) or PDF, several at once, at most 20 MB each."),
    )

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("severe_type", [(kind.value, capfirst(str(kind.label))) for kind in SevereType])
        self.offer("country", [("", _("Choose a country")), *country_choices()])
        open_ones = Facility.objects.filter(supply_links__contract=contract, is_confidential=False).distinct()
        self.offer("facility", open_ones.order_by("name", "pk"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        said = [cleaned.get("measures_taken"), cleaned.get("measures_planned")]
        if not any(said) and not {"measures_taken", "measures_planned"} & set(self.errors):
            self.add_error("measures_planned", _("Write what you have done or will do about it."))
        return cleaned


class LinkReportForm(VersionMixin, PortalForm):
    """The follow-up that a report belongs to."""

    follow_up = forms.ModelChoiceField(
        FollowUp.objects.none(),
        to_field_name="public_id",
        label=_("Follow-up"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose a follow-up.")},
    )

    def __init__(self, *args: Any, follow_ups: Any, version: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("follow_up", follow_ups)
        self.fields["version"].initial = version


class ReporterForm(PortalForm):
    """Who at the supplier gets the standing link of a contract."""

    contact = forms.ModelChoiceField(
        SupplierContact.objects.none(),
        to_field_name="public_id",
        label=_("Contact"),
        required=False,
        empty_label=_("Someone else"),
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=150)
    email = forms.EmailField(label=_("E-mail address"), required=False, max_length=254)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, contacts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("contact", contacts)
        self.offer("language", [("sv", _("Swedish")), ("en", _("English"))])

    def clean(self) -> dict[str, Any]:
        """Of a chosen contact its own name, address and language."""
        cleaned = super().clean()
        contact = cleaned.pop("contact", None)
        if contact is not None:
            return {"name": contact.name, "email": contact.email, "language": contact.language}
        for name, sentence in (("name", _("Write the name.")), ("email", _("Write the e-mail address."))):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        return {**cleaned, "language": cleaned.get("language") or "sv"}
