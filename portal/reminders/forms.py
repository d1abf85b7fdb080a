from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.reminders.enums import Delivery
from portal.ui.forms import DateField, PortalForm

LONGEST_PAUSE = timedelta(days=366)


class ResumeField(DateField):
    """The first day that reminders come again: after today, within a year. Empty: none."""

    default_error_messages = {
        "past": _("Choose a day after today."),
        "far": _("Choose a day within a year."),
    }

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and value <= clock.today():
            raise forms.ValidationError(self.error_messages["past"], code="past")
        if value is not None and value > clock.today() + LONGEST_PAUSE:
            raise forms.ValidationError(self.error_messages["far"], code="far")


class PreferenceForm(PortalForm):
    """How one wants to be reminded."""

    delivery = forms.ChoiceField(
        label=_("How do you want your reminders?"),
        choices=Delivery.choices,
        widget=forms.RadioSelect,
        help_text=_("What is urgent always comes at once."),
    )
    resumes_on = ResumeField(
        label=_("No reminders before"),
        required=False,
        help_text=_("When you are away. What comes up meanwhile is told in the first Monday's mail afterwards."),
    )


class SwitchForm(PortalForm):
    """Reminders on: what becomes of the old ones, and how many of them were shown."""

    old = forms.ChoiceField(
        label=_("What about the old reminders?"),
        choices=[
            ("leave", _("Leave them out")),
            ("digest", _("Tell them in the next Monday mail, one mail a person")),
        ],
        widget=forms.RadioSelect,
        initial="leave",
    )
    counted = forms.IntegerField(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("The page was too old. Load it again.")
        ),
    )
