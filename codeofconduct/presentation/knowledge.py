"""What waits for an answer, on the start page; and an answer beside what someone else typed."""

from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from codeofconduct.forms.knowledge import ANSWER
from codeofconduct.models import Enquiry
from codeofconduct.permissions import can_answer
from codeofconduct.queries.knowledge import longest_waiting
from portal.slots import Tile
from portal.ui.responses import Comparison
from portal.ui.templatetags.formats import shown
from regions.models import User

# After so many days a question has waited long.
LONG_DAYS = 14


def attention_tiles(user: User) -> list[Tile]:
    """For those who answer: how many questions wait, and how long the oldest has."""
    oldest = longest_waiting() if can_answer(user) else None
    if oldest is None:
        return []
    count = Enquiry.objects.unanswered().count()
    text = ngettext("question waits for an answer", "questions wait for an answer", count)
    days = oldest.days_waiting
    note = ngettext("the oldest for %(days)s day", "the oldest for %(days)s days", days) % {"days": days}
    return [Tile(count, text, reverse("codeofconduct:enquiry-waiting"), note, late=days > LONG_DAYS)]


def compared(typed: dict[str, Any], stored: Enquiry, labels: dict[str, Any]) -> list[Comparison]:
    """What was typed beside what is stored by now, where they differ. `labels` by field."""
    differing = [name for name in ANSWER if typed[name] != getattr(stored, name)]
    return [Comparison(labels[name], _shown(typed[name]), _shown(getattr(stored, name))) for name in differing]


def _shown(value: Any) -> str:
    return shown(value if isinstance(value, bool | str) or value is None else str(value))
