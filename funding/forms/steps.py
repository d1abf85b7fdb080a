"""What goes with a step of a funding year."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from funding.enums import Transition
from portal import clock
from portal.ui.forms import PastDateField, PortalForm


class StepForm(PortalForm):
    """The day of a step forward, or the reason of one back. Where the page tells what is `unfinished`, that it is seen."""

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
    is_seen = forms.BooleanField(
        label=gettext_lazy("I have seen what is not finished"),
        error_messages={"required": gettext_lazy("Tick the box if the year is to be closed all the same.")},
    )

    def __init__(self, *args: Any, move: Transition, unfinished: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["taken_on" if move.needs_reason else "reason"]
        if not unfinished:
            del self.fields["is_seen"]

    @property
    def values(self) -> dict[str, Any]:
        """What `move_year` takes: a step back is taken today."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "is_seen"}
        return {"taken_on": clock.today(), **told}
