"""What stands in the letters of this kit, and whether a letter that waits is still to be sent."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.outbox.models import Message
from portal.reminders.models import Reminder
from portal.reminders.sources import Due, Outside, Source, named


def whole_address(path: str) -> str:
    return settings.BASE_URL.rstrip("/") + path


def with_footer(body: str) -> str:
    """The text with where to see what was sent and to choose what comes: for those who have an account."""
    sent = _("The portal sends this reminder by itself. What has been sent to you is shown here: %(url)s") % {
        "url": whole_address(reverse("outbox:message-list"))
    }
    choose = _("Choose which reminders you get: %(url)s") % {"url": whole_address(reverse("reminders:preference-edit"))}
    return f"{body.rstrip()}\n\n-- \n{sent}\n{choose}\n"


def digest_letter(lines: Sequence[tuple[Source, Due]]) -> tuple[str, str]:
    """Subject and body of a weekly digest, in the active language: what is due first, under each source's heading."""
    count = len(lines)
    subject = ngettext("Your week: %(count)d reminder", "Your week: %(count)d reminders", count) % {"count": count}
    parts: dict[str, list[str]] = {}
    for source, due in sorted(lines, key=lambda line: (line[1].due_on, line[1].public_id)):
        said = source.text(due)[0]
        parts.setdefault(str(source.label), []).append(
            f"- {said}\n  {source.url(due.public_id)}" if source.url else f"- {said}"
        )
    body = "\n\n".join("\n".join([label, *said]) for label, said in parts.items())
    return subject, with_footer(body)


def text_now(message: Message) -> str | None:
    """The gate of the outbox: the letter without what was closed since it was written; None when that is all of it."""
    reminders = list(Reminder.objects.filter(message=message).select_related("recipient"))
    if not reminders:
        return message.body
    left = [reminder for reminder in reminders if _is_active(reminder) and reminder.about in _open(reminders, reminder)]
    if not left:
        return None
    if len(left) == len(reminders):
        return message.body
    with translation.override(message.language):
        return digest_letter([(source, _due(each)) for each in left if (source := named(each.source))])[1]


def _is_active(reminder: Reminder) -> bool:
    return reminder.recipient is None or reminder.recipient.is_active


def _open(reminders: Iterable[Reminder], like: Reminder) -> set[str]:
    """Of the things of one source those that are still open; all of them where the source doesn't say."""
    about = {reminder.about for reminder in reminders if reminder.source == like.source}
    source = named(like.source)
    return source.open_among(about) if source is not None and source.open_among else about


def _due(reminder: Reminder) -> Due:
    """As the source gave it."""
    outside = Outside(reminder.email, reminder.name, translation.get_language() or settings.LANGUAGE_CODE)
    return Due(reminder.recipient or outside, reminder.step, reminder.about, reminder.due_on, reminder.within)
