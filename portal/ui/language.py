from django import forms
from django.conf import settings

from portal.ui.forms import PortalForm


class LanguageForm(PortalForm):
    """The language that the pages should speak."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)
