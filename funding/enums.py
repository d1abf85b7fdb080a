"""The states of a funding year and the one table of its transitions; rounding; the standing of a figure; whose population."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class PopulationOf(models.TextChoices):
    """Whose number of inhabitants a scenario counts with."""

    LATEST = "latest", _("the latest figures")
    TREND = "trend", _("the trend, continued")
    FORECAST = "forecast", _("SCB's forecast")


class YearState(models.TextChoices):
    """Of a funding year. Bases are entered only while it is open; nothing changes once it is closed (product rule 8)."""

    OPEN = "open", _("open for figures")
    PROPOSED = "proposed", _("proposed to the regions")
    DECIDED = "decided", _("decided by the regions")
    CLOSED = "closed", pgettext_lazy("funding year", "closed")


@dataclass(frozen=True)
class Transition:
    """From one state to another; `label` as it stands on its button.

    `needs_reason`: it goes back. `needs_two`: one administrator asks for it, another confirms.
    """

    source: YearState
    target: YearState
    label: "_StrOrPromise"
    needs_reason: bool = False
    needs_two: bool = False


# Buttons, permissions, forms and the database's own guard (`FundingYear`'s trigger) read this table.
TRANSITIONS = {
    (move.source, move.target): move
    for move in (
        Transition(YearState.OPEN, YearState.PROPOSED, _("Propose the year to the regions")),
        Transition(YearState.PROPOSED, YearState.DECIDED, _("Note that the year is decided")),
        Transition(YearState.DECIDED, YearState.CLOSED, _("Close the year")),
        Transition(YearState.PROPOSED, YearState.OPEN, _("Take the proposal back"), needs_reason=True),
        Transition(YearState.DECIDED, YearState.PROPOSED, _("Take the decision back"), needs_reason=True),
        Transition(YearState.CLOSED, YearState.DECIDED, _("Ask to reopen the year"), needs_reason=True, needs_two=True),
    )
}


def transitions_from(state: str) -> list[Transition]:
    """In the order of the table: the way forward comes first."""
    return [move for move in TRANSITIONS.values() if move.source == state]


class Rounding(models.TextChoices):
    """How a contribution is computed to its last öre. The memo RS/29/2022 states whole kronor; half a krona goes up.

    The label is what pages and documents print. A fixed sum is split by `funding.splitting.split`.
    """

    WHOLE_KRONOR = "whole_kronor", _("rounding to whole kronor, 50 öre upwards")
    EXACT = "exact", _("to the öre, without rounding")
    LARGEST_REMAINDER = (
        "largest_remainder",
        _(
            "a fixed sum split by inhabitants: shares rounded down to whole öre, what remains one öre each to the largest "
            "remainders, at equal remainders to more inhabitants before fewer, then by county code"
        ),
    )


class BasisStanding(models.TextChoices):
    """Of the figure behind a contribution: SCB's words, and one for the source that says neither."""

    PRELIMINARY = "preliminary", _("preliminary")
    FINAL = "final", _("final")
    UNSTATED = "unstated", _("not stated by the source")


class RegionDocumentKind(models.TextChoices):
    """What every region gets its own of, one a year."""

    DECISION_BRIEF = "decision_brief", _("decision brief")
    INVOICE_BASIS = "invoice_basis", _("invoicing basis")
    STATEMENT = "statement", _("multi-year statement")


class BudgetKind(models.TextChoices):
    """What the secretariat spends money on."""

    STAFF = "staff", _("staff")
    AUDITS = "audits", _("audits")
    TRAINING = "training", _("training")
    COMMUNICATION = "communication", _("communication")
    OTHER = "other", _("other expenses")


class ForecastRule(models.TextChoices):
    """How a budget line is carried on to the end of the year (`funding.queries.budget.forecast`)."""

    PACE = "pace", _("by the days gone: outcome ÷ days gone × days of the year")
    TYPED = "typed", _("our own forecast for the whole year")


class OutcomeOrigin(models.TextChoices):
    TYPED = "typed", _("entered by hand")
    LEDGER = "ledger", _("imported from the ledger")
