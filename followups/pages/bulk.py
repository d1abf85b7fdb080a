"""What several rows would become: which change, and why the others don't. The permissions are those of single rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from followups.enums.follow_ups import FindingState
from followups.models import CorrectiveAction, FollowUp
from followups.permissions import can_change_finding, can_coordinate
from followups.queries.bulk import regions_worked_for
from portal.history.models import Versioned
from portal.ui.templatetags.formats import day
from regions.enums import SharingTier
from regions.models import User

Row = TypeVar("Row", bound=Versioned)


@dataclass(frozen=True)
class Verdict(Generic[Row]):
    """A row, what it is `now`, and `why` it won't change: "" where it will."""

    row: Row
    now: str
    why: str


@dataclass(frozen=True)
class Preview(Generic[Row]):
    """The rows that would change and those that won't."""

    changing: list[Verdict[Row]]
    staying: list[Verdict[Row]]

    @property
    def rows(self) -> list[Row]:
        return [verdict.row for verdict in self.changing]

    @property
    def seen(self) -> str:
        """What is confirmed: which rows would change, each at its version."""
        return " ".join(sorted(f"{row.public_id}:{row.version}" for row in self.rows))  # type: ignore[attr-defined]


def previewed(rows: Iterable[Row], now: Callable[[Row], str], why: Callable[[Row], str]) -> Preview[Row]:
    """Each row judged."""
    verdicts = [Verdict(row, now(row), why(row)) for row in rows]
    return Preview([each for each in verdicts if not each.why], [each for each in verdicts if each.why])


def assigning(user: User, follow_ups: Iterable[FollowUp], handler: User | None) -> Preview[FollowUp]:
    """What giving them this case handler would change."""
    regions = regions_worked_for(handler) if handler else frozenset()

    def why(follow_up: FollowUp) -> str:
        if not can_coordinate(user, follow_up):
            return _("You do not coordinate this follow-up.")
        if not follow_up.is_under_way:
            return _("The follow-up has ended.")
        if handler and follow_up.handler_id == handler.pk:
            return _("%(name)s is the case handler already.") % {"name": handler}
        if handler and follow_up.lead_region_id not in regions:
            return _("%(name)s does not work for %(region)s.") % {"name": handler, "region": follow_up.lead_region}
        return ""

    return previewed(follow_ups, lambda row: str(row.handler or _("nobody yet")), why)


def sharing(user: User, follow_ups: Iterable[FollowUp], tier: SharingTier | None) -> Preview[FollowUp]:
    """What letting these read them would change."""

    def why(follow_up: FollowUp) -> str:
        if not can_coordinate(user, follow_up):
            return _("You do not coordinate this follow-up.")
        return _("It is so already.") if follow_up.sharing_tier == tier else ""

    return previewed(follow_ups, lambda row: row.get_sharing_tier_display(), why)


def finishing(user: User, actions: Iterable[CorrectiveAction]) -> Preview[CorrectiveAction]:
    """What marking them as done would change."""
    return previewed(actions, _standing, lambda action: _why_not_changed(user, action))


def moving(user: User, actions: Iterable[CorrectiveAction], due_on: date | None) -> Preview[CorrectiveAction]:
    """What this due date would change."""

    def why(action: CorrectiveAction) -> str:
        found = _why_not_changed(user, action)
        return found or (_("It is due on that day already.") if action.due_on == due_on else "")

    return previewed(actions, _standing, why)


def _why_not_changed(user: User, action: CorrectiveAction) -> str:
    if action.done_at is not None:
        return _("It is done.")
    if not action.finding.follow_up.is_under_way:
        return _("The follow-up has ended.")
    if action.finding.state == FindingState.DRAFT:
        return _("Its finding is still a draft.")
    return "" if can_change_finding(user, action.finding) else _("You do not work in this follow-up.")


def _standing(action: CorrectiveAction) -> str:
    if action.done_at:
        return _("done %(moment)s") % {"moment": day(action.done_at)}
    return _("due %(date)s") % {"date": day(action.due_on)}
