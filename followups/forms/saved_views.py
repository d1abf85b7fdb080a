"""A saved view: its name, and whether others see it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from followups.models.saved_views import NAME_MAX, QUERY_MAX
from portal.ui.forms import PortalForm


class SaveViewForm(PortalForm):
    """The name under which a list as it is narrowed is kept."""

    name = forms.CharField(
        label=_("What should the view be called?"),
        max_length=NAME_MAX,
        help_text=_("A name that you have already in this list then means this view instead."),
        error_messages={"required": _("Write a name for the view.")},
    )
    query = forms.CharField(required=False, max_length=QUERY_MAX, widget=forms.HiddenInput)


class ShareViewForm(PortalForm):
    """Whether everyone with a role sees it."""

    is_shared = forms.BooleanField(required=False)
