"""What the actions on a questionnaire's draft share: steps inside their transaction, after their lock and checks."""

from collections.abc import Collection, Iterable
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from codeofconduct import copiers
from codeofconduct.models import Question, QuestionChoice, QuestionnaireSection, QuestionnaireVersion
from codeofconduct.queries.questionnaires import content_of, questions_in_order, requirement_numbers
from codeofconduct.questionnaire_logic import (
    ChoiceText,
    Content,
    QuestionText,
    SectionText,
    Sentence,
    faults,
    questions_of,
)
from portal.exchange.reading.cells import tidy_text
from portal.history.versions import lock_at

# More than any self-assessment has; a bound for pages, PDFs and imports.
QUESTIONS_MAX = 300
SECTIONS_MAX = 50

Row = TypeVar("Row", Question, QuestionnaireSection)


def tidied(text: str) -> str:
    """As a spreadsheet gives it back: \\n between lines, nothing around, composed characters."""
    return tidy_text(text) or ""


def lock_row(row: Row, seen: int | None = None) -> Row:
    """A section or question, locked. Raises ValidationError where it is gone, StaleVersionError by `seen`."""
    try:
        return lock_at(row, seen)
    except type(row).DoesNotExist:
        raise ValidationError(_("It has been removed meanwhile.")) from None


def touch(draft: QuestionnaireVersion) -> None:
    """Count the draft's version up: whoever is about to adopt what a page showed is told that it changed."""
    QuestionnaireVersion.objects.filter(pk=draft.pk).update(version=F("version") + 1)


def swap(rows: list[Any], row: Any, *, up: bool) -> bool:
    """Exchange the numbers of the row and its neighbour among `rows`; False where it has none on that side."""
    place = next(number for number, each in enumerate(rows) if each.pk == row.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return False
    first, second = rows[place], rows[other]
    first.number, second.number = second.number, first.number
    type(row).objects.bulk_update([first, second], ["number"])
    return True


def renumber(rows: Iterable[Any]) -> None:
    """Number the rows from 1 without gaps."""
    moved = []
    for number, row in enumerate(rows, start=1):
        if row.number != number:
            row.number = number
            moved.append(row)
    if moved:
        type(moved[0]).objects.bulk_update(moved, ["number"])


def write_content(draft: QuestionnaireVersion, content: Content) -> None:
    """Let the draft say `content`, and change no row that says so already: the history tells of what changed alone.

    Sections are the same by their place, questions by their key. Requirements are found by their numbers in the draft's
    clause version. Raises ValidationError for what a form or a sheet would have refused: keys that stand twice,
    conditions on what comes later, requirements that the clause doesn't have.
    """
    requirements = dict(draft.clause_version.requirements.values_list("number", "pk"))
    _refuse_unwritable(content, requirements)
    sections = [_write_section(draft, number, section) for number, section in enumerate(content, start=1)]
    stored = {question.key: question for question in questions_in_order(draft)}
    written: dict[str, int] = {}
    for row, section in zip(sections, content, strict=True):
        for number, told in enumerate(section.questions, start=1):
            values = plain_fields(told) | {
                "section_id": row.pk,
                "number": number,
                "depends_on_id": written.get(told.depends_on),
                "requirement_id": None if told.requirement is None else requirements[told.requirement],
            }
            question = _write_question(stored.pop(told.key, None), values)
            replace_choices(question, told.choices)
            written[told.key] = question.pk
    _remove_questions([question.pk for question in stored.values()])
    draft.sections.filter(number__gt=len(content)).delete()


def _refuse_unwritable(content: Content, requirements: Collection[int]) -> None:
    earlier: set[str] = set()
    for told in questions_of(content):
        if (
            told.key in earlier
            or (told.depends_on and told.depends_on not in earlier)
            or (told.requirement is not None and told.requirement not in requirements)
        ):
            raise ValidationError(
                _("Question “%(key)s” stands twice, or names a question or requirement that isn't there.")
                % {"key": told.key}
            )
        earlier.add(told.key)


def _write_section(draft: QuestionnaireVersion, number: int, told: SectionText) -> QuestionnaireSection:
    texts = {name: tidied(getattr(told, name)) for name in ("heading_sv", "heading_en", "body_sv", "body_en")}
    row = draft.sections.filter(number=number).first()
    if row is None:
        return QuestionnaireSection.objects.create(questionnaire_version=draft, number=number, **texts)
    _change(row, texts)
    return row


def _write_question(row: Question | None, values: dict[str, Any]) -> Question:
    if row is None:
        return Question.objects.create(**values)
    _change(row, values)
    return row


def _change(row: Any, values: dict[str, Any]) -> None:
    """Write what differs, and count the row's version up: who has it open in a form is told."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.version += 1
        row.save(update_fields=[*changed, "version"])


def _remove_questions(keys: Collection[int]) -> None:
    """Take questions away (by primary key) on which none that stays depends."""
    questions = Question.objects.filter(pk__in=keys)
    QuestionChoice.objects.filter(question__in=questions).delete()
    questions.filter(depends_on__isnull=False).update(depends_on=None, depends_on_value="")
    questions.delete()


def copy_content(old: QuestionnaireVersion, new: QuestionnaireVersion) -> None:
    """Give the draft `new` what `old` says; of another clause it informs the requirements of the same numbers."""
    write_content(new, content_of(old))


def lacks(draft: QuestionnaireVersion) -> list[Sentence]:
    """Why the draft can't be adopted, a sentence each; of a question with its place and key."""
    content = content_of(draft)
    places = {
        question.key: f"{number}.{place}"
        for number, section in enumerate(content, start=1)
        for place, question in enumerate(section.questions, start=1)
    }
    found = [
        format_lazy("{place} {key}: {sentence}", place=places[fault.where], key=fault.where, sentence=fault.sentence)
        if fault.where
        else fault.sentence
        for fault in faults(content, requirement_numbers(draft))
    ]
    if not draft.clause_version.is_locked:
        found.append(_("The contract clause that it belongs to is a draft itself: adopt that first."))
    return found


def register_questionnaires() -> None:
    """Make known what hangs on a version of a questionnaire."""
    copiers.register(
        QuestionnaireVersion,
        copy_content,
        remove=clear_content,
        lacks=lacks,
        line=("questionnaire",),
        emptied=lambda draft: draft.questionnaire.delete(),
    )


def clear_content(draft: QuestionnaireVersion) -> None:
    """Take everything away that the draft says."""
    _remove_questions(list(Question.objects.filter(section__questionnaire_version=draft).values_list("pk", flat=True)))
    draft.sections.all().delete()


def plain_fields(told: QuestionText) -> dict[str, Any]:
    """The fields of a question that are no relation."""
    return {
        "key": told.key,
        "kind": told.kind,
        "text_sv": tidied(told.text_sv),
        "text_en": tidied(told.text_en),
        "help_sv": tidied(told.help_sv),
        "help_en": tidied(told.help_en),
        "is_required": told.is_required,
        "weight": told.weight,
        "depends_on_value": told.depends_on_value,
    }


def replace_choices(question: Question, choices: Iterable[ChoiceText]) -> None:
    """The answers to choose from, in order; nothing is written where they stand so already."""
    wanted = [ChoiceText(each.key, " ".join(each.text_sv.split()), " ".join(each.text_en.split())) for each in choices]
    stored = question.choices.order_by("number")
    if wanted == [ChoiceText(each.key, each.text_sv, each.text_en) for each in stored]:
        return
    stored.delete()
    QuestionChoice.objects.bulk_create(
        QuestionChoice(question=question, key=choice.key, number=number, text_sv=choice.text_sv, text_en=choice.text_en)
        for number, choice in enumerate(wanted, start=1)
    )
