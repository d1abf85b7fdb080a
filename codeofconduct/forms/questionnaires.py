"""Input about questionnaires: lines and drafts, their sections, and a spreadsheet in their place."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from codeofconduct.forms.documents import StartForm
from codeofconduct.models import ClauseVersion, QuestionnaireSection, QuestionnaireVersion
from portal.exchange.enums import Form
from portal.exchange.forms import TableField
from portal.ui.forms import PortalForm, VersionMixin
from regions.models import User


class DraftFields(StartForm):
    """What every version has before its sections."""

    clause_version = forms.ModelChoiceField(
        ClauseVersion.objects.none(),
        to_field_name="public_id",
        label=_("Contract clause"),
        empty_label=_("Choose a version"),
        help_text=_("The version whose requirements the questions inform."),
        error_messages={"required": _("Choose the version of the contract clause.")},
    )
    source = forms.CharField(label=_("Source"), max_length=300, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("clause_version", ClauseVersion.objects.visible_to(user).order_by("-valid_from"))


class QuestionnaireForm(DraftFields):
    """A new line with its first draft."""

    title_sv = forms.CharField(
        label=_("Title in Swedish"),
        max_length=200,
        error_messages={"required": _("Write what the questionnaire is called.")},
    )
    title_en = forms.CharField(label=_("Title in English"), max_length=200, required=False)

    field_order = ["title_sv", "title_en", "name", "valid_from", "clause_version", "source"]


class DraftForm(VersionMixin, DraftFields):
    """What stands about a draft."""

    change_note = forms.CharField(
        label=_("What is new"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What changes compared with the version before, for those who read it."),
    )

    def __init__(self, *args: Any, draft: QuestionnaireVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "valid_from", "clause_version", "source", "change_note", "version"):
            self.fields[name].initial = getattr(draft, name)


class SectionForm(PortalForm):
    """A section in both languages."""

    heading_sv = forms.CharField(
        label=_("Heading in Swedish"), max_length=200, error_messages={"required": _("Write the heading.")}
    )
    heading_en = forms.CharField(label=_("Heading in English"), max_length=200, required=False)
    body_sv = forms.CharField(
        label=_("Text in Swedish"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What the supplier reads before the questions."),
    )
    body_en = forms.CharField(
        label=_("Text in English"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The same in English."),
    )


class SectionEditForm(VersionMixin, SectionForm):
    def __init__(self, *args: Any, section: QuestionnaireSection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("heading_sv", "heading_en", "body_sv", "body_en", "version"):
            self.fields[name].initial = getattr(section, name)


class SheetForm(PortalForm):
    """A spreadsheet whose rows are to stand in place of the draft's questions."""

    file = TableField(label=_("File"), help_text=_("An Excel workbook (.xlsx) or a text file (.csv), at most 20 MB."))


class RemoveForm(VersionMixin, PortalForm):
    """That the page showed the question as it still is."""


class PreviewForm(PortalForm):
    """The query string of the preview: in which language."""

    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)

    def chosen(self, otherwise: str) -> str:
        """The language asked for, or that of the page."""
        return self.cleaned_data.get("language") or otherwise if self.is_valid() else otherwise


class MoveForm(PortalForm):
    """Which way: `up` or not."""

    direction = forms.ChoiceField(choices=[("up", ""), ("down", "")])

    @property
    def up(self) -> bool:
        """Down where it says neither."""
        return self.is_valid() and self.cleaned_data["direction"] == "up"


class AddForm(PortalForm):
    """The query string of a new question: in which section it is to stand."""

    section = forms.SlugField(max_length=12, required=False)


class SheetKindForm(PortalForm):
    """The query string of an export: as what."""

    form = forms.ChoiceField(choices=Form, required=False)


class ConfirmForm(PortalForm):
    """What the preview read, signed."""

    content = forms.CharField(max_length=2_000_000, widget=forms.HiddenInput)
