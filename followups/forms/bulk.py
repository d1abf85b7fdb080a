"""Several rows at once: which, what they are to become, and what the preview showed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from followups.enums.follow_ups import SHAREABLE
from followups.forms.fields import FutureDateField
from followups.forms.lists import ChosenMixin
from followups.models import FollowUp
from followups.models.due_dates import REASON_MAX
from followups.queries.bulk import handlers_for_all
from portal.ui.forms import PortalForm
from regions.enums import SharingTier
from regions.models import User


class ChosenForm(ChosenMixin, PortalForm):
    """Which rows were ticked, and the query string of the list that they stood in."""

    back = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)

    def clean_back(self) -> str:
        """Written anew, so that it is a query string and nothing else."""
        return QueryDict(self.cleaned_data["back"]).urlencode()


class BulkForm(PortalForm):
    """What the rows are to become. `seen`: those that the preview said would change, each with its version."""

    seen = forms.CharField(required=False, max_length=10_000, widget=forms.HiddenInput)


class AssignManyForm(BulkForm):
    """Who carries them out."""

    handler = forms.ModelChoiceField(
        User.objects.none(),
        to_field_name="public_id",
        label=_("Case handler"),
        empty_label=_("Choose a case handler"),
        help_text=_("Those who work for a lead region of the chosen follow-ups."),
        error_messages={"required": _("Choose a case handler.")},
    )

    def __init__(self, *args: Any, follow_ups: Sequence[FollowUp], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("handler", handlers_for_all(follow_ups))


class ShareManyForm(BulkForm):
    """Who may read them."""

    tier = forms.ChoiceField(
        label=_("Who may read it"),
        widget=forms.RadioSelect,
        choices=[(tier.value, tier.label) for tier in SHAREABLE],
        error_messages={"required": _("Choose who may read them.")},
    )

    def clean_tier(self) -> SharingTier:
        return SharingTier(self.cleaned_data["tier"])


class MoveDueDatesForm(BulkForm):
    """Another due date, and why."""

    due_on = FutureDateField(label=_("New due date"), error_messages={"required": _("Write the new due date.")})
    reason = forms.CharField(
        label=_("Why is the due date moved?"),
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write why the due date is moved.")},
    )
