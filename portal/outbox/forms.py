from django import forms
from django.utils.translation import gettext_lazy as _

from portal.outbox.enums import State
from portal.ui.forms import PortalForm


def _states() -> list[tuple[str, object]]:
    return [("", _("All messages")), *State.choices]


class MessageFilterForm(PortalForm):
    """The query string of the list: a state, and the public id of the message that the page begins before or after."""

    state = forms.ChoiceField(label=_("Show"), required=False, choices=_states)
    before = forms.SlugField(required=False, max_length=12, widget=forms.HiddenInput)
    after = forms.SlugField(required=False, max_length=12, widget=forms.HiddenInput)
