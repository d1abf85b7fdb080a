"""The states of a corrective action and the one table of its moves: buttons, permissions, forms and tests read it."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActionState(models.TextChoices):
    """Where a corrective action is, from the deviation that opened it until it is cleared."""

    ASKED = "asked", _("plan awaited")
    PROPOSED = "proposed", _("plan to be answered")
    RETURNED = "returned", _("completion asked for")
    ACCEPTED = "accepted", _("under way")
    DELIVERED = "delivered", _("to be verified")
    INSUFFICIENT = "insufficient", _("insufficient")
    CLEARED = "cleared", _("cleared")


# In these the supplier owes a plan, in these it carries the plan out, and in these our answer is waited for.
PLANNING = (ActionState.ASKED, ActionState.RETURNED)
CARRYING_OUT = (ActionState.ACCEPTED, ActionState.INSUFFICIENT)
WAITING_FOR_US = (ActionState.PROPOSED, ActionState.DELIVERED)
OPEN = tuple(state for state in ActionState if state != ActionState.CLEARED)
# Without an accepted plan.
UNPLANNED = (*PLANNING, ActionState.PROPOSED)


class Party(models.TextChoices):
    """Whose move it is: the supplier by link, or who works in the follow-up."""

    SUPPLIER = "supplier", _("supplier")
    WORKER = "worker", _("case handler")


class Move(models.TextChoices):
    """What someone does with a corrective action. Labels as they stand on buttons."""

    OPEN = "open", _("Open the corrective action")
    PROPOSE = "propose", _("Send the plan")
    ACCEPT = "accept", _("Accept the plan")
    RETURN = "return", _("Ask for completion")
    DELIVER_PART = "deliver-part", _("Hand in a part")
    DELIVER = "deliver", _("Hand in everything")
    REJECT = "reject", _("Judge as insufficient")
    CLEAR = "clear", _("Mark as done")
    EXTEND = "extend", _("Extend the date")
    REOPEN = "reopen", _("Open it again")


class Verification(models.TextChoices):
    """How it was seen that the deviation is remedied."""

    DOCUMENT = "document", _("by documents")
    AUDIT = "audit", _("at the follow-up audit")
    OTHER = "other", _("in another way")


@dataclass(frozen=True)
class Rule:
    """One move: who makes it, from which states, and where it leads; `target` None leaves the state as it is.

    `needs_text`: a comment or reason that the other side reads. `needs_date`: a new due date.
    """

    move: Move
    party: Party
    sources: tuple[ActionState, ...]
    target: ActionState | None
    needs_text: bool = False
    needs_date: bool = False

    def leads_to(self, source: str) -> ActionState:
        return self.target or ActionState(source)


MOVES: dict[Move, Rule] = {
    rule.move: rule
    for rule in (
        Rule(Move.PROPOSE, Party.SUPPLIER, PLANNING, ActionState.PROPOSED),
        Rule(Move.ACCEPT, Party.WORKER, (ActionState.PROPOSED,), ActionState.ACCEPTED),
        Rule(Move.RETURN, Party.WORKER, (ActionState.PROPOSED,), ActionState.RETURNED, needs_text=True),
        Rule(Move.DELIVER_PART, Party.SUPPLIER, CARRYING_OUT, None, needs_text=True),
        Rule(Move.DELIVER, Party.SUPPLIER, CARRYING_OUT, ActionState.DELIVERED, needs_text=True),
        Rule(
            Move.REJECT,
            Party.WORKER,
            (ActionState.ACCEPTED, ActionState.DELIVERED),
            ActionState.INSUFFICIENT,
            needs_text=True,
        ),
        Rule(Move.CLEAR, Party.WORKER, OPEN, ActionState.CLEARED),
        Rule(Move.EXTEND, Party.WORKER, OPEN, None, needs_text=True, needs_date=True),
        Rule(Move.REOPEN, Party.WORKER, (ActionState.CLEARED,), ActionState.INSUFFICIENT, needs_text=True),
    )
}


def moves_from(state: str, party: Party) -> list[Rule]:
    """What the party can do with an action in this state, in the order of the table."""
    return [rule for rule in MOVES.values() if rule.party == party and state in rule.sources]


# Days after the due date from when an overdue action counts as escalated: the last step of the schedule of reminders.
ESCALATED_AFTER_DAYS = 21


class Standing(models.TextChoices):
    """How an open action stands to its date."""

    IN_TIME = "in_time", _("in time")
    OVERDUE = "overdue", _("overdue")
    ESCALATED = "escalated", _("overdue, escalated")
