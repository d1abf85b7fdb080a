"""What the supplier types: answers of which each knows what the page showed, business secrets, the handing in."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import QuestionKind
from codeofconduct.forms.answers import PREFIX, answer_field
from codeofconduct.questionnaire_logic import ANSWER_MAX, complaints
from followups.enums.assessments import REASON_MIN
from followups.forms.fields import UploadsField
from followups.models.assessments import REASON_MAX
from followups.models.drafts import KEY_LENGTH
from followups.queries.drafts import Line, Space
from portal.exchange.forms import TableField
from portal.files.checks import Upload
from portal.ui.forms import TOO_LONG, UNSTORABLE, PortalForm

FILES, VERSION, WAS, OVER = "files_", "version_", "was_", "over_"


def mark_of(value: str) -> str:
    """Tells a text from any other, so that the page need not say it twice."""
    return hashlib.sha256(value.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Typed:
    """What was typed to a question. `version`: of the draft that the page showed, or that its reader decided to replace."""

    key: str
    value: str
    version: int


class DraftForm(PortalForm):
    """The questions of `lines`, with what stands in their drafts. A draft need not be complete, but what stands in it is
    a possible answer.

    For each question the page also sends the version and a mark of the text that it showed: what nobody touched is not
    saved, and what someone else changed meanwhile is not overwritten. A question that the page didn't show is left out.
    """

    def __init__(self, data: Any = None, files: Any = None, *, lines: Iterable[Line]) -> None:
        super().__init__(data, files)
        self.lines = {line.key: line for line in lines}
        self.typed: list[Typed] = []
        self.uploads: dict[str, list[Upload]] = {}
        for key, line in self.lines.items():
            if line.text.kind != QuestionKind.FILE:
                self.fields[PREFIX + key] = answer_field(line.question)
                self.fields[PREFIX + key].initial = line.value
            self.fields[FILES + key] = _files_field(line)

    def full_clean(self) -> None:
        """Sorts what was sent into `typed` and `uploads`; faults stand at their fields."""
        self._errors, self.cleaned_data = ErrorDict(), {}
        if not self.is_bound:
            return
        for name in list(self.data):
            if name.startswith(WAS) and len(name) <= len(WAS) + KEY_LENGTH:
                self._take(name.removeprefix(WAS))
        for key in self.lines:
            self._take_files(key)

    def value_sent(self, key: str) -> str:
        """As it is stored: \\n between lines, nothing around."""
        return str(self.data.get(PREFIX + key, "")).replace("\r\n", "\n").strip()

    def _take(self, key: str) -> None:
        name, value = PREFIX + key, self.value_sent(key)
        if mark_of(value) == self.data.get(WAS + key) and OVER + key not in self.data:
            return
        if fault := self._fault(key, value):
            self.add_error(name if name in self.fields else None, fault)
            return
        self.typed.append(
            Typed(key, value, number_sent(self.data, OVER + key) or number_sent(self.data, VERSION + key))
        )

    def _fault(self, key: str, value: str) -> Any:
        if PREFIX + key in self._unstorable:
            return UNSTORABLE
        if len(value) > ANSWER_MAX:
            return TOO_LONG % {"limit_value": ANSWER_MAX, "show_value": len(value)}
        line = self.lines.get(key)
        found = complaints(line.text, value) if line and value else []
        return found[0] if found else None

    def _take_files(self, key: str) -> None:
        name = FILES + key
        try:
            chosen = self.files.getlist(name) if self.files else []
            uploads = self.fields[name].clean(chosen) if chosen else []
        except ValidationError as error:
            self.add_error(name, error)
        else:
            if uploads:
                self.uploads[key] = uploads


def _files_field(line: Line) -> UploadsField:
    """Of a question whose answer is a file, the question itself; of others what supports the answer."""
    types = _("PDF, JPEG or PNG, at most 20 MB each.")
    if line.text.kind != QuestionKind.FILE:
        return UploadsField(required=False, label=_("Add files that support the answer"), help_text=types)
    told = f"{line.question.help} {types}".strip()
    return UploadsField(required=line.question.is_required, label=line.question.text, help_text=told)


def number_sent(data: Mapping[str, Any], name: str) -> int:
    """A whole number that a page sent along; 0 for anything else."""
    text = str(data.get(name, ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


class ReasonField(forms.CharField):
    """Why something is a business secret; empty where it isn't claimed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 2}), **kwargs)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and len(value) < REASON_MIN:
            raise ValidationError(
                _("Say concretely what harm it would do if others read it. “Confidential” is not enough."), code="vague"
            )


class SecretsForm(PortalForm):
    """A reason for each answer and each file that has something in it."""

    def __init__(self, *args: Any, space: Space, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows: list[tuple[Line, str, list[str]]] = []
        for line in space.answered:
            own = ""
            if line.said:
                own = f"answer_{line.key}"
                self.fields[own] = ReasonField(
                    label=format_lazy(_("Business secret: the answer to {place}"), place=line.question.place),
                    initial=line.secrecy_claim,
                )
            for file in line.files:
                self.fields[f"file_{file.public_id}"] = ReasonField(
                    label=format_lazy(_("Business secret: the file {name}"), name=file.name), initial=file.secrecy_claim
                )
            self.rows.append((line, own, [f"file_{file.public_id}" for file in line.files]))

    @property
    def parts(self) -> list[tuple[Line, list[forms.BoundField]]]:
        """Each answer with its fields."""
        return [(line, [self[name] for name in ([own] if own else []) + files]) for line, own, files in self.rows]

    @property
    def of_answers(self) -> dict[str, str]:
        """Reasons by the question's key."""
        return self._chosen("answer_")

    @property
    def of_files(self) -> dict[str, str]:
        """Reasons by the file's public id."""
        return self._chosen("file_")

    def _chosen(self, prefix: str) -> dict[str, str]:
        found = self.cleaned_data.items()
        return {name.removeprefix(prefix): value for name, value in found if name.startswith(prefix)}


class SubmitForm(PortalForm):
    """What stands above the button that hands in."""

    seen = forms.CharField(
        max_length=32,
        widget=forms.HiddenInput,
        error_messages={"required": _("The page was too old to submit from. Load it again.")},
    )
    consent = forms.TypedChoiceField(
        label=_("May the other regions read your answers?"),
        choices=[("yes", _("Yes, share them with all regions")), ("no", _("No, only with the regions concerned"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        help_text=_(
            "If they may, other regions need not ask you the same again. What you claim as a business secret is not shared."
        ),
        error_messages={"required": _("Answer yes or no.")},
    )
    understood = forms.BooleanField(
        label=_("I know that the answers become official documents when I submit them"),
        error_messages={"required": _("Tick that you know what becomes of the answers.")},
    )


class SheetForm(PortalForm):
    """The workbook that colleagues have filled in."""

    file = TableField(label=_("File"), help_text=_("The workbook you saved here, filled in (.xlsx), at most 20 MB."))


class ReplyForm(PortalForm):
    reply = forms.CharField(
        label=_("Your reply"),
        max_length=ANSWER_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write a reply.")},
    )
