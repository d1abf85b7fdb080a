"""The funding year, the steps it has taken, and the two administrators that a reopening takes."""

from datetime import date

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from funding.enums import TRANSITIONS, Rounding, YearState
from funding.models.base import FundingQuerySet, closed_year_stays, rate_in_range, year_in_range
from portal import clock
from portal.history.models import Record, Versioned, by_field, pair_constraint


@pghistory.track()
class FundingYear(Record, Versioned):
    """A year with its own frozen rate, or a fixed sum that is split, and its rounding rule.

    `rate_parts`: what the rate pays for, a list of {"name", "ore_per_inhabitant"}.

    What it was opened with never changes: a trigger refuses.
    """

    year = models.PositiveSmallIntegerField(
        _("year"), unique=True, error_messages={"unique": _("This funding year has already been opened.")}
    )
    state = models.CharField(_("state"), max_length=8, choices=YearState, default=YearState.OPEN)
    ore_per_inhabitant = models.IntegerField(_("rate per inhabitant (öre)"), null=True, blank=True)
    budget_ore = models.BigIntegerField(_("fixed sum (öre)"), null=True, blank=True)
    rate_source = models.CharField(_("source of the rate"), max_length=300)
    rate_parts = models.JSONField(_("parts of the rate"), default=list, blank=True, editable=False)
    basis_date = models.DateField(_("population on"))
    rounding = models.CharField(_("rounding"), max_length=20, choices=Rounding, default=Rounding.WHOLE_KRONOR)
    opened_at = models.DateTimeField(_("opened"), default=clock.now, editable=False)
    opened_by = by_field(_("opened by"))

    objects = FundingQuerySet.as_manager()

    class Meta:
        ordering = ["-year"]
        verbose_name = _("funding year")
        constraints = [
            rate_in_range("funding_year_rate_in_range"),
            year_in_range("funding_year_in_range", "year"),
            models.CheckConstraint(name="funding_year_has_rate_source", condition=~Q(rate_source="")),
            models.CheckConstraint(
                name="funding_year_rate_or_sum",
                condition=Q(rounding=Rounding.LARGEST_REMAINDER, ore_per_inhabitant__isnull=True, budget_ore__gt=0)
                | (
                    ~Q(rounding=Rounding.LARGEST_REMAINDER)
                    & Q(ore_per_inhabitant__isnull=False, budget_ore__isnull=True)
                ),
                violation_error_message=_("A year has either a rate per inhabitant or a fixed sum that is split."),
            ),
            # What the composite foreign key of the bases points at (migration 0002).
            models.UniqueConstraint(fields=["id", "ore_per_inhabitant"], name="funding_year_rate_key"),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="frozen_at_opening",
                fields=[
                    "year",
                    "ore_per_inhabitant",
                    "budget_ore",
                    "rate_source",
                    "rate_parts",
                    "basis_date",
                    "rounding",
                    "opened_at",
                    "opened_by",
                ],
            ),
            pgtrigger.FSM(
                name="moves_by_the_table",
                field="state",
                transitions=[(str(source), str(target)) for source, target in TRANSITIONS],
            ),
            pgtrigger.Trigger(
                name="closed_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state=YearState.CLOSED),
                # Back to decided, nothing else changed, after the confirmation of another since it was closed.
                func="""
                    IF TG_OP = 'UPDATE' AND NEW.state = 'decided'
                        AND to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state'
                        AND EXISTS (
                            SELECT 1 FROM funding_reopening r
                            WHERE r.funding_year_id = OLD.id AND r.confirmed_at > COALESCE((
                                SELECT max(s.created_at) FROM funding_yearstep s
                                WHERE s.funding_year_id = OLD.id AND s.target = 'closed'
                            ), '-infinity')
                        )
                    THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'closed_stays: the funding year is closed' USING ERRCODE = 'check_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)

    def get_absolute_url(self) -> str:
        return reverse("funding:year-detail", args=[self.year])

    @property
    def usual_basis_date(self) -> date:
        """The population that a year stands on unless something else is chosen: 31 December of the year before."""
        return date(self.year - 1, 12, 31)

    @property
    def has_usual_basis_date(self) -> bool:
        return self.basis_date == self.usual_basis_date

    @property
    def is_open(self) -> bool:
        return self.state == YearState.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == YearState.CLOSED


@pghistory.track()
class YearStep(Record):
    """The trail of one transition: the day it holds from, who registered it and when. Never changed, never removed."""

    funding_year = models.ForeignKey(FundingYear, on_delete=models.PROTECT, related_name="steps")
    source = models.CharField(_("from"), max_length=8, choices=YearState)
    target = models.CharField(_("to"), max_length=8, choices=YearState)
    taken_on = models.DateField(_("date"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("step of a funding year")
        constraints = [models.CheckConstraint(name="year_step_moves", condition=~Q(source=F("target")))]
        triggers = [
            pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete),
            closed_year_stays(),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} → {self.get_target_display()}"


@pghistory.track()
class Reopening(Record):
    """That an administrator asked for a closed year to be reopened, and what another answered."""

    funding_year = models.ForeignKey(FundingYear, on_delete=models.PROTECT, related_name="reopenings")
    reason = models.CharField(_("reason"), max_length=500)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    confirmed_by = by_field(_("confirmed by"), null=True)
    declined_at = models.DateTimeField(_("declined"), null=True, blank=True, editable=False)
    declined_by = by_field(_("declined by"), null=True)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("reopening of a funding year")
        constraints = [
            pair_constraint("reopening_confirmed_pair", "confirmed"),
            pair_constraint("reopening_declined_pair", "declined"),
            models.CheckConstraint(
                name="reopening_answered_once", condition=Q(confirmed_at__isnull=True) | Q(declined_at__isnull=True)
            ),
            models.CheckConstraint(
                name="reopening_takes_two",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("created_by")),
                violation_error_message=_("Another administrator than the one who asked must confirm the reopening."),
            ),
            models.CheckConstraint(name="reopening_has_reason", condition=~Q(reason="")),
            models.UniqueConstraint(
                name="reopening_asked_once",
                fields=["funding_year"],
                condition=Q(confirmed_at__isnull=True, declined_at__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="request_stays", fields=["public_id", "funding_year", "reason", "created_at", "created_by"]
            ),
            pgtrigger.Protect(name="trace_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="answer_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__confirmed_at__isnull=False) | pgtrigger.Q(old__declined_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="asked_first", operation=pgtrigger.Insert, condition=pgtrigger.Q(new__confirmed_at__isnull=False)
            ),
            pgtrigger.Trigger(
                name="two_administrators",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__confirmed_at__isnull=True, new__confirmed_at__isnull=False),
                func="""
                    IF (
                        SELECT count(DISTINCT a.user_id) FROM history_actor a
                        JOIN regions_user u ON u.id = a.user_id
                        JOIN regions_membership m ON m.user_id = u.id AND m.role = 'admin'
                        WHERE a.id = NEW.created_by_id OR (a.id = NEW.confirmed_by_id AND u.is_active)
                    ) < 2 THEN
                        RAISE EXCEPTION 'two_administrators: a year is reopened by two persons, both administrators'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.funding_year}: {self.reason}"
