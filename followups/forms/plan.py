"""Choosing candidates, and what the plan's conditions are."""

from calendar import monthrange
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import ClauseVersion, PurchaseCategory
from followups.enums.plan import Choice, PlannedKind
from followups.forms.fields import refuse_past
from followups.models import Candidate, ClauseTerms, FollowUp, FollowUpPlan, PlanSetting
from followups.models.plan import MOST_MONTHS, REASON_MAX
from portal import clock
from portal.search.ordering import swedish
from portal.ui.forms import DateField, PortalForm, VersionMixin
from regions.models import PurchasingGroup, Region, User
from regions.queries import at_work


class CandidateFilterForm(PortalForm):
    """The query string of a plan. What isn't valid narrows nothing and says so at its field."""

    is_filter = True

    choice = forms.ChoiceField(label=_("Choice"), required=False)
    group = forms.ModelChoiceField(
        PurchasingGroup.objects.none(),
        to_field_name="letter",
        label=_("Procurement region"),
        required=False,
        empty_label=_("All"),
    )
    category = forms.ModelChoiceField(
        PurchaseCategory.objects.none(),
        to_field_name="public_id",
        label=_("Purchase category"),
        required=False,
        empty_label=_("All"),
    )

    def __init__(self, *args: Any, plan: FollowUpPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("choice", [("", _("All")), *Choice.choices])
        self.offer("group", PurchasingGroup.objects.order_by("letter"))
        asked = plan.call.call_categories.values("category")
        self.offer("category", PurchaseCategory.objects.filter(pk__in=asked).in_swedish_order())


class CandidateForm(VersionMixin, PortalForm):
    """Whether the candidate is followed up and why; if it is, by whom, how and when."""

    is_chosen = forms.TypedChoiceField(
        label=_("Should it be followed up?"),
        choices=[("yes", _("Yes, follow it up")), ("no", _("No, not this year"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept for every candidate, chosen or not, so that all suppliers are treated alike."),
        error_messages={"required": _("Write the reason: every candidate is treated alike.")},
    )
    lead_region = forms.ModelChoiceField(
        Region.objects.none(),
        to_field_name="code",
        label=_("Lead region"),
        required=False,
        empty_label=_("Not decided yet"),
        help_text=_("The region that carries out the follow-up."),
    )
    handler = forms.ModelChoiceField(
        User.objects.none(),
        to_field_name="public_id",
        label=_("Case handler"),
        required=False,
        empty_label=_("Nobody yet"),
        help_text=_("Someone who works for the lead region."),
    )
    kind = forms.ChoiceField(label=_("Kind of follow-up"), required=False)
    planned_on = DateField(label=_("Planned date"), required=False)
    is_month = forms.BooleanField(label=_("Only the month is certain"), required=False)
    is_unannounced = forms.BooleanField(
        label=_("The audit is unannounced"),
        required=False,
        help_text=_("Hidden from readers and from regions that it does not concern until the audit is made."),
    )

    def __init__(self, *args: Any, candidate: Candidate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidate = candidate
        self.offer("lead_region", Region.objects.in_swedish_order())
        self.offer("handler", at_work_in_regions(candidate))
        self.offer("kind", [("", _("Not decided yet")), *PlannedKind.choices])
        for name in ("reason", "kind", "planned_on", "is_month", "is_unannounced", "version"):
            self.fields[name].initial = getattr(candidate, name)
        said = {True: "yes", False: "no", None: None}
        self.fields["is_chosen"].initial = said[candidate.is_chosen]
        self.fields["lead_region"].initial = candidate.lead_region.code if candidate.lead_region else None
        self.fields["handler"].initial = candidate.handler.public_id if candidate.handler else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("is_chosen") is False:
            return cleaned
        planned_on = cleaned.get("planned_on")
        if cleaned.get("is_month") and planned_on:
            planned_on = cleaned["planned_on"] = planned_on.replace(
                day=monthrange(planned_on.year, planned_on.month)[1]
            )
        if planned_on != self.candidate.planned_on:
            self._refuse_past(planned_on)
        handler, lead = cleaned.get("handler"), cleaned.get("lead_region")
        if handler and (lead is None or not handler.memberships.filter(region=lead).exists()):
            self.add_error("handler", _("Choose someone who works for the lead region."))
        return cleaned

    def _refuse_past(self, planned_on: date | None) -> None:
        try:
            refuse_past(planned_on)
        except forms.ValidationError as error:
            self.add_error("planned_on", error)


def at_work_in_regions(candidate: Candidate) -> Any:
    """Whoever works for a region today, and the present handler."""
    people = at_work(clock.today(), Q(region__isnull=False)).values("pk")
    return User.objects.filter(Q(pk__in=people) | Q(pk=candidate.handler_id or 0)).order_by(swedish("name"), "pk")


class SettingForm(PortalForm):
    """From which day contracts must run so long past the audit."""

    valid_from = DateField(label=_("Valid from"), error_messages={"required": _("Write the day it holds from.")})
    months_past_audit = forms.IntegerField(
        label=_("Months past the audit"),
        min_value=0,
        max_value=MOST_MONTHS,
        error_messages={"required": _("Write how many months.")},
    )

    def clean_valid_from(self) -> date:
        valid_from: date = self.cleaned_data["valid_from"]
        if PlanSetting.objects.filter(valid_from=valid_from).exists():
            raise forms.ValidationError(_("Another number holds from this day."), code="unique")
        return valid_from


KNOWN = {"yes": True, "no": False, "": None}


class TermsForm(VersionMixin, PortalForm):
    """What a version of the clause gives; not known is an answer too."""

    gives_audit = forms.TypedChoiceField(
        label=_("Does it give the right of audit?"),
        choices=[("yes", _("Yes")), ("no", _("No")), ("", _("Not known"))],
        coerce=KNOWN.__getitem__,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    gives_sanctions = forms.TypedChoiceField(
        label=_("Does it give the right to sanctions?"),
        choices=[("yes", _("Yes")), ("no", _("No")), ("", _("Not known"))],
        coerce=KNOWN.__getitem__,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    source = forms.CharField(
        label=_("Where it says so"), required=False, max_length=300, help_text=_("For example a section of the clause.")
    )

    def __init__(self, *args: Any, clause_version: ClauseVersion, terms: ClauseTerms | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {value: word for word, value in KNOWN.items()}
        for name in ("gives_audit", "gives_sanctions"):
            self.fields[name].initial = words[getattr(terms, name) if terms else None]
        self.fields["source"].initial = terms.source if terms else ""
        self.fields["version"].initial = terms.version if terms else 0


class UnannouncedForm(VersionMixin, PortalForm):
    is_unannounced = forms.BooleanField(
        label=_("The audit is unannounced"),
        required=False,
        help_text=_("Hidden from readers and from regions that it does not concern until the audit is made."),
    )

    def __init__(self, *args: Any, follow_up: FollowUp, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("is_unannounced", "version"):
            self.fields[name].initial = getattr(follow_up, name)
