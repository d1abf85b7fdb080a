"""Questions that reached the secretariat, and their answers."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import Area, Channel
from codeofconduct.models.categories import PurchaseCategory
from codeofconduct.models.documents import Guidance
from portal import clock
from portal.history.models import Record, Versioned, by_field, pair_constraint
from portal.search.folding import names_index, texts_indexes
from regions.models import Region, User
from regions.permissions import access_of, has_role, is_staff


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def visible_to(self, user: User) -> "EnquiryQuerySet":
        """Staff see all, everyone with a role the shared answers, and the own region's or own questions."""
        if is_staff(user):
            return self
        if not has_role(user):
            return self.none()
        own = Q(region__in=access_of(user).regions) | Q(created_by__user=user)
        return self.filter(Q(answered_at__isnull=False, is_shared=True) | own)

    def unanswered(self) -> "EnquiryQuerySet":
        return self.filter(answered_at__isnull=True)

    def answered(self) -> "EnquiryQuerySet":
        return self.filter(answered_at__isnull=False)


@pghistory.track()
class Enquiry(Record, Versioned):
    """A question to the secretariat: asked in the portal, or registered from mail or telephone."""

    subject = models.CharField(_("subject"), max_length=200)
    question = models.TextField(_("question"))
    channel = models.CharField(_("came by"), max_length=9, choices=Channel, default=Channel.PORTAL)
    asked_on = models.DateField(_("asked on"))
    asked_by_name = models.CharField(_("asked by"), max_length=200, blank=True)
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, null=True, blank=True, related_name="enquiries"
    )
    area = models.CharField(_("area"), max_length=15, choices=Area, blank=True)
    category = models.ForeignKey(
        PurchaseCategory,
        verbose_name=_("purchase category"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="enquiries",
    )
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    answered_by = by_field(_("answered by"), null=True)
    is_shared = models.BooleanField(_("shared with all regions"), default=True)
    guidance = models.ForeignKey(
        Guidance,
        verbose_name=_("became guidance"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="enquiries",
    )

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_on", "-pk"]
        verbose_name = _("question")
        indexes = [names_index("enquiry_names", "subject"), *texts_indexes("enquiry_texts", "question", "answer")]
        constraints = [
            pair_constraint("enquiry_answered", "answered"),
            models.CheckConstraint(
                name="enquiry_answer_is_whole",
                condition=Q(answered_at__isnull=True, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
            ),
        ]

    @property
    def days_waiting(self) -> int:
        """Days since it was asked."""
        return (clock.today() - self.asked_on).days

    def __str__(self) -> str:
        return self.subject
