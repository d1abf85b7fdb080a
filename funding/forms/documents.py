"""What is to be made for the regions, and the texts of the decision brief."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import PortalForm, VersionMixin

WRITTEN = _("Blank lines part paragraphs; begin lines with - or 1. for lists, with ## for headings; **strong**.")


class MakeDocumentsForm(PortalForm):
    """Which document, and in which language. What can be made is offered by the view."""

    kind = forms.ChoiceField(
        label=_("Document"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose one of the documents.")),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        initial=settings.LANGUAGE_CODE,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose Swedish or English.")),
    )

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("kind", kinds)


def _text(label: Any, *, language: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=language == "sv",
        widget=forms.Textarea(attrs={"rows": 8, "lang": language}),
        error_messages={"required": _("Write the text in Swedish.")},
    )


class BriefTextForm(VersionMixin, PortalForm):
    """The texts of a year's decision brief, in Swedish and in English."""

    background_sv = _text(_("Background in Swedish"), language="sv")
    background_en = _text(_("Background in English"), language="en")
    proposal_sv = _text(_("Proposal in Swedish, below the amount"), language="sv")
    proposal_en = _text(_("Proposal in English, below the amount"), language="en")
    gives_sv = _text(_("What it gives, in Swedish"), language="sv")
    gives_en = _text(_("What it gives, in English"), language="en")
