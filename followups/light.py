"""The light of a follow-up, derived and never stored (product rule 4)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from followups.enums.follow_ups import BEFORE_AUDIT, Colour, State


@dataclass(frozen=True)
class Progress:
    """Counts over the submitted findings of a follow-up. `next_due_on`: the earliest due date of an open action."""

    findings: int = 0
    open_findings: int = 0
    open_severe: int = 0
    actions: int = 0
    done_actions: int = 0
    next_due_on: date | None = None


@dataclass(frozen=True)
class Light:
    colour: Colour
    text: Any


def light_of(state: str, planned_on: date | None, progress: Progress, today: date) -> Light | None:
    """Red: overdue, or severe and unresolved. Yellow: being handled. Green: audited, and nothing open. None: aborted."""
    if state == State.ABORTED:
        return None
    if progress.next_due_on is not None and progress.next_due_on < today:
        return Light(Colour.RED, _("action overdue"))
    if progress.open_severe:
        return Light(Colour.RED, _("severe deviation unresolved"))
    if state == State.ESCALATED:
        return Light(Colour.RED, _("escalated"))
    if progress.open_findings:
        return Light(Colour.YELLOW, _("being handled"))
    if state in BEFORE_AUDIT:
        if planned_on is not None and planned_on < today:
            return Light(Colour.RED, _("planned date has passed"))
        return Light(Colour.YELLOW, _("not yet judged"))
    return Light(Colour.GREEN, _("no open deviations"))


def next_day(state: str, planned_on: date | None, progress: Progress) -> date | None:
    """The next date that something is due: an open action's, or before the audit the planned one."""
    return progress.next_due_on or (planned_on if state in BEFORE_AUDIT else None)
