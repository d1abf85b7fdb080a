"""Setting the secretariat's budget, and entering what was spent. A closed year takes neither."""

from datetime import date
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from funding.enums import BudgetKind, OutcomeOrigin, YearState
from funding.models import BudgetLine, FundingYear, OutcomeEntry
from funding.rows import insert
from portal import clock
from portal.history.models import By, actor_of
from portal.history.versions import StaleVersionError, lock_at

Row = TypeVar("Row", BudgetLine, OutcomeEntry)


@transaction.atomic
def add_line(
    *,
    by: By,
    funding_year: FundingYear,
    kind: str,
    text: str,
    budget_ore: int,
    source: str,
    forecast_rule: str,
    forecast_ore: int | None = None,
) -> BudgetLine:
    """A line of the year's budget (öre) with the decision it comes from.

    Raises ValidationError, and then nothing is written: the year is closed, has such a line or one of audits already, or a
    value breaks a rule.
    """
    year = _not_closed(funding_year)
    _check_text(year, text)
    if kind == BudgetKind.AUDITS and year.budget_lines.filter(kind=kind).exists():
        raise ValidationError({"kind": _("The year has a line of audits already. Revise that one.")})
    line = BudgetLine(
        funding_year=year,
        kind=kind,
        text=text,
        decided_ore=budget_ore,
        budget_ore=budget_ore,
        source=source,
        forecast_rule=forecast_rule,
        forecast_ore=forecast_ore,
        created_by=actor_of(by),
    )
    insert(line)
    return line


@transaction.atomic
def revise_line(
    *,
    by: By,
    line: BudgetLine,
    version: int,
    text: str,
    budget_ore: int,
    forecast_rule: str,
    forecast_ore: int | None,
    revised_reason: str,
) -> BudgetLine:
    """Another budget (öre), text or forecast, with the reason. What was decided stays, and the history keeps the rest.

    `version` is the line's as the page showed it. Raises StaleVersionError if it is another by now, and ValidationError as
    `add_line` does, or where there is no reason.
    """
    actor_of(by)
    year = _not_closed(line.funding_year)
    current = lock_at(line, version)
    if not revised_reason:
        raise ValidationError({"revised_reason": _("Write why the line is revised.")})
    _check_text(year, text, but=current)
    current.text, current.budget_ore, current.revised_reason = text, budget_ore, revised_reason
    current.forecast_rule, current.forecast_ore = forecast_rule, forecast_ore
    return _saved(current, "text", "budget_ore", "revised_reason", "forecast_rule", "forecast_ore")


@transaction.atomic
def enter_outcome(
    *, by: By, line: BudgetLine, booked_on: date, amount_ore: int, voucher: str, text: str = ""
) -> OutcomeEntry:
    """What was spent on the line (öre, below 0 for a credit), by its voucher.

    Raises ValidationError, and then nothing is written: the year is closed, the line is of audits, whose outcome are their
    invoices, the day is of another year or to come, the voucher is entered already, or a value breaks a rule.
    """
    year = _not_closed(line.funding_year)
    _check_entry(year, line, booked_on, voucher)
    entry = OutcomeEntry(
        funding_year=year,
        line=line,
        booked_on=booked_on,
        amount_ore=amount_ore,
        voucher=voucher,
        text=text,
        origin=OutcomeOrigin.TYPED,
        created_by=actor_of(by),
    )
    insert(entry)
    return entry


@transaction.atomic
def correct_outcome(
    *,
    by: By,
    entry: OutcomeEntry,
    version: int,
    line: BudgetLine,
    booked_on: date,
    amount_ore: int,
    voucher: str,
    text: str,
) -> OutcomeEntry:
    """A new version of an entry; the history keeps the one before.

    `version` is the entry's as the page showed it. Raises StaleVersionError if it is another by now, and ValidationError as
    `enter_outcome` does, or where the entry is withdrawn.
    """
    actor_of(by)
    year = _not_closed(entry.funding_year)
    current = _counting(entry)
    if current.version != version:
        raise StaleVersionError(current)
    _check_entry(year, line, booked_on, voucher, but=current)
    current.line, current.booked_on, current.amount_ore = line, booked_on, amount_ore
    current.voucher, current.text = voucher, text
    return _saved(current, "line", "booked_on", "amount_ore", "voucher", "text")


@transaction.atomic
def withdraw_outcome(*, by: By, entry: OutcomeEntry, reason: str) -> OutcomeEntry:
    """The entry counts no more, and stays with the reason.

    Raises ValidationError: the year is closed, it is withdrawn already, or there is no reason.
    """
    _not_closed(entry.funding_year)
    current = _counting(entry)
    if not reason:
        raise ValidationError({"reason": _("Write why the entry is withdrawn.")})
    current.withdrawn_at, current.withdrawn_by, current.withdrawn_reason = clock.now(), actor_of(by), reason
    return _saved(current, "withdrawn_at", "withdrawn_by", "withdrawn_reason")


def _not_closed(funding_year: FundingYear) -> FundingYear:
    """The year, locked, so that its rows come one after the other and none while it is being closed."""
    year = FundingYear.objects.select_for_update().get(pk=funding_year.pk)
    if year.state == YearState.CLOSED:
        raise ValidationError(
            _("Funding year %(year)s is closed, so its budget and outcome stay.") % {"year": year.year}
        )
    return year


def _counting(entry: OutcomeEntry) -> OutcomeEntry:
    current = lock_at(entry, None)
    if current.withdrawn_at is not None:
        raise ValidationError(_("The entry has already been withdrawn."))
    return current


def _check_text(year: FundingYear, text: str, but: BudgetLine | None = None) -> None:
    if any(line != but for line in year.budget_lines.filter(text__iexact=text)):
        raise ValidationError({"text": _("The year has a line with this text already.")})


def _check_entry(
    year: FundingYear, line: BudgetLine, booked_on: date, voucher: str, but: OutcomeEntry | None = None
) -> None:
    if line.is_of_audits:
        sentence = _("The outcome of audits is taken from their invoices in the follow-ups. Enter nothing here.")
        raise ValidationError(sentence)
    if line.funding_year_id != year.pk:
        raise ValidationError(_("Choose a line of %(year)s.") % {"year": year.year})
    if booked_on.year != year.year:
        raise ValidationError({"booked_on": _("Write a date in %(year)s.") % {"year": year.year}})
    if booked_on > clock.today():
        raise ValidationError({"booked_on": _("The date is in the future. Write today or an earlier day.")})
    same = OutcomeEntry.objects.counting().filter(funding_year=year, voucher=voucher).select_related("line").first()
    if same and same != but:
        sentence = _("The voucher %(voucher)s is entered already, on the line %(line)s. Correct that entry.")
        raise ValidationError({"voucher": sentence % {"voucher": voucher, "line": same.line}})


def _saved(row: Row, *fields: str) -> Row:
    row.version += 1
    row.full_clean()
    row.save(update_fields=[*fields, "version"])
    return row
