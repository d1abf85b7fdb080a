"""What is found, and what the supplier has to do about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import (
    CodeSection,
    CodeVersion,
    ProcessRequirement,
)
from followups.forms.fields import FutureDateField, SubmissionField, UploadsField
from followups.models import Finding, FollowUp, Severity
from followups.models.findings import DESCRIPTION_MAX, TEXT_MAX
from portal.ui.forms import PortalForm, VersionMixin


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
