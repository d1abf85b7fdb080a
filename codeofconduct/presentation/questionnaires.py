"""What the pages of a questionnaire show beside its rows: comparisons, changes, history."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from codeofconduct.comparing import Chapter, Part
from codeofconduct.enums import QuestionKind
from codeofconduct.models import Question, QuestionnaireSection, QuestionnaireVersion
from codeofconduct.presentation.conflicts import differences
from codeofconduct.presentation.documents import Said, part_of, plainly, said
from codeofconduct.queries.questionnaires import question_text
from codeofconduct.questionnaire_changes import Change, changes, section_changes
from codeofconduct.questionnaire_logic import YES, Content, Sentence, questions_of, told
from portal.history.queries import Changes, Ever, changes_of
from portal.ui.forms import PortalForm
from portal.ui.responses import Comparison

LABELS: dict[str, Sentence] = {
    "section": _("Section"),
    "kind": _("Kind of answer"),
    "text_sv": _("Question in Swedish"),
    "text_en": _("Question in English"),
    "help_sv": _("Help in Swedish"),
    "help_en": _("Help in English"),
    "choices": _("Answers to choose from"),
    "requirement": _("Requirement"),
    "is_required": _("Must be answered"),
    "weight": _("Weight"),
    "depends_on": _("Asked only if"),
}
# What of a question, beside its words, is laid beside another version.
COMPARED_FACTS = ("kind", "requirement", "is_required", "weight", "depends_on")
KINDS: dict[str, Sentence] = {
    "new": _("new"),
    "changed": _("changed"),
    "moved": _("moved"),
    "gone": _("gone"),
}


def compared(form: PortalForm, stored: Any) -> list[Comparison]:
    """What was typed beside what is stored, field by field where they differ."""
    names = [name for name in form.cleaned_data if name in form.fields and name != "version"]
    return differences(form, {name: getattr(stored, name) for name in names})


def compared_question(form: PortalForm, stored: Question) -> list[Comparison]:
    """As `compared`, with what isn't one field of the form: the answers to choose from, and the condition."""
    typed, theirs = form.cleaned_data, question_text(stored)
    decides = typed["depends_on"].key if typed["depends_on"] else ""
    mine = replace(theirs, choices=typed["choices"], depends_on=decides, depends_on_value=typed["depends_on_value"])
    found = compared(form, stored)
    for name in ("choices", "depends_on"):
        if told(mine, name) != told(theirs, name):
            found.append(Comparison(LABELS[name], told(mine, name) or "–", told(theirs, name) or "–"))
    return found


@dataclass(frozen=True)
class ShownChange:
    """A question in the preview of an import: what becomes of it, and its fields as (label, before, after)."""

    key: str
    kind: str
    label: Sentence
    text: str
    fields: list[tuple[Sentence, str, str]]


@dataclass(frozen=True)
class Difference:
    """What an import would do: questions that change, and the numbers of the sections whose texts do."""

    questions: list[ShownChange]
    sections: list[int]
    unchanged: int
    is_empty: bool


def difference(old: Content, new: Content) -> Difference:
    """The new content beside the old, for a person."""
    texts = {question.key: question.text_sv for content in (old, new) for question in questions_of(content)}
    found = list(changes(old, new))
    shown = [_shown(change, texts[change.key]) for change in found]
    touched = sum(change.kind != "gone" for change in found)
    return Difference(shown, section_changes(old, new), len(questions_of(new)) - touched, old == new)


def _shown(change: Change, text: str) -> ShownChange:
    fields = [(LABELS[name], _said(name, before), _said(name, after)) for name, before, after in change.fields]
    return ShownChange(change.key, change.kind, KINDS[change.kind], text, fields)


def _said(name: str, value: str) -> str:
    if name == "kind" and value:
        return str(QuestionKind(value).label)
    if name == "is_required":
        return gettext("yes") if value == YES else gettext("no")
    return value or "–"


def history_of(version: QuestionnaireVersion, before: str) -> Changes:
    """Who changed the version, its sections and questions; `before`: the cursor of an older page."""
    sources: Iterable[Any] = (
        version,
        Ever(QuestionnaireSection, questionnaire_version=version),
        Ever(Question, section__questionnaire_version=version),
    )
    return changes_of(*sources, before=before)


def chapters_of(sections: list[QuestionnaireSection], language: str) -> list[Chapter]:
    """What `comparing` lays beside another version: the sections, and the questions by their keys. Texts in `language`."""
    place = count(1)
    with translation.override(language):
        return [
            Chapter(_("Sections"), [_section_part(section, language) for section in sections]),
            Chapter(
                _("Questions"),
                [
                    _question_part(each, next(place), language)
                    for section in sections
                    for each in section.questions.all()
                ],
            ),
        ]


def _section_part(section: QuestionnaireSection, language: str) -> Part:
    body = plainly(said(section, "body", language))
    return part_of(section.heading_sv, section.number, said(section, "heading", language), {gettext("Text"): body})


def _question_part(question: Question, place: int, language: str) -> Part:
    text = question_text(question)
    texts = {gettext("Help"): plainly(said(question, "help", language))}
    if question.kind == QuestionKind.CHOICE:
        texts[str(LABELS["choices"])] = _choices_said(question, language)
    texts |= {str(LABELS[name]): Said(_said(name, told(text, name))) for name in COMPARED_FACTS}
    if question.depends_on:
        texts[str(LABELS["depends_on"])] = Said(f"{question.depends_on.key} = {question.wanted_answer}")
    return part_of(question.key, place, said(question, "text", language), texts)


def _choices_said(question: Question, language: str) -> Said:
    every = [said(choice, "text", language) for choice in question.choices.all()]
    return Said("\n".join(each.text for each in every), next((each.language for each in every if each.language), ""))
