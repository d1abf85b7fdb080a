"""Writes about the questions of a questionnaire's draft."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from codeofconduct.actions.versions import lock_draft
from codeofconduct.models import ProcessRequirement, Question, QuestionnaireSection, QuestionnaireVersion
from codeofconduct.questionnaire_logic import ChoiceText
from codeofconduct.questionnaire_writing import (
    QUESTIONS_MAX,
    lock_row,
    renumber,
    replace_choices,
    swap,
    tidied,
    touch,
)
from portal.history.models import By


@transaction.atomic
def add_question(
    *,
    by: By,
    section: QuestionnaireSection,
    key: str,
    kind: str,
    text_sv: str,
    text_en: str = "",
    help_sv: str = "",
    help_en: str = "",
    requirement: ProcessRequirement | None = None,
    is_required: bool = True,
    weight: int = 1,
    depends_on: Question | None = None,
    depends_on_value: str = "",
    choices: Sequence[ChoiceText] = (),
) -> Question:
    """Put a question last in the section. Raises ValidationError for a key that is taken and for too many questions."""
    draft = lock_draft(by=by, version=section.questionnaire_version)
    section = lock_row(section)
    _refuse_taken_key(draft, key)
    if _questions(draft).count() >= QUESTIONS_MAX:
        raise ValidationError(_("A questionnaire has at most %(limit)d questions.") % {"limit": QUESTIONS_MAX})
    question = Question.objects.create(
        section=section,
        number=section.questions.count() + 1,
        key=key,
        kind=kind,
        text_sv=tidied(text_sv),
        text_en=tidied(text_en),
        help_sv=tidied(help_sv),
        help_en=tidied(help_en),
        requirement=requirement,
        is_required=is_required,
        weight=weight,
        depends_on=depends_on,
        depends_on_value=depends_on_value,
    )
    replace_choices(question, choices)
    touch(draft)
    return question


@transaction.atomic
def revise_question(
    *,
    by: By,
    question: Question,
    seen: int | None,
    section: QuestionnaireSection,
    choices: Sequence[ChoiceText] = (),
    **fields: Any,
) -> Question:
    """Change what the question says; in another section it comes last. `fields`: as of `add_question`.

    Raises StaleVersionError by `seen`, and ValidationError for a key that is taken.
    """
    draft = lock_draft(by=by, version=question.section.questionnaire_version)
    locked = lock_row(question, seen)
    if fields.get("key", locked.key) != locked.key:
        _refuse_taken_key(draft, fields["key"])
    for name, value in fields.items():
        setattr(locked, name, tidied(value) if name.startswith(("text_", "help_")) else value)
    left, section = locked.section, lock_row(section)
    if section.pk != left.pk:
        locked.section, locked.number = section, section.questions.count() + 1
    locked.version += 1
    locked.save(update_fields=[*fields, "section", "number", "version"])
    if section.pk != left.pk:
        renumber(left.questions.order_by("number"))
    replace_choices(locked, choices)
    touch(draft)
    return locked


@transaction.atomic
def move_question(*, by: By, question: Question, up: bool) -> None:
    """One place up or down; past the end of its section into the next, past its beginning into the one before."""
    draft = lock_draft(by=by, version=question.section.questionnaire_version)
    question = lock_row(question)
    section = question.section
    if swap(list(section.questions.order_by("number")), question, up=up) or _into_next(draft, question, up=up):
        touch(draft)


@transaction.atomic
def remove_question(*, by: By, question: Question, seen: int | None) -> None:
    """Take the question away. Raises ValidationError while others depend on it, StaleVersionError by `seen`."""
    draft = lock_draft(by=by, version=question.section.questionnaire_version)
    locked = lock_row(question, seen)
    dependants = list(locked.dependants.order_by("section__number", "number").values_list("key", flat=True))
    if dependants:
        raise ValidationError(
            _("%(keys)s is asked only by the answer to this question. Change that condition first.")
            % {"keys": ", ".join(f"“{key}”" for key in dependants)}
        )
    section = locked.section
    locked.choices.all().delete()
    locked.delete()
    renumber(section.questions.order_by("number"))
    touch(draft)


def _questions(draft: QuestionnaireVersion) -> Any:
    return Question.objects.filter(section__questionnaire_version=draft)


def _refuse_taken_key(draft: QuestionnaireVersion, key: str) -> None:
    if _questions(draft).filter(key=key).exists():
        raise ValidationError({"key": _("Another question has this key.")})


def _into_next(draft: QuestionnaireVersion, question: Question, *, up: bool) -> bool:
    sections = list(draft.sections.order_by("number"))
    left = question.section
    place = next(number for number, each in enumerate(sections) if each.pk == left.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(sections):
        return False
    entered = sections[other]
    rows = list(entered.questions.order_by("number"))
    # Free the number first: what comes last is in nobody's way.
    question.section, question.number = entered, len(rows) + 1
    question.save(update_fields=["section", "number"])
    if not up:
        renumber([question, *rows])
    renumber(left.questions.order_by("number"))
    return True
