r"""The answers to choose from in one cell: `key=Swedish|English; …`, a backslash before ; | \ that belongs to a text."""

import re
from collections.abc import Iterable

from codeofconduct.questionnaire_logic import ChoiceText


def written(choices: Iterable[ChoiceText]) -> str:
    """As the cell holds them."""
    return "; ".join(f"{each.key}={_escaped(each.text_sv)}|{_escaped(each.text_en)}" for each in choices)


def choices_of(text: str) -> list[ChoiceText]:
    """What a cell says, in order; a line of its own for each will do too."""
    return [_choice(part) for part in _split(text, ";\n") if part.strip()]


def _choice(part: str) -> ChoiceText:
    key, _mark, texts = part.partition("=")
    swedish, *english = _split(texts, "|")
    return ChoiceText(key.strip(), _plain(swedish), _plain("|".join(english)))


def _split(text: str, marks: str) -> list[str]:
    """At the marks that no backslash stands before."""
    parts, part, place = [], "", 0
    while place < len(text):
        sign = text[place]
        if sign == "\\" and place + 1 < len(text):
            part += text[place : place + 2]
            place += 2
            continue
        if sign in marks:
            parts.append(part)
            part = ""
        else:
            part += sign
        place += 1
    return [*parts, part]


def _escaped(text: str) -> str:
    return re.sub(r"([\\;|])", r"\\\1", text)


def _plain(text: str) -> str:
    return re.sub(r"\\([\\;|])", r"\1", text.strip())
