"""What audits had cost when a year was closed."""

import pghistory
import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from funding.models.base import FundingQuerySet, closed_year_stays
from funding.models.years import FundingYear
from portal.history.models import Record
from regions.models import Region


@pghistory.track()
class FrozenSpending(Record):
    """`funding.outside.Spending` of a year as it was when the year was closed, in öre: audits that are invoiced or corrected
    later change nothing of it. Put in by the closing, taken away by the reopening.
    """

    funding_year = models.ForeignKey(FundingYear, on_delete=models.PROTECT, related_name="frozen_spending")
    category = models.CharField(_("purchase category"), max_length=300)
    region = models.ForeignKey(Region, verbose_name=_("lead region"), on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind of audit"), max_length=20)
    audits = models.PositiveIntegerField(_("audits"))
    invoiced = models.PositiveIntegerField(_("invoiced"))
    unpriced = models.PositiveIntegerField(_("without a price"))
    expected_ore = models.BigIntegerField(_("expected (öre)"))
    actual_ore = models.BigIntegerField(_("invoiced (öre)"))
    month = models.PositiveSmallIntegerField(_("month of the invoices"), null=True)

    objects = FundingQuerySet.as_manager()

    class Meta:
        verbose_name = _("cost of audits at the closing")
        constraints = [
            models.UniqueConstraint(
                fields=["funding_year", "category", "region", "kind", "month"],
                name="frozen_spending_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="frozen_spending_month", condition=models.Q(month__range=(1, 12))),
        ]
        triggers = [
            pgtrigger.Protect(name="frozen", operation=pgtrigger.Update),
            closed_year_stays(),
        ]

    def __str__(self) -> str:
        return f"{self.funding_year}: {self.category}"
