"""The due date of a corrective action, moved with a reason."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from followups.enums.actions import Move
from followups.models import ActionEvent, CorrectiveAction, DueDateMove, FollowUp
from followups.refusals import ended
from portal.history.models import By, actor_of
from portal.history.versions import lock_at


@transaction.atomic
def move_due_date(
    *, by: By, action: CorrectiveAction, version: int | None, due_on: date, reason: str
) -> CorrectiveAction:
    """Another due date, and its trail; the same date again changes nothing.

    Raises ValidationError without a reason, where the action is done and where the follow-up has ended, StaleVersionError
    where someone else saved after `version`, the one that a page showed.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the due date is moved.")})
    follow_up = FollowUp.objects.select_for_update(of=["self"]).get(findings__actions=action.pk)
    locked = lock_at(action, version)
    if not follow_up.is_under_way:
        raise ended()
    if locked.done_at is not None:
        raise ValidationError(_("The corrective action is done: its due date stays."), code="done")
    if locked.due_on == due_on:
        return locked
    DueDateMove.objects.create(
        action=locked, from_date=locked.due_on, to_date=due_on, reason=reason.strip(), created_by=actor_of(by)
    )
    ActionEvent.objects.create(
        action=locked,
        move=Move.EXTEND,
        source=locked.state,
        target=locked.state,
        text=reason.strip(),
        due_on=due_on,
        created_by=actor_of(by),
    )
    locked.due_on = due_on
    locked.version += 1
    locked.save(update_fields=["due_on", "version"])
    return locked
