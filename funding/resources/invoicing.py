"""Invoicing bases for the host region's finance system as a file, and price indices coming in."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.models import FIRST_INDEX_YEAR, HIGHEST_INDEX, LAST_INDEX_YEAR, Contribution, PriceIndexFigure
from funding.presentation import lacking, vat_words
from funding.queries.invoicing import bases_ready
from funding.resources import told_kronor, year_asked
from portal import clock
from portal.exchange.engine.columns import Column, Told
from portal.exchange.engine.identity import Identity
from portal.exchange.engine.resource import ExchangeResource, visible_rows
from portal.exchange.engine.rows import Row
from portal.exchange.reading.values import day_of, decimal_of, integer_of
from portal.ui.templatetags.formats import day


class InvoiceBasisResource(ExchangeResource):
    """A year's invoicing bases for the host region's finance system, a row a region: the same query as page and PDF."""

    year = Told(gettext_lazy("Funding year"), lambda row: row.funding_year.year, width=10)
    code = Told(gettext_lazy("County code"), lambda row: row.region.code, width=8)
    region = Told(gettext_lazy("Region"), lambda row: row.region.name, width=26)
    organisation_number = Told(gettext_lazy("Organisation number"), lambda row: row.region.organisation_number)
    buyer_reference = Told(gettext_lazy("Buyer reference"), lambda row: row.buyer_reference)
    peppol_id = Told(gettext_lazy("Peppol ID"), lambda row: row.peppol_id)
    counterparty_code = Told(gettext_lazy("Counterparty code"), lambda row: row.counterparty_code)
    owed = told_kronor(gettext_lazy("Amount excl. VAT (kr)"), "owed_ore")
    vat_treatment = Told(gettext_lazy("VAT treatment"), vat_words)
    vat_ground = Told(gettext_lazy("Ground of the VAT treatment"), lambda row: row.vat_ground, width=30)
    vat = told_kronor(gettext_lazy("VAT (kr)"), "vat_ore")
    with_vat = told_kronor(gettext_lazy("Amount incl. VAT (kr)"), "with_vat_ore")
    due_on = Told(gettext_lazy("Invoice due date"), lambda row: row.due_on, width=12)
    text = Told(gettext_lazy("Text on the invoice"), lambda row: row.text, width=40)
    payer_text = Told(gettext_lazy("Text on the region's invoice"), lambda row: row.payer_text, width=30)
    reference = Told(gettext_lazy("Our reference"), lambda row: row.reference)
    missing = Told(gettext_lazy("Missing"), lambda row: ", ".join(lacking(row)), width=30)

    class Meta:
        model = Contribution


def invoice_bases_listed(by: Any, query: QueryDict) -> "QuerySet[Contribution]":
    """As on the year's invoicing page, once the year is decided; of all such years where the query string names none."""
    rows = bases_ready(by if getattr(by, "is_authenticated", False) else None).filter(**year_asked(query))
    return rows.order_by("-funding_year__year", *rows.query.order_by)


SERIES = "KPI"


def _figure_keys(row: Row) -> list[Any]:
    """What the line says of the year, to be compared with the figure that counts; nothing where a part is missing."""
    told = (row.get("series") or SERIES, row.get("year"), row.get("value"))
    return [] if None in told else [told]


def _place_keys(row: Row) -> list[Any]:
    return [(row.get("series") or SERIES, row["year"])] if row.get("year") is not None else []


def _find_figures(rows: "QuerySet[Any]", keys: Any) -> Any:
    found = rows.filter(year__in={year for _series, year, _value in keys}).values_list("series", "year", "value", "pk")
    return [((series, year, value), pk) for series, year, value, pk in found if (series, year, value) in keys]


class PriceIndexResource(ExchangeResource):
    """A year's figure of a price index. One that differs from what counts stands beside it and counts from then on."""

    series = Column(
        gettext_lazy("Series"),
        clears=False,
        expected=gettext_lazy("The name of the series. Empty: KPI."),
        example=SERIES,
        also=("indexserie",),
    )
    year = Column(gettext_lazy("Year"), parse=integer_of, required=True, example="2023", width=8, also=("år", "year"))
    value = Column(
        gettext_lazy("Value"),
        parse=lambda cell: decimal_of(cell, places=4),
        required=True,
        example="395,96",
        width=12,
        also=("värde", "index", "indextal", "årsmedelvärde", "årsmedeltal", "kpi"),
    )
    base = Column(
        gettext_lazy("Base"),
        clears=False,
        expected=gettext_lazy("The year or month for which the index is 100."),
        example="1980=100",
        also=("bas", "basår"),
    )
    source = Column(
        gettext_lazy("Source"),
        clears=False,
        expected=gettext_lazy("The table the figure comes from. Empty: that a file was imported, and when."),
        width=30,
        also=("källa",),
    )
    retrieved_on = Column(
        gettext_lazy("Retrieved"),
        parse=day_of,
        clears=False,
        expected=gettext_lazy("Empty: the day of the import."),
        example="2026-11-30",
        width=12,
        also=("hämtad",),
    )

    # The second finds nothing: it tells two lines about the same year.
    identities = (
        Identity("value", keys=_figure_keys, finds=_find_figures),
        Identity("year", keys=_place_keys, finds=lambda rows, keys: []),
    )

    class Meta:
        model = PriceIndexFigure

    def rows(self) -> "QuerySet[Any]":
        return visible_rows(PriceIndexFigure, self.by).filter(pk__in=PriceIndexFigure.objects.counting().values("pk"))

    def started(self, row: Row) -> dict[str, Any]:
        """The source stands on pages and in files that all with a role read, so it names nobody."""
        return {
            "series": SERIES,
            "source": _("file imported on %(day)s") % {"day": day(clock.today())},
            "retrieved_on": clock.today(),
        }

    def skip_row(self, instance: Any, original: Any, row: Row, import_validation_errors: Any = None) -> bool:
        """A figure that counts already stays as it is, whatever else the line says."""
        skips = super().skip_row(instance, original, row, import_validation_errors)
        return skips or (not self._is_new and not row.faults)

    @cached_property
    def bases(self) -> dict[str, str]:
        """The base of each series; the file's own lines come on top."""
        return dict(PriceIndexFigure.objects.order_by("created_at", "pk").values_list("series", "base"))

    def check(self, instance: PriceIndexFigure, row: Row, *, is_new: bool) -> None:
        if not FIRST_INDEX_YEAR <= instance.year <= LAST_INDEX_YEAR:
            row.refuse("year", _("The year must be between 1900 and 2100."), instance.year)
        if not 0 < instance.value <= HIGHEST_INDEX:
            row.refuse("value", _("An index is more than 0 and at most 1 000 000."), instance.value)
        known = self.bases.get(instance.series, "")
        instance.base = instance.base or known
        if known and instance.base != known:
            sentence = _("Figures of one index have one base, and those of %(series)s have “%(base)s”.")
            row.refuse("base", sentence % {"series": instance.series, "base": known}, instance.base)
        self.bases[instance.series] = instance.base
        if instance.retrieved_on > clock.today():
            row.refuse("retrieved_on", _("The date is in the future."), instance.retrieved_on)


def price_indices_listed(by: Any, query: QueryDict) -> "QuerySet[PriceIndexFigure]":
    """The figures that count, as they come in again unchanged."""
    return PriceIndexResource(by=by).rows().order_by("series", "year")
