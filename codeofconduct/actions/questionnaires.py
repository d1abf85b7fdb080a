"""Writes about questionnaires: lines, drafts, their sections, and their whole content at once.

Every write on a draft locks its version. `seen` is the row's version that the form showed (StaleVersionError); what is
adopted is refused with ValidationError.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from codeofconduct.actions.versions import lock_draft, revise_draft, start_first_version
from codeofconduct.models import (
    ClauseVersion,
    Question,
    Questionnaire,
    QuestionnaireSection,
    QuestionnaireVersion,
)
from codeofconduct.queries.questionnaires import content_of
from codeofconduct.questionnaire_logic import Content, fingerprint, questions_of
from codeofconduct.questionnaire_writing import (
    QUESTIONS_MAX,
    SECTIONS_MAX,
    lock_row,
    renumber,
    swap,
    tidied,
    touch,
    write_content,
)
from portal.history.models import By, actor_of


@transaction.atomic
def start_questionnaire(
    *,
    by: By,
    title_sv: str,
    title_en: str = "",
    name: str,
    valid_from: date,
    clause_version: ClauseVersion,
    source: str = "",
) -> QuestionnaireVersion:
    """A new line with its first draft. Raises ValidationError where another line has the title."""
    try:
        with transaction.atomic():
            line = Questionnaire.objects.create(
                title_sv=tidied(title_sv), title_en=tidied(title_en), created_by=actor_of(by)
            )
    except IntegrityError:
        raise ValidationError({"title_sv": _("Another questionnaire has this title.")}) from None
    return start_first_version(
        by=by,
        model=QuestionnaireVersion,
        name=tidied(name),
        valid_from=valid_from,
        line={"questionnaire": line},
        values={"clause_version": clause_version, "source": tidied(source)},
    )


@transaction.atomic
def revise_questionnaire(
    *, by: By, version: QuestionnaireVersion, seen: int, clause_version: ClauseVersion, **values: Any
) -> QuestionnaireVersion:
    """What stands about the draft itself; `values`: name, valid_from, source, change_note.

    With another clause version each question informs the requirement of its number there. Raises ValidationError where
    that has no such requirement, and as `versions.revise_draft`.
    """
    draft = lock_draft(by=by, version=version, seen=seen)
    if draft.clause_version_id != clause_version.pk:
        _inform(draft, clause_version)
    return revise_draft(by=by, version=draft, seen=seen, clause_version=clause_version, **values)


def _inform(draft: QuestionnaireVersion, clause: ClauseVersion) -> None:
    by_number = {requirement.number: requirement for requirement in clause.requirements.all()}
    informing = [
        (question, question.requirement.number)
        for question in Question.objects.filter(section__questionnaire_version=draft).select_related("requirement")
        if question.requirement
    ]
    lacking = sorted({number for _question, number in informing if number not in by_number})
    if lacking:
        raise ValidationError(
            {
                "clause_version": _("Questions inform requirement %(numbers)s, which this version doesn't have.")
                % {"numbers": ", ".join(map(str, lacking))}
            }
        )
    for question, number in informing:
        question.requirement = by_number[number]
    Question.objects.bulk_update([question for question, _number in informing], ["requirement"])


@transaction.atomic
def add_section(
    *, by: By, version: QuestionnaireVersion, heading_sv: str, heading_en: str, body_sv: str = "", body_en: str = ""
) -> QuestionnaireSection:
    """Put a section last."""
    draft = lock_draft(by=by, version=version)
    number = draft.sections.count() + 1
    if number > SECTIONS_MAX:
        raise ValidationError(_("A questionnaire has at most %(limit)d sections.") % {"limit": SECTIONS_MAX})
    section = QuestionnaireSection.objects.create(
        questionnaire_version=draft,
        number=number,
        heading_sv=tidied(heading_sv),
        heading_en=tidied(heading_en),
        body_sv=tidied(body_sv),
        body_en=tidied(body_en),
    )
    touch(draft)
    return section


@transaction.atomic
def revise_section(*, by: By, section: QuestionnaireSection, seen: int | None, **texts: str) -> QuestionnaireSection:
    """`texts`: heading_sv, heading_en, body_sv, body_en."""
    draft = lock_draft(by=by, version=section.questionnaire_version)
    locked = lock_row(section, seen)
    for name, text in texts.items():
        setattr(locked, name, tidied(text))
    locked.version += 1
    locked.save(update_fields=[*texts, "version"])
    touch(draft)
    return locked


@transaction.atomic
def move_section(*, by: By, section: QuestionnaireSection, up: bool) -> None:
    """One place up or down; at the end of the line nothing happens."""
    draft = lock_draft(by=by, version=section.questionnaire_version)
    if swap(list(draft.sections.order_by("number")), lock_row(section), up=up):
        touch(draft)


@transaction.atomic
def remove_section(*, by: By, section: QuestionnaireSection) -> None:
    """Take an empty section away. Raises ValidationError while it has questions."""
    draft = lock_draft(by=by, version=section.questionnaire_version)
    locked = lock_row(section)
    if locked.questions.exists():
        raise ValidationError(_("The section has questions. Move or remove them first."))
    locked.delete()
    renumber(draft.sections.order_by("number"))
    touch(draft)


@transaction.atomic
def replace_content(*, by: By, version: QuestionnaireVersion, content: Content, instead_of: str = "") -> bool:
    """Write `content` in place of everything the draft says; False where it says so already.

    Requirements are found by their numbers in the draft's clause version. `instead_of`: the fingerprint of what the
    draft must say still ("": whatever it says). Raises ValidationError, and writes nothing, where it says something
    else by now, and for contents that can't be written.
    """
    draft = lock_draft(by=by, version=version)
    stored = content_of(draft)
    if instead_of and fingerprint(stored) != instead_of:
        raise ValidationError(_("The draft has been changed since the preview. Upload the file again."), code="stale")
    if content == stored:
        return False
    if len(content) > SECTIONS_MAX or len(questions_of(content)) > QUESTIONS_MAX:
        raise ValidationError(
            _("A questionnaire has at most %(sections)d sections and %(questions)d questions.")
            % {"sections": SECTIONS_MAX, "questions": QUESTIONS_MAX}
        )
    write_content(draft, content)
    touch(draft)
    return True
