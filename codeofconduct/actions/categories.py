"""Writes about purchase categories: the tree, CPV codes, who answers, and what is prioritised when."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import (
    CategoryCpv,
    CategoryOwner,
    CategoryPriority,
    CpvCode,
    PriorityPeriod,
    PurchaseCategory,
)
from codeofconduct.queries.categories import below
from portal import clock
from portal.history.models import By, actor_of
from portal.history.versions import lock_at
from portal.ui.templatetags.formats import day
from regions.models import PurchasingGroup


@transaction.atomic
def add_category(
    *, by: By, name: str, code: str = "", parent: PurchaseCategory | None = None, group: PurchasingGroup | None = None
) -> PurchaseCategory:
    """Put a category into the tree; `group` answers for it from the day on. Raises IntegrityError for a taken name or code."""
    category = PurchaseCategory.objects.create(name=name, code=code, parent=parent, created_by=actor_of(by))
    if group is not None:
        CategoryOwner.objects.create(category=category, group=group, valid_from=clock.today())
    return category


@transaction.atomic
def change_category(
    *, by: By, category: PurchaseCategory, version: int, name: str, code: str, parent: PurchaseCategory | None
) -> PurchaseCategory:
    """Rename or move a category.

    Raises StaleVersionError where someone else saved after `version`, ValidationError where the category would stand
    below itself, IntegrityError for a taken name or code.
    """
    # All of them, so that two moves at once can't make a ring together.
    list(PurchaseCategory.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    locked = lock_at(category, version)
    if parent is not None and parent.pk in below(locked):
        raise ValidationError({"parent": _("A purchase category can't stand below itself.")}, code="ring")
    locked.name, locked.code, locked.parent = name, code, parent
    locked.version += 1
    locked.save(update_fields=["name", "code", "parent", "version"])
    return locked


@transaction.atomic
def add_cpv_codes(*, by: By, category: PurchaseCategory, codes: Iterable[CpvCode]) -> int:
    """Link CPV codes to the category; those that are linked already stay. How many were new."""
    locked = lock_at(category, None)
    known = set(locked.category_cpvs.values_list("cpv", flat=True))
    new = {cpv.pk for cpv in codes} - known
    CategoryCpv.objects.bulk_create(CategoryCpv(category=locked, cpv_id=key) for key in sorted(new))
    return len(new)


@transaction.atomic
def remove_cpv_code(*, by: By, category: PurchaseCategory, cpv: CpvCode) -> None:
    """Unlink a CPV code from the category; harmless where it isn't linked."""
    CategoryCpv.objects.filter(category=category, cpv=cpv).delete()


@transaction.atomic
def change_owner(*, by: By, category: PurchaseCategory, group: PurchasingGroup, valid_from: date) -> CategoryOwner:
    """Let a procurement region answer for the category from a day on; who answered until then ends the day before.

    The very same again gives the same one. Raises ValidationError where the group answers already, or where another
    begins to answer later: what is planned is not overwritten by what comes before it.
    """
    locked = lock_at(category, None)
    owners = CategoryOwner.objects.filter(category=locked).select_related("group")
    present = owners.valid_on(valid_from).first()
    if present and present.group_id == group.pk:
        if present.valid_from == valid_from:
            return present
        raise ValidationError(
            {
                "group": _("%(group)s answers for the category on that day already.")
                % {"group": _sentence(present.group)}
            },
            code="same",
        )
    later = owners.filter(valid_from__gte=valid_from).order_by("valid_from").first()
    if later:
        message = _("%(group)s answers for the category from %(day)s. Choose a later day.")
        told = {"group": _sentence(later.group), "day": day(later.valid_from)}
        raise ValidationError({"valid_from": message % told}, code="overlap")
    if present:
        present.valid_to = valid_from - timedelta(days=1)
        present.save(update_fields=["valid_to"])
    return CategoryOwner.objects.create(category=locked, group=group, valid_from=valid_from)


@transaction.atomic
def undo_owner(*, by: By, category: PurchaseCategory, group: PurchasingGroup, valid_from: date) -> None:
    """Take back the latest owner, entered by mistake: who answered until the day before goes on. The history keeps it.

    Harmless where it is gone already. Raises ValidationError where another one has come after it.
    """
    locked = lock_at(category, None)
    owners = CategoryOwner.objects.filter(category=locked)
    mistaken = owners.filter(group=group, valid_from=valid_from).first()
    if mistaken is None:
        return
    if owners.filter(valid_from__gt=valid_from).exists():
        raise ValidationError(_("Only the latest can be taken back."), code="not_latest")
    mistaken.delete()
    owners.filter(valid_to=valid_from - timedelta(days=1)).update(valid_to=None)


def _sentence(group: PurchasingGroup) -> str:
    """The group's name as a sentence begins with it."""
    name = str(group)
    return name[:1].upper() + name[1:]


@transaction.atomic
def open_period(*, by: By, valid_from: date, valid_to: date, source: str = "") -> PriorityPeriod:
    """Begin a priority period with an empty list. Raises ValidationError where another holds on some of its days."""
    period = PriorityPeriod(valid_from=valid_from, valid_to=valid_to, source=source, created_by=actor_of(by))
    period.validate_constraints()
    try:
        with transaction.atomic():
            period.save()
    except IntegrityError as error:  # another one, begun between the check and the write
        raise ValidationError(_("Another period holds on some of these days."), code="overlap") from error
    return period


@transaction.atomic
def discard_period(*, by: By, period: PriorityPeriod) -> None:
    """Take away a period whose list is empty. Raises ValidationError where it isn't, and once the period has ended."""
    locked = _open(period)
    if locked.priorities.exists():
        raise ValidationError(_("There are categories on the list of the period. Take them off first."), code="used")
    locked.delete()


@transaction.atomic
def prioritise(*, by: By, period: PriorityPeriod, category: PurchaseCategory, reason: str) -> CategoryPriority:
    """Put the category on the period's list; again changes nothing. Raises ValidationError once the period has ended."""
    locked = _open(period)
    found, _new = CategoryPriority.objects.get_or_create(period=locked, category=category, defaults={"reason": reason})
    return found


@transaction.atomic
def withdraw_priority(*, by: By, period: PriorityPeriod, category: PurchaseCategory, reason: str) -> None:
    """Take the category off the period's list; harmless where it isn't on it. The history keeps the reason.

    Raises ValidationError once the period has ended.
    """
    locked = _open(period)
    for priority in CategoryPriority.objects.filter(period=locked, category=category):
        priority.reason = reason
        priority.save(update_fields=["reason"])
        priority.delete()


def _open(period: PriorityPeriod) -> PriorityPeriod:
    locked = PriorityPeriod.objects.select_for_update().get(pk=period.pk)
    if locked.is_past:
        raise ValidationError(_("The period has ended. Its list no longer changes."), code="past")
    return locked
