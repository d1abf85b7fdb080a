"""What is written at an audit: documents asked for, whom it met, judgements, and findings as drafts."""

import re
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from followups.enums.audits import Judgement
from followups.forms.fields import FutureDateField, SubmissionField, UploadsField
from followups.forms.findings import FindingFields
from followups.models import AuditJudgement, FindingDraft, FollowUp
from followups.models.audit_rows import NOTE_MAX
from portal.files.checks import JPEG, PNG, Upload
from portal.ui.forms import PortalForm, VersionMixin


class DocumentRequestForm(PortalForm):
    submission = SubmissionField()
    title = forms.CharField(
        label=_("Which document?"),
        max_length=300,
        help_text=_("For example: the latest risk analysis of the supply chain, with its date."),
        error_messages={"required": _("Write which document you ask for.")},
    )
    due_on = FutureDateField(label=_("Wanted by"), error_messages={"required": _("Write by which day you want it.")})


class DocumentsForm(PortalForm):
    """Files that answer a request."""

    documents = UploadsField(
        label=_("Files"),
        help_text=_("Photos (JPEG, PNG) or PDF, several at once, at most 20 MB each."),
        error_messages={"required": _("Choose at least one file.")},
    )


class ReceivedForm(DocumentsForm):
    """The case handler's: what came another way, or is only noted as received."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["documents"].required = False
        self.fields["documents"].help_text = _("Leave it empty to note the document as received without a file.")


# Two or three words with a capital each, as names are written. Roles are written with at most one.
_LIKE_A_NAME = re.compile(r"(?<!\w)[^\W\d_a-zåäö][a-zåäöéüø'-]+(?: [^\W\d_a-zåäö][a-zåäöéüø'-]+){1,2}(?!\w)")


def looks_like_a_name(text: str) -> bool:
    """Whether there is something in it that is written as a person's name: "Anna Svensson", not "HR-chef"."""
    return _LIKE_A_NAME.search(text) is not None


class RoleForm(PortalForm):
    """A role and how many. What looks like a name is asked about once; whoever says that it is a role may save it."""

    submission = SubmissionField()
    role = forms.CharField(
        label=_("Role"),
        max_length=100,
        help_text=_(
            "For example safety representative or purchasing manager. Never names: who was interviewed may show who "
            "belongs to a union."
        ),
        error_messages={"required": _("Write the role.")},
    )
    people = forms.IntegerField(
        label=_("How many?"),
        min_value=1,
        max_value=999,
        initial=1,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Write how many people, from 1 to 999.")
        ),
    )
    is_role = forms.BooleanField(label=_("It is a role, not a person's name"), required=False)

    @property
    def doubts(self) -> bool:
        """Whether the question about the name is to be asked."""
        return looks_like_a_name(str(self.data.get("role", ""))) if self.is_bound else False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if looks_like_a_name(cleaned.get("role", "")) and not cleaned.get("is_role"):
            self.add_error("role", _("This looks like a person's name. Write the role only, or say that it is a role."))
        return cleaned


class JudgementForm(VersionMixin, PortalForm):
    judgement = forms.ChoiceField(
        label=_("How is the requirement met?"),
        widget=forms.RadioSelect,
        choices=[(judgement.value, capfirst(judgement.label)) for judgement in Judgement],
        error_messages={"required": _("Choose how the requirement is met.")},
    )
    note = forms.CharField(
        label=_("Your note"),
        required=False,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What you saw, which documents and whom by role. No names."),
    )

    def __init__(self, *args: Any, judgement: AuditJudgement | None, **kwargs: Any) -> None:
        initial = {"version": 0}
        if judgement is not None:
            initial = {name: getattr(judgement, name) for name in ("judgement", "note", "version")}
        super().__init__(*args, initial=initial, **kwargs)

    def clean_judgement(self) -> Judgement:
        return Judgement(self.cleaned_data["judgement"])


class FindingDraftForm(VersionMixin, FindingFields):
    """A finding of an audit as far as it is written; `whole`: as it must be to be submitted."""

    submission = SubmissionField()
    window = SubmissionField()  # which window writes: its own saves follow each other
    photo = UploadsField(
        label=_("Take a photo"),
        required=False,
        types=(JPEG, PNG),
        help_text=_("Place and other data in the photo are removed. Take no pictures of faces."),
    )
    chosen = UploadsField(
        label=_("Or choose photos and documents"),
        required=False,
        help_text=_("Photos (JPEG, PNG) or PDF, several at once, at most 20 MB each."),
    )

    OWN = ("text", "severity", "severe_type", "requirement", "section", "involvement")
    # The type is asked for where the severity wants one.
    OPTIONAL = ("section", "severe_type")
    needed = frozenset(OWN) - frozenset(OPTIONAL)
    MACHINERY = ("submission", "window", "version", "photo", "chosen")

    def __init__(
        self, *args: Any, follow_up: FollowUp, draft: FindingDraft | None = None, whole: bool = False, **kwargs: Any
    ) -> None:
        initial: dict[str, Any] = {"version": 0}
        if draft is not None:
            names = (*self.OWN, "submission", "version")
            initial = {name: getattr(draft, name) for name in names}
        super().__init__(*args, follow_up=follow_up, initial=initial, **kwargs)
        self.checks_type = whole
        for name in set(self.fields) - {*self.OWN, *self.MACHINERY}:
            del self.fields[name]
        for name in self.OWN:
            self.fields[name].required = whole and name not in self.OPTIONAL
        self.fields["photo"].widget.attrs |= {"accept": "image/jpeg,image/png", "capture": "environment"}
        self.fields["photo"].widget.attrs.pop("multiple", None)

    @property
    def facts(self) -> dict[str, Any]:
        """What is written, as far as it can be kept; where a choice isn't valid there is none."""
        return {
            **{name: self.cleaned_data.get(name, "") for name in ("text", "severe_type", "involvement")},
            **{name: self.cleaned_data.get(name) for name in ("severity", "requirement", "section")},
        }

    @property
    def photos(self) -> list[Upload]:
        return [*(self.cleaned_data.get("photo") or []), *(self.cleaned_data.get("chosen") or [])]

    @property
    def can_be_kept(self) -> bool:
        """Whether the text can be saved as it is: a bad file or choice doesn't hinder that."""
        return not {"text", *self.MACHINERY[:3]} & set(self.errors)
