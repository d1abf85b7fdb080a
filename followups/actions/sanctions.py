"""The secretariat recommends a step of the ladder, each region decides for its own contracts."""

from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import Contract
from followups.enums.follow_ups import SETTLED
from followups.enums.outcome import Remedy
from followups.models import FollowUp, SanctionDecision, SanctionRecommendation
from followups.queries.outcome import latest_decision, recommendation_of, terms_of
from followups.remedies import NEEDED, passes_on, penalty_for
from portal import clock
from portal.history.models import By, LinkActor, actor_of
from portal.history.versions import lock_at
from regions.models import Region, User
from regions.permissions import access_of, is_staff


def _settled() -> ValidationError:
    return ValidationError(
        _("The follow-up is closed or aborted. Nothing is recommended or decided in it."), code="settled"
    )


@transaction.atomic
def recommend(
    *, by: By, follow_up: FollowUp, submission: UUID, remedy: Remedy, reason: str, decide_by_on: date
) -> SanctionRecommendation:
    """Recommend a step to the contracting regions; it ends the recommendation before it, whose answers stand.

    The same `submission` again gives the one that is there. Raises ValidationError where the follow-up is closed or
    aborted, IntegrityError for a step that is no recommendation.
    """
    locked = lock_at(follow_up, None)
    if found := SanctionRecommendation.objects.filter(follow_up=locked, submission=submission).first():
        return found
    if locked.state in SETTLED:
        raise _settled()
    actor, now = actor_of(by), clock.now()
    SanctionRecommendation.objects.in_force().filter(follow_up=locked).update(ended_at=now, ended_by=actor)
    return SanctionRecommendation.objects.create(
        follow_up=locked,
        submission=submission,
        remedy=remedy,
        reason=reason.strip(),
        decide_by_on=decide_by_on,
        created_at=now,
        created_by=actor,
    )


@transaction.atomic
def withdraw_recommendation(*, by: By, recommendation: SanctionRecommendation, reason: str) -> SanctionRecommendation:
    """No decision is awaited any more. One that has ended stays as it ended. Raises ValidationError without a reason."""
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the recommendation is withdrawn.")}, code="reason")
    lock_at(recommendation.follow_up, None)
    locked = SanctionRecommendation.objects.select_for_update(of=["self"]).get(pk=recommendation.pk)
    if locked.ended_at is None:
        locked.ended_at, locked.ended_by, locked.ended_reason = clock.now(), actor_of(by), reason.strip()
        locked.save(update_fields=["ended_at", "ended_by", "ended_reason"])
    return locked


@transaction.atomic
def decide_sanction(
    *,
    by: By,
    follow_up: FollowUp,
    contract: Contract,
    region: Region,
    submission: UUID,
    seen: str,
    remedy: Remedy,
    reason: str,
    from_on: date,
    until_on: date | None = None,
    registration_number: str = "",
) -> SanctionDecision:
    """A region's decision for one of its contracts: the clause's numbers are frozen, the penalty of known days computed.

    `seen`: the public id of the region's latest decision that the page showed, "" for none. The same `submission` again
    gives the one that is there. Raises PermissionDenied where `by` doesn't work for the region, the secretariat
    included; ValidationError where the follow-up is closed or aborted, where another decision came in between, and where
    the contract states no number that the step needs; IntegrityError for a contract of others.
    """
    _require_party(by, region)
    locked = lock_at(follow_up, None)
    if found := SanctionDecision.objects.filter(contract=contract, region=region, submission=submission).first():
        return found
    if locked.state in SETTLED:
        raise _settled()
    latest = latest_decision(locked, contract, region)
    if (latest.public_id if latest else "") != seen:
        raise ValidationError(
            _("Your region has decided about this contract meanwhile. Read that decision; send again to replace it."),
            code="decided",
        )
    parameters = terms_of(contract).for_remedy(remedy)
    if any(key not in parameters for key in NEEDED.get(remedy, ())):
        raise ValidationError({"remedy": _("The contract states no penalty per week. Enter it at the contract first.")})
    actor, now = actor_of(by), clock.now()
    amount = None
    if remedy == Remedy.PENALTY and until_on is not None:
        amount = penalty_for(parameters, from_on, until_on).amount_ore
    return SanctionDecision.objects.create(
        follow_up=locked,
        contract=contract,
        region=region,
        recommendation=recommendation_of(locked),
        submission=submission,
        remedy=remedy,
        reason=reason.strip(),
        from_on=from_on,
        until_on=until_on,
        passes_on=passes_on(remedy, from_on, until_on, parameters),
        parameters=parameters,
        amount_ore=amount,
        registration_number=registration_number.strip(),
        decided_at=now,
        decided_by=actor,
        created_at=now,
        created_by=actor,
    )


def _require_party(by: By, region: Region) -> None:
    """A person decides for the own region, whatever page they came from; the story's actor stands for one."""
    if isinstance(by, LinkActor):
        raise PermissionDenied
    if isinstance(by, User) and (is_staff(by) or region.pk not in access_of(by).regions):
        raise PermissionDenied
