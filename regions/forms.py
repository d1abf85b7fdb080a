"""What is typed about the regions' population."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.exchange.forms import TableField
from portal.ui.forms import PastDateField, PortalForm
from portal.ui.templatetags.formats import day
from regions.enums import CountedOn, Standing
from regions.queries import FIRST_YEAR


class ScbFileField(TableField):
    """A file of Statistics Sweden. Cleans to an `Upload`; what it says the reading will tell."""

    types: ClassVar[dict[str, str]] = {**TableField.types, ".json": "application/json"}
    default_error_messages = {"type": _("The file is called %(name)s. Choose a file of type .csv, .xlsx or .json.")}


class PopulationFileForm(PortalForm):
    """A table of Statistics Sweden as it was downloaded."""

    upload = ScbFileField(
        label=_("File"),
        help_text=_(
            "As Statistics Sweden (SCB) offers it: CSV, Excel (.xlsx) or JSON-stat 2, per county or municipality."
        ),
    )
    counted_on = forms.ChoiceField(
        label=_("Figures of a year are for"),
        choices=CountedOn,
        initial=CountedOn.DECEMBER,
        widget=forms.RadioSelect,
        help_text=_("Quarters say it themselves. A forecast is kept apart from what was counted."),
    )
    table_id = forms.CharField(
        label=_("Table"),
        required=False,
        max_length=60,
        help_text=_("As SCB calls it, for example BE0101/BefolkningNy. A JSON file says it itself."),
    )
    retrieved_on = PastDateField(label=_("Retrieved"))
    standing = forms.ChoiceField(
        label=_("Standing"),
        required=False,
        choices=[("", _("as the file says")), *Standing.choices],
        help_text=_("Quarters, and what SCB marks so, are preliminary; the rest is final."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"retrieved_on": clock.today()})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.cleaned_data.get("counted_on") == CountedOn.FORECAST and self.cleaned_data.get("standing"):
            self.add_error("standing", _("A forecast is neither preliminary nor final. Choose “as the file says”."))
        return self.cleaned_data


class FetchForm(PortalForm):
    """The year whose 31 December is to be fetched."""

    year = forms.IntegerField(
        label=_("Year"), min_value=FIRST_YEAR, max_value=2100, help_text=_("The figures of 31 December.")
    )

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year >= clock.today().year:
            raise ValidationError(_("The year has not ended yet, so there are no figures of its 31 December."))
        return year


class TakeForm(PortalForm):
    """That the figures shown are to count."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    confirms_jumps = forms.BooleanField(
        label=_("I have looked at the figures that differ by more than 5 %"), required=False
    )

    def __init__(self, *args: Any, has_jumps: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_jumps:
            del self.fields["confirms_jumps"]


class CompareForm(PortalForm):
    """The query string of the comparison: two of the days that have figures."""

    is_filter = True
    before = forms.ChoiceField(label=_("From"), required=False)
    after = forms.ChoiceField(label=_("To"), required=False)

    def __init__(self, *args: Any, days: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("before", "after"):
            self.offer(name, [("", "–"), *((each.isoformat(), day(each)) for each in days)])

    def chosen(self) -> tuple[date, date] | None:
        """Both days, or None where they aren't chosen, or not validly."""
        if not self.is_valid() or not (self.cleaned_data["before"] and self.cleaned_data["after"]):
            return None
        return date.fromisoformat(self.cleaned_data["before"]), date.fromisoformat(self.cleaned_data["after"])
