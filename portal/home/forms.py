"""What is typed into the search."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.search.queries import MOST_HITS
from portal.search.sources import registered
from portal.search.terms import MOST_WORDS, words_of
from portal.ui.forms import PortalForm
from portal.ui.paging import PAGE_SIZE


class SearchForm(PortalForm):
    """The search page's query string, which can be shared: `?q=handskar&kind=contract`."""

    is_filter = True

    q = forms.CharField(
        label=_("Words or numbers"),
        required=False,
        max_length=200,
        error_messages={"max_length": _("Write at most %(limit_value)s characters.")},
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Search in"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("kind", [("", _("Everything")), *((source.key, source.label) for source in registered())])

    def clean_q(self) -> str:
        text: str = self.cleaned_data["q"]
        if len(words_of(text)) > MOST_WORDS:
            raise ValidationError(_("Write at most %(number)s words.") % {"number": MOST_WORDS}, code="words")
        return text


class PlaceForm(PortalForm):
    """Which page of the hits; one that can't be is the first."""

    page = forms.IntegerField(required=False, min_value=1, max_value=-(-MOST_HITS // PAGE_SIZE))

    @property
    def number(self) -> int:
        return (self.cleaned_data["page"] or 1) if self.is_valid() else 1
