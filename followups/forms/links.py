"""Who gets an access link, and the letter that everyone can ask for again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import SupplierContact
from followups.enums.links import Holder
from followups.models import FollowUp
from portal.ui.forms import PortalForm
from regions.models import User


class LinkForm(PortalForm):
    """A contact of the supplier's, or someone typed. What is typed is only read where no contact is chosen."""

    holder = forms.ChoiceField(
        label=_("Who is it for?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who the link is for.")},
    )
    contact = forms.ModelChoiceField(
        SupplierContact.objects.none(),
        to_field_name="public_id",
        label=_("The supplier's contact"),
        required=False,
        empty_label=_("Someone else"),
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=150)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    language = forms.ChoiceField(
        label=_("Language of the letter and the pages"),
        choices=[("sv", _("Swedish")), ("en", _("English"))],
        required=False,
        help_text=_("A chosen contact is written to in the contact's own language."),
    )

    def __init__(self, *args: Any, user: User, follow_up: FollowUp, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("holder", [(holder.value, holder.label) for holder in (Holder.SUPPLIER, Holder.AUDITOR)])
        contacts = SupplierContact.objects.visible_to(user).current().filter(supplier=follow_up.supplier_id)
        self.offer("contact", contacts.order_by("name", "pk"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if contact := cleaned.pop("contact", None):
            if cleaned.get("holder") == Holder.AUDITOR:
                self.add_error("contact", _("An auditor is not a contact of the supplier. Write name and address."))
            return {**cleaned, "name": contact.name, "email": contact.email, "language": contact.language}
        for name, sentence in (("name", _("Write the name.")), ("email", _("Write the e-mail address."))):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        cleaned["language"] = cleaned.get("language") or "sv"
        return cleaned


class OwnLinksForm(PortalForm):
    """The address that open links are mailed to anew."""

    email = forms.EmailField(
        label=_("E-mail address"), error_messages={"required": _("Write the address that the letter came to.")}
    )
