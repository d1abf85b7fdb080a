"""What the host region has invoiced and been paid, as its ledger says."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.base import FundingQuerySet, closed_year_stays
from funding.models.years import FundingYear
from portal.history.models import Record
from regions.models import Region


@pghistory.track()
class Payment(Record):
    """An invoice to a region for its contribution to a year (öre), and what of it is paid (öre). The ledger duns, not we.

    That year and region have a contribution is a key of the database (migration 0006).
    """

    funding_year = models.ForeignKey(
        FundingYear, verbose_name=_("funding year"), on_delete=models.PROTECT, related_name="payments"
    )
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="payments")
    invoice_number = models.CharField(_("invoice number"), max_length=40, unique=True)
    invoiced_on = models.DateField(_("invoiced"))
    invoiced_ore = models.BigIntegerField(_("invoiced amount (öre)"))
    paid_on = models.DateField(_("paid"), null=True, blank=True)
    paid_ore = models.BigIntegerField(_("paid amount (öre)"), null=True, blank=True)

    objects = FundingQuerySet.as_manager()

    class Meta:
        ordering = ["invoiced_on", "invoice_number"]
        verbose_name = _("payment")
        constraints = [
            models.CheckConstraint(name="payment_has_number", condition=~Q(invoice_number="")),
            models.CheckConstraint(name="payment_of_something", condition=Q(invoiced_ore__gt=0)),
            models.CheckConstraint(
                name="payment_paid_pair",
                condition=Q(paid_on__isnull=True, paid_ore__isnull=True)
                | Q(paid_on__isnull=False, paid_ore__isnull=False, paid_ore__gt=0),
            ),
        ]
        triggers = [closed_year_stays()]

    def __str__(self) -> str:
        return self.invoice_number
