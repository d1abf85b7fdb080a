"""Harmonised requirements: a category's requirement set (kravpaket), its topics, and the variants that were proposed."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import Area, Level, ProposalState, RiskLevel, Stage
from codeofconduct.models.categories import PurchaseCategory
from codeofconduct.models.governing import Bilingual
from portal.history.models import Record, Versioned, by_field, pair_constraint
from regions.models import Region, User
from regions.permissions import has_role, is_buyer, is_staff


class RequirementSetQuerySet(models.QuerySet["RequirementSet"]):
    def visible_to(self, user: User) -> "RequirementSetQuerySet":
        """To anyone with a role; what stands in it is narrowed by `SustainabilityRequirement`."""
        return self if has_role(user) else self.none()


@pghistory.track()
class RequirementSet(Record):
    """The requirement set of a category: what is adopted in its topics."""

    category = models.OneToOneField(PurchaseCategory, on_delete=models.PROTECT, related_name="requirement_set")

    objects = RequirementSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("requirement set")

    def __str__(self) -> str:
        return str(self.category)


class RequirementTopicQuerySet(models.QuerySet["RequirementTopic"]):
    def visible_to(self, user: User) -> "RequirementTopicQuerySet":
        """With its set: to anyone with a role."""
        return self if has_role(user) else self.none()


@pghistory.track()
class RequirementTopic(Record, Versioned, Bilingual):
    """What a requirement is about, such as traceability of cotton. Its variants are compared side by side."""

    requirement_set = models.ForeignKey(RequirementSet, on_delete=models.PROTECT, related_name="topics")
    number = models.PositiveSmallIntegerField(_("number"))
    title_sv = models.CharField(_("title in Swedish"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)

    objects = RequirementTopicQuerySet.as_manager()

    class Meta:
        ordering = ["requirement_set", "number"]
        verbose_name = _("topic of requirements")
        constraints = [
            models.UniqueConstraint(fields=["requirement_set", "number"], name="requirement_topic_unique_number")
        ]

    @property
    def title(self) -> str:
        return self.told("title")

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class SustainabilityRequirementQuerySet(models.QuerySet["SustainabilityRequirement"]):
    def visible_to(self, user: User) -> "SustainabilityRequirementQuerySet":
        """Proposals too to staff and all who work for a region: they comment on each other's. To readers what is adopted."""
        if is_staff(user) or is_buyer(user):
            return self
        return self.adopted() if has_role(user) else self.none()

    def adopted(self) -> "SustainabilityRequirementQuerySet":
        return self.filter(state=ProposalState.ADOPTED)

    def proposed(self) -> "SustainabilityRequirementQuerySet":
        return self.filter(state=ProposalState.PROPOSED)

    def decided_earlier(self) -> "SustainabilityRequirementQuerySet":
        """Declined, or adopted once and replaced since."""
        return self.filter(state__in=[ProposalState.DECLINED, ProposalState.REPLACED])


@pghistory.track()
class SustainabilityRequirement(Record, Versioned, Bilingual):
    """A variant of a topic's requirement, in a numbered edition. One a level is adopted; the one before it is replaced."""

    topic = models.ForeignKey(RequirementTopic, on_delete=models.PROTECT, related_name="variants")
    edition = models.PositiveSmallIntegerField(_("edition"))
    level = models.CharField(_("level"), max_length=8, choices=Level)
    text_sv = models.TextField(_("requirement in Swedish"))
    text_en = models.TextField(_("requirement in English"), blank=True)
    verification_sv = models.TextField(_("how it is verified, in Swedish"))
    verification_en = models.TextField(_("how it is verified, in English"), blank=True)
    area = models.CharField(_("area of the risk it meets"), max_length=15, choices=Area)
    stage = models.CharField(_("stage of the risk it meets"), max_length=17, choices=Stage, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    region = models.ForeignKey(
        Region, verbose_name=_("proposed by"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(_("state"), max_length=8, choices=ProposalState, default=ProposalState.PROPOSED)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    decided_by = by_field(_("decided by"), null=True)
    decision_note = models.CharField(_("reason for the decision"), max_length=500, blank=True)

    objects = SustainabilityRequirementQuerySet.as_manager()

    class Meta:
        ordering = ["topic", "level", "edition"]
        verbose_name = _("sustainability requirement")
        constraints = [
            models.UniqueConstraint(fields=["topic", "edition"], name="sustainability_requirement_unique_edition"),
            models.UniqueConstraint(
                fields=["topic", "level"],
                name="sustainability_requirement_one_adopted",
                condition=Q(state="adopted"),
                violation_error_message=_("Another variant of this level is adopted already."),
            ),
            pair_constraint("sustainability_requirement_decided", "decided"),
            models.CheckConstraint(
                name="sustainability_requirement_decision",
                condition=Q(state="proposed", decided_at__isnull=True)
                | (~Q(state="proposed") & Q(decided_at__isnull=False)),
            ),
        ]

    @property
    def text(self) -> str:
        return self.told("text")

    @property
    def verification(self) -> str:
        return self.told("verification")

    @property
    def risk(self) -> RiskLevel | None:
        """The level of the risk it meets, where the query has asked for it (`with_risk`) and the category is assessed."""
        level = getattr(self, "risk_level", None)
        return RiskLevel(level) if level else None

    def __str__(self) -> str:
        return f"{self.topic} ({self.get_level_display()}, {self.edition})"


class RequirementCommentQuerySet(models.QuerySet["RequirementComment"]):
    def visible_to(self, user: User) -> "RequirementCommentQuerySet":
        """The talk about a proposal is for staff and those who work for a region."""
        return self if is_staff(user) or is_buyer(user) else self.none()


@pghistory.track()
class RequirementComment(Record):
    """What a region or the secretariat says about a variant."""

    requirement = models.ForeignKey(SustainabilityRequirement, on_delete=models.PROTECT, related_name="comments")
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.TextField(_("comment"))

    objects = RequirementCommentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("comment on a requirement")

    def __str__(self) -> str:
        return self.text[:60]
