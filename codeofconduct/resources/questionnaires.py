"""A questionnaire as a spreadsheet: a row a question, out and in again unchanged."""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from django.conf import settings
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codeofconduct.enums import QuestionKind
from codeofconduct.questionnaire_logic import (
    NO,
    YES,
    ChoiceText,
    Content,
    QuestionText,
    SectionText,
    Sentence,
    condition_fault,
)
from codeofconduct.questionnaire_writing import QUESTIONS_MAX, SECTIONS_MAX
from codeofconduct.resources.choices import choices_of, written
from portal.exchange.reading import Cell, Line, Table, heading_key, read_table
from portal.exchange.reading.values import BadValue, integer_of, text_of, yes_no_of
from portal.exchange.writing import Heading, write_csv, write_xlsx

KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
LARGEST_WEIGHT = 1000


@dataclass(frozen=True)
class SheetColumn:
    """A column: its name here, its heading, its width in characters, and how long a text it takes."""

    name: str
    heading: Sentence
    width: int = 0
    longest: int = 0


COLUMNS = (
    SheetColumn("section", gettext_lazy("Section")),
    SheetColumn("heading_sv", gettext_lazy("Heading in Swedish"), 30, 200),
    SheetColumn("heading_en", gettext_lazy("Heading in English"), 30, 200),
    SheetColumn("body_sv", gettext_lazy("Section's text in Swedish"), 40, 10_000),
    SheetColumn("body_en", gettext_lazy("Section's text in English"), 40, 10_000),
    SheetColumn("key", gettext_lazy("Key"), 18, 40),
    SheetColumn("number", gettext_lazy("Number")),
    SheetColumn("kind", gettext_lazy("Kind of answer"), 16, 40),
    SheetColumn("text_sv", gettext_lazy("Question in Swedish"), 50, 1000),
    SheetColumn("text_en", gettext_lazy("Question in English"), 50, 1000),
    SheetColumn("help_sv", gettext_lazy("Help in Swedish"), 40, 10_000),
    SheetColumn("help_en", gettext_lazy("Help in English"), 40, 10_000),
    SheetColumn("choices", gettext_lazy("Answers to choose from"), 50, 20_000),
    SheetColumn("requirement", gettext_lazy("Requirement"), 12),
    SheetColumn("is_required", gettext_lazy("Must be answered"), 16),
    SheetColumn("weight", gettext_lazy("Weight"), 8),
    SheetColumn("condition", gettext_lazy("Asked only if"), 24, 100),
)
BY_NAME = {column.name: column for column in COLUMNS}
NEEDED = ("section", "key", "kind", "text_sv")


# A question with the number that it says and the row that it stands on.
Numbered: TypeAlias = tuple[int | None, int, QuestionText]


# --- out


def export_questionnaire(content: Content, *, as_csv: bool) -> bytes:
    """The file, with headings and kinds in the language in use."""
    headings = [Heading(str(column.heading), column.width) for column in COLUMNS]
    if as_csv:
        return b"".join(write_csv(headings, _rows(content)))
    target = io.BytesIO()
    write_xlsx(headings, _rows(content), target)
    return target.getvalue()


def _rows(content: Content) -> Iterator[list[Any]]:
    for number, section in enumerate(content, start=1):
        head = [number, section.heading_sv, section.heading_en, section.body_sv, section.body_en]
        for place, question in enumerate(section.questions, start=1):
            yield [*head, *_cells(place, question)]
        if not section.questions:
            yield head + [None] * (len(COLUMNS) - len(head))


def _cells(number: int, question: QuestionText) -> list[Any]:
    return [
        question.key,
        number,
        str(QuestionKind(question.kind).label),
        question.text_sv,
        question.text_en,
        question.help_sv,
        question.help_en,
        written(question.choices),
        question.requirement,
        _("yes") if question.is_required else _("no"),
        question.weight,
        f"{question.depends_on}={question.depends_on_value}" if question.depends_on else "",
    ]


# --- in


@dataclass(frozen=True)
class SheetFault:
    """What is wrong: the row as Excel shows it (0: the file), the column's heading, what was found, what is expected."""

    row: int
    heading: Sentence
    found: str
    expected: Sentence


@dataclass
class Sheet:
    """What was read. Without faults `content` can be written."""

    content: Content = ()
    faults: list[SheetFault] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def read_questionnaire(path: Path, name: str, *, requirements: Iterable[int]) -> Sheet:
    """Read a file that was called `name`; `requirements`: the numbers that the draft's clause version has.

    Raises portal.exchange.reading.Unreadable for what is no table at all.
    """
    with read_table(path, name, expected=_expected()) as table:
        return _Reader(table, frozenset(requirements)).read()


def _expected() -> dict[str, str]:
    """Folded heading in any language → the column's name."""
    found = {}
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            found.update({heading_key(column.heading): column.name for column in COLUMNS})
    return found


def _kinds() -> dict[str, QuestionKind]:
    found = {}
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            for kind in QuestionKind:
                found[str(kind.label).casefold()] = found[kind.value] = kind
    return found


class _Reader:
    def __init__(self, table: Table, requirements: frozenset[int]) -> None:
        self.table, self.requirements = table, requirements
        self.kinds, self.sheet = _kinds(), Sheet()
        self.line = Line(0, ())
        self.row: dict[str, Cell] = {}
        self.sections: dict[int, tuple[int, SectionText]] = {}
        # By the number of the section.
        self.questions: dict[int, list[Numbered]] = {}

    def read(self) -> Sheet:
        expected = _expected()
        names = [expected.get(heading_key(column.heading), "") for column in self.table.columns]
        self.sheet.ignored = [
            column.heading for column, name in zip(self.table.columns, names, strict=True) if not name
        ]
        for name in NEEDED:
            if name not in names:
                self._refuse_file(BY_NAME[name].heading, _("The column is missing."))
        if self.sheet.faults:
            return self.sheet
        for line in self.table.rows:
            self.line = line
            self.row = {name: cell for name, cell in zip(names, line.values, strict=True) if name}
            if any(cell is not None for cell in self.row.values()):
                self._take()
        self._settle()
        return self.sheet

    # --- a row

    def _take(self) -> None:
        number = self._value("section", integer_of)
        if number is None or not 1 <= number <= SECTIONS_MAX:
            if number is not None or self.row.get("section") is None:
                limit = format_lazy(gettext_lazy("The section's number, 1 to {limit}."), limit=SECTIONS_MAX)
                self._refuse("section", limit)
            return
        self._take_section(number)
        questions = self.questions.setdefault(number, [])
        filled = [name for name in self.row if name not in _OF_SECTION and self.row[name] is not None]
        if filled and (question := self._question()) is not None:
            questions.append((self._value("number", integer_of), self.line.number, question))

    def _take_section(self, number: int) -> None:
        told = SectionText(
            self._text("heading_sv"), self._text("heading_en"), self._text("body_sv"), self._text("body_en")
        )
        row, known = self.sections.setdefault(number, (self.line.number, told))
        for name in ("heading_sv", "heading_en", "body_sv", "body_en"):
            # Cells merged over a section's rows leave the others empty.
            if getattr(told, name) not in {"", getattr(known, name)}:
                sentence = gettext_lazy("The same as in row {row}, which belongs to the same section, or nothing.")
                self._refuse(name, format_lazy(sentence, row=row))

    def _question(self) -> QuestionText | None:
        before = len(self.sheet.faults)
        key = self._text("key")
        if not KEY.fullmatch(key):
            self._refuse("key", gettext_lazy("A word of a–z, 0–9, _ and -, at most 40 characters."))
        kind = self.kinds.get(self._text("kind").casefold())
        if kind is None:
            labels = ", ".join(str(each.label) for each in QuestionKind)
            self._refuse("kind", format_lazy(gettext_lazy("One of: {labels}."), labels=labels))
        if not self._text("text_sv"):
            self._refuse("text_sv", gettext_lazy("Write the question."))
        depends_on, value = self._condition()
        required = self._value("is_required", yes_no_of)
        question = QuestionText(
            key=key,
            kind=kind.value if kind else "",
            text_sv=self._text("text_sv"),
            text_en=self._text("text_en"),
            help_sv=self._text("help_sv"),
            help_en=self._text("help_en"),
            requirement=self._requirement(),
            is_required=True if required is None else required,
            weight=self._weight(),
            depends_on=depends_on,
            depends_on_value=value,
            choices=self._choices(kind),
        )
        return question if len(self.sheet.faults) == before else None

    def _requirement(self) -> int | None:
        number = self._value("requirement", integer_of)
        if number is not None and number not in self.requirements:
            numbers = ", ".join(map(str, sorted(self.requirements)))
            self._refuse(
                "requirement",
                format_lazy(gettext_lazy("One of the clause's requirements: {numbers}."), numbers=numbers),
            )
        return number

    def _weight(self) -> int:
        weight = self._value("weight", integer_of)
        if weight is None:
            return 1
        if not 0 <= weight <= LARGEST_WEIGHT:
            self._refuse("weight", format_lazy(gettext_lazy("A whole number, 0 to {limit}."), limit=LARGEST_WEIGHT))
        return weight

    def _condition(self) -> tuple[str, str]:
        text = self._text("condition")
        if not text:
            return "", ""
        key, mark, value = (part.strip() for part in text.partition("="))
        if not mark or not key or not value or len(value) > 40:
            self._refuse(
                "condition", gettext_lazy("The key of an earlier question, = and its answer, for example policy=yes.")
            )
        return key, value

    def _choices(self, kind: QuestionKind | None) -> tuple[ChoiceText, ...]:
        text = self._text("choices")
        if not text:
            return ()
        if kind is not None and kind != QuestionKind.CHOICE:
            self._refuse("choices", gettext_lazy("Nothing: only a question with a choice has answers to choose from."))
            return ()
        found = choices_of(text)
        wrong = [
            choice
            for choice in found
            if not KEY.fullmatch(choice.key)
            or not choice.text_sv
            or max(len(choice.text_sv), len(choice.text_en)) > 300
        ]
        if wrong or len({choice.key for choice in found}) < len(found):
            self._refuse(
                "choices",
                gettext_lazy("Each answer as key=Swedish|English, with ; between them, each key once."),
            )
        return tuple(found)

    # --- the whole

    def _settle(self) -> None:
        earlier: dict[str, QuestionText] = {}
        rows: dict[str, int] = {}
        content = []
        # A question that could not be read would make those that depend on it look wrong.
        is_whole = not self.sheet.faults
        for number in sorted(self.sections):
            placed = []
            for _number, row, read in _in_order(self.questions[number]):
                question = _with_known_answer(read, earlier)
                placed.append(question)
                if question.key in earlier:
                    sentence = gettext_lazy("A key of its own; row {row} has the same.")
                    self._fault(row, "key", question.key, format_lazy(sentence, row=rows[question.key]))
                elif is_whole and (wrong := condition_fault(question, earlier)):
                    self._fault(row, "condition", f"{question.depends_on}={question.depends_on_value}", wrong)
                earlier[question.key] = question
                rows.setdefault(question.key, row)
            section = self.sections[number][1]
            content.append(
                SectionText(
                    section.heading_sv,
                    section.heading_en,
                    section.body_sv,
                    section.body_en,
                    tuple(placed),
                )
            )
        if not self.sheet.faults and not earlier:
            self._refuse_file(BY_NAME["key"].heading, _("The file has no questions."))
        if len(earlier) > QUESTIONS_MAX:
            self._refuse_file("", _("A questionnaire has at most %(limit)d questions.") % {"limit": QUESTIONS_MAX})
        self.sheet.faults.sort(key=lambda fault: fault.row)
        self.sheet.content = tuple(content)

    # --- cells

    def _text(self, name: str) -> str:
        text = self._value(name, text_of) or ""
        longest = BY_NAME[name].longest
        if len(text) > longest:
            self._refuse(name, format_lazy(gettext_lazy("At most {limit} characters."), limit=longest))
        return text

    def _value(self, name: str, parse: Callable[[Cell], Any]) -> Any:
        try:
            return parse(self.row.get(name))
        except BadValue as bad:
            self._refuse(name, bad.expected)
            return None

    def _refuse(self, name: str, expected: Sentence) -> None:
        self._fault(self.line.number, name, self.row.get(name), expected)

    def _refuse_file(self, heading: Sentence, expected: Sentence) -> None:
        self.sheet.faults.append(SheetFault(0, heading, "", expected))

    def _fault(self, row: int, name: str, found: object, expected: Sentence) -> None:
        text = "" if found is None else str(found)
        fault = SheetFault(row, BY_NAME[name].heading, text if len(text) <= 80 else f"{text[:79]}…", expected)
        if not any(each.row == row and each.heading == fault.heading for each in self.sheet.faults):
            self.sheet.faults.append(fault)


_OF_SECTION = frozenset({"section", "heading_sv", "heading_en", "body_sv", "body_en"})


def _in_order(questions: list[Numbered]) -> list[Numbered]:
    """As they are numbered; where they aren't, as they stand."""
    if any(number is None for number, _row, _question in questions):
        return questions
    return sorted(questions, key=lambda each: each[0] or 0)


def _with_known_answer(question: QuestionText, earlier: Mapping[str, QuestionText]) -> QuestionText:
    """A condition on a yes or no may say so in any of the languages: policy=ja."""
    deciding = earlier.get(question.depends_on)
    if deciding is None or deciding.kind != QuestionKind.YES_NO:
        return question
    try:
        answer = yes_no_of(question.depends_on_value)
    except BadValue:
        return question
    return replace(question, depends_on_value=YES if answer else NO)
