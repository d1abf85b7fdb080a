"""Registering what an invoicing basis says beside the amount. Nothing is overwritten: the new stands beside the old."""

from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from funding.enums import YearState
from funding.models import FundingYear, InvoicingTerms, Payer, VatTreatment
from funding.peppol import peppol_id_of
from funding.queries.invoicing import closed_and_due_after, payer_on, terms_of, vat_on
from funding.queries.steps import proposed_on
from funding.rows import insert
from portal import clock
from portal.history.models import By, actor_of
from portal.ui.templatetags.formats import day
from regions.models import Region

# An invoice of a year falls due at most so many years before or after it, and what is registered holds from a day at most so
# many years from today: what is further is a slip.
YEARS_AWAY = 10

Row = TypeVar("Row", InvoicingTerms, Payer, VatTreatment)


class LostRace(Exception):  # noqa: N818 - a state of affairs, not a fault
    """Someone else registered terms of the year, the payer, or a VAT treatment since the page was shown. Nothing was written.

    `row`: what they registered last; `version`: how many rows there are by now.
    """

    def __init__(self, row: InvoicingTerms | Payer | VatTreatment, version: int) -> None:
        super().__init__(row.public_id)
        self.row, self.version = row, version


@transaction.atomic
def register_terms(
    *, by: By, funding_year: FundingYear, due_on: date, text: str, reference: str = "", seen: int | None = None
) -> InvoicingTerms:
    """When the year's invoices fall due and what stands on them; takes the place of what was registered before.

    `seen`: how many terms of the year the page knew of, None where no page was shown. Raises LostRace if there are more by
    now, and ValidationError where the year is closed or has not been proposed, the day is before the proposal, nothing is
    changed, or a value breaks a rule. Then nothing is written.
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
    _check_changed(terms, terms_of(year).first(), "due_on", "text", "reference")
    _check_seen(InvoicingTerms.objects.filter(funding_year=year), seen)
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
    seen: int | None = None,
) -> Payer:
    """What is known of the region as payer, all of it, from the day on; what is unknown is empty.

    `seen`: how many rows of the region the page knew of, None where no page was shown. Raises LostRace if there are more by
    now, and ValidationError where the Peppol ID is none, the day is far away, it would count for a closed year, the same
    holds on the day already, or a value breaks a rule. Then nothing is written.
    """
    _check_near(valid_from)
    _check_closed(valid_from)
    Region.objects.select_for_update(no_key=True).get(pk=region.pk)
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
    _check_changed(
        payer,
        payer_on(region, valid_from),
        "buyer_reference",
        "peppol_id",
        "counterparty_code",
        "text",
        at="valid_from",
    )
    _check_seen(Payer.objects.filter(region=region), seen)
    insert(payer)
    return payer


@transaction.atomic
def register_vat(
    *, by: By, valid_from: date, percent: Decimal | None, ground: str, seen: int | None = None
) -> VatTreatment:
    """How VAT is treated from the day on: a rate in per cent, or None where none is added, with the ground that was given.

    `seen`: how many treatments the page knew of, None where no page was shown. Raises LostRace if there are more by now, and
    ValidationError where the day is far away, it would count for a closed year, the same holds on the day already, or a
    value breaks a rule. Then nothing is written.
    """
    _check_near(valid_from)
    _check_closed(valid_from)
    treatment = VatTreatment(valid_from=valid_from, percent=percent, ground=ground, created_by=actor_of(by))
    _check_changed(treatment, vat_on(valid_from), "percent", "ground", at="valid_from")
    _check_seen(VatTreatment.objects.all(), seen)
    insert(treatment)
    return treatment


def _check_near(valid_from: date) -> None:
    if abs(valid_from.year - clock.today().year) > YEARS_AWAY:
        sentence = _("The day is more than %(years)s years away. Write the day from which it holds.")
        raise ValidationError({"valid_from": sentence % {"years": YEARS_AWAY}})


def _check_seen(rows: "QuerySet[InvoicingTerms] | QuerySet[Payer] | QuerySet[VatTreatment]", seen: int | None) -> None:
    """Rows only come, none goes: their number is the version of what they say together."""
    if seen is None:
        return
    latest, count = rows.order_by("-created_at", "-pk").first(), rows.count()
    if latest is not None and count != seen:
        raise LostRace(latest, count)


def _check_changed(row: Row, holding: Row | None, *names: str, at: str | None = None) -> None:
    """`holding`: what holds already. The sentence stands at the field `at`, or above the form."""
    if holding is not None and all(getattr(row, name) == getattr(holding, name) for name in names):
        sentence = _("Nothing has changed: this is what holds already.")
        raise ValidationError({at: sentence} if at else sentence)


def _check_closed(valid_from: date) -> None:
    """The years are locked, so that none is closed meanwhile; by year, as decisions lock them."""
    list(FundingYear.objects.order_by("year").select_for_update().values_list("pk"))
    terms = closed_and_due_after(valid_from)
    if terms is not None:
        sentence = _("Funding year %(year)s is closed and fell due on %(day)s. Write a later day.")
        told = {"year": terms.funding_year.year, "day": day(terms.due_on)}
        raise ValidationError({"valid_from": sentence % told})
