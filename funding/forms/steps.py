"""What goes with a step of a funding year."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from funding.enums import Transition
from portal import clock
from portal.ui.forms import PastDateField, PortalForm


class StepForm(PortalForm):
    """The day of a step forward, or the reason of one back."""

    taken_on = PastDateField(
        label=gettext_lazy("Date"),
        help_text=gettext_lazy("The day it happened: of the letter, the meeting or the last payment."),
        error_messages={"required": gettext_lazy("Write the date.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write why: the step goes back.")},
    )

    def __init__(self, *args: Any, move: Transition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["taken_on" if move.needs_reason else "reason"]

    @property
    def values(self) -> dict[str, Any]:
        """What `move_year` takes: a step back is taken today."""
        return {"taken_on": clock.today(), **self.cleaned_data}
