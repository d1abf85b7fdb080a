"""When a result spares a follow-up, and the one sentence that says why it doesn't (product rule 2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from followups.enums.reuse import AVOIDABLE, HEIGHT, Method, TermsLevel

MONTHS_A_YEAR = 12


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last where it has no such day."""
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 + months, MONTHS_A_YEAR)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise ValueError(day)


def age_in_months(since: date, today: date) -> int:
    """Whole months that have passed."""
    months = (today.year - since.year) * MONTHS_A_YEAR + today.month - since.month
    return months - (today.day < since.day)


@dataclass(frozen=True)
class Rules:
    """`pairs`: (what one would do, what stands in for it)."""

    max_age_months: int
    group_counts: bool
    pairs: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Facts:
    """What the rules ask of a result. `done_on` None: it isn't completed. `via`: "" for the supplier's own, "group",
    "facility", or "chain" where it has a facility in common but was not made there. `has_plan`: nothing is open in it, or
    a dated action plan says when it is remedied."""

    done_on: date | None
    method: str
    level: str
    via: str = ""
    has_plan: bool = True
    was_aborted: bool = False


def expires_on(facts: Facts, rules: Rules) -> date | None:
    """The last day that the result may be relied on."""
    return months_after(facts.done_on, rules.max_age_months) if facts.done_on else None


def why_not(facts: Facts, rules: Rules, wanted: str, today: date) -> str:
    """Why nobody may reuse the result instead of `wanted`; "" where the contract's terms alone decide."""
    if facts.was_aborted:
        return _("It was aborted, so there is no result.")
    if facts.done_on is None:
        return _("It is not completed.")
    if not facts.has_plan:
        return _("It has open deviations without a dated action plan.")
    until = expires_on(facts, rules)
    if until is not None and until < today:
        age = age_in_months(facts.done_on, today)
        return ngettext(
            "It is too old: %(age)d months. A result counts for %(limit)d month.",
            "It is too old: %(age)d months. A result counts for %(limit)d months.",
            rules.max_age_months,
        ) % {"age": age, "limit": rules.max_age_months}
    if (wanted, facts.method) not in rules.pairs:
        return _("Its method, %(method)s, does not replace: %(wanted)s.") % {
            "method": Method(facts.method).label if facts.method else _("unknown"),
            "wanted": Method(wanted).label,
        }
    if facts.via == "group" and not rules.group_counts:
        return _("It concerns another company of the group, which does not count.")
    if facts.via in ("facility", "chain") and wanted != Method.FACTORY_AUDIT:
        return _("It concerns a facility of the chain, not the supplier itself.")
    if facts.via == "chain":
        return _("It was not made at the facility.")
    return ""


def terms_fit(level: str, demanded: str) -> bool:
    """The terms of the result are at the level of the contract's, or higher."""
    return HEIGHT[level] >= HEIGHT[demanded]


def why_terms_do_not_fit(level: str) -> str:
    """Of a result that fits no contract."""
    if level == TermsLevel.UNKNOWN:
        return _("Nobody has said at which level its terms were.")
    return _("Its terms are at %(level)s, lower than those of the contracts.") % {"level": TermsLevel(level).label}


def wanted_or_default(value: Any) -> str:
    """What one would otherwise do: an office audit unless told."""
    return value if value in AVOIDABLE else Method.OFFICE_AUDIT.value


def fitting(level: str, contracts: Iterable[Any]) -> list[Any]:
    """The contracts whose clause demands no more than the result's terms."""
    return [contract for contract in contracts if terms_fit(level, contract.clause_version.level)]
