"""The base of every form: hostile or unlucky input becomes a sentence at its field, never an error page."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core import validators
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import clock

MAXIMUM_TEXT = 10_000
MAXIMUM_LINE = 500
LARGEST_INTEGER = 2_147_483_647

# What PostgreSQL or UTF-8 cannot hold: NUL and lone surrogates.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
UNSTORABLE = _("The text contains characters that cannot be stored. Remove them and try again.")
TOO_LONG = _("Write at most %(limit_value)d characters. The text has %(show_value)d.")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class HostileInputMixin(forms.BaseForm):
    """Limits for every field that sets none, and characters that cannot be stored are shown as � and refused."""

    def __init__(self, data: Any = None, files: Any = None, *args: Any, **kwargs: Any) -> None:
        data, self._unstorable = _storable(data)
        super().__init__(data, files, *args, **kwargs)
        for field in self.fields.values():
            _limit(field)

    def offer(self, name: str, choices: QuerySet[Any] | Iterable[tuple[Any, Any]]) -> None:
        """Say what can be chosen in a field: rows, or (value, label) pairs. Raises TypeError where nothing can."""
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            if not isinstance(choices, QuerySet):
                raise TypeError(name)
            field.queryset = choices
        elif isinstance(field, forms.ChoiceField) and not isinstance(choices, QuerySet):
            field.choices = list(choices)
        else:
            raise TypeError(name)

    def clean(self) -> dict[str, Any]:
        super().clean()
        return self.cleaned_data

    def full_clean(self) -> None:
        super().full_clean()
        for name in self.fields:
            if self.add_prefix(name) in self._unstorable:
                self.errors.pop(name, None)
                self.add_error(name, UNSTORABLE)


class PortalForm(HostileInputMixin, forms.Form):
    """A form of the portal: `{{ form }}` or `field.as_field_group` draws it, `{% error_summary form %}` on top.

    `needed`: fields that a draft may lack but that have to be filled in before it is sent; they aren't called optional.
    """

    needed: frozenset[str] = frozenset()

    def refuse(self, error: ValidationError) -> None:
        """What an action raised, at its fields. A browser keeps no file: one that was chosen is asked for again by its name."""
        for name, field in self.fields.items():
            if isinstance(field, forms.FileField) and (chosen := self.cleaned_data.get(name)):
                self.add_error(
                    name, gettext("Choose %(name)s again: the browser has not kept it.") % {"name": chosen.name}
                )
        self.add_error(None, error)


class PortalModelForm(HostileInputMixin, forms.ModelForm):
    """As `PortalForm`, for a model."""


class VersionMixin(forms.Form):
    """Adds the hidden `version` of a shared object as it was when the page was shown (house style 4.6).

    The action compares `cleaned_data["version"]` under the row lock; a lost race is answered by `responses.conflict`.
    """

    version = forms.IntegerField(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            _("The page was too old to save from. Load it again; copy your text first."),
        ),
    )


class DateInput(forms.DateInput):
    """The browser's date picker; text that is no date comes back as text, so that what was typed is kept."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["value"]
        if shown and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(shown)):
            context["widget"]["type"] = "text"
        return context


class SliderInput(forms.TextInput):
    """A number with a slider beside it, from `lowest` to `highest` by `step`, which js/live.js shows.

    Without scripts there is the number alone. What is typed may be beyond the slider's ends, and between its steps.
    """

    template_name = "components/slider.html"

    def __init__(self, *, highest: int, lowest: int = 0, step: str = "1", attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.ends = {"lowest": str(lowest), "highest": str(highest), "step": step}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return context | self.ends


class DateField(forms.DateField):
    """A day. Takes 2026-12-02 and what people write: "2 december 2026", "2 dec 2026", "2/12 2026", "20261202"."""

    widget = DateInput
    default_error_messages = {"invalid": _("Write the date as year-month-day, for example 2026-12-02.")}

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str) and len(value) <= MAXIMUM_LINE and (found := parse_day(value)):
            return found
        return super().to_python(value)

    def strptime(self, value: str, pattern: str) -> date:
        raise ValueError(value)  # parse_day alone decides which texts are dates


class PastDateField(DateField):
    """Today or earlier."""

    default_error_messages = {"future": _("The date is in the future. Write today or an earlier day.")}

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and value > clock.today():
            raise ValidationError(self.error_messages["future"], code="future")


class KronorField(forms.CharField):
    """An amount in kronor as people write it ("131 418", "1,00 kr") -> whole öre (int). Refuses parts of an öre.

    `signed`: it may be less than 0.
    """

    default_error_messages = {
        "invalid": _("Write an amount in kronor, for example 131 418 or 1,50."),
        "negative": _("The amount cannot be less than 0."),
        "too_large": _("The amount is too large."),
    }
    LARGEST_ORE = 10**15
    LONGEST = 40

    def __init__(self, *, signed: bool = False, **kwargs: Any) -> None:
        self.signed = signed
        # The keyboard of decimals has no minus on many phones.
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "text" if signed else "decimal"}))
        super().__init__(max_length=self.LONGEST, **kwargs)
        self.widget.attrs.pop("maxlength", None)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return self._ore(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        """Öre are shown as kronor with a decimal comma: 131 418 stays whole, 150 öre read 1,50."""
        if not isinstance(value, int):
            return value
        kronor, ore = divmod(abs(value), 100)
        sign = "-" if value < 0 else ""
        return f"{sign}{kronor},{ore:02d}" if ore else f"{sign}{kronor}"

    def run_validators(self, value: Any) -> None:
        """The validators of a text do not fit the integer; `to_python` has judged it."""

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")

    def _ore(self, text: str) -> int:
        bare = re.sub(r"\s|kr$|^SEK", "", text).replace("\N{MINUS SIGN}", "-")
        if len(text) > self.LONGEST or not re.fullmatch(r"-?[0-9]+([.,][0-9]{1,2})?", bare):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            ore = int(Decimal(bare.replace(",", ".")) * 100)
        except InvalidOperation:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if ore < 0 and not self.signed:
            raise ValidationError(self.error_messages["negative"], code="negative")
        if abs(ore) > self.LARGEST_ORE:
            raise ValidationError(self.error_messages["too_large"], code="too_large")
        return ore


_MONTHS = (
    ("januari", "january"),
    ("februari", "february"),
    ("mars", "march"),
    ("april",),
    ("maj", "may"),
    ("juni", "june"),
    ("juli", "july"),
    ("augusti", "august"),
    ("september",),
    ("oktober", "october"),
    ("november",),
    ("december",),
)


def parse_day(text: str) -> date | None:
    """The day that a Swedish or English text names, or None. In figures: day before month, or year first."""
    text = unicodedata.normalize("NFKC", text).strip().casefold()
    if found := re.fullmatch(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})", text):
        return _day(*found.groups())
    if found := re.fullmatch(r"(?:den )?([0-9]{1,2})[/.]([0-9]{1,2})[ ./-]+([0-9]{4})", text):
        return _day(*reversed(found.groups()))
    if found := re.fullmatch(r"(?:den )?([0-9]{1,2})\.? ([a-z]{3,})\.?,? ([0-9]{4})", text):
        day, name, year = found.groups()
        months = [number for number, full in enumerate(_MONTHS, start=1) if any(n.startswith(name) for n in full)]
        return _day(year, months.pop(), day) if len(months) == 1 else None
    return None


def _day(year: Any, month: Any, day: Any) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _storable(data: Any) -> tuple[Any, set[str]]:
    """The data with unstorable characters replaced, and the names of what held them."""
    if not data:
        return data, set()
    keys = {key for key in data if any(map(_is_unstorable, _values(data, key)))}
    if not keys:
        return data, keys
    clean = data.copy()
    for key in keys:
        values = [_UNSTORABLE.sub(_REPLACEMENT, v) if isinstance(v, str) else v for v in _values(data, key)]
        if isinstance(clean, QueryDict):
            clean.setlist(key, values)
        else:
            clean[key] = values if isinstance(data[key], list | tuple) else values[0]
    return clean, keys


def _is_unstorable(value: Any) -> bool:
    return isinstance(value, str) and _UNSTORABLE.search(value) is not None


def _values(data: Any, key: str) -> list[Any]:
    if hasattr(data, "getlist"):
        return data.getlist(key)
    return list(data[key]) if isinstance(data[key], list | tuple) else [data[key]]


def _limit(field: forms.Field) -> None:
    """Give a field that sets no limit one: a sentence, not a failing statement. Long pastes are refused, never cut."""
    if isinstance(field, forms.IntegerField) and not isinstance(field, forms.FloatField | forms.DecimalField):
        if field.max_value is None:
            _add_limit(field, validators.MaxValueValidator(LARGEST_INTEGER))
        if field.min_value is None:
            _add_limit(field, validators.MinValueValidator(-LARGEST_INTEGER - 1))
    elif isinstance(field, forms.CharField) and not isinstance(field, KronorField):
        if field.max_length is None:
            field.max_length = MAXIMUM_TEXT if isinstance(field.widget, forms.Textarea) else MAXIMUM_LINE
            _add_limit(field, validators.MaxLengthValidator(field.max_length))
        field.widget.attrs.pop("maxlength", None)
        field.error_messages.setdefault("max_length", TOO_LONG)


def _add_limit(field: forms.Field, validator: Any) -> None:
    field.validators = [*field.validators, validator]
