"""What the invoicing bases say: the amount owed, VAT by the treatment that holds on the due date, and who pays where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, Case, F, Model, OuterRef, QuerySet, Subquery, Sum, Value, When, Window
from django.db.models.functions import Cast, Coalesce, Round

from funding.enums import YearState
from funding.models import (
    Contribution,
    ContributionQuerySet,
    FundingYear,
    InvoicingTerms,
    Payer,
    VatTreatment,
)
from funding.queries.figures import contributions_with_figures
from regions.models import Region, User
from regions.permissions import access_of, is_staff

# An invoicing basis is made once the regions have decided.
READY = (YearState.DECIDED, YearState.CLOSED)


def _said(rows: QuerySet[Model], field: str, *, otherwise: str | None = None) -> Subquery | Coalesce:
    """The field of the first of the rows."""
    found = Subquery(rows.values(field)[:1])
    return found if otherwise is None else Coalesce(found, Value(otherwise))


def invoice_bases(user: User | None = None) -> ContributionQuerySet:
    """Contributions with their invoicing basis, in Swedish order; those that concern `user`, if one asks.

    Adds `due_on`, `reference` and `text` of the year; what holds for the payer on the due date: `buyer_reference`,
    `peppol_id`, `counterparty_code`, `payer_text`; how VAT is treated on that day: `vat_percent` and `vat_ground`, which is
    empty where nothing is registered. `vat_ore`: on `owed_ore`, which excludes it, rounded to whole öre, 50 hundredths
    upwards, 0 where no VAT is added; `with_vat_ore`: their sum. Both are None where no treatment is registered.
    """
    rows = contributions_with_figures(user)
    if user is not None and not is_staff(user):
        rows = rows.filter(region__in=access_of(user).regions)
    terms = InvoicingTerms.objects.filter(funding_year=OuterRef("funding_year"))
    payer = Payer.objects.filter(region=OuterRef("region"), valid_from__lte=OuterRef("due_on"))
    vat = VatTreatment.objects.filter(valid_from__lte=OuterRef("due_on"))
    return (
        rows.annotate(
            due_on=_said(terms, "due_on"),
            reference=_said(terms, "reference", otherwise=""),
            text=_said(terms, "text", otherwise=""),
        )
        .annotate(
            buyer_reference=_said(payer, "buyer_reference", otherwise=""),
            peppol_id=_said(payer, "peppol_id", otherwise=""),
            counterparty_code=_said(payer, "counterparty_code", otherwise=""),
            payer_text=_said(payer, "text", otherwise=""),
            vat_percent=_said(vat, "percent"),
            vat_ground=_said(vat, "ground", otherwise=""),
        )
        .annotate(
            vat_ore=Case(
                When(vat_ground="", then=None),
                When(vat_percent=None, then=Value(0)),
                default=Cast(Round(F("owed_ore") * F("vat_percent") / 100), BigIntegerField()),
                output_field=BigIntegerField(),
            )
        )
        .annotate(with_vat_ore=F("owed_ore") + F("vat_ore"))
    )


def bases_ready(user: User | None = None) -> ContributionQuerySet:
    """The same of the years that are decided or closed: what goes to the host region's finance system."""
    return invoice_bases(user).filter(funding_year__state__in=READY)


@dataclass(frozen=True)
class InvoicingFigures:
    """A year's invoicing bases with their sums (öre), of one moment. Without a VAT treatment its sums are None."""

    rows: Sequence[Contribution] = ()
    owed_ore: int = 0
    vat_ore: int | None = None
    with_vat_ore: int | None = None

    @property
    def first(self) -> Contribution | None:
        """Any of them: due date, text and VAT treatment are the year's."""
        return self.rows[0] if self.rows else None


def invoicing_figures(year: FundingYear, user: User | None = None) -> InvoicingFigures:
    """What page, documents and files of the year show; of the regions that concern `user`, if one asks. One statement."""
    rows = list(
        invoice_bases(user)
        .filter(funding_year=year)
        .annotate(
            sum_owed=Window(Sum("owed_ore")), sum_vat=Window(Sum("vat_ore")), sum_with_vat=Window(Sum("with_vat_ore"))
        )
    )
    if not rows:
        return InvoicingFigures()
    sums = vars(rows[0])
    return InvoicingFigures(
        rows,
        owed_ore=int(sums["sum_owed"]),
        vat_ore=None if sums["sum_vat"] is None else int(sums["sum_vat"]),
        with_vat_ore=None if sums["sum_with_vat"] is None else int(sums["sum_with_vat"]),
    )


def payers_of(region: Region, user: User) -> QuerySet[Payer]:
    """All that was registered of the region as payer and that the user may see, what holds last first."""
    return Payer.objects.visible_to(user).filter(region=region).select_related("created_by")


def payer_on(region: Region, day: date) -> Payer | None:
    """What holds on the day."""
    return Payer.objects.filter(region=region, valid_from__lte=day).first()


def vat_on(day: date) -> VatTreatment | None:
    """What holds on the day."""
    return VatTreatment.objects.filter(valid_from__lte=day).first()


def vat_treatments() -> QuerySet[VatTreatment]:
    """All that was registered, what holds last first."""
    return VatTreatment.objects.select_related("created_by")


def terms_of(year: FundingYear) -> QuerySet[InvoicingTerms]:
    """All that was registered of the year, what counts first."""
    return year.invoicing_terms.select_related("created_by")


def closed_and_due_after(day: date) -> InvoicingTerms | None:
    """Those of a closed year that fell due on the day or later, which therefore stays as it is; the latest of them."""
    latest = InvoicingTerms.objects.order_by("funding_year_id", "-created_at", "-pk").distinct("funding_year_id")
    counting = InvoicingTerms.objects.filter(pk__in=latest.values("pk"), funding_year__state=YearState.CLOSED)
    return counting.filter(due_on__gte=day).select_related("funding_year").order_by("-due_on").first()
