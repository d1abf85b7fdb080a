"""Writes about questionnaires: lines, drafts, their sections, and their whole content at once.

Every write on a draft locks its version. `seen` is the row's version that the form showed (StaleVersionError); what is
adopted is refused with ValidationError.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from codeofconduct.models import (
    ClauseVersion,
    Question,
    Questionnaire,
    QuestionnaireSection,
    QuestionnaireVersion,
)
from codeofconduct.queries.questionnaires import content_of
from codeofconduct.questionnaire_logic import Content, questions_of
from codeofconduct.questionnaire_writing import (
    QUESTIONS_MAX,
    SECTIONS_MAX,
    clear_content,
    lock_draft,
    renumber,
    swap,
    tidied,
    touch,
    write_content,
)
from portal.history.models import By, actor_of
from portal.history.versions import lock_at


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
    return QuestionnaireVersion.objects.create(
        questionnaire=line,
        name=tidied(name),
        valid_from=valid_from,
        clause_version=clause_version,
        source=tidied(source),
        created_by=actor_of(by),
    )


@transaction.atomic
def revise_draft(
    *,
    by: By,
    version: QuestionnaireVersion,
    seen: int | None,
    name: str,
    valid_from: date,
    clause_version: ClauseVersion,
    source: str,
    change_note: str,
) -> QuestionnaireVersion:
    """What stands about the draft itself. With another clause version each question informs the requirement of its number.

    Raises ValidationError where the name is taken, or where a question informs a number that the clause doesn't have.
    """
    draft = lock_draft(version, seen)
    if draft.clause_version_id != clause_version.pk:
        _inform(draft, clause_version)
    draft.name, draft.valid_from, draft.clause_version = tidied(name), valid_from, clause_version
    draft.source, draft.change_note = tidied(source), tidied(change_note)
    draft.version += 1
    try:
        with transaction.atomic():
            draft.save(update_fields=["name", "valid_from", "clause_version", "source", "change_note", "version"])
    except IntegrityError:
        raise ValidationError({"name": _("Another version of the questionnaire has this name.")}) from None
    return draft


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
    draft = lock_draft(version)
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
    draft = lock_draft(section.questionnaire_version)
    locked = lock_at(section, seen)
    for name, text in texts.items():
        setattr(locked, name, tidied(text))
    locked.version += 1
    locked.save(update_fields=[*texts, "version"])
    touch(draft)
    return locked


@transaction.atomic
def move_section(*, by: By, section: QuestionnaireSection, up: bool) -> None:
    """One place up or down; at the end of the line nothing happens."""
    draft = lock_draft(section.questionnaire_version)
    if swap(list(draft.sections.order_by("number")), section, up=up):
        touch(draft)


@transaction.atomic
def remove_section(*, by: By, section: QuestionnaireSection) -> None:
    """Take an empty section away. Raises ValidationError while it has questions."""
    draft = lock_draft(section.questionnaire_version)
    if section.questions.exists():
        raise ValidationError(_("The section has questions. Move or remove them first."))
    section.delete()
    renumber(draft.sections.order_by("number"))
    touch(draft)


@transaction.atomic
def replace_content(
    *, by: By, version: QuestionnaireVersion, content: Content, instead_of: Content | None = None
) -> bool:
    """Write `content` in place of everything the draft says; False where it says so already.

    Requirements are found by their numbers in the draft's clause version. Raises ValidationError, and writes nothing,
    where the draft no longer says `instead_of` (None: whatever it says), and for contents that can't be written.
    """
    draft = lock_draft(version)
    stored = content_of(draft)
    if instead_of is not None and stored != instead_of:
        raise ValidationError(_("The draft has been changed since the preview. Upload the file again."), code="stale")
    if content == stored:
        return False
    if len(content) > SECTIONS_MAX or len(questions_of(content)) > QUESTIONS_MAX:
        raise ValidationError(
            _("A questionnaire has at most %(sections)d sections and %(questions)d questions.")
            % {"sections": SECTIONS_MAX, "questions": QUESTIONS_MAX}
        )
    clear_content(draft)
    write_content(draft, content)
    touch(draft)
    return True
