"""A funding year's steps from open to closed, and back. Every step leaves its date, its name and its reason."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from funding.actions.briefs import keep_brief_text
from funding.enums import TRANSITIONS, Transition, YearState
from funding.models import FrozenSpending, FundingYear, Reopening, YearStep
from funding.outside import work
from funding.queries.spending import FROZEN
from funding.queries.steps import asked_reopening
from funding.rows import insert
from portal import clock
from portal.history.models import Actor, By, actor_of
from portal.ui.templatetags.formats import day

# A year is proposed at most so many years before it begins: what is earlier is a slip.
YEARS_AHEAD = 5


@transaction.atomic
def move_year(*, by: By, funding_year: FundingYear, target: str, taken_on: date, reason: str = "") -> YearStep:
    """Take one step of the table, on a day that is neither to come nor before the step that it follows.

    What is proposed, and what is closed, keeps the texts of its brief.

    Raises ValidationError, and then nothing is written: there is no such step from where the year stands by now, it
    takes two administrators, the day is impossible, or a step back has no reason.
    """
    year = _locked(funding_year)
    move = _transition(year, target)
    if move.needs_two:
        raise ValidationError(_("A closed year is reopened by two administrators: one asks, another confirms."))
    if taken_on > clock.today():
        raise ValidationError({"taken_on": _("The date is in the future. Write today or an earlier day.")})
    if taken_on.year < year.year - YEARS_AHEAD:
        sentence = _("The date is long before %(year)s. Write the day of this step.")
        raise ValidationError({"taken_on": sentence % {"year": year.year}})
    before = year.steps.last()
    if before and not move.needs_reason and taken_on < before.taken_on:
        sentence = _("The step before it was taken on %(day)s. Write that day or a later one.")
        raise ValidationError({"taken_on": sentence % {"day": day(before.taken_on)}})
    if move.needs_reason and not reason:
        raise ValidationError({"reason": _("Write why: the step goes back.")})
    if move.target in (YearState.PROPOSED, YearState.CLOSED):
        keep_brief_text(by=by, funding_year=year)
    return _take(by, year, move, taken_on, reason)


@transaction.atomic
def ask_to_reopen(*, by: By, funding_year: FundingYear, reason: str) -> Reopening:
    """Ask for a closed year to be reopened; nothing changes until another administrator confirms.

    Raises ValidationError: the year is not closed, someone has asked already, or there is no reason.
    """
    year = _locked(funding_year)
    _transition(year, YearState.DECIDED)
    if year.state != YearState.CLOSED:
        raise ValidationError(_not_from_here(year, YearState.DECIDED))
    if asked_reopening(year):
        raise ValidationError(_("Someone has already asked for the year to be reopened. Confirm or decline that."))
    reopening = Reopening(funding_year=year, reason=reason, created_by=actor_of(by))
    insert(reopening)
    return reopening


@transaction.atomic
def confirm_reopening(*, by: By, reopening: Reopening) -> YearStep:
    """Reopen the year that another administrator asked for: it is decided again, and the trace says who and why.

    Raises ValidationError: it is one's own request, or it has been answered.
    """
    year, asked = _locked(reopening.funding_year), _unanswered(reopening)
    asked.confirmed_at, asked.confirmed_by = clock.now(), actor_of(by)
    asked.full_clean()
    asked.save(update_fields=["confirmed_at", "confirmed_by"])
    return _take(by, year, _transition(year, YearState.DECIDED), clock.today(), asked.reason)


@transaction.atomic
def decline_reopening(*, by: By, reopening: Reopening) -> Reopening:
    """Leave the year closed. Whoever asked may take the request back by this too. Raises ValidationError if answered."""
    _locked(reopening.funding_year)
    asked = _unanswered(reopening)
    asked.declined_at, asked.declined_by = clock.now(), actor_of(by)
    asked.save(update_fields=["declined_at", "declined_by"])
    return asked


def _locked(funding_year: FundingYear) -> FundingYear:
    return FundingYear.objects.select_for_update().get(pk=funding_year.pk)


def _unanswered(reopening: Reopening) -> Reopening:
    asked = Reopening.objects.select_for_update().get(pk=reopening.pk)
    if asked.confirmed_at or asked.declined_at:
        raise ValidationError(_("The request to reopen the year has already been answered."))
    return asked


def _transition(year: FundingYear, target: str) -> Transition:
    move = TRANSITIONS.get((YearState(year.state), YearState(target)))
    if move is None:
        raise ValidationError(_not_from_here(year, target))
    return move


def _not_from_here(year: FundingYear, target: str) -> str:
    sentence = _("Funding year %(year)s is “%(state)s” by now, so this step cannot be taken.")
    return sentence % {"year": year.year, "state": year.get_state_display()}


def _take(by: By, year: FundingYear, move: Transition, taken_on: date, reason: str) -> YearStep:
    """Out of closed the state goes first, into it the step: a closed year takes no rows."""
    step = YearStep(
        funding_year=year,
        source=move.source,
        target=move.target,
        taken_on=taken_on,
        reason=reason,
        created_by=actor_of(by),
    )
    year.state = move.target
    if move.source == YearState.CLOSED:
        year.save(update_fields=["state"])
        insert(step)
        year.frozen_spending.all().delete()
    else:
        insert(step)
        if move.target == YearState.CLOSED:
            _freeze_spending(year, step.created_by)
        year.save(update_fields=["state"])
    return step


def _freeze_spending(year: FundingYear, actor: Actor) -> None:
    """What audits cost is another room's and goes on changing: a closed year keeps it as it is now."""
    FrozenSpending.objects.bulk_create(
        FrozenSpending(funding_year=year, created_by=actor, **{name: getattr(row, name) for name in FROZEN})
        for row in work().spending(year.year)
    )
