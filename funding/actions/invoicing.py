"""Registering what an invoicing basis says beside the amount. Nothing is overwritten: the new stands beside the old."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from funding.enums import YearState
from funding.models import FundingYear, InvoicingTerms, Payer, VatTreatment
from funding.peppol import peppol_id_of
from funding.queries.invoicing import closed_and_due_after
from funding.queries.steps import proposed_on
from funding.rows import insert
from portal.history.models import By, actor_of
from portal.ui.templatetags.formats import day
from regions.models import Region

# An invoice of a year falls due at most so many years before or after it: what is further is a slip.
YEARS_AWAY = 10


@transaction.atomic
def register_terms(
    *, by: By, funding_year: FundingYear, due_on: date, text: str, reference: str = ""
) -> InvoicingTerms:
    """When the year's invoices fall due and what stands on them; takes the place of what was registered before.

    Raises ValidationError, and then nothing is written: the year is closed or has not been proposed, the day is before
    the proposal, or a value breaks a rule.
    """
    year = FundingYear.objects.select_for_update().get(pk=funding_year.pk)
    if year.state == YearState.CLOSED:
        raise ValidationError(_("Funding year %(year)s is closed. Have it reopened first.") % {"year": year.year})
    proposed = proposed_on(year)
    if proposed is None:
        sentence = _("Funding year %(year)s has not been proposed to the regions yet.")
        raise ValidationError(sentence % {"year": year.year})
    if due_on < proposed:
        sentence = _("The year was proposed on %(day)s. Its invoices cannot fall due before that.")
        raise ValidationError({"due_on": sentence % {"day": day(proposed)}})
    if abs(due_on.year - year.year) > YEARS_AWAY:
        sentence = _("The due date is far from %(year)s. Write the day by which the invoice is paid.")
        raise ValidationError({"due_on": sentence % {"year": year.year}})
    terms = InvoicingTerms(funding_year=year, due_on=due_on, text=text, reference=reference, created_by=actor_of(by))
    insert(terms)
    return terms


@transaction.atomic
def register_payer(
    *,
    by: By,
    region: Region,
    valid_from: date,
    buyer_reference: str = "",
    peppol_id: str = "",
    counterparty_code: str = "",
    text: str = "",
) -> Payer:
    """What is known of the region as payer, all of it, from the day on; what is unknown is empty.

    Raises ValidationError, and then nothing is written: the Peppol ID is none, it would count for a closed year, or a
    value breaks a rule.
    """
    _check_closed(valid_from)
    try:
        peppol_id = peppol_id and peppol_id_of(peppol_id)
    except ValidationError as error:
        raise ValidationError({"peppol_id": error}) from None
    payer = Payer(
        region=region,
        valid_from=valid_from,
        buyer_reference=buyer_reference,
        peppol_id=peppol_id,
        counterparty_code=counterparty_code,
        text=text,
        created_by=actor_of(by),
    )
    insert(payer)
    return payer


@transaction.atomic
def register_vat(*, by: By, valid_from: date, percent: Decimal | None, ground: str) -> VatTreatment:
    """How VAT is treated from the day on: a rate in per cent, or None where none is added, with the ground that was given.

    Raises ValidationError, and then nothing is written: it would count for a closed year, or a value breaks a rule.
    """
    _check_closed(valid_from)
    treatment = VatTreatment(valid_from=valid_from, percent=percent, ground=ground, created_by=actor_of(by))
    insert(treatment)
    return treatment


def _check_closed(valid_from: date) -> None:
    """The years are locked, so that none is closed meanwhile."""
    list(FundingYear.objects.order_by("pk").select_for_update().values_list("pk"))
    terms = closed_and_due_after(valid_from)
    if terms is not None:
        sentence = _("Funding year %(year)s is closed and fell due on %(day)s. Write a later day.")
        told = {"year": terms.funding_year.year, "day": day(terms.due_on)}
        raise ValidationError({"valid_from": sentence % told})
