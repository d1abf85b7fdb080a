from collections import defaultdict
from collections.abc import Iterable

from portal.reminders.models import Reminder


def reminders_of(source: str, public_ids: Iterable[str]) -> dict[str, list[Reminder]]:
    """What was sent about things of a source, latest first, by the thing's public id, in one query.

    With message and recipient, for `reminders/_list.html`. Who may see the things is for the caller to have checked.
    """
    reminders = Reminder.objects.filter(source=source, about__in=list(public_ids)).select_related(
        "message", "recipient"
    )
    found: dict[str, list[Reminder]] = defaultdict(list)
    for reminder in reminders.order_by("-pk"):
        found[reminder.about].append(reminder)
    return dict(found)
