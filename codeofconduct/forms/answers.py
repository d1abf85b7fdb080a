"""A questionnaire as it is answered: a field for each question that is asked, given the answers so far."""

from collections.abc import Mapping
from typing import Any

from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import QuestionKind
from codeofconduct.forms.questions import answers_of
from codeofconduct.models import Question, QuestionnaireSection
from codeofconduct.queries.questionnaires import question_text
from codeofconduct.questionnaire_logic import COUNTRY_CODES, asked, complaints
from portal.ui.forms import PortalForm

PREFIX = "answer_"
# More answers than this stand in a list that opens.
RADIOS_MAX = 7
# Code points put ä before å; in Swedish it is å, ä, ö.
_SWEDISH_ORDER = str.maketrans({"å": "{", "ä": "|", "ö": "}"})


class AnswerForm(PortalForm):
    """`sections`: of one version, with questions. `typed`: what was filled in, by field name; it decides what is asked.

    Shows and checks; what it was given is stored nowhere. The labels are those of the language in use.
    """

    def __init__(
        self,
        *,
        sections: list[QuestionnaireSection],
        typed: Mapping[str, Any],
        files: Any = None,
        checks: bool = False,
    ) -> None:
        super().__init__(typed or None, files)
        self.sections, self.checks = sections, checks
        questions = [question for section in sections for question in section.questions.all()]
        texts = {question.key: question_text(question) for question in questions}
        self.asked = asked(texts.values(), {key: str(typed.get(PREFIX + key, "")) for key in texts})
        deciding = {text.depends_on for text in texts.values()}
        for question in questions:
            if question.key in self.asked:
                self.fields[PREFIX + question.key] = self._field(question, updates=question.key in deciding)

    def full_clean(self) -> None:
        """Faults are told when they are asked for: not to someone who has only begun."""
        if self.checks:
            super().full_clean()
        else:
            self._errors, self.cleaned_data = ErrorDict(), {}

    @property
    def parts(self) -> list[tuple[QuestionnaireSection, list[forms.BoundField]]]:
        """Each section with the fields that it shows now."""
        return [
            (
                section,
                [self[PREFIX + each.key] for each in section.questions.all() if each.key in self.asked],
            )
            for section in self.sections
        ]

    def _field(self, question: Question, *, updates: bool) -> forms.Field:
        field = answer_field(question)
        if updates:
            field.widget.attrs.update(_UPDATES)
        return field


def answer_field(question: Question) -> forms.Field:
    """The field in which the question is answered, with its label and help in the language in use, and its own rules."""
    text = question_text(question)
    field = _FIELDS[QuestionKind(question.kind)](question)
    field.label, field.help_text, field.required = question.text, question.help, question.is_required
    for sentence in complaints(text, "") if question.is_required else ():
        field.error_messages.update(required=sentence, invalid_choice=sentence)

    def judge(value: Any) -> None:
        if found := complaints(text, str(value)):
            raise ValidationError([str(sentence) for sentence in found])

    if isinstance(field, forms.CharField):
        field.validators = [judge]
    return field


# Where htmx is there, a new answer shows at once what it brings; without it there is the button.
_UPDATES = {
    "hx-post": "",
    "hx-trigger": "change",
    "hx-include": "closest form",
    "hx-target": "#questions",
    "hx-select": "#questions",
    "hx-swap": "outerHTML",
}


def _one_of(choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    if len(choices) > RADIOS_MAX:
        return forms.ChoiceField(choices=[("", _("Choose")), *choices])
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect)


def _countries(question: Question) -> forms.ChoiceField:
    names = Locale.parse(get_language() or "sv", sep="-").territories
    listed = sorted(
        ((code, names[code]) for code in COUNTRY_CODES), key=lambda each: each[1].casefold().translate(_SWEDISH_ORDER)
    )
    return forms.ChoiceField(choices=[("", _("Choose a country")), *listed])


_FIELDS = {
    QuestionKind.YES_NO: lambda question: _one_of(answers_of(question)),
    QuestionKind.CHOICE: lambda question: _one_of(answers_of(question)),
    QuestionKind.TEXT: lambda question: forms.CharField(widget=forms.Textarea(attrs={"rows": 4})),
    QuestionKind.NUMBER: lambda question: forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"})),
    QuestionKind.FILE: lambda question: forms.FileField(widget=forms.FileInput),
    QuestionKind.COUNTRY: _countries,
}
