"""The texts of a summary, the supplier's fact check, publishing and withdrawing."""

import unicodedata
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import SupplierContact
from followups.forms.fields import FutureDateField, SubmissionField
from followups.models import Summary
from followups.models.summaries import COMMENT_MAX, NOTE_MAX, TEXT_MAX
from portal import clock
from portal.ui.forms import PortalForm, VersionMixin


class PublicTextField(forms.CharField):
    """A text that feeds and data carry: control characters, which XML cannot hold, are left out."""

    def __init__(self, *, rows: int, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) != "Cc")


class SummaryForm(VersionMixin, PortalForm):
    """Swedish and English beside each other."""

    text_sv = PublicTextField(
        rows=18,
        label=_("Text in Swedish"),
        max_length=TEXT_MAX,
        help_text=_("# makes a heading, - a list, **two stars** strong words."),
        error_messages={"required": _("Write the text in Swedish.")},
    )
    text_en = PublicTextField(
        rows=18,
        label=_("Text in English"),
        max_length=TEXT_MAX,
        help_text=_("The same in English; what a finding says is not translated by itself."),
        error_messages={"required": _("Write the text in English.")},
    )

    def __init__(self, *args: Any, summary: Summary, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("text_sv", "text_en", "version"):
            self.fields[name].initial = getattr(summary, name)


class CheckForm(PortalForm):
    """Whom the supplier lets check the facts, and by when."""

    submission = SubmissionField()
    name = forms.CharField(
        label=_("Name"), max_length=150, error_messages={"required": _("Write who at the supplier reads the text.")}
    )
    email = forms.EmailField(
        label=_("E-mail address"), error_messages={"required": _("Write the address that the link is sent to.")}
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    due_on = FutureDateField(
        label=_("Answer wanted by"),
        help_text=_("Without an answer the text can be published after this day."),
        error_messages={"required": _("Write by when you want an answer.")},
    )

    def __init__(self, *args: Any, contact: SupplierContact | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = clock.today() + timedelta(days=settings.FACT_CHECK_DAYS)
        self.fields["language"].initial = settings.LANGUAGE_CODE
        if contact is not None:
            for name in ("name", "email", "language"):
                self.fields[name].initial = getattr(contact, name)


class AnswerForm(PortalForm):
    """What the supplier says of the facts."""

    agrees = forms.TypedChoiceField(
        label=_("Are the facts right?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes, the facts are right")), ("no", _("No, something is wrong"))],
        coerce=lambda value: value == "yes",
        error_messages={"required": _("Choose one of the answers.")},
    )
    comment = PublicTextField(
        rows=6,
        label=_("What is wrong, or what you want to add"),
        required=False,
        max_length=COMMENT_MAX,
        help_text=_(
            "What is wrong and what is right instead. It is kept beside the text, and may be published with it."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("agrees") is False and "comment" in cleaned and not cleaned["comment"]:
            self.add_error("comment", _("Write what is wrong."))
        return cleaned


def note_field(label: Any) -> PublicTextField:
    return PublicTextField(
        rows=3, label=label, max_length=NOTE_MAX, error_messages={"required": _("Write it in both languages.")}
    )


class PublishForm(VersionMixin, PortalForm):
    """A later edition says what has changed; the supplier's comment can stand beside the text."""

    change_note_sv = note_field(_("What has changed, in Swedish"))
    change_note_en = note_field(_("What has changed, in English"))
    with_comment = forms.BooleanField(label=_("Publish the supplier's comment beside the text"), required=False)

    def __init__(self, *args: Any, summary: Summary, is_correction: bool, has_comment: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = summary.version
        if not is_correction:
            del self.fields["change_note_sv"], self.fields["change_note_en"]
        if not has_comment:
            del self.fields["with_comment"]


class WithdrawForm(PortalForm):
    reason_sv = note_field(_("Reason in Swedish"))
    reason_en = note_field(_("Reason in English"))
