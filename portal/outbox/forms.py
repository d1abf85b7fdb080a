from django import forms
from django.utils.translation import gettext_lazy as _

from portal.outbox.enums import TROUBLED, State
from portal.ui.forms import PortalForm


def _states() -> list[tuple[str, object]]:
    return [("", _("All messages")), (TROUBLED, _("Nobody has seen to yet")), *State.choices]


class MessageFilterForm(PortalForm):
    """The query string of the list."""

    is_filter = True

    state = forms.ChoiceField(label=_("Show"), required=False, choices=_states)
