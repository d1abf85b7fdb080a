"""Corrective actions brought to where a test begins, and who acts from outside."""

from followups.enums.actions import ActionState
from followups.models import CorrectiveAction
from portal import clock
from portal.history.models import LinkActor

LINK = LinkActor("abcabcabcabc", "Sara Svensson")


def in_state(action, state):
    """The action as if it had come there."""
    done = {"done_at": clock.now(), "done_by": action.created_by} if state == ActionState.CLEARED else {}
    CorrectiveAction.objects.filter(pk=action.pk).update(
        state=state, measures="Vi byter", responsible="Inköpschef", proposed_due_on=clock.today(), **done
    )
    action.refresh_from_db()
    return action
