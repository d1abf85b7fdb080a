"""What a region has decided to contribute, as its paper says."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from funding.models.base import HIGHEST_ORE, FundingQuerySet, year_in_range
from portal.files.models import StoredFile
from portal.history.models import Record, by_field, pair_constraint
from regions.models import Region

HIGHEST_AMOUNT_ORE = 100_000_000_00


@pghistory.track()
class RegionDecision(Record):
    """A region's own decision: an amount in öre a year or a rate in öre per inhabitant, for one year, several, or until
    further notice (`valid_to_year` empty), as the memo RS/29/2022 has it: 131 418 kr a year.

    Never changed: a later decision takes its place, or it is withdrawn as wrongly registered.
    """

    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="funding_decisions"
    )
    valid_from_year = models.PositiveSmallIntegerField(_("from the year"))
    valid_to_year = models.PositiveSmallIntegerField(_("to the year"), null=True, blank=True)
    amount_ore = models.BigIntegerField(_("amount a year (öre)"), null=True, blank=True)
    ore_per_inhabitant = models.IntegerField(_("rate per inhabitant (öre)"), null=True, blank=True)
    decided_on = models.DateField(_("decided"))
    body = models.CharField(_("decided by"), max_length=200)
    registration_number = models.CharField(_("registration number"), max_length=100)
    document = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    withdrawn_by = by_field(_("withdrawn by"), null=True)
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=500, blank=True)

    objects = FundingQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_on", "-created_at", "-pk"]
        verbose_name = _("decision of a region")
        constraints = [
            year_in_range("region_decision_year_in_range", "valid_from_year"),
            models.CheckConstraint(
                name="region_decision_ends_after_it_begins",
                condition=Q(valid_to_year__isnull=True) | Q(valid_to_year__gte=F("valid_from_year")),
                violation_error_message=_("The last year must not be before the first."),
            ),
            models.CheckConstraint(
                name="region_decision_amount_or_rate",
                condition=Q(amount_ore__isnull=False, ore_per_inhabitant__isnull=True)
                | Q(amount_ore__isnull=True, ore_per_inhabitant__isnull=False),
                violation_error_message=_("Write either the amount or the rate per inhabitant."),
            ),
            models.CheckConstraint(
                name="region_decision_in_range",
                condition=(Q(amount_ore__isnull=True) | Q(amount_ore__gte=0, amount_ore__lte=HIGHEST_AMOUNT_ORE))
                & (
                    Q(ore_per_inhabitant__isnull=True)
                    | Q(ore_per_inhabitant__gte=0, ore_per_inhabitant__lte=HIGHEST_ORE)
                ),
            ),
            models.CheckConstraint(name="region_decision_has_body", condition=~Q(body="")),
            models.CheckConstraint(name="region_decision_has_number", condition=~Q(registration_number="")),
            pair_constraint("region_decision_withdrawn_pair", "withdrawn"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="as_decided", exclude=["withdrawn_at", "withdrawn_by", "withdrawn_reason"]),
            pgtrigger.Protect(name="trace_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="closed_year_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM funding_contribution c JOIN funding_fundingyear y ON y.id = c.funding_year_id
                        WHERE c.decision_id = OLD.id AND y.state = 'closed'
                    ) THEN
                        RAISE EXCEPTION 'closed_year_stays: a closed funding year stands on this decision'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    IF TG_OP = 'DELETE' THEN
                        RETURN OLD;
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.registration_number}"

    def covers(self, year: int) -> bool:
        return self.valid_from_year <= year and (self.valid_to_year is None or year <= self.valid_to_year)
