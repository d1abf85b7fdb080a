"""Input about one question of a questionnaire."""

import re
from collections.abc import Container
from typing import Any

from django import forms
from django.utils.text import Truncator, format_lazy, slugify
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import QuestionKind
from codeofconduct.models import ProcessRequirement, Question, QuestionnaireSection, QuestionnaireVersion
from codeofconduct.queries.questionnaires import question_text, questions_in_order
from codeofconduct.questionnaire_logic import (
    DECIDING,
    NO,
    YES,
    ChoiceText,
    QuestionText,
    condition_fault,
    told,
)
from codeofconduct.questionnaire_writing import QUESTIONS_MAX
from portal.ui.forms import PortalForm, VersionMixin

KEY = re.compile(r"[a-z0-9][a-z0-9_-]*")
KEY_MAX = 40
WEIGHT_MAX = 1000
CHOICES_MAX = 20
# Empty rows below the answers that are there already.
SPARE_CHOICES = 4
SHORT = 60
PLAIN = ("key", "kind", "text_sv", "text_en", "help_sv", "help_en", "is_required", "weight")
# A row of the answers to choose from: its fields with their labels and how long they may be.
CHOICE_PARTS = {
    "number": (_("Place of answer {number}"), 2),
    "text_sv": (_("Answer {number} in Swedish"), 300),
    "text_en": (_("Answer {number} in English"), 300),
    "key": (_("Key of answer {number}"), KEY_MAX),
}


class QuestionForm(PortalForm):
    """A question in both languages, with the answers to choose from, and when it is asked."""

    section = forms.ModelChoiceField(
        QuestionnaireSection.objects.none(),
        to_field_name="public_id",
        label=_("Section"),
        empty_label=None,
        error_messages={"required": _("Choose the section.")},
    )
    text_sv = forms.CharField(
        label=_("Question in Swedish"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write the question.")},
    )
    text_en = forms.CharField(
        label=_("Question in English"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    help_sv = forms.CharField(label=_("Help in Swedish"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    help_en = forms.CharField(label=_("Help in English"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    kind = forms.ChoiceField(
        label=_("Kind of answer"),
        choices=QuestionKind,
        initial=QuestionKind.YES_NO,
        error_messages={"required": _("Choose the kind of answer.")},
    )
    requirement = forms.ModelChoiceField(
        ProcessRequirement.objects.none(),
        to_field_name="public_id",
        label=_("Requirement it informs"),
        required=False,
        empty_label=_("No requirement"),
    )
    condition = forms.ChoiceField(
        label=_("Asked only if"),
        required=False,
        help_text=_("A question before this one, and the answer that it must have."),
    )
    is_required = forms.BooleanField(label=_("Must be answered"), required=False, initial=True)
    weight = forms.IntegerField(
        label=_("Weight"),
        min_value=0,
        max_value=WEIGHT_MAX,
        initial=1,
        help_text=_("How much the answer counts beside the others. 0 counts nothing."),
        error_messages={"required": _("Write a whole number, for example 1.")},
    )
    key = forms.SlugField(
        label=_("Key"),
        max_length=KEY_MAX,
        required=False,
        help_text=_(
            "A short word of a–z, 0–9, _ and -, the same in every version, so that answers can be carried over. "
            "Left empty, it is made of the question."
        ),
        error_messages={"invalid": _("Only a–z, 0–9, _ and -.")},
    )

    def __init__(
        self, *args: Any, draft: QuestionnaireVersion, question: Question | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        self.stored = question_text(question) if question else None
        self.placed = questions_in_order(draft)
        self.offer("section", draft.sections.order_by("number"))
        self.offer("requirement", draft.clause_version.requirements.order_by("number"))
        self.offer("condition", self._conditions())
        self._offer_choices()
        if question is not None and self.stored is not None:
            for name in (*PLAIN, "section", "requirement"):
                self.fields[name].initial = getattr(question, name)
            self.fields["condition"].initial = told(self.stored, "depends_on")

    @property
    def choice_rows(self) -> list[list[forms.BoundField]]:
        """The rows of answers to choose from, for the template."""
        return [[self[f"choice_{number}_{part}"] for part in CHOICE_PARTS] for number in range(1, self.rows + 1)]

    def clean_kind(self) -> QuestionKind:
        return QuestionKind(self.cleaned_data["kind"])

    def clean(self) -> dict[str, Any]:
        """What the actions take, `choices`, `depends_on` and `depends_on_value` among it."""
        cleaned = super().clean()
        cleaned["choices"] = self._choices()
        if not cleaned.get("key") and "key" not in self.errors:
            cleaned["key"] = self.stored.key if self.stored else self._new_key(cleaned.get("text_sv", ""))
        key, _mark, value = cleaned.pop("condition", "").partition("=")
        cleaned["depends_on"], cleaned["depends_on_value"] = self._by_key.get(key), value
        if key and not self.errors:
            self._check_condition(cleaned, key, value)
        return {name: cleaned[name] for name in cleaned if not name.startswith("choice_")}

    # --- conditions

    @property
    def _by_key(self) -> dict[str, Question]:
        return {each.key: each for each in self.placed}

    def _conditions(self) -> list[tuple[Any, Any]]:
        """Always, or one of the answers of one of the other questions that have known ones."""
        groups: list[tuple[Any, Any]] = [("", _("Nothing: it is always asked"))]
        for each in self.placed:
            if each.kind in DECIDING and (self.question is None or each.pk != self.question.pk):
                answers = [(f"{each.key}={value}", label) for value, label in answers_of(each)]
                groups.append((f"{each.section.number}.{each.number} {Truncator(each.text).chars(SHORT)}", answers))
        stored = told(self.stored, "depends_on") if self.stored else ""
        if stored and not any(stored == value for _label, group in groups[1:] for value, _answer in group):
            groups.append((stored, format_lazy(_("{condition} (no longer there)"), condition=stored)))
        return groups

    def _check_condition(self, cleaned: dict[str, Any], key: str, value: str) -> None:
        """It comes later than what it depends on, in the section where it is about to stand."""
        section = cleaned["section"]
        stays = self.question is not None and self.question.section_id == section.pk
        own = (section.number, self.question.number if self.question and stays else QUESTIONS_MAX + 1)
        earlier = {each.key: question_text(each) for each in self.placed if (each.section.number, each.number) < own}
        asked_then = QuestionText("", QuestionKind.TEXT, "", depends_on=key, depends_on_value=value)
        if sentence := condition_fault(asked_then, earlier):
            self.add_error("condition", sentence)

    # --- answers to choose from

    def _offer_choices(self) -> None:
        choices = self.stored.choices if self.stored else ()
        self.rows = min(CHOICES_MAX, len(choices) + SPARE_CHOICES)
        for number in range(1, self.rows + 1):
            choice = choices[number - 1] if number <= len(choices) else None
            for part, (label, longest) in CHOICE_PARTS.items():
                field: forms.Field
                if part == "number":
                    field = forms.IntegerField(min_value=1, max_value=99, initial=number)
                else:
                    field = forms.CharField(max_length=longest, initial=getattr(choice, part, ""))
                field.widget.attrs.pop("maxlength", None)
                field.label, field.required = format_lazy(label, number=number), False
                self.fields[f"choice_{number}_{part}"] = field

    def _choices(self) -> tuple[ChoiceText, ...]:
        """The filled rows by their numbers; rows without a text are gone."""
        cleaned, found = self.cleaned_data, []
        taken: set[str] = set()
        for row in range(1, self.rows + 1):
            swedish, english, key, number = (
                cleaned.get(f"choice_{row}_{part}") for part in ("text_sv", "text_en", "key", "number")
            )
            if not swedish and not english:
                continue
            if not swedish:
                self.add_error(f"choice_{row}_text_sv", _("Write the answer in Swedish too."))
            key = key or _fresh(slugify(swedish or ""), "svar", taken)
            if not KEY.fullmatch(key):
                self.add_error(f"choice_{row}_key", _("Only a–z, 0–9, _ and -."))
            elif key in taken:
                self.add_error(f"choice_{row}_key", _("Another answer has this key."))
            taken.add(key)
            found.append((number or row, ChoiceText(key, swedish or "", english or "")))
        was_choice = self.stored is not None and self.stored.kind == QuestionKind.CHOICE
        if found and cleaned.get("kind") not in {QuestionKind.CHOICE, None}:
            if not was_choice:
                self.add_error(
                    "kind", _("Answers to choose from are filled in. Choose “one of several”, or empty them.")
                )
            return ()
        return tuple(choice for _number, choice in sorted(found, key=lambda each: each[0]))

    def _new_key(self, text: str) -> str:
        return _fresh(slugify(text), "fraga", self._by_key)


def _fresh(wanted: str, otherwise: str, taken: Container[str]) -> str:
    """A key of the text's first words that nobody has yet."""
    base = wanted[: KEY_MAX - 4].strip("-_") or otherwise
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key


def answers_of(question: Question) -> list[tuple[str, Any]]:
    """The answers that are known beforehand, each with its label in the page's language."""
    if question.kind == QuestionKind.YES_NO:
        return [(YES, _("Yes")), (NO, _("No"))]
    return [(choice.key, choice.text) for choice in question.choices.all()]


class QuestionEditForm(VersionMixin, QuestionForm):
    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, question=question, **kwargs)
        self.fields["version"].initial = question.version
