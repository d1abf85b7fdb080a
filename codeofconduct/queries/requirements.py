"""Reads over requirement sets."""

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from codeofconduct.enums import Level, ProposalState
from codeofconduct.models import (
    PurchaseCategory,
    RequirementComment,
    RequirementSet,
    RequirementTopic,
    RiskAssessment,
    RiskCell,
    SustainabilityRequirement,
)
from codeofconduct.models.requirements import SustainabilityRequirementQuerySet
from codeofconduct.permissions import speaks_for
from portal.search.matching import Fields, matching_or_closest
from regions.models import Region, User

# A set is looked for by what its category is called.
SET_NAMES = Fields(names=("category__name",), numbers=("category__code",))


def requirement_fields(user: User) -> Fields:
    """Where requirements are searched: what their topic is called, what they say, and how it is verified."""
    return Fields(
        names=("topic__title_sv", "topic__title_en"),
        texts=("text_sv", "text_en", "verification_sv", "verification_en"),
    )


def sets_listed(user: User, *, text: str = "", with_open: bool = False) -> QuerySet[RequirementSet]:
    """Visible sets with the counts `topic_count`, `basic_count`, `advanced_count` and `open_count` (what the user sees)."""
    visible = SustainabilityRequirement.objects.visible_to(user)
    topics = RequirementTopic.objects.filter(requirement_set=OuterRef("pk"))
    sets = matching_or_closest(RequirementSet.objects.visible_to(user), text, SET_NAMES)
    sets = sets.select_related("category").annotate(
        topic_count=_counted(topics, "requirement_set"),
        basic_count=_counted_in_set(visible.adopted().filter(level=Level.BASIC)),
        advanced_count=_counted_in_set(visible.adopted().filter(level=Level.ADVANCED)),
        open_count=_counted_in_set(visible.proposed()),
    )
    return sets.filter(open_count__gt=0) if with_open else sets


def topics_listed(user: User, requirement_set: RequirementSet, *, level: str = "") -> QuerySet[RequirementTopic]:
    """The set's topics, each with the `adopted` requirements of the level, or both, and `open_count`."""
    visible = SustainabilityRequirement.objects.visible_to(user)
    adopted = with_risk(of_level(visible.adopted(), level)).order_by("-level").select_related("region")
    open_here = of_level(visible.proposed(), level).filter(topic=OuterRef("pk"))
    return (
        RequirementTopic.objects.visible_to(user)
        .filter(requirement_set=requirement_set)
        .prefetch_related(Prefetch("variants", queryset=adopted, to_attr="adopted"))
        .annotate(open_count=_counted(open_here, "topic"))
    )


def variants_compared(user: User, topic: RequirementTopic) -> QuerySet[SustainabilityRequirement]:
    """What is adopted and what is proposed, each with its `discussion`: by level, the adopted first."""
    comments = RequirementComment.objects.visible_to(user).select_related("region", "created_by")
    return (
        with_risk(with_people(SustainabilityRequirement.objects.visible_to(user)))
        .filter(topic=topic, state__in=[ProposalState.ADOPTED, ProposalState.PROPOSED])
        .prefetch_related(Prefetch("comments", queryset=comments, to_attr="discussion"))
        .order_by("-level", "state", "edition")
    )


def variants_decided_earlier(user: User, topic: RequirementTopic) -> QuerySet[SustainabilityRequirement]:
    """What was declined, and what was adopted once and is replaced."""
    return with_people(SustainabilityRequirement.objects.visible_to(user).filter(topic=topic).decided_earlier())


def with_people(requirements: SustainabilityRequirementQuerySet) -> SustainabilityRequirementQuerySet:
    """With whom it comes from and who decided."""
    return requirements.select_related("topic__requirement_set__category", "region", "created_by", "decided_by")


def with_risk(requirements: SustainabilityRequirementQuerySet) -> SustainabilityRequirementQuerySet:
    """Adds `risk_level`: how high the category's assessment of today puts the risk that the requirement meets.

    None without an assessment, and where the requirement isn't about one stage of the chain.
    """
    settled = RiskAssessment.objects.settled().order_by("-assessed_on", "-pk")
    latest = settled.filter(category=OuterRef(OuterRef("topic__requirement_set__category"))).values("pk")[:1]
    cells = RiskCell.objects.filter(assessment=Subquery(latest), area=OuterRef("area"), stage=OuterRef("stage"))
    return requirements.annotate(risk_level=Subquery(cells.values("level")[:1]))


def adopted_beside(requirement: SustainabilityRequirement) -> SustainabilityRequirement | None:
    """What is adopted in the same topic at the same level, and would be replaced."""
    return SustainabilityRequirement.objects.adopted().filter(topic=requirement.topic, level=requirement.level).first()


def adopted_of_set(requirement_set: RequirementSet, *, level: str = "") -> QuerySet[SustainabilityRequirement]:
    """What a tender may demand: the adopted requirements in the order of the topics, basic before advanced."""
    adopted = SustainabilityRequirement.objects.adopted().filter(topic__requirement_set=requirement_set)
    return of_level(adopted, level).select_related("topic").order_by("topic__number", "-level")


def of_level(requirements: SustainabilityRequirementQuerySet, level: str) -> SustainabilityRequirementQuerySet:
    """Of the level; "" is both."""
    return requirements.filter(level=level) if level else requirements


def categories_without_set() -> QuerySet[PurchaseCategory]:
    return PurchaseCategory.objects.filter(requirement_set__isnull=True).in_swedish_order()


def regions_of(user: User) -> QuerySet[Region]:
    """Those that the user may propose, comment and ask for."""
    return Region.objects.filter(pk__in=speaks_for(user)).in_swedish_order()


def _counted_in_set(requirements: SustainabilityRequirementQuerySet) -> Coalesce:
    return _counted(requirements.filter(topic__requirement_set=OuterRef("pk")), "topic__requirement_set")


def _counted(rows: QuerySet[Any], path: str) -> Coalesce:
    """How many of `rows`, as a subquery: joins would multiply the counts."""
    counted = rows.order_by().values(path).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
