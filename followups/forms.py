"""What comes in: the filter of the list, and each write's values. Values are public ids, codes and keys, never counters."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from codeofconduct.models import (
    ClauseVersion,
    CodeSection,
    CodeVersion,
    Contract,
    ProcessRequirement,
    PurchaseCategory,
    Supplier,
)
from codeofconduct.queries.categories import prioritised_categories
from followups.enums import SHAREABLE, Attention, State, Transition
from followups.models import Finding, FollowUp, Severity
from followups.models.findings import DESCRIPTION_MAX, TEXT_MAX
from followups.queries import clause_versions_of, contracts_of, handlers_for, why_unsettled
from portal import clock
from portal.files.checks import Upload
from portal.files.forms import UploadField
from portal.ui.forms import DateField, PortalForm, VersionMixin
from regions.enums import SharingTier
from regions.models import Region, User

FILES_MAX = 10


def refuse_past(day: date | None) -> None:
    if day is not None and day < clock.today():
        raise ValidationError(_("The date has already passed. Choose today or a later day."), code="past")


class FutureDateField(DateField):
    """Today or later."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        refuse_past(value)


class SubmissionField(forms.Field):
    """A UUID that the form proposes, so that sending it twice makes one row."""

    widget = forms.HiddenInput
    default_error_messages = dict.fromkeys(
        ("required", "invalid"), _("The page was too old to save from. Load it again; copy your text first.")
    )

    def __init__(self) -> None:
        super().__init__(initial=uuid.uuid4)

    def to_python(self, value: Any) -> uuid.UUID | None:
        if value in self.empty_values:
            return None
        try:
            return uuid.UUID(value)
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class UploadsField(UploadField):
    """Several files, each checked as one. Cleans to a list of uploads; the first fault is named with its file."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        chosen = [item for item in (data if isinstance(data, list | tuple) else [data]) if item]
        if not chosen:
            super().clean(None, initial)
            return []
        if len(chosen) > FILES_MAX:
            raise ValidationError(
                ngettext_lazy("Choose at most %(limit)d file.", "Choose at most %(limit)d files.", "limit"),
                params={"limit": FILES_MAX},
            )
        uploads, errors = [], []
        for item in chosen:
            try:
                uploads.append(super().clean(item, initial))
            except ValidationError as error:
                errors.append(_("%(name)s: %(fault)s") % {"name": item.name, "fault": " ".join(error.messages)})
        if errors:
            raise ValidationError(errors)
        return uploads


class FilterForm(PortalForm):
    """The query string of the list. What isn't valid narrows nothing and says so at its field."""

    is_filter = True

    state = forms.ChoiceField(label=_("State"), required=False)
    category = forms.ModelChoiceField(
        PurchaseCategory.objects.none(),
        to_field_name="public_id",
        label=_("Purchase category"),
        required=False,
        empty_label=_("All"),
    )
    region = forms.ModelChoiceField(
        Region.objects.none(), to_field_name="code", label=_("Region"), required=False, empty_label=_("All")
    )
    attention = forms.ChoiceField(label=_("Waiting for you"), required=False)
    mine = forms.BooleanField(label=_("Only my own"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", _("All"))]
        self.offer("state", everything + State.choices)
        self.offer("attention", everything + Attention.choices)
        self.offer("category", PurchaseCategory.objects.in_swedish_order())
        self.offer("region", Region.objects.in_swedish_order())


class SupplierForm(PortalForm):
    """First step of opening a follow-up: a search, whose hits lead on. It is a GET, so that the second step has an address."""

    is_filter = True

    supplier = forms.ModelChoiceField(
        Supplier.objects.none(),
        to_field_name="public_id",
        label=_("Supplier"),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("Choose a supplier.")},
    )
    q = forms.CharField(label=_("Name or organisation number"), required=False, max_length=100)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("supplier", Supplier.objects.visible_to(user).current().in_swedish_order())


class ContractChoiceField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Contract) -> str:
        clause = _("contract clause %(version)s") % {"version": obj.clause_version}
        parts = [str(obj.region), obj.title, obj.registration_number, clause]
        return " · ".join(part for part in parts if part)


class OpenForm(PortalForm):
    """Second step: what the supplier is followed up for, by whom, and under which contracts."""

    submission = SubmissionField()
    category = forms.ModelChoiceField(
        PurchaseCategory.objects.none(),
        to_field_name="public_id",
        label=_("Purchase category"),
        empty_label=_("Choose a purchase category"),
        error_messages={"required": _("Choose the purchase category.")},
    )
    contracts = ContractChoiceField(
        Contract.objects.none(),
        to_field_name="public_id",
        label=_("Participating contracts"),
        help_text=_("The regions of these contracts take part in the follow-up."),
        error_messages={"required": _("Choose at least one contract.")},
    )
    clause_version = forms.ModelChoiceField(
        ClauseVersion.objects.none(),
        to_field_name="public_id",
        label=_("Contract clause"),
        empty_label=None,
        help_text=_("Findings are made against the requirements of this version."),
    )
    lead_region = forms.ModelChoiceField(
        Region.objects.none(),
        to_field_name="code",
        label=_("Lead region"),
        empty_label=_("Choose a region"),
        error_messages={"required": _("Choose the region that carries out the follow-up.")},
        help_text=_("The region that carries out the follow-up."),
    )
    planned_on = FutureDateField(label=_("Planned date"), required=False)

    def __init__(self, *args: Any, user: User, supplier: Supplier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contracts = contracts_of(user, supplier)
        versions = clause_versions_of(contracts)
        self.offer("category", prioritised_categories())
        self.offer("contracts", contracts)
        self.offer("clause_version", versions)
        self.fields["clause_version"].initial = versions.first()
        self.offer("lead_region", Region.objects.in_swedish_order())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        version, contracts = cleaned.get("clause_version"), cleaned.get("contracts")
        if version and contracts and all(contract.clause_version_id != version.pk for contract in contracts):
            self.add_error("clause_version", _("None of the chosen contracts was signed under this version."))
        return cleaned


class AssignForm(VersionMixin, PortalForm):
    """Who carries it out, and when."""

    handler = forms.ModelChoiceField(
        User.objects.none(),
        to_field_name="public_id",
        label=_("Case handler"),
        required=False,
        empty_label=_("Nobody yet"),
    )
    planned_on = DateField(label=_("Planned date"), required=False)

    def __init__(self, *args: Any, follow_up: FollowUp, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.follow_up = follow_up
        self.offer("handler", handlers_for(follow_up))
        self.fields["handler"].help_text = _("Those who work for %(region)s.") % {"region": follow_up.lead_region}
        for name in ("handler", "planned_on", "version"):
            self.fields[name].initial = getattr(follow_up, name)

    def clean_planned_on(self) -> date | None:
        """Today or later; a day that stands already may stay."""
        planned_on: date | None = self.cleaned_data["planned_on"]
        if planned_on != self.follow_up.planned_on:
            refuse_past(planned_on)
        return planned_on


class ShareForm(VersionMixin, PortalForm):
    """Who may read it: decided on what the page showed."""

    tier = forms.ChoiceField(label=_("Who may read it"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, follow_up: FollowUp, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("tier", [(tier.value, tier.label) for tier in SHAREABLE])
        self.fields["tier"].initial = follow_up.sharing_tier
        self.fields["version"].initial = follow_up.version

    def clean_tier(self) -> SharingTier:
        return SharingTier(self.cleaned_data["tier"])


class MoveForm(VersionMixin, PortalForm):
    """One of the transitions that the table has from the state that the page showed.

    One that settles is not offered while something is open; what it is, is said instead.
    """

    target = forms.ChoiceField(
        label=_("New state"), widget=forms.RadioSelect, error_messages={"required": _("Choose the new state.")}
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed when steps are skipped and when the follow-up is aborted."),
    )

    def __init__(self, *args: Any, follow_up: FollowUp, transitions: list[Transition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = follow_up.version
        settling = {move.target.value for move in transitions if move.settles}
        unsettled = why_unsettled(follow_up) if settling else ""
        if unsettled:
            self.fields["target"].help_text = unsettled
        if unsettled and self.data.get("target") in settling:
            self.fields["target"].error_messages["invalid_choice"] = unsettled
        offered = [move for move in transitions if not (unsettled and move.settles)]
        self.transitions = {move.target.value: move for move in offered}
        self.offer("target", [(target, self._label(transition)) for target, transition in self.transitions.items()])

    def _label(self, transition: Transition) -> str:
        state = capfirst(str(transition.target.label))
        return f"{state} ({transition.kind.label})" if transition.needs_reason else state

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        transition = self.transitions.get(cleaned.get("target", ""))
        if transition and transition.needs_reason and "reason" in cleaned and not cleaned["reason"]:
            self.add_error("reason", _("Write the reason: steps are skipped or the follow-up is aborted."))
        cleaned["transition"] = transition
        return cleaned


def sections_for(follow_up: FollowUp) -> Any:
    """The four areas in the version of the code that was in force with the follow-up's clause."""
    in_force = CodeVersion.objects.in_force_on(follow_up.clause_version.valid_from)
    return CodeSection.objects.filter(code_version=in_force.order_by("-valid_from")[:1])


class FindingFields(PortalForm):
    """What a finding says. The requirements are those of the follow-up's clause version."""

    text = forms.CharField(
        label=_("What did you find?"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Write what you found.")},
    )
    severity = forms.ModelChoiceField(
        Severity.objects.all(),
        to_field_name="key",
        label=_("Severity"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose how serious it is.")},
    )
    requirement = forms.ModelChoiceField(
        ProcessRequirement.objects.none(),
        to_field_name="public_id",
        label=_("Requirement"),
        empty_label=_("Choose a requirement"),
        error_messages={"required": _("Choose the requirement that the finding is about.")},
    )
    section = forms.ModelChoiceField(
        CodeSection.objects.none(),
        to_field_name="area",
        label=_("Area of the code"),
        required=False,
        empty_label=_("No particular area"),
    )

    def __init__(self, *args: Any, follow_up: FollowUp, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        requirements = ProcessRequirement.objects.filter(clause_version=follow_up.clause_version_id)
        self.offer("requirement", requirements.order_by("number"))
        self.fields["requirement"].help_text = _("Of the contract clause, version %(version)s.") % {
            "version": follow_up.clause_version
        }
        self.offer("section", sections_for(follow_up))


class FindingForm(FindingFields):
    """A finding with its evidence and its first corrective action, sent at once."""

    submission = SubmissionField()
    evidence = UploadsField(
        label=_("Evidence"),
        required=False,
        help_text=_(
            "Photos (JPEG, PNG) or PDF, several at once, at most 20 MB each. Other data in photos, such as place, is removed."
        ),
    )
    action = forms.CharField(
        label=_("Corrective action"),
        required=False,
        max_length=DESCRIPTION_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What the supplier has to do. Leave it empty if it isn't known yet."),
    )
    due_on = FutureDateField(label=_("Due date"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        action, due_on = cleaned.get("action"), cleaned.get("due_on")
        if action and not due_on and "due_on" not in self.errors:
            self.add_error("due_on", _("A corrective action needs a due date."))
        if due_on and not action and "action" not in self.errors:
            self.add_error("action", _("Write what has to be done by the due date, or leave both empty."))
        return cleaned


class FindingEditForm(VersionMixin, FindingFields):
    def __init__(self, *args: Any, finding: Finding, **kwargs: Any) -> None:
        super().__init__(*args, follow_up=finding.follow_up, **kwargs)
        for name in ("text", "severity", "section", "requirement", "version"):
            self.fields[name].initial = getattr(finding, name)


class ActionForm(PortalForm):
    submission = SubmissionField()
    description = forms.CharField(
        label=_("Corrective action"),
        max_length=DESCRIPTION_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what the supplier has to do.")},
    )
    due_on = FutureDateField(
        label=_("Due date"), error_messages={"required": _("A corrective action needs a due date.")}
    )
