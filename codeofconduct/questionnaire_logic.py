"""What a questionnaire says, as plain values: which questions are asked, what is wrong with an answer or the whole.

Copying, importing, exporting, comparing and checking all work on `Content`; no database, no request.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from babel import Locale
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import QuestionKind

YES, NO = "yes", "no"
CHOICES_MIN = 2
# Characters of an answer in free text, and digits of a number.
ANSWER_MAX = 10_000
NUMBER = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,6})?")
# Kinds whose answers are few and known beforehand, so that another question can depend on one of them.
DECIDING = frozenset({QuestionKind.YES_NO, QuestionKind.CHOICE})

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Sentence
else:
    Sentence = str


@dataclass(frozen=True)
class ChoiceText:
    """An answer to choose: its key, and what it says in both languages."""

    key: str
    text_sv: str
    text_en: str = ""


@dataclass(frozen=True)
class QuestionText:
    """A question. `requirement`: the number of the one it informs; `depends_on`: the key of the question that decides."""

    key: str
    kind: str
    text_sv: str
    text_en: str = ""
    help_sv: str = ""
    help_en: str = ""
    requirement: int | None = None
    is_required: bool = True
    weight: int = 1
    depends_on: str = ""
    depends_on_value: str = ""
    choices: tuple[ChoiceText, ...] = ()

    @property
    def possible(self) -> tuple[str, ...]:
        """The answers that are known beforehand; none for texts, numbers, files and countries."""
        if self.kind == QuestionKind.YES_NO:
            return (YES, NO)
        return tuple(choice.key for choice in self.choices) if self.kind == QuestionKind.CHOICE else ()


@dataclass(frozen=True)
class SectionText:
    """A section with its questions in order."""

    heading_sv: str
    heading_en: str = ""
    body_sv: str = ""
    body_en: str = ""
    questions: tuple[QuestionText, ...] = ()


Content: TypeAlias = tuple[SectionText, ...]


@dataclass(frozen=True)
class Fault:
    """What stands against adopting: where (the question's key, or "" for the questionnaire), and a sentence."""

    where: str
    sentence: Sentence


def fingerprint(content: Content) -> str:
    """What tells a content from any other."""
    return hashlib.sha256(repr(content).encode()).hexdigest()


def content_from_plain(sections: Iterable[Mapping[str, Any]]) -> Content:
    """What `dataclasses.asdict` made of each section, as it was."""
    return tuple(SectionText(**{**section, "questions": _questions(section["questions"])}) for section in sections)


def _questions(plain: Iterable[Mapping[str, Any]]) -> tuple[QuestionText, ...]:
    return tuple(
        QuestionText(**{**each, "choices": tuple(ChoiceText(**choice) for choice in each["choices"])}) for each in plain
    )


def questions_of(content: Iterable[SectionText]) -> list[QuestionText]:
    """All questions in the order in which they are asked."""
    return [question for section in content for question in section.questions]


# --- answering


def asked(questions: Iterable[QuestionText], answers: Mapping[str, str]) -> set[str]:
    """The keys of the questions that are asked, given the answers so far (key → answer).

    A question with a condition is asked when the one it depends on is itself asked and has that answer: what was
    answered before a branch was left counts no more. A condition on a question that comes later is never met.
    """
    found: set[str] = set()
    for question in questions:
        if not question.depends_on or (
            question.depends_on in found and answers.get(question.depends_on) == question.depends_on_value
        ):
            found.add(question.key)
    return found


def complaints(question: QuestionText, value: str) -> list[Sentence]:
    """What is wrong with an answer, a sentence each; nothing if it can be handed in. `value`: as it was written; of a
    file its name. That a question is asked at all is `asked`'s to say.
    """
    value = value.strip()
    if not value:
        return [_MISSING[QuestionKind(question.kind)]] if question.is_required else []
    if question.possible and value not in question.possible:
        return [_("Choose one of the answers.")]
    if question.kind == QuestionKind.NUMBER and number_of(value) is None:
        return [_("Write a number, for example 12 or 12,5.")]
    if question.kind == QuestionKind.COUNTRY and value not in COUNTRY_CODES:
        return [_("Choose a country from the list.")]
    if len(value) > ANSWER_MAX:
        return [format_lazy(_("The answer is longer than {limit} characters. Shorten it."), limit=ANSWER_MAX)]
    return []


def number_of(text: str) -> Decimal | None:
    """ "1 234,5" → 1234.5; None for what is no number."""
    bare = re.sub(r"\s", "", text).replace("\N{MINUS SIGN}", "-")
    return Decimal(bare.replace(",", ".")) if NUMBER.fullmatch(bare) else None


_MISSING: dict[QuestionKind, Sentence] = {
    QuestionKind.YES_NO: _("Answer yes or no."),
    QuestionKind.CHOICE: _("Choose one of the answers."),
    QuestionKind.TEXT: _("Write an answer."),
    QuestionKind.NUMBER: _("Write a number, for example 12 or 12,5."),
    QuestionKind.FILE: _("Choose a file."),
    QuestionKind.COUNTRY: _("Choose a country from the list."),
}
# ISO 3166; regions of the world have digits for codes, and X, Q and Z mark what is no country.
COUNTRY_CODES = frozenset(
    code
    for code in map(str, Locale("sv").territories)
    if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
)


# --- the whole


def faults(content: Content, requirements: Collection[int]) -> list[Fault]:
    """What must be put right before a version can be adopted; `requirements`: the numbers that the clause version has."""
    questions = questions_of(content)
    if not questions:
        return [Fault("", _("The questionnaire has no questions."))]
    return [
        *_faults_of_sections(content),
        *_twice(questions),
        *(fault for question in questions for fault in _faults_of(question, requirements)),
        *_faults_of_conditions(questions),
    ]


def condition_fault(question: QuestionText, earlier: Mapping[str, QuestionText]) -> Sentence | None:
    """What is wrong with its condition, if anything; `earlier`: the questions that are asked before it, by key."""
    if not question.depends_on:
        return None
    other = earlier.get(question.depends_on)
    if other is None:
        return format_lazy(_("It depends on “{key}”, which is not asked before it."), key=question.depends_on)
    if other.kind not in DECIDING:
        return format_lazy(
            _("It depends on “{key}”, which is neither a yes or no nor a choice."), key=question.depends_on
        )
    if question.depends_on_value not in other.possible:
        return format_lazy(
            _("It depends on the answer “{value}”, which “{key}” does not have."),
            value=question.depends_on_value,
            key=question.depends_on,
        )
    return None


def _faults_of_sections(content: Content) -> Iterator[Fault]:
    for number, section in enumerate(content, start=1):
        if not section.heading_sv:
            yield Fault("", format_lazy(_("Section {number} lacks its heading in Swedish."), number=number))
        if not section.heading_en:
            yield Fault("", format_lazy(_("Section {number} lacks its heading in English."), number=number))
        if bool(section.body_sv) != bool(section.body_en):
            yield Fault("", format_lazy(_("The text of section {number} stands in one language only."), number=number))
        if not section.questions:
            yield Fault("", format_lazy(_("Section {number} has no questions."), number=number))


def _twice(questions: Iterable[QuestionText]) -> Iterator[Fault]:
    for key, times in Counter(question.key for question in questions).items():
        if times > 1:
            yield Fault(key, _("Several questions have this key."))


def _faults_of(question: QuestionText, requirements: Collection[int]) -> Iterator[Fault]:
    if not question.text_sv:
        yield Fault(question.key, _("The question in Swedish is missing."))
    if not question.text_en:
        yield Fault(question.key, _("The question in English is missing."))
    if bool(question.help_sv) != bool(question.help_en):
        yield Fault(question.key, _("The help stands in one language only."))
    if question.kind == QuestionKind.CHOICE:
        if len(question.choices) < CHOICES_MIN:
            yield Fault(question.key, _("It needs at least two answers to choose from."))
        if any(not choice.text_sv or not choice.text_en for choice in question.choices):
            yield Fault(question.key, _("An answer to choose from is missing in one language."))
    if question.requirement is not None and question.requirement not in requirements:
        yield Fault(
            question.key,
            format_lazy(_("The contract clause has no requirement {number}."), number=question.requirement),
        )


def _faults_of_conditions(questions: Iterable[QuestionText]) -> Iterator[Fault]:
    earlier: dict[str, QuestionText] = {}
    for question in questions:
        sentence = condition_fault(question, earlier)
        if sentence is not None:
            yield Fault(question.key, sentence)
        earlier[question.key] = question


def told(question: QuestionText, name: str) -> str:
    """A field of a question as a spreadsheet's cell holds it: choices in one line, a condition as `key=answer`."""
    if name == "choices":
        return "; ".join(f"{choice.key}={choice.text_sv}|{choice.text_en}" for choice in question.choices)
    if name == "depends_on":
        return f"{question.depends_on}={question.depends_on_value}" if question.depends_on else ""
    if name == "is_required":
        return YES if question.is_required else NO
    value = getattr(question, name)
    return "" if value is None else str(value)
