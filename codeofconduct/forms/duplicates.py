"""Input about suppliers that are likely the same."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from codeofconduct.forms.suppliers import SupplierField
from codeofconduct.models import Supplier
from portal.ui.forms import PortalForm


class KeepForm(PortalForm):
    """First step of a merge, by GET: which supplier is kept."""

    into = SupplierField(
        label=_("Which supplier is kept?"),
        max_length=300,
        help_text=_("Organisation number, or the name as it stands in the register."),
        error_messages={"required": _("Write which supplier is kept.")},
    )

    def __init__(self, *args: Any, gone: Supplier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gone = gone

    def clean_into(self) -> Supplier:
        keep: Supplier = self.cleaned_data["into"]
        if keep.pk == self.gone.pk:
            raise ValidationError(_("A supplier can't be merged with itself."), code="itself")
        return keep


class MergeForm(PortalForm):
    """Second step: the confirmation."""

    is_sure = forms.BooleanField(
        label=_("I have compared them: they are the same company"),
        error_messages={"required": _("Say that you have compared them: a merge can't be undone here.")},
    )
