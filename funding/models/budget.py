"""What the secretariat may spend in a year, and what it has spent."""

from typing import Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from funding.enums import BudgetKind, ForecastRule, OutcomeOrigin
from funding.models.base import FundingQuerySet, closed_year_stays
from funding.models.decisions import HIGHEST_AMOUNT_ORE
from funding.models.years import FundingYear
from portal.history.models import Record, Versioned, by_field, pair_constraint


@pghistory.track()
class BudgetLine(Record, Versioned):
    """A line of a year's budget (öre): as decided, which never changes, and as revised since; the history tells each revision.

    A year has at most one line of audits: its outcome are the audits' own invoices (`funding.outside`), never an entry.
    """

    funding_year = models.ForeignKey(FundingYear, on_delete=models.PROTECT, related_name="budget_lines")
    kind = models.CharField(_("kind"), max_length=13, choices=BudgetKind)
    text = models.CharField(_("what it is for"), max_length=200)
    decided_ore = models.BigIntegerField(_("budget as decided (öre)"))
    budget_ore = models.BigIntegerField(_("budget (öre)"))
    source = models.CharField(_("decision"), max_length=300)
    forecast_rule = models.CharField(_("forecast"), max_length=5, choices=ForecastRule, default=ForecastRule.PACE)
    forecast_ore = models.BigIntegerField(_("own forecast for the year (öre)"), null=True, blank=True)
    revised_reason = models.CharField(_("why it was revised"), max_length=500, blank=True)

    # Of `funding.queries.budget.lines_with_outcome`.
    outcome_ore: int
    committed_ore: int
    foreseen_ore: int

    objects = FundingQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget line")
        constraints = [
            models.CheckConstraint(
                name="budget_line_in_range",
                condition=Q(
                    decided_ore__gte=0,
                    decided_ore__lte=HIGHEST_AMOUNT_ORE,
                    budget_ore__gte=0,
                    budget_ore__lte=HIGHEST_AMOUNT_ORE,
                ),
                violation_error_message=_("The budget must be between 0 and 100 000 000 kr."),
            ),
            models.CheckConstraint(
                name="budget_line_forecast_as_its_rule",
                condition=Q(forecast_rule=ForecastRule.PACE, forecast_ore__isnull=True)
                | Q(
                    forecast_rule=ForecastRule.TYPED,
                    forecast_ore__isnull=False,
                    forecast_ore__gte=0,
                    forecast_ore__lte=HIGHEST_AMOUNT_ORE,
                ),
                violation_error_message=_("Write a forecast where you choose your own, and only there."),
            ),
            models.CheckConstraint(name="budget_line_has_text", condition=~Q(text="")),
            models.CheckConstraint(name="budget_line_has_source", condition=~Q(source="")),
            models.UniqueConstraint(name="budget_line_once", fields=["funding_year", "text"]),
            models.UniqueConstraint(
                name="budget_line_of_audits_once", fields=["funding_year"], condition=Q(kind=BudgetKind.AUDITS)
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="as_decided", fields=["funding_year", "kind", "decided_ore", "source"]),
            pgtrigger.Protect(name="trace_stays", operation=pgtrigger.Delete),
            closed_year_stays(),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("funding:line-detail", args=[self.funding_year.year, self.public_id])

    @property
    def is_of_audits(self) -> bool:
        return self.kind == BudgetKind.AUDITS

    @property
    def is_revised(self) -> bool:
        return self.budget_ore != self.decided_ore


class OutcomeQuerySet(FundingQuerySet["OutcomeEntry"]):
    def counting(self) -> Self:
        """Those that nobody has withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


@pghistory.track()
class OutcomeEntry(Record, Versioned):
    """What was spent on a line at a day of its year (öre, below 0 for a credit), by the voucher that says so.

    Corrected in its place, the history keeps what stood before; or withdrawn with a reason, and then it counts no more.
    """

    funding_year = models.ForeignKey(
        FundingYear, verbose_name=_("funding year"), on_delete=models.PROTECT, related_name="outcome_entries"
    )
    line = models.ForeignKey(
        BudgetLine, verbose_name=_("budget line"), on_delete=models.PROTECT, related_name="entries"
    )
    booked_on = models.DateField(_("booked"))
    amount_ore = models.BigIntegerField(_("amount (öre)"))
    voucher = models.CharField(_("voucher"), max_length=40)
    text = models.CharField(_("text"), max_length=200, blank=True)
    origin = models.CharField(_("where it comes from"), max_length=6, choices=OutcomeOrigin)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    withdrawn_by = by_field(_("withdrawn by"), null=True)
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=500, blank=True)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        constraints = [
            models.CheckConstraint(
                name="outcome_of_something",
                condition=~Q(amount_ore=0) & Q(amount_ore__gte=-HIGHEST_AMOUNT_ORE, amount_ore__lte=HIGHEST_AMOUNT_ORE),
                violation_error_message=_("The amount must not be 0, nor more than 100 000 000 kr."),
            ),
            models.CheckConstraint(name="outcome_has_voucher", condition=~Q(voucher="")),
            models.CheckConstraint(
                name="outcome_withdrawn_with_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
            ),
            pair_constraint("outcome_withdrawn_pair", "withdrawn"),
            models.UniqueConstraint(
                name="outcome_voucher_once",
                fields=["funding_year", "voucher"],
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="of_its_year", fields=["funding_year", "created_at", "created_by"]),
            pgtrigger.Protect(name="trace_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="withdrawn_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
            pgtrigger.Trigger(
                name="fits_its_line",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM funding_budgetline l JOIN funding_fundingyear y ON y.id = l.funding_year_id
                        WHERE l.id = NEW.line_id AND l.kind <> 'audits' AND y.id = NEW.funding_year_id
                            AND y.year = extract(year FROM NEW.booked_on)
                    ) THEN
                        RAISE EXCEPTION 'fits_its_line: an entry is of its line''s year, and of no line of audits'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            closed_year_stays(),
        ]

    def __str__(self) -> str:
        return self.voucher
