"""What is found, and what the supplier has to do about it."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import (
    CodeSection,
    CodeVersion,
    Facility,
    ProcessRequirement,
)
from followups.enums.findings import Involvement, SevereType
from followups.forms.fields import FutureDateField, SubmissionField, UploadsField, check_validity
from followups.models import Evidence, Finding, FollowUp, Severity
from followups.models.findings import DESCRIPTION_MAX, TEXT_MAX
from portal.ui.forms import DateField, PastDateField, PortalForm, VersionMixin
from regions.models import User


def sections_for(follow_up: FollowUp) -> Any:
    """The four areas in the version of the code that was in force with the follow-up's clause."""
    in_force = CodeVersion.objects.in_force_on(follow_up.clause_version.valid_from)
    return CodeSection.objects.filter(code_version=in_force.order_by("-valid_from")[:1])


class FindingFields(PortalForm):
    """What a finding says. The requirements are those of the follow-up's clause version.

    `user`: whose facilities can be chosen; without one the form has no such field.
    """

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
    severe_type = forms.ChoiceField(
        label=_("Type of severe deviation"),
        required=False,
        help_text=_("Only for a severe deviation: one of the six types that the contract clause names."),
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
    involvement = forms.ChoiceField(
        label=_("How is the supplier involved?"),
        widget=forms.RadioSelect,
        help_text=_("It decides who remedies: whoever causes it or contributes to it does."),
        error_messages={"required": _("Choose how the supplier is involved.")},
    )
    facility = forms.ModelChoiceField(
        Facility.objects.none(),
        to_field_name="public_id",
        label=_("Facility"),
        required=False,
        empty_label=_("No particular facility"),
        help_text=_("A confidential facility is named only to those who may see it."),
    )
    root_cause = forms.CharField(
        label=_("Root cause"),
        required=False,
        max_length=DESCRIPTION_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why it could happen, if that is known."),
    )

    # What is only being written may have a severity that does not fit its type yet.
    checks_type = True

    def __init__(self, *args: Any, follow_up: FollowUp, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = [(kind.value, capfirst(str(kind.label))) for kind in SevereType]
        self.offer("severe_type", [("", _("Choose a type")), *types])
        self.offer("involvement", [(how.value, capfirst(str(how.label))) for how in Involvement])
        if user is None:
            del self.fields["facility"]
        else:
            facilities = Facility.objects.visible_to(user).filter(supplier=follow_up.supplier_id)
            self.offer("facility", facilities.in_swedish_order())
        requirements = ProcessRequirement.objects.filter(clause_version=follow_up.clause_version_id)
        self.offer("requirement", requirements.order_by("number"))
        self.fields["requirement"].help_text = _("Of the contract clause, version %(version)s.") % {
            "version": follow_up.clause_version
        }
        self.offer("section", sections_for(follow_up))

    def clean(self) -> dict[str, Any]:
        """A severe deviation, and no other finding, has one of the six types."""
        cleaned = super().clean()
        severity, severe_type = cleaned.get("severity"), cleaned.get("severe_type", "")
        if severity and self.checks_type and "severe_type" not in self.errors:
            if severity.is_severe and not severe_type:
                self.add_error("severe_type", _("Choose which of the six types it is."))
            elif severe_type and not severity.is_severe:
                self.add_error("severe_type", _("Only a severe deviation has a type."))
        return cleaned


class ValidityFields(PortalForm):
    """What time the chosen files speak of, and how long they hold."""

    effective_on = PastDateField(
        label=_("Effective date of the evidence"),
        required=False,
        help_text=_("What day the documents or photos are from, or speak of."),
    )
    valid_until_on = DateField(label=_("Valid until"), required=False, help_text=_("For certificates and the like."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        check_validity(self)
        return cleaned


class FindingForm(ValidityFields, FindingFields):
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
        help_text=_("What the supplier has to do. Leave it empty to have the supplier propose it."),
    )
    due_on = FutureDateField(label=_("Due date"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("evidence") and "evidence" not in self.errors:
            for name in ("effective_on", "valid_until_on"):
                if cleaned.get(name):
                    self.add_error(name, _("Choose the evidence that the date is about, or leave the date empty."))
        action, due_on = cleaned.get("action"), cleaned.get("due_on")
        if action and not due_on and "due_on" not in self.errors:
            self.add_error("due_on", _("A corrective action needs a due date."))
        if due_on and not action and "action" not in self.errors:
            self.add_error("action", _("Write what has to be done by the due date, or leave both empty."))
        return cleaned


class FindingEditForm(VersionMixin, FindingFields):
    """What a finding is to say. A facility that the user may not see is not offered, and stays."""

    def __init__(self, *args: Any, finding: Finding, user: User, **kwargs: Any) -> None:
        super().__init__(*args, follow_up=finding.follow_up, user=user, **kwargs)
        self.kept = None
        facilities = Facility.objects.visible_to(user)
        if finding.facility_id and not facilities.filter(pk=finding.facility_id).exists():
            self.kept = finding.facility
            del self.fields["facility"]
        for name in self.fields:
            self.fields[name].initial = getattr(finding, name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned.setdefault("facility", self.kept)
        return cleaned


class EvidenceForm(ValidityFields):
    """Further files for a finding, and what they are."""

    uploads = UploadsField(
        label=_("Evidence"),
        help_text=_(
            "Photos (JPEG, PNG) or PDF, several at once, at most 20 MB each. Other data in photos, such as place, is removed."
        ),
    )
    caption = forms.CharField(label=_("What is it?"), required=False, max_length=200)
    field_order = ("uploads", "caption", "effective_on", "valid_until_on")


class EvidenceDatesForm(ValidityFields):
    """What a file is, what time it speaks of and how long it holds."""

    caption = forms.CharField(label=_("What is it?"), required=False, max_length=200)
    field_order = ("caption", "effective_on", "valid_until_on")

    def __init__(self, *args: Any, evidence: Evidence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.fields[name].initial = getattr(evidence, name)


class DeadlinesForm(VersionMixin, PortalForm):
    """By when a plan and its actions are due where no clause says so."""

    days_for_plan = forms.IntegerField(label=_("Days until the supplier's plan is due"), min_value=1, max_value=365)
    days_for_action = forms.IntegerField(
        label=_("Days until the corrective action is due"), min_value=1, max_value=1_825
    )

    def __init__(self, *args: Any, severity: Severity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.fields[name].initial = getattr(severity, name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        plan, action = cleaned.get("days_for_plan"), cleaned.get("days_for_action")
        if plan and action and action < plan:
            self.add_error("days_for_action", _("The corrective action cannot be due before the plan."))
        return cleaned


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
