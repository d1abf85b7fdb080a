"""What the actions on a questionnaire's draft share: steps inside their transaction, after their lock and checks."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from codeofconduct import copiers
from codeofconduct.models import Question, QuestionChoice, QuestionnaireSection, QuestionnaireVersion
from codeofconduct.queries.questionnaires import content_of, faults_of
from codeofconduct.questionnaire_logic import ChoiceText, Content, QuestionText, SectionText, Sentence
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
    """Fill an empty draft. Requirements are found by their numbers in its clause version.

    Raises ValidationError for what a form or a sheet would have refused: keys that stand twice, conditions on what comes
    later, requirements that the clause doesn't have.
    """
    requirements = dict(draft.clause_version.requirements.values_list("number", "pk"))
    written: dict[str, int] = {}
    for number, section in enumerate(content, start=1):
        row = QuestionnaireSection.objects.create(questionnaire_version=draft, number=number, **_texts(section))
        for place, told in enumerate(section.questions, start=1):
            if (
                told.key in written
                or (told.depends_on and told.depends_on not in written)
                or (told.requirement is not None and told.requirement not in requirements)
            ):
                raise ValidationError(
                    _("Question “%(key)s” stands twice, or names a question or requirement that isn't there.")
                    % {"key": told.key}
                )
            question = Question.objects.create(
                section=row,
                number=place,
                depends_on_id=written.get(told.depends_on),
                requirement_id=None if told.requirement is None else requirements[told.requirement],
                **plain_fields(told),
            )
            write_choices(question, told.choices)
            written[told.key] = question.pk


def copy_content(old: QuestionnaireVersion, new: QuestionnaireVersion) -> None:
    """Give the draft `new` what `old` says; of another clause it informs the requirements of the same numbers."""
    write_content(new, content_of(old))


def lacks(draft: QuestionnaireVersion) -> list[Sentence]:
    """Why the draft can't be adopted, a sentence each."""
    found = [
        format_lazy("{key}: {sentence}", key=fault.where, sentence=fault.sentence) if fault.where else fault.sentence
        for fault in faults_of(draft)
    ]
    if not draft.clause_version.is_locked:
        found.append(_("The contract clause that it belongs to is a draft itself: adopt that first."))
    return found


def register_questionnaires() -> None:
    """Make known what hangs on a version of a questionnaire."""
    copiers.register(QuestionnaireVersion, copy_content, remove=clear_content, lacks=lacks, line=("questionnaire",))


def clear_content(draft: QuestionnaireVersion) -> None:
    """Take everything away that the draft says."""
    QuestionChoice.objects.filter(question__section__questionnaire_version=draft).delete()
    questions = Question.objects.filter(section__questionnaire_version=draft)
    questions.filter(depends_on__isnull=False).update(depends_on=None, depends_on_value="")
    questions.delete()
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


def write_choices(question: Question, choices: Iterable[ChoiceText]) -> None:
    """The answers to choose from, in order, of a question that has none yet."""
    QuestionChoice.objects.bulk_create(
        QuestionChoice(
            question=question,
            key=choice.key,
            number=number,
            text_sv=" ".join(choice.text_sv.split()),
            text_en=" ".join(choice.text_en.split()),
        )
        for number, choice in enumerate(choices, start=1)
    )


def _texts(section: SectionText) -> dict[str, str]:
    return {name: tidied(getattr(section, name)) for name in ("heading_sv", "heading_en", "body_sv", "body_en")}
