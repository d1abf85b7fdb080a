"""Summaries: drafted, edited, checked by the supplier, published, corrected, withdrawn. The follow-up is locked first."""

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from followups.actions.links import issue_link
from followups.emails.summaries import check_letter
from followups.enums.follow_ups import State
from followups.enums.links import Holder
from followups.models import FactCheck, FollowUp, Summary, SummaryEdition, SummaryPdf
from followups.models.summaries import LANGUAGES
from followups.queries.drafting import draft_of
from followups.queries.summaries import facts_of, has_passed, lacking, latest_check, occurrences, texts_of
from portal import clock
from portal.files.models import StoredFile
from portal.history.models import Actor, By, actor_of
from portal.history.versions import lock_at
from portal.jobs.actions import start_job
from portal.outbox.actions import queue_mail
from regions.enums import SharingTier

PDF_JOB = "summary_pdf"
# The link works for some time after the day by which an answer is wanted.
LINK_DAYS_AFTER = 30


@transaction.atomic
def draft_summary(*, by: By, follow_up: FollowUp) -> Summary:
    """Make the summary with texts drafted from the case; the one that is there stays as it is.

    Raises ValidationError where the follow-up was aborted.
    """
    locked = lock_at(follow_up, None)
    if found := Summary.objects.filter(follow_up=locked).first():
        return found
    if locked.state == State.ABORTED:
        raise ValidationError(_("The follow-up was aborted: there is no result to publish."), code="aborted")
    texts = {f"text_{language}": draft_of(locked, language) for language in LANGUAGES}
    return Summary.objects.create(follow_up=locked, created_by=actor_of(by), **texts)


@transaction.atomic
def edit_summary(*, by: By, summary: Summary, version: int, text_sv: str, text_en: str) -> Summary:
    """Write the texts. What is published stays as it was until the next edition.

    Raises StaleVersionError where someone else saved after `version`.
    """
    lock_at(summary.follow_up, None)
    locked = lock_at(summary, version)
    if (locked.text_sv, locked.text_en) == (text_sv, text_en):
        return locked
    locked.text_sv, locked.text_en = text_sv, text_en
    locked.changed_at, locked.changed_by = clock.now(), actor_of(by)
    locked.version += 1
    locked.save(update_fields=["text_sv", "text_en", "changed_at", "changed_by", "version"])
    return locked


@transaction.atomic
def ask_for_check(
    *, by: By, summary: Summary, submission: UUID, name: str, email: str, language: str, due_on: date
) -> FactCheck:
    """Send the supplier's contact the texts as they stand, by a link; an answer is wanted by the day.

    The same `submission` again gives the check that is there. Raises ValidationError without both texts, and while
    another check is under way.
    """
    follow_up = lock_at(summary.follow_up, None)
    locked = lock_at(summary, None)
    if found := FactCheck.objects.filter(summary=locked, submission=submission).first():
        return found
    if not (locked.text_sv.strip() and locked.text_en.strip()):
        raise ValidationError(_("The summary needs its text in both languages."), code="empty")
    latest = latest_check(locked)
    if latest is not None and not has_passed(latest):
        raise ValidationError(_("The supplier is checking the facts already."), code="checking")
    days = max((due_on - clock.today()).days, 0) + LINK_DAYS_AFTER
    link = issue_link(
        by=by,
        holder=Holder.SUPPLIER,
        name=name,
        email=email,
        language=language,
        follow_up=follow_up,
        days=days,
        even_ended=True,
    )
    check = FactCheck.objects.create(
        summary=locked,
        submission=submission,
        text_sv=locked.text_sv,
        text_en=locked.text_en,
        link=link,
        due_on=due_on,
        created_by=actor_of(by),
    )
    subject, body = check_letter(check, link)
    queue_mail(to=link.email, subject=subject, body=body, kind="fact_check", language=link.language, by=by)
    return check


@transaction.atomic
def answer_check(*, by: By, check: FactCheck, agrees: bool, comment: str = "") -> FactCheck:
    """The supplier says whether the facts are right. The first answer stands: another changes nothing.

    Raises ValidationError where they are not and no comment says what is wrong.
    """
    comment = comment.strip()
    if not agrees and not comment:
        raise ValidationError({"comment": _("Write what is wrong.")}, code="comment")
    lock_at(check.summary.follow_up, None)
    locked = FactCheck.objects.select_for_update(of=["self"]).get(pk=check.pk)
    if locked.answered_at is None:
        locked.answered_at, locked.answered_by = clock.now(), actor_of(by)
        locked.agrees, locked.comment = agrees, comment
        locked.save(update_fields=["answered_at", "answered_by", "agrees", "comment"])
    return locked


@transaction.atomic
def publish_summary(
    *,
    by: By,
    summary: Summary,
    version: int,
    change_note_sv: str = "",
    change_note_en: str = "",
    with_comment: bool = False,
) -> SummaryEdition:
    """Publish the texts as they stand with the case's light and figures; share the follow-up; make the PDFs.

    `with_comment`: the supplier's comment on the facts stands beside them. Raises StaleVersionError where someone saved
    or published after `version`; ValidationError for all that stands in the way: product rule 5, the fact check, hidden
    names in any of the texts, and a later edition without a note of what changed.
    """
    follow_up = lock_at(summary.follow_up, None)
    locked = lock_at(summary, version)
    check = latest_check(locked)
    comment = check.comment if check and with_comment else ""
    last = locked.editions.order_by("-number").first()
    notes = {"change_note_sv": change_note_sv.strip(), "change_note_en": change_note_en.strip()} if last else {}
    if last and not all(notes.values()):
        raise ValidationError(
            _("Write what has changed since the last edition, in both languages."), code="change_note"
        )
    _refuse_what_is_lacking(locked)
    _refuse_names(
        follow_up,
        texts_of(
            locked,
            **{
                str(_("What changed, in Swedish")): notes.get("change_note_sv", ""),
                str(_("What changed, in English")): notes.get("change_note_en", ""),
                str(_("The supplier's comment")): comment,
            },
        ),
    )
    actor, now = actor_of(by), clock.now()
    edition = SummaryEdition.objects.create(
        summary=locked,
        number=last.number + 1 if last else 1,
        text_sv=locked.text_sv,
        text_en=locked.text_en,
        checked_on=check.answered_at.astimezone(clock.STOCKHOLM).date() if check and check.answered_at else None,
        supplier_comment=comment,
        published_at=now,
        published_by=actor,
        created_at=now,
        created_by=actor,
        **notes,
        **facts_of(follow_up),
    )
    _share(follow_up, SharingTier.PUBLIC, actor)
    locked.version += 1
    locked.save(update_fields=["version"])
    for language in LANGUAGES:
        start_job(by=by, kind=PDF_JOB, subject=edition.public_id, params={"language": language}, language=language)
    return edition


@transaction.atomic
def withdraw_summary(*, by: By, edition: SummaryEdition, reason_sv: str, reason_en: str) -> SummaryEdition:
    """Take what is published back; its page says when and why. Withdrawing again leaves the first who, when and why.

    Raises ValidationError without a reason in both languages, where a reason holds a hidden name, and for an edition
    that a later one has followed.
    """
    reasons = {"withdrawal_reason_sv": reason_sv.strip(), "withdrawal_reason_en": reason_en.strip()}
    if not all(reasons.values()):
        raise ValidationError(_("Write why it is withdrawn, in both languages: its page says so."), code="reason")
    follow_up = lock_at(edition.summary.follow_up, None)
    locked = SummaryEdition.objects.select_for_update(of=["self"]).get(pk=edition.pk)
    if locked.withdrawn_at is not None:
        return locked
    if SummaryEdition.objects.filter(summary=locked.summary_id, number__gt=locked.number).exists():
        raise ValidationError(_("A later edition has been published meanwhile."), code="followed")
    _refuse_names(follow_up, {str(_("Reason in Swedish")): reason_sv, str(_("Reason in English")): reason_en})
    locked.withdrawn_at, locked.withdrawn_by = clock.now(), actor_of(by)
    locked.withdrawal_reason_sv, locked.withdrawal_reason_en = reasons.values()
    locked.save(update_fields=["withdrawn_at", "withdrawn_by", *reasons])
    _share(follow_up, SharingTier.REGIONS, locked.withdrawn_by)
    return locked


@transaction.atomic
def keep_pdf(*, by: By, edition: SummaryEdition, language: str, stored: StoredFile) -> SummaryPdf:
    """The edition in one language as a file; one that is there already stays."""
    kept, _new = SummaryPdf.objects.get_or_create(
        edition=edition, language=language, defaults={"file": stored, "created_by": actor_of(by)}
    )
    return kept


def _refuse_what_is_lacking(summary: Summary) -> None:
    if sentences := lacking(summary):
        raise ValidationError([ValidationError(sentence, code="lacking") for sentence in sentences])


def _refuse_names(follow_up: FollowUp, texts: dict[str, str]) -> None:
    """Naming them where they are refused is for those who write the summary: they see the case."""
    if found := occurrences(follow_up, texts):
        raise ValidationError(
            [
                ValidationError(
                    _("%(where)s: take out the name “%(name)s” (%(kind)s)."),
                    code="hidden",
                    params={"where": each.where, "name": each.name, "kind": each.found.hidden.kind.label},
                )
                for each in found
            ]
        )


def _share(follow_up: FollowUp, tier: SharingTier, actor: Actor) -> None:
    """Sharing that publishing brings with it, and that a withdrawal takes one step back."""
    if follow_up.sharing_tier == tier:
        return
    follow_up.sharing_tier, follow_up.shared_at, follow_up.shared_by = tier, clock.now(), actor
    follow_up.version += 1
    follow_up.save(update_fields=["sharing_tier", "shared_at", "shared_by", "version"])
