"""The light of a follow-up, derived and never stored (product rule 4). One set by hand stands before it, never instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from followups.enums.follow_ups import BEFORE_AUDIT, Colour, State
from portal.ui.templatetags.formats import day


@dataclass(frozen=True)
class Progress:
    """Counts over the submitted findings of a follow-up. `next_due_on`: the earliest date that an open action, or the
    plan for one, is due. `insufficient_actions`: open ones that were judged so."""

    findings: int = 0
    open_findings: int = 0
    open_severe: int = 0
    actions: int = 0
    done_actions: int = 0
    insufficient_actions: int = 0
    next_due_on: date | None = None


@dataclass(frozen=True)
class Light:
    """`text` in a few words, `why` in one sentence. Of one set by hand: `derived` beside it, who set it and the reason."""

    colour: Colour
    text: Any
    why: str = ""
    derived: "Light | None" = None
    by: str = ""
    reason: str = ""

    @property
    def by_hand(self) -> bool:
        return self.derived is not None

    @property
    def in_words(self) -> str:
        """ "Red: action overdue"."""
        return f"{self.colour.label}: {self.text}"

    @property
    def told(self) -> str:
        """ "overridden by Anna Ek because: …": for those who may see names."""
        return gettext("overridden by %(who)s because: %(reason)s") % {"who": self.by, "reason": self.reason}

    def explained(self, *, by_name: bool) -> str:
        """The sentence for a reader: who set it and why is for those who may see names."""
        if self.derived is None:
            return self.why
        if not by_name:
            return gettext("Overridden. Derived from the case it would be: %(light)s.") % {
                "light": self.derived.in_words
            }
        return gettext("Overridden by %(who)s because: %(reason)s Derived from the case it would be: %(light)s.") % {
            "who": self.by,
            "reason": _ended(self.reason),
            "light": self.derived.in_words,
        }


def light_of(state: str, planned_on: date | None, progress: Progress, today: date) -> Light | None:
    """Red: overdue, insufficient, or severe and unresolved. Yellow: being handled. Green: audited, and nothing open.
    None: aborted."""
    if state == State.ABORTED:
        return None
    if progress.next_due_on is not None and progress.next_due_on < today:
        why = gettext("A corrective action was due on %(date)s and is not done.") % {"date": day(progress.next_due_on)}
        return Light(Colour.RED, _("action overdue"), why)
    if progress.insufficient_actions:
        why = ngettext(
            "%(count)d corrective action was judged as insufficient.",
            "%(count)d corrective actions were judged as insufficient.",
            progress.insufficient_actions,
        ) % {"count": progress.insufficient_actions}
        return Light(Colour.RED, _("action insufficient"), why)
    if progress.open_severe:
        why = ngettext(
            "%(count)d severe deviation is not remedied.",
            "%(count)d severe deviations are not remedied.",
            progress.open_severe,
        ) % {"count": progress.open_severe}
        return Light(Colour.RED, _("severe deviation unresolved"), why)
    if state == State.ESCALATED:
        return Light(
            Colour.RED, _("escalated"), gettext("The follow-up has been escalated to the contracting regions.")
        )
    if progress.open_findings:
        why = ngettext(
            "%(count)d finding is being handled; nothing is overdue.",
            "%(count)d findings are being handled; nothing is overdue.",
            progress.open_findings,
        ) % {"count": progress.open_findings}
        return Light(Colour.YELLOW, _("being handled"), why)
    if state in BEFORE_AUDIT:
        if planned_on is not None and planned_on < today:
            why = gettext("It was planned for %(date)s and has not been audited.") % {"date": day(planned_on)}
            return Light(Colour.RED, _("planned date has passed"), why)
        return Light(Colour.YELLOW, _("not yet judged"), gettext("No audit has been made yet."))
    return Light(
        Colour.GREEN, _("no open deviations"), gettext("No deviation was found, or all of them have been remedied.")
    )


def overridden(derived: Light | None, told: Mapping[str, str] | None) -> Light | None:
    """The light as it stands: the one set by hand where `told` has one (colour, reason, by), beside the derived one.

    An aborted follow-up has no light, whatever was set.
    """
    if derived is None or not told:
        return derived
    return Light(Colour(told["colour"]), _("overridden"), derived=derived, by=told["by"], reason=told["reason"])


def next_day(state: str, planned_on: date | None, progress: Progress) -> date | None:
    """The next date that something is due: an open action's, or before the audit the planned one."""
    return progress.next_due_on or (planned_on if state in BEFORE_AUDIT else None)


def _ended(text: str) -> str:
    """With a full stop, unless it ends a sentence already."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def as_told_by(colour: str, body: object) -> Light | None:
    """The light that another body has told of its result."""
    return Light(Colour(colour), _("as told by %(body)s") % {"body": body}) if colour else None


def as_told(colour: str) -> Light | None:
    """The light that earlier records tell of a follow-up: nobody has derived it here, and it says so."""
    return Light(Colour(colour), _("as told by earlier records")) if colour else None
