"""What an invoicing basis says beside the amount: due date and text of a year, the region as payer, how VAT is treated.

All of it is dated and never changed: what is registered later stands beside what was there, and counts from its own day.
"""

from decimal import Decimal

import pghistory
import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.base import FundingQuerySet, closed_year_stays
from funding.models.years import FundingYear
from portal.history.models import Record
from regions.models import Region, User
from regions.permissions import access_of, is_staff

HIGHEST_PERCENT = 100


def never_changed() -> pgtrigger.Protect:
    return pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete)


def closed_due_date_stays() -> pgtrigger.Trigger:
    """On a table with `valid_from`: no row comes that would count on the due date of a year that is closed.

    The years' rows are locked for sharing, so that nothing slips in while one is being closed.
    """
    return pgtrigger.Trigger(
        name="closed_due_date_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func="""
            PERFORM 1 FROM funding_fundingyear ORDER BY year FOR SHARE;
            IF EXISTS (
                SELECT 1 FROM funding_fundingyear y
                JOIN LATERAL (
                    SELECT t.due_on FROM funding_invoicingterms t WHERE t.funding_year_id = y.id
                    ORDER BY t.created_at DESC, t.id DESC LIMIT 1
                ) terms ON true
                WHERE y.state = 'closed' AND terms.due_on >= NEW.valid_from
            ) THEN
                RAISE EXCEPTION 'closed_due_date_stays: a closed funding year fell due on or after this day'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


@pghistory.track()
class InvoicingTerms(Record):
    """When a year's invoices fall due, and what stands on all of them. Of several of a year the last registered counts."""

    funding_year = models.ForeignKey(FundingYear, on_delete=models.PROTECT, related_name="invoicing_terms")
    due_on = models.DateField(_("invoice due date"))
    reference = models.CharField(_("our reference"), max_length=100, blank=True)
    text = models.CharField(_("text on the invoice"), max_length=300)

    objects = FundingQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("terms of invoicing")
        constraints = [models.CheckConstraint(name="invoicing_terms_have_text", condition=~Q(text=""))]
        triggers = [never_changed(), closed_year_stays()]

    def __str__(self) -> str:
        return f"{self.funding_year}: {self.due_on}"


class PayerQuerySet(FundingQuerySet["Payer"]):
    def visible_to(self, user: User) -> "PayerQuerySet":
        """References are for the secretariat and for those who work for the region itself."""
        return self if is_staff(user) else self.filter(region__in=access_of(user).regions)


@pghistory.track()
class Payer(Record):
    """What is known of a region as payer, from a day on until the next. What is unknown is empty."""

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="payers")
    valid_from = models.DateField(_("holds from"))
    buyer_reference = models.CharField(_("buyer reference"), max_length=100, blank=True)
    peppol_id = models.CharField(_("Peppol ID"), max_length=18, blank=True)
    counterparty_code = models.CharField(
        _("counterparty code"),
        max_length=20,
        blank=True,
        validators=[
            RegexValidator(r"^[0-9A-Za-zÅÄÖåäö .-]+\Z", _("Write the code with letters and digits, for example 1234."))
        ],
    )
    text = models.CharField(_("text on the region's invoice"), max_length=300, blank=True)

    objects = PayerQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-created_at", "-pk"]
        verbose_name = _("payer")
        constraints = [
            models.CheckConstraint(
                name="payer_peppol_id_of_scheme",
                condition=Q(peppol_id="") | Q(peppol_id__regex=r"^(0007:[0-9]{10}|0088:[0-9]{13})$"),
                violation_error_message=_(
                    "Write the scheme, a colon and the number: 0007:2321000214, or 0088: and a GLN."
                ),
            )
        ]
        triggers = [never_changed(), closed_due_date_stays()]

    def __str__(self) -> str:
        return f"{self.region} {self.valid_from}"


@pghistory.track()
class VatTreatment(Record):
    """How VAT is treated from a day on until the next, and on what ground. No rate: no VAT is added.

    The portal claims no ground of its own: it says what was registered, by whom and when.
    """

    valid_from = models.DateField(_("holds from"))
    percent = models.DecimalField(_("VAT rate (per cent)"), max_digits=4, decimal_places=1, null=True, blank=True)
    ground = models.CharField(_("ground"), max_length=500)

    objects = FundingQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-created_at", "-pk"]
        verbose_name = _("VAT treatment")
        constraints = [
            models.CheckConstraint(
                name="vat_treatment_in_range",
                condition=Q(percent__isnull=True) | Q(percent__gte=Decimal(0), percent__lte=Decimal(HIGHEST_PERCENT)),
                violation_error_message=_("The VAT rate must be between 0 and 100 per cent."),
            ),
            models.CheckConstraint(name="vat_treatment_has_ground", condition=~Q(ground="")),
        ]
        triggers = [never_changed(), closed_due_date_stays()]

    def __str__(self) -> str:
        return f"{self.valid_from}: {self.percent}"

    @property
    def share(self) -> Decimal | None:
        """The rate as a share of one."""
        return None if self.percent is None else self.percent / 100
