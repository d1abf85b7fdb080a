"""Two contents of a questionnaire beside each other: what is new, gone, changed or moved."""

from dataclasses import dataclass, replace

from codeofconduct.comparing import longest_order
from codeofconduct.questionnaire_logic import Content, QuestionText, told


@dataclass(frozen=True)
class Change:
    """What becomes of a question. `fields`: names of the fields that differ, with the old and the new value."""

    key: str
    kind: str  # "new", "gone", "changed" or "moved"
    fields: tuple[tuple[str, str, str], ...] = ()


_COMPARED = (
    "kind",
    "text_sv",
    "text_en",
    "help_sv",
    "help_en",
    "choices",
    "requirement",
    "is_required",
    "weight",
    "depends_on",
)


def changes(old: Content, new: Content) -> list[Change]:
    """What differs, question by question in the order of the new content; those that are gone come last.

    A question that only makes room for another one has not moved.
    """
    before, after = _placed(old), _placed(new)
    # Who stands after whom, among those in both: a question that was pushed down by a new one hasn't moved.
    stayed = longest_order([key for key in before if key in after], [key for key in after if key in before])
    found = []
    for key, (section, question) in after.items():
        if key not in before:
            found.append(Change(key, "new"))
            continue
        fields = _differences(before[key], (section, question))
        if fields:
            found.append(Change(key, "changed", fields))
        elif key not in stayed:
            found.append(Change(key, "moved"))
    return [*found, *(Change(key, "gone") for key in before if key not in after)]


def section_changes(old: Content, new: Content) -> list[int]:
    """The numbers of the new content's sections whose heading or text isn't as it was at that place."""
    bare = [replace(section, questions=()) for section in old]
    return [
        number
        for number, section in enumerate(new, start=1)
        if number > len(bare) or replace(section, questions=()) != bare[number - 1]
    ]


def _placed(content: Content) -> dict[str, tuple[int, QuestionText]]:
    return {
        question.key: (number, question)
        for number, section in enumerate(content, start=1)
        for question in section.questions
    }


def _differences(before: tuple[int, QuestionText], after: tuple[int, QuestionText]) -> tuple[tuple[str, str, str], ...]:
    found = []
    if before[0] != after[0]:
        found.append(("section", str(before[0]), str(after[0])))
    for name in _COMPARED:
        old, new = told(before[1], name), told(after[1], name)
        if old != new:
            found.append((name, old, new))
    return tuple(found)
