"""What the secretariat asks, and what a region answers."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import Contract, PurchaseCategory
from codeofconduct.queries.categories import prioritised_categories
from followups.forms.fields import FutureDateField
from followups.models import CallAnswer, ContractCall
from followups.models.calls import COMMENT_MAX, FIRST_YEAR, LAST_YEAR, TEXT_MAX
from followups.queries.calls import CONTRACTS_SHOWN, contracts_by_number
from portal import clock
from portal.exchange.forms import TableField
from portal.exchange.reading import Unreadable, heading_key, read_table
from portal.exchange.reading.values import BadValue, number_text_of
from portal.files.checks import Upload
from portal.ui.forms import DateField, PortalForm, VersionMixin
from portal.ui.templatetags.formats import day
from regions.models import Region

# The heading of the column, in whichever words people have for it.
NUMBER_HEADINGS = {
    heading_key(word)
    for word in (
        "registration number",
        "registration_number",
        "diarienummer",
        "dnr",
        "diarienr",
        "avtalsnummer",
        "avtalsnr",
    )
}
# A region has hundreds of contracts, no file of its own has more rows than this.
MOST_ROWS = 5_000


class CallFields(PortalForm):
    """What can be changed while the call is open."""

    answer_by_on = FutureDateField(
        label=_("Last day to answer"), error_messages={"required": _("Write the last day to answer.")}
    )
    audit_on = DateField(
        label=_("Expected audit date"),
        help_text=_("Contracts are checked against this day until a follow-up has a planned date of its own."),
        error_messages={"required": _("Write about when audits are made.")},
    )
    text = forms.CharField(
        label=_("Text to the regions"),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Stands in the mail and on the page of the call."),
    )


class CallForm(CallFields):
    """A new call. The year says when the follow-ups are made."""

    year = forms.IntegerField(
        label=_("Year"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        error_messages={"required": _("Write the year that the follow-ups are planned for.")},
    )
    categories = forms.ModelMultipleChoiceField(
        PurchaseCategory.objects.none(),
        to_field_name="public_id",
        label=_("Purchase categories"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one category.")},
        help_text=_("The prioritised ones. Contracts in categories below them in the tree are asked for too."),
    )
    field_order = ("year", "categories", "answer_by_on", "audit_on", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        categories, year = prioritised_categories(), clock.today().year + 1
        self.offer("categories", categories)
        self.initial.setdefault("categories", list(categories))
        self.initial.setdefault("year", year)
        self.initial.setdefault("audit_on", date(year, 6, 30))

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if ContractCall.objects.filter(year=year).exists():
            raise ValidationError(_("There is already a call for this year."), code="unique")
        return year


class CallEditForm(VersionMixin, CallFields):
    def __init__(self, *args: Any, call: ContractCall, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("answer_by_on", "audit_on", "text", "version"):
            self.fields[name].initial = getattr(call, name)


class AskedContractsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Contract) -> str:
        until = _("runs until %(date)s") % {"date": day(obj.ends_on)}
        if not obj.is_long:  # type: ignore[attr-defined]  # annotated by `offered_contracts`
            until = _("runs only until %(date)s") % {"date": day(obj.ends_on)}
        parts = [str(obj.supplier), obj.title, obj.registration_number, str(until)]
        return " · ".join(part for part in parts if part)


class AnswerForm(VersionMixin, PortalForm):
    """Which contracts a region wants followed up. Without an answer yet, those that run long enough are ticked."""

    contracts = AskedContractsField(
        Contract.objects.none(),
        to_field_name="public_id",
        label=_("Contracts"),
        required=False,
        error_messages={
            "invalid_choice": _("One of the contracts is no longer asked about. Look through the list again.")
        },
    )
    comment = forms.CharField(
        label=_("Comment to the secretariat"),
        required=False,
        max_length=COMMENT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, contracts: Any, answer: CallAnswer | None, ticked: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer("contracts", contracts)
        if ticked is None:
            named = set(answer.call_contracts.values_list("contract", flat=True)) if answer else None
            ticked = [row for row in contracts if (row.is_long if named is None else row.pk in named)]
        self.fields["contracts"].initial = [contract.public_id for contract in ticked]
        self.fields["comment"].initial = answer.comment if answer else ""
        self.fields["version"].initial = answer.version if answer else 0


class QuickForm(VersionMixin, PortalForm):
    """An answer of one click, for the version that the page showed."""


class NumbersForm(PortalForm):
    """A file with the registration numbers of the contracts. Cleans to the contracts' ids and the numbers that fit none."""

    file = TableField(
        label=_("File"),
        help_text=_(
            "An Excel workbook (.xlsx) or a text file (.csv) with a column “Registration number” (diarienummer), for "
            "example an export of your contracts. Nothing is saved before you have looked through the list."
        ),
    )

    def __init__(self, *args: Any, call: ContractCall, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.call, self.region = call, region
        self.found: list[int] = []
        self.unknown: list[str] = []

    def clean_file(self) -> Upload:
        upload: Upload = self.cleaned_data["file"]
        try:
            numbers = numbers_in(upload)
        except Unreadable as unreadable:
            raise ValidationError(str(unreadable), code=unreadable.code) from None
        self.found, self.unknown = contracts_by_number(self.call, self.region, numbers)
        if not self.found:
            raise ValidationError(
                _("No registration number in the file belongs to a contract of %(region)s that the call asks about."),
                code="nothing",
                params={"region": self.region},
            )
        if len(self.found) > CONTRACTS_SHOWN:
            raise ValidationError(
                _("The file names more than %(limit)d contracts. Keep those that matter most."),
                code="too_many",
                params={"limit": CONTRACTS_SHOWN},
            )
        return upload


def numbers_in(upload: Upload) -> list[str]:
    """The registration numbers of a file, each once, in its order. Raises Unreadable."""
    with tempfile.NamedTemporaryFile(suffix=Path(upload.name).suffix) as file:
        file.write(upload.content)
        file.flush()
        with read_table(Path(file.name), upload.name, expected=NUMBER_HEADINGS) as table:
            place = next(
                number for number, column in enumerate(table.columns) if heading_key(column.heading) in NUMBER_HEADINGS
            )
            numbers: dict[str, None] = {}
            for count, line in enumerate(table.rows, start=1):
                if count > MOST_ROWS:
                    raise Unreadable("too_many_rows", limit=MOST_ROWS)
                if text := _number(line.values[place]):
                    numbers[text] = None
    return list(numbers)


def _number(cell: Any) -> str:
    if cell is None:
        return ""
    try:
        return str(number_text_of(cell) or "").strip()[:60]
    except BadValue:
        return ""
