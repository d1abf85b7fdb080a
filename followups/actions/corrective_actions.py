"""Corrective actions: opened, judged, extended, cleared. The table in `enums.actions` rules each move.

Each locks the follow-up first, then the action.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from followups.actions.follow_ups import carry_forward
from followups.emails.action_plans import TOLD, plan_letter
from followups.enums.actions import MOVES, PLANNING, UNPLANNED, ActionState, Move, Party
from followups.enums.follow_ups import State
from followups.enums.links import Holder
from followups.models import AccessLink, ActionEvent, Audit, CorrectiveAction, DueDateMove, Finding, FollowUp
from followups.queries.deadlines import deadlines_of
from followups.refusals import ended
from portal import clock
from portal.history.models import By, actor_of
from portal.history.versions import lock_at
from portal.outbox.actions import queue_mail


@transaction.atomic
def open_action(
    *,
    by: By,
    finding: Finding,
    description: str = "",
    due_on: date | None = None,
    submission: UUID | None = None,
    opened_at: datetime | None = None,
) -> CorrectiveAction:
    """An action for the finding: what is asked for by `due_on`, or, with neither, a plan of the supplier's own by the
    days of clause and severity. The same `submission` again gives the one that is there.

    Raises ValidationError where the follow-up has ended.
    """
    follow_up = FollowUp.objects.select_for_update(of=["self"]).get(pk=finding.follow_up_id)
    if submission and (found := CorrectiveAction.objects.filter(finding=finding, submission=submission).first()):
        return found
    if not follow_up.is_under_way:
        raise ended()
    now = opened_at or clock.now()
    plan_due_on, last = deadlines_of(follow_up, finding.severity, now.date())
    action = CorrectiveAction.objects.create(
        finding=finding,
        submission=submission or uuid4(),
        description=description,
        plan_due_on=None if description else plan_due_on,
        due_on=due_on or last,
        created_at=now,
        created_by=actor_of(by),
    )
    _leave_trail(by, action, Move.OPEN, ActionState.ASKED)
    return action


@transaction.atomic
def take_move(
    *,
    by: By,
    action: CorrectiveAction,
    move: Move,
    version: int | None = None,
    text: str = "",
    due_on: date | None = None,
    changes: Mapping[str, Any] | None = None,
    said: Mapping[str, Any] | None = None,
) -> CorrectiveAction:
    """Make a move of the table, change the fields that go with it, and leave its trail with what was `said`.

    Raises StaleVersionError where someone else saved after `version`; ValidationError where the follow-up has ended,
    the table has no such move from the action's state, or a comment or date is missing.
    """
    rule = MOVES[move]
    follow_up = FollowUp.objects.select_for_update(of=["self"]).get(findings__actions=action.pk)
    locked = lock_at(action, version)
    if not follow_up.is_under_way:
        raise ended()
    if locked.state not in rule.sources:
        raise ValidationError(
            _("The corrective action has been changed by someone else and is now: %(state)s."),
            code="moved",
            params={"state": locked.get_state_display()},
        )
    if rule.needs_text and not text.strip():
        raise ValidationError({"text": _("Write it in a sentence: the other side reads it.")}, code="required")
    if rule.needs_date and due_on is None:
        raise ValidationError({"due_on": _("Choose the new due date.")}, code="required")
    source, before = locked.state, locked.due_on
    changed = {**_dated(locked, move, due_on), **(changes or {}), "state": rule.leads_to(source)}
    for name, value in changed.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save(update_fields=[*changed, "version"])
    if move == Move.EXTEND and locked.due_on != before:
        DueDateMove.objects.create(
            action=locked, from_date=before, to_date=locked.due_on, reason=text.strip(), created_by=actor_of(by)
        )
    _leave_trail(by, locked, move, source, **{"text": text.strip(), "due_on": due_on, **(said or {})})
    return locked


@transaction.atomic
def move_action(
    *,
    by: By,
    action: CorrectiveAction,
    move: Move,
    version: int | None = None,
    text: str = "",
    due_on: date | None = None,
    verification: str = "",
    verified_in: Audit | None = None,
    tells: bool = True,
) -> CorrectiveAction:
    """Make one of the moves of those who work in the follow-up. The supplier is told of one that asks for more.

    Accepting the last plan carries the follow-up forward. `verified_in`: at which follow-up audit a clearing was verified.
    `tells` False: whoever calls tells the supplier of several. Raises ValueError for a move that is the supplier's,
    IntegrityError for an audit that is no follow-up audit of the follow-up or a verification in another way; otherwise as
    `take_move`.
    """
    if MOVES[move].party != Party.WORKER:
        raise ValueError(move)
    changes: dict[str, Any] = {}
    if move == Move.CLEAR:
        changes = {"done_at": clock.now(), "done_by": actor_of(by)}
        changes |= {"verification": verification, "verified_in": verified_in}
    elif move == Move.REOPEN:
        changes = {"done_at": None, "done_by": None, "verification": "", "verified_in": None}
    moved = take_move(by=by, action=action, move=move, version=version, text=text, due_on=due_on, changes=changes)
    follow_up = FollowUp.objects.get(findings__actions=action.pk)
    unplanned = CorrectiveAction.objects.open().filter(finding__follow_up=follow_up, state__in=UNPLANNED)
    if move == Move.ACCEPT and not unplanned.exists():
        reason = gettext("The action plan is agreed on.")
        carry_forward(by=by, follow_up=follow_up, target=State.ACTIONS_UNDER_WAY, reason=reason)
    if tells:
        tell_supplier(by=by, follow_up=follow_up, move=move)
    return moved


def tell_supplier(*, by: By, follow_up: FollowUp, move: Move) -> None:
    """A letter to the supplier's contacts with an open link, where the move asks for more."""
    if move not in TOLD:
        return
    links = AccessLink.objects.open().filter(follow_up=follow_up, holder=Holder.SUPPLIER)
    for link in links.select_related("follow_up__supplier"):
        subject, body = plan_letter(link, move)
        queue_mail(to=link.email, subject=subject, body=body, kind="action_plan", language=link.language, by=by)


def _dated(action: CorrectiveAction, move: Move, due_on: date | None) -> dict[str, date]:
    """The dates that a move changes: an acceptance takes the supplier's own unless another is agreed on.

    What is extended is what the supplier owes next; an action is never due before its plan.
    """
    if move == Move.ACCEPT:
        return {"due_on": due_on or action.proposed_due_on or action.due_on}
    if due_on is None:
        return {}
    if move == Move.EXTEND and due_on <= action.next_due:
        raise ValidationError({"due_on": _("Choose a day after the present due date.")}, code="order")
    if move == Move.EXTEND and action.state in PLANNING and action.plan_due_on is not None:
        return {"plan_due_on": due_on, "due_on": max(action.due_on, due_on)}
    return {"due_on": due_on}


def _leave_trail(by: By, action: CorrectiveAction, move: Move, source: str, **said: Any) -> None:
    ActionEvent.objects.create(
        action=action, move=move, source=source, target=action.state, created_by=actor_of(by), **said
    )
