"""Writes about requirement sets: topics, proposals, comments, and what is adopted."""

from dataclasses import asdict

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import ProposalState
from codeofconduct.models import (
    PurchaseCategory,
    RequirementComment,
    RequirementSet,
    RequirementTopic,
    SustainabilityRequirement,
)
from codeofconduct.wording import Wording
from portal import clock
from portal.history.models import By, actor_of
from portal.history.versions import StaleVersionError, lock_at
from regions.models import Region


@transaction.atomic
def begin_requirement_set(*, by: By, category: PurchaseCategory) -> RequirementSet:
    """Begin the category's requirement set; where it has one, that is the answer."""
    PurchaseCategory.objects.select_for_update().get(pk=category.pk)
    if found := RequirementSet.objects.filter(category=category).first():
        return found
    return RequirementSet.objects.create(category=category, created_by=actor_of(by))


@transaction.atomic
def add_topic(*, by: By, requirement_set: RequirementSet, title_sv: str, title_en: str = "") -> RequirementTopic:
    """Add a topic as the set's last; one with the very same title is the answer, so that twice makes one."""
    locked = RequirementSet.objects.select_for_update().get(pk=requirement_set.pk)
    if found := locked.topics.filter(title_sv=title_sv).first():
        return found
    last = locked.topics.aggregate(last=Max("number"))["last"] or 0
    return RequirementTopic.objects.create(
        requirement_set=locked, number=last + 1, title_sv=title_sv, title_en=title_en, created_by=actor_of(by)
    )


@transaction.atomic
def rename_topic(*, by: By, topic: RequirementTopic, version: int, title_sv: str, title_en: str) -> RequirementTopic:
    """Change what a topic is called. Raises StaleVersionError where someone else saved after `version`."""
    locked = lock_at(topic, version)
    locked.title_sv, locked.title_en = title_sv, title_en
    locked.version += 1
    locked.save(update_fields=["title_sv", "title_en", "version"])
    return locked


@transaction.atomic
def propose_variant(
    *, by: By, topic: RequirementTopic, region: Region | None, wording: Wording
) -> SustainabilityRequirement:
    """Propose a variant for a region, or for the secretariat (None), as the topic's next edition.

    The very same proposal, while it is open, gives the one that is there.
    """
    locked = RequirementTopic.objects.select_for_update().get(pk=topic.pk)
    told = asdict(wording)
    if found := locked.variants.proposed().filter(region=region, **told).first():
        return found
    last = locked.variants.aggregate(last=Max("edition"))["last"] or 0
    return SustainabilityRequirement.objects.create(
        topic=locked, edition=last + 1, region=region, created_by=actor_of(by), **told
    )


@transaction.atomic
def reword_variant(
    *, by: By, requirement: SustainabilityRequirement, version: int, wording: Wording
) -> SustainabilityRequirement:
    """Change an open proposal; what it said stays in its history.

    Raises ValidationError once it is decided, StaleVersionError where someone else saved after `version`.
    """
    _topic_of(requirement)
    locked = _open(requirement, version)
    told = asdict(wording)
    for name, value in told.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save(update_fields=[*told, "version"])
    return locked


@transaction.atomic
def comment_on_variant(
    *, by: By, requirement: SustainabilityRequirement, region: Region | None, text: str
) -> RequirementComment:
    """Say something about a variant for a region, or for the secretariat (None); the very same again is said once."""
    locked = SustainabilityRequirement.objects.select_for_update(of=["self"]).get(pk=requirement.pk)
    actor = actor_of(by)
    if found := locked.comments.filter(created_by=actor, region=region, text=text).first():
        return found
    return RequirementComment.objects.create(requirement=locked, region=region, text=text, created_by=actor)


@transaction.atomic
def adopt_variant(
    *, by: By, requirement: SustainabilityRequirement, version: int, note: str = ""
) -> SustainabilityRequirement:
    """Adopt a proposal; the one adopted before at its level is replaced, and keeps who adopted it and when.

    Raises ValidationError once it is decided, StaleVersionError where it was changed after `version`.
    """
    topic = _topic_of(requirement)
    locked = _open(requirement, version)
    for before in topic.variants.adopted().filter(level=locked.level):
        before.state = ProposalState.REPLACED
        before.version += 1
        before.save(update_fields=["state", "version"])
    return _decide(locked, ProposalState.ADOPTED, by, note)


@transaction.atomic
def decline_variant(
    *, by: By, requirement: SustainabilityRequirement, version: int, reason: str
) -> SustainabilityRequirement:
    """Decline a proposal, with the reason.

    Raises ValidationError without one and once it is decided, StaleVersionError where it was changed after `version`.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the proposal is declined.")}, code="required")
    _topic_of(requirement)
    return _decide(_open(requirement, version), ProposalState.DECLINED, by, reason)


def _topic_of(requirement: SustainabilityRequirement) -> RequirementTopic:
    """The topic, locked: decisions in it take turns."""
    return RequirementTopic.objects.select_for_update().get(pk=requirement.topic_id)


def _open(requirement: SustainabilityRequirement, version: int) -> SustainabilityRequirement:
    locked = lock_at(requirement, None)
    if locked.state != ProposalState.PROPOSED:
        raise ValidationError(
            _("The proposal is decided already: %(state)s."),
            code="decided",
            params={"state": locked.get_state_display()},
        )
    if locked.version != version:
        raise StaleVersionError(locked)
    return locked


def _decide(locked: SustainabilityRequirement, state: ProposalState, by: By, note: str) -> SustainabilityRequirement:
    locked.state, locked.decision_note = state, note.strip()
    locked.decided_at, locked.decided_by = clock.now(), actor_of(by)
    locked.version += 1
    locked.save(update_fields=["state", "decision_note", "decided_at", "decided_by", "version"])
    return locked
