"""Follow-ups that others made: who, when, under which terms, by which method, and what came of it."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import Facility, PurchaseCategory, Supplier
from codeofconduct.models.suppliers import ISO_COUNTRY, of_current_supplier
from followups.enums.follow_ups import Colour
from followups.enums.reuse import BodyKind, Method, TermsLevel
from portal.files.models import StoredFile
from portal.history.models import Record, Versioned, by_field, pair_constraint
from portal.search.ordering import swedish
from regions.enums import SharingTier
from regions.models import Region, Shared, User
from regions.permissions import access_of, has_role, is_buyer, is_staff

SUMMARY_MAX = 10_000


class ResultBodyQuerySet(models.QuerySet["ResultBody"]):
    def in_swedish_order(self) -> "ResultBodyQuerySet":
        return self.order_by(swedish("name"), "pk")


@pghistory.track()
class ResultBody(Record):
    """Who follows suppliers up outside the portal: a joint body, an authority, a partner abroad or a scheme."""

    name = models.CharField(
        _("name"), max_length=150, unique=True, error_messages={"unique": _("There is a body with this name already.")}
    )
    kind = models.CharField(_("kind of body"), max_length=9, choices=BodyKind)
    country = models.CharField(
        _("country"), max_length=2, blank=True, validators=[ISO_COUNTRY], help_text=_("ISO 3166 code")
    )
    is_offered = models.BooleanField(_("can be chosen for new results"), default=True)

    objects = ResultBodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("body that follows up")

    def __str__(self) -> str:
        return self.name


class ExternalResultQuerySet(models.QuerySet["ExternalResult"]):
    def concerning(self, user: User) -> "ExternalResultQuerySet":
        """All for staff; otherwise what the own regions, or those of the own group, have registered."""
        if is_staff(user):
            return self
        if not has_role(user):
            return self.none()
        access = access_of(user)
        return self.filter(region__in=access.regions | access.group_regions)

    def visible_to(self, user: User) -> "ExternalResultQuerySet":
        """What concerns the user, and what is shared with everyone who has a role."""
        if is_staff(user) or not has_role(user):
            return self.concerning(user)
        access = access_of(user)
        own = Q(region__in=access.regions | access.group_regions)
        return self.filter(Q(sharing_tier__in=(SharingTier.REGIONS, SharingTier.PUBLIC)) | own)

    def with_document_for(self, user: User) -> "ExternalResultQuerySet":
        """Visible ones whose document the user may read; of what isn't public a mere reader sees only that it exists."""
        seen = self.visible_to(user).filter(document__isnull=False)
        return seen if is_staff(user) or is_buyer(user) else seen.filter(sharing_tier=SharingTier.PUBLIC)

    def standing(self) -> "ExternalResultQuerySet":
        """Without those that were taken back."""
        return self.filter(withdrawn_at__isnull=True)


@pghistory.track()
class ExternalResult(Record, Versioned, Shared):
    """Another body's follow-up of a supplier. It counts for reuse by the same rules as the portal's own.

    `region`: the one that registered it; None where the secretariat did. `action_plan_on`: by when what is open is to
    be remedied; a result that isn't green is not reused without.
    """

    supplier = models.ForeignKey(
        Supplier, verbose_name=_("supplier"), on_delete=models.PROTECT, related_name="external_results"
    )
    category = models.ForeignKey(
        PurchaseCategory,
        verbose_name=_("purchase category"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="external_results",
    )
    facility = models.ForeignKey(
        Facility,
        verbose_name=_("facility"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="external_results",
    )
    body = models.ForeignKey(
        ResultBody, verbose_name=_("carried out by"), on_delete=models.PROTECT, related_name="results"
    )
    auditor = models.CharField(_("auditing firm"), max_length=200, blank=True)
    carried_out_on = models.DateField(_("carried out on"))
    terms_level = models.CharField(_("level of the terms"), max_length=8, choices=TermsLevel)
    terms = models.CharField(_("terms"), max_length=200, blank=True)
    method = models.CharField(_("method"), max_length=20, choices=Method)
    light = models.CharField(_("light"), max_length=6, choices=Colour, blank=True)
    action_plan_on = models.DateField(_("action plan until"), null=True, blank=True)
    summary = models.TextField(_("summary"), blank=True, max_length=SUMMARY_MAX)
    document = models.OneToOneField(
        StoredFile, verbose_name=_("document"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    region = models.ForeignKey(
        Region,
        verbose_name=_("registered for"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="external_results",
    )
    changed_at = models.DateTimeField(_("last changed"), null=True, blank=True)
    changed_by = by_field(_("last changed by"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = by_field(_("withdrawn by"), null=True)
    withdrawn_reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = ExternalResultQuerySet.as_manager()

    class Meta:
        ordering = ["-carried_out_on", "-pk"]
        verbose_name = _("external result")
        triggers = [of_current_supplier("external_result_of_current_supplier")]
        constraints = [
            pair_constraint("external_result_changed_pair", "changed"),
            pair_constraint("external_result_withdrawn_pair", "withdrawn"),
            models.CheckConstraint(
                name="external_result_withdrawn_why",
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
            ),
            models.CheckConstraint(name="external_result_colour", condition=Q(light__in=["", *Colour.values])),
        ]

    def __str__(self) -> str:
        return f"{self.supplier} · {self.body}"
