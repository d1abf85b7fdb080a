"""Reminders of a follow-up, paused."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.reminders.forms import ResumeField
from portal.ui.forms import PortalForm


class PauseForm(PortalForm):
    """Why, and until when."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is shown to everyone who works in the follow-up."),
        error_messages={"required": _("Write why nobody is to be reminded.")},
    )
    resumes_on = ResumeField(
        label=_("No reminders before"), required=False, help_text=_("Empty: until someone ends the pause.")
    )
