"""What the secretariat keeps for reuse: standard costs, and the rules. Neither changes what was frozen before."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from followups.models import ReuseRules, SimilarMethod, StandardCost
from portal import clock
from portal.history.models import By, actor_of
from portal.history.versions import StaleVersionError, lock_at


@transaction.atomic
def add_cost(*, by: By, kind: str, amount_ore: int, valid_from: date, source: str) -> StandardCost:
    """A standard cost from a day on, in öre. Raises ValidationError where the kind has one from that day already."""
    try:
        with transaction.atomic():
            return StandardCost.objects.create(
                kind=kind, amount_ore=amount_ore, valid_from=valid_from, source=source, created_by=actor_of(by)
            )
    except IntegrityError:
        raise _taken() from None


@transaction.atomic
def revise_cost(
    *, by: By, cost: StandardCost, version: int, amount_ore: int, valid_from: date, source: str
) -> StandardCost:
    """Correct a row; reuses keep the cost that they froze. Raises StaleVersionError where someone else saved after
    `version`, ValidationError where the kind has another cost from that day."""
    locked = lock_at(cost, version)
    locked.amount_ore, locked.valid_from, locked.source = amount_ore, valid_from, source
    locked.changed_at, locked.changed_by = clock.now(), actor_of(by)
    locked.version += 1
    try:
        with transaction.atomic():
            locked.save(update_fields=["amount_ore", "valid_from", "source", "changed_at", "changed_by", "version"])
    except IntegrityError:
        raise _taken() from None
    return locked


def _taken() -> ValidationError:
    message = _("There is a standard cost of this kind from this day already.")
    return ValidationError({"valid_from": message}, code="taken")


@transaction.atomic
def decide_rules(
    *,
    by: By,
    version: int,
    max_age_months: int,
    group_counts: bool,
    pairs: Iterable[tuple[str, str]],
    reason: str,
) -> ReuseRules:
    """Decide anew when a result may be reused: a row of its own, the earlier ones stay.

    `pairs`: (what one would do, what stands in for it). `version`: of the rules that the page showed, 0 for none.
    Raises StaleVersionError where others were decided since.
    """
    list(ReuseRules.objects.select_for_update())  # one decision at a time
    latest = ReuseRules.objects.order_by("-version").first()
    if latest is not None and latest.version != version:
        raise StaleVersionError(latest)
    rules = ReuseRules.objects.create(
        version=version + 1,
        max_age_months=max_age_months,
        group_counts=group_counts,
        reason=reason,
        created_by=actor_of(by),
    )
    SimilarMethod.objects.bulk_create(
        SimilarMethod(rules=rules, wanted=wanted, given=given) for wanted, given in sorted(set(pairs))
    )
    return rules
