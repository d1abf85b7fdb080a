"""A light set by hand, a recommendation, and a region's decision."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from followups.enums.follow_ups import Colour
from followups.enums.outcome import LADDER, Remedy
from followups.forms.fields import FutureDateField, SubmissionField
from followups.models.outcome import REASON_MAX
from followups.queries.outcome import Terms
from followups.remedies import NEEDED
from portal import clock
from portal.ui.forms import DateField, PortalForm


def reason_field(label: Any, required: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": required},
        help_text=help_text,
    )


class OverrideForm(PortalForm):
    colour = forms.ChoiceField(
        label=_("Light"),
        widget=forms.RadioSelect,
        choices=Colour.choices,
        error_messages={"required": _("Choose a light.")},
    )
    reason = reason_field(
        _("Reason"),
        _("Write why the derived light is wrong here."),
        _("Stands beside the light with your name, for everyone who works at the secretariat or in a region."),
    )

    def clean_colour(self) -> Colour:
        return Colour(self.cleaned_data["colour"])


class WithdrawOverrideForm(PortalForm):
    reason = reason_field(_("Reason"), _("Write why the light no longer needs to be set by hand."))


class RecommendForm(PortalForm):
    submission = SubmissionField()
    remedy = forms.ChoiceField(
        label=_("Recommended step"),
        widget=forms.RadioSelect,
        choices=[(step.value, capfirst(step.label)) for step in LADDER],
        error_messages={"required": _("Choose a step.")},
    )
    reason = reason_field(_("Reason"), _("Write why the step is recommended."))
    decide_by_on = FutureDateField(
        label=_("Decision wanted by"),
        help_text=_("The regions are reminded before this day and after it."),
        error_messages={"required": _("Write by when the regions should decide.")},
    )

    def clean_remedy(self) -> Remedy:
        return Remedy(self.cleaned_data["remedy"])


class WithdrawRecommendationForm(PortalForm):
    reason = reason_field(_("Reason"), _("Write why the recommendation is withdrawn."))


class DecideForm(PortalForm):
    """A region's decision about a contract. `seen`: its latest decision when the page was shown."""

    submission = SubmissionField()
    seen = forms.SlugField(required=False, max_length=12, widget=forms.HiddenInput)
    remedy = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect, error_messages={"required": _("Choose what is decided.")}
    )
    from_on = DateField(label=_("From"), error_messages={"required": _("Write from which day it holds.")})
    until_on = DateField(
        label=_("Until"),
        required=False,
        help_text=_(
            "The last day, where one is decided. A penalty is computed for the weeks from the first day to it."
        ),
    )
    registration_number = forms.CharField(label=_("Registration number of the decision"), required=False, max_length=60)
    reason = reason_field(_("Reason"), _("Write the reason for the decision."))

    def __init__(self, *args: Any, terms: Terms, seen: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.terms = terms
        self.fields["seen"].initial = self._latest = seen
        self.offer("remedy", [(step.value, capfirst(step.label)) for step in Remedy])
        self.fields["from_on"].initial = clock.today()

    def look_again(self) -> None:
        """What was typed stays; sent again it answers the decision that the page now shows."""
        self.data = {**self.data.dict(), "seen": self._latest} if isinstance(self.data, QueryDict) else self.data

    def clean_remedy(self) -> Remedy:
        remedy = Remedy(self.cleaned_data["remedy"])
        if any(key not in self.terms.numbers for key in NEEDED.get(remedy, ())):
            raise forms.ValidationError(
                _("The contract states no penalty per week. Enter it at the contract first."), code="no_number"
            )
        return remedy

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first: date | None = cleaned.get("from_on")
        last: date | None = cleaned.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", _("The last day must not be before the first day."))
        return cleaned
