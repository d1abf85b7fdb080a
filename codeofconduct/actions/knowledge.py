"""Writes about questions to the secretariat, their answers, and the guidance they become."""

from collections.abc import Sequence
from datetime import date, datetime, time

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codeofconduct.actions.documents import publish_guidance
from codeofconduct.enums import Area, Channel
from codeofconduct.models import Enquiry, GuidanceVersion, PurchaseCategory
from portal import clock
from portal.history.models import By, actor_of
from portal.history.versions import StaleVersionError, lock_at
from portal.outbox.actions import queue_mail
from regions.models import Region

MAIL = "enquiry_answered"


@transaction.atomic
def register_enquiry(
    *,
    by: By,
    subject: str,
    question: str,
    region: Region | None,
    channel: Channel = Channel.PORTAL,
    asked_on: date | None = None,
    asked_by_name: str = "",
    area: Area | str = "",
    category: PurchaseCategory | None = None,
    answer: str = "",
    answered_on: date | None = None,
    is_shared: bool = True,
) -> Enquiry:
    """A question, asked by `by` in the portal or registered from mail or telephone; without `asked_on` asked today.

    With its `answer` where it has been given already: on `answered_on`, or today, and shared or not. The very same again
    gives the one that is there, while that waits for its answer or is as it was registered.
    """
    told = {
        "subject": subject,
        "question": question,
        "channel": channel,
        "asked_on": asked_on or clock.today(),
        "asked_by_name": asked_by_name,
        "region": region,
        "area": area,
        "category": category,
        "answer": answer,
    }
    if answer:
        told["is_shared"] = is_shared
    actor = actor_of(by)
    type(actor).objects.select_for_update().get(pk=actor.pk)
    if found := Enquiry.objects.filter(created_by=actor, **told).first():
        return found
    if answer:
        told |= {"answered_at": _answered_at(answered_on), "answered_by": actor}
    return Enquiry.objects.create(created_by=actor, **told)


def _answered_at(day: date | None) -> datetime:
    """Now, or where it was another day the noon of that day: nobody wrote down the hour."""
    if day is None or day == clock.today():
        return clock.now()
    return datetime.combine(day, time(12), tzinfo=clock.STOCKHOLM)


@transaction.atomic
def answer_enquiry(
    *,
    by: By,
    enquiry: Enquiry,
    version: int,
    subject: str,
    question: str,
    answer: str,
    is_shared: bool,
    area: Area | str = "",
    category: PurchaseCategory | None = None,
) -> Enquiry:
    """Answer a question, or correct its answer; what stood before stays in the history.

    `subject` and `question` as others may read them: without names and secrets where the answer is shared. Who asked in
    the portal gets a mail when there is an answer, and when it says something else. The very same again changes nothing.
    Raises StaleVersionError where someone else saved something else after `version`.
    """
    locked = lock_at(enquiry, None)
    told = {
        "subject": subject,
        "question": question,
        "answer": answer,
        "is_shared": is_shared,
        "area": area,
        "category": category,
    }
    if all(getattr(locked, name) == value for name, value in told.items()):
        return locked
    if locked.version != version:
        raise StaleVersionError(locked)
    is_first, says_other = locked.answered_at is None, locked.answer != answer
    for name, value in told.items():
        setattr(locked, name, value)
    if is_first:
        locked.answered_at, locked.answered_by = clock.now(), actor_of(by)
    locked.version += 1
    locked.save(update_fields=[*told, "answered_at", "answered_by", "version"])
    if says_other:
        _tell_asker(locked, is_first=is_first)
    return locked


def _tell_asker(enquiry: Enquiry, *, is_first: bool) -> None:
    """Only the address of the page: an answer that isn't shared stays in the portal."""
    asker = enquiry.created_by.user
    if enquiry.channel != Channel.PORTAL or asker is None or not asker.is_active:
        return
    link = settings.BASE_URL.rstrip("/") + reverse("codeofconduct:enquiry-detail", args=[enquiry.public_id])
    with translation.override(asker.language):
        if is_first:
            subject = _("Your question is answered: %(subject)s") % {"subject": enquiry.subject}
            body = _("The secretariat has answered your question. Read the answer: %(link)s") % {"link": link}
        else:
            subject = _("The answer to your question is changed: %(subject)s") % {"subject": enquiry.subject}
            body = _("The secretariat has changed the answer to your question. Read it: %(link)s") % {"link": link}
    queue_mail(to=asker.email, subject=subject, body=f"{body}\n", kind=MAIL, language=asker.language)


@transaction.atomic
def make_guidance(
    *,
    by: By,
    enquiry: Enquiry,
    title_sv: str,
    title_en: str,
    area: Area | str,
    category: PurchaseCategory | None,
    sections: Sequence[tuple[str, str, str, str]],
    valid_from: date,
) -> Enquiry:
    """Guidance in force from a day, made of an answer of general use; once, so that twice makes one.

    `sections`: (heading in Swedish, in English, text in Swedish, in English). Raises ValidationError where there is no
    answer yet, and what `publish_guidance` raises.
    """
    locked = lock_at(enquiry, None)
    if locked.guidance_id is not None:
        return locked
    if locked.answered_at is None:
        raise ValidationError(gettext_lazy("The question has no answer yet."), code="unanswered")
    made: GuidanceVersion = publish_guidance(
        by=by,
        title_sv=title_sv,
        title_en=title_en,
        area=area,
        category=category,
        sections=sections,
        valid_from=valid_from,
    )
    locked.guidance = made.guidance
    locked.version += 1
    locked.save(update_fields=["guidance", "version"])
    return locked
