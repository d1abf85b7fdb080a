"""Input about suppliers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from codeofconduct.identifiers import organisation_number_of
from codeofconduct.queries.suppliers import may_read_number, number_taken
from portal.ui.forms import PortalForm
from regions.models import User


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
