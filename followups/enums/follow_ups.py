"""The states of a follow-up and the one table of its transitions: buttons, permissions and documentation read it."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.enums import SharingTier


class State(models.TextChoices):
    """Where a follow-up is (product rule 1)."""

    PLANNED = "planned", _("planned")
    SELF_ASSESSMENT_SENT = "self_assessment_sent", _("self-assessment sent")
    ANSWERED = "answered", _("self-assessment received")
    OFFICE_AUDIT_PLANNED = "office_audit_planned", _("office audit planned")
    AUDITED = "audited", _("audited")
    ACTION_PLAN_AWAITED = "action_plan_awaited", _("action plan awaited")
    ACTIONS_UNDER_WAY = "actions_under_way", _("actions under way")
    FOLLOW_UP_AUDIT = "follow_up_audit", _("follow-up audit")
    CLOSED = "closed", _("closed")
    ESCALATED = "escalated", _("escalated")
    ABORTED = "aborted", _("aborted")


LINE = (
    State.PLANNED,
    State.SELF_ASSESSMENT_SENT,
    State.ANSWERED,
    State.OFFICE_AUDIT_PLANNED,
    State.AUDITED,
    State.ACTION_PLAN_AWAITED,
    State.ACTIONS_UNDER_WAY,
    State.FOLLOW_UP_AUDIT,
)
ENDS = (State.CLOSED, State.ESCALATED, State.ABORTED)
# Nothing more comes of it; after an escalation the regions decide.
SETTLED = (State.CLOSED, State.ABORTED)
BEFORE_AUDIT = LINE[: LINE.index(State.AUDITED)]
# What has ended goes on where something can still be done about it.
REOPENINGS: dict[State, tuple[State, ...]] = {
    State.CLOSED: (State.ACTIONS_UNDER_WAY, State.FOLLOW_UP_AUDIT),
    State.ESCALATED: (State.ACTIONS_UNDER_WAY, State.FOLLOW_UP_AUDIT),
    State.ABORTED: (State.PLANNED,),
}


class Kind(models.TextChoices):
    """What sort of transition it is."""

    STEP = "step", _("next step")
    SKIP = "skip", _("skips steps, needs a reason")
    ABORT = "abort", _("needs a reason")
    REOPEN = "reopen", _("opens it again, needs a reason")


@dataclass(frozen=True)
class Transition:
    """From one state to another. `needs_reason`: skips, aborts and reopenings. `coordinates`: into an end and out of one,
    which is not for those who only work in it.

    `settles`: says that all is remedied, so not while an action is open or a severe deviation is not.
    """

    source: State
    target: State
    kind: Kind

    @property
    def needs_reason(self) -> bool:
        return self.kind != Kind.STEP

    @property
    def coordinates(self) -> bool:
        return self.target in ENDS or self.source in ENDS

    @property
    def settles(self) -> bool:
        return self.target == State.CLOSED


def _table() -> dict[tuple[State, State], Transition]:
    table = {}
    for position, source in enumerate(LINE):
        following = LINE[position + 1 : position + 2] or (State.CLOSED, State.ESCALATED)
        for target in (*LINE[position + 1 :], State.CLOSED, State.ESCALATED):
            kind = Kind.STEP if target in following else Kind.SKIP
            table[source, target] = Transition(source, target, kind)
        table[source, State.ABORTED] = Transition(source, State.ABORTED, Kind.ABORT)
    for source, targets in REOPENINGS.items():
        for target in targets:
            table[source, target] = Transition(source, target, Kind.REOPEN)
    return table


TRANSITIONS = _table()


def transitions_from(state: str) -> list[Transition]:
    """In the order of the line; out of an end only what opens it again."""
    return [transition for transition in TRANSITIONS.values() if transition.source == state]


class FindingState(models.TextChoices):
    """A draft is its author's; a submitted finding is never overwritten silently (product rule 3)."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")


class Colour(models.TextChoices):
    RED = "red", _("Red")
    YELLOW = "yellow", _("Yellow")
    GREEN = "green", _("Green")


class Attention(models.TextChoices):
    """What a list can be narrowed to because it waits for someone."""

    LATE = "late", _("with late actions")
    SOON = "soon", _("with actions due within 14 days")
    TO_ANSWER = "to-answer", _("with plans or deliveries to answer")
    TO_REVIEW = "to-review", _("with a self-assessment or audit to review")
    TO_DECIDE = "to-decide", _("with a recommendation to answer")
    UNASSIGNED = "unassigned", _("without a handler")
    UNDELIVERED = "undelivered", _("with messages that did not arrive")
    NEW_SHARED = "new-shared", _("newly shared by others")


SOON_DAYS = 14
NEW_DAYS = 30

# Publishing goes through a summary and its gate (product rule 5), not through sharing.
SHAREABLE = (SharingTier.CONCERNED, SharingTier.REGIONS)
