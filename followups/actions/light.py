"""A light set by hand. Each action locks the follow-up first."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from followups.enums.follow_ups import Colour, State
from followups.models import FollowUp, LightOverride
from portal import clock
from portal.history.models import By, actor_of
from portal.history.versions import lock_at


@transaction.atomic
def override_light(*, by: By, follow_up: FollowUp, colour: Colour, reason: str) -> LightOverride:
    """Set the light by hand, with a reason and a name (product rule 4); the derived one stays beside it.

    The same again by the same gives the one that is there. Raises ValidationError without a reason, where another
    light is set by hand already, and where the follow-up was aborted.
    """
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Write why the derived light is wrong here.")}, code="reason")
    locked = lock_at(follow_up, None)
    if locked.state == State.ABORTED:
        raise ValidationError(_("The follow-up was aborted and has no light."), code="aborted")
    actor = actor_of(by)
    if found := LightOverride.objects.in_force().filter(follow_up=locked).first():
        if (found.colour, found.reason, found.created_by_id) == (colour, reason, actor.pk):
            return found
        raise ValidationError(
            _("%(who)s has set the light by hand already. Withdraw that first."),
            code="overridden",
            params={"who": found.created_by},
        )
    return LightOverride.objects.create(follow_up=locked, colour=colour, reason=reason, created_by=actor)


@transaction.atomic
def withdraw_override(*, by: By, override: LightOverride, reason: str) -> LightOverride:
    """The derived light holds again. Withdrawing again leaves the first who, when and why."""
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Write why the light no longer needs to be set by hand.")}, code="reason")
    lock_at(override.follow_up, None)
    locked = LightOverride.objects.select_for_update(of=["self"]).get(pk=override.pk)
    if locked.withdrawn_at is None:
        locked.withdrawn_at, locked.withdrawn_by, locked.withdrawal_reason = clock.now(), actor_of(by), reason
        locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    return locked
