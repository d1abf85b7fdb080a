"""A questionnaire with the supplier's drafts as a workbook: out to colleagues, and back into drafts only."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy

from codeofconduct.countries import country_choices
from codeofconduct.enums import QuestionKind
from codeofconduct.models import Question
from codeofconduct.questionnaire_logic import NO, YES, QuestionText, Sentence, complaints
from followups.enums.assessments import REASON_MIN
from followups.models.assessments import REASON_MAX
from followups.queries.drafts import Space
from portal.exchange.engine.finders import folded
from portal.exchange.reading import Line as Row
from portal.exchange.reading import Table, heading_key, read_table
from portal.exchange.reading.values import BadValue, text_of, yes_no_of
from portal.exchange.writing import Heading, write_xlsx

COLUMNS: dict[str, tuple[Sentence, int]] = {
    "key": (gettext_lazy("Key"), 18),
    "section": (gettext_lazy("Section"), 24),
    "question": (gettext_lazy("Question"), 60),
    "help": (gettext_lazy("Help"), 40),
    "possible": (gettext_lazy("What can be answered"), 40),
    "answer": (gettext_lazy("Answer"), 60),
    "reason": (gettext_lazy("Business secret because"), 40),
}
NEEDED = ("key", "answer")


# --- out


def export_answers(space: Space) -> bytes:
    """The workbook, with every question and what stands in the drafts, in the language in use."""
    target = io.BytesIO()
    write_xlsx([Heading(str(heading), width) for heading, width in COLUMNS.values()], _rows(space), target)
    return target.getvalue()


def _rows(space: Space) -> Iterator[list[Any]]:
    for section in space.sections:
        for question in section.questions.all():
            line = space.lines[question.key]
            yield [
                line.key,
                f"{section.number}. {section.heading}",
                f"{question.place} {question.text}",
                question.help,
                _possible(question),
                line.said,
                line.secrecy_claim,
            ]


def _possible(question: Question) -> str:
    """What may stand in the answer's cell, and when the question is asked at all."""
    told = {
        QuestionKind.YES_NO: gettext("Yes or no"),
        QuestionKind.CHOICE: "; ".join(choice.text for choice in question.choices.all()),
        QuestionKind.TEXT: gettext("Text"),
        QuestionKind.NUMBER: gettext("A number"),
        QuestionKind.FILE: gettext("A file: add it on the page, not here"),
        QuestionKind.COUNTRY: gettext("A country"),
    }[QuestionKind(question.kind)]
    if question.depends_on:
        condition = gettext("Only if the answer to “%(question)s” is %(answer)s.") % {
            "question": question.depends_on.text,
            "answer": question.wanted_answer,
        }
        return f"{told}. {condition}"
    return told


# --- in


@dataclass(frozen=True)
class RowFault:
    """What is wrong in a row: its number as Excel shows it (0: the file), the column's heading, what was found and expected."""

    row: int
    heading: Sentence
    found: str
    expected: Sentence


@dataclass
class Answers:
    """What was read, by the question's key: answers as the logic writes them, and reasons for business secrets."""

    values: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    faults: list[RowFault] = field(default_factory=list)


def read_answers(path: Path, name: str, space: Space) -> Answers:
    """Read a filled workbook. Cells that are empty say nothing. Raises Unreadable for what is no table at all."""
    with read_table(path, name, expected=_expected()) as table:
        return _read(table, space)


def _expected() -> dict[str, str]:
    """Folded heading in any language → the column's name."""
    found = {}
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            found.update({heading_key(heading): name for name, (heading, _width) in COLUMNS.items()})
    return found


def _read(table: Table, space: Space) -> Answers:
    expected, answers = _expected(), Answers()
    names = [expected.get(heading_key(column.heading), "") for column in table.columns]
    for name in NEEDED:
        if name not in names:
            answers.faults.append(RowFault(0, COLUMNS[name][0], "", gettext_lazy("The column is missing.")))
    if answers.faults:
        return answers
    rows: dict[str, int] = {}
    for row in table.rows:
        cells = {name: cell for name, cell in zip(names, row.values, strict=True) if name}
        _take(row, cells, space, answers, rows)
    return answers


def _take(row: Row, cells: dict[str, Any], space: Space, answers: Answers, rows: dict[str, int]) -> None:
    def refuse(column: str, expected: Sentence) -> None:
        found = "" if cells.get(column) is None else str(cells[column])
        answers.faults.append(RowFault(row.number, COLUMNS[column][0], found[:80], expected))

    if all(cells.get(name) is None for name in ("key", "answer", "reason")):
        return
    key = (_text(cells.get("key")) or "").strip()
    line = space.lines.get(key)
    if line is None:
        refuse("key", gettext_lazy("A key of this questionnaire. Leave the column as it was."))
    elif key in rows:
        refuse("key", format_lazy(gettext_lazy("Each question once: it stands in row {row} too."), row=rows[key]))
    else:
        rows[key] = row.number
        try:
            value = answer_of(line.text, cells.get("answer"))
        except BadValue as bad:
            refuse("answer", bad.expected)
        else:
            if value:
                answers.values[key] = value
        reason = (_text(cells.get("reason")) or "").strip()
        if reason and not REASON_MIN <= len(reason) <= REASON_MAX:
            refuse(
                "reason",
                format_lazy(
                    gettext_lazy("A concrete reason of {least} to {most} characters."),
                    least=REASON_MIN,
                    most=REASON_MAX,
                ),
            )
        elif reason:
            answers.reasons[key] = reason


def _text(cell: Any) -> str:
    try:
        return text_of(cell) or ""
    except BadValue:
        return ""


def answer_of(question: QuestionText, cell: Any) -> str:
    """The cell as the logic writes the answer to the question; "" for an empty one. Raises BadValue."""
    if cell is None or question.kind == QuestionKind.FILE:
        return ""
    if question.kind == QuestionKind.YES_NO:
        found = yes_no_of(cell)
        return "" if found is None else YES if found else NO
    text = text_of(cell)
    value = _key_of(question, text) if text else ""
    if value and (wrong := complaints(question, value)):
        words = "; ".join(
            each.text_en if translation.get_language() == "en" else each.text_sv for each in question.choices
        )
        raise BadValue(cell, gettext("Write one of: %(words)s.") % {"words": words} if words else wrong[0])
    return value


def _key_of(question: QuestionText, text: str) -> str:
    """The key of a choice or country that was written in words of either language, or as its key."""
    known: dict[str, str] = {}
    if question.kind == QuestionKind.CHOICE:
        for choice in question.choices:
            known |= {folded(choice.text_sv): choice.key, folded(choice.text_en): choice.key}
    elif question.kind == QuestionKind.COUNTRY:
        known = _countries()
    return known.get(folded(text), text)


@cache
def _countries() -> dict[str, str]:
    """The codes of countries by their names in either language, folded."""
    found: dict[str, str] = {}
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            found |= {folded(name): code for code, name in country_choices()}
    return found
