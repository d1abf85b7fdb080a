"""What waits for the keeper of the mail, on the start page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.outbox.keeper import is_keeper
from portal.reminders.queries import current_switch
from portal.slots import Tile


def attention_tiles(user: Any) -> list[Tile]:
    """That nobody is reminded of anything, as long as that is so: for the keeper alone."""
    if not is_keeper(user):
        return []
    switch = current_switch()
    if switch is not None and switch.is_on:
        return []
    return [Tile(0, _("reminders go out: they are switched off"), reverse("reminders:switch-on"), late=True)]
