"""By when: what the contracts' clause says about a deadline, and what the severity says where the clause is silent."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import F, OuterRef, QuerySet, Subquery

from codeofconduct.enums import ParameterUnit
from codeofconduct.models import ClauseParameter, Contract, ContractParameter
from followups.models import FollowUp, Severity

SEVERE_REPORT_DAYS = 14
SEVERE_REPORT_KEYS = ("severe_report",)
_DAYS_IN = {ParameterUnit.DAYS: 1, ParameterUnit.WEEKS: 7, ParameterUnit.MONTHS: 30}


def plan_keys(severity: Severity) -> tuple[str, ...]:
    """Clause parameters that say by when the plan is due: of this severity, else of any."""
    return f"action_plan_{severity.key}", "action_plan"


def action_keys(severity: Severity) -> tuple[str, ...]:
    """Clause parameters that say by when the deviation is to be remedied."""
    return f"corrective_action_{severity.key}", "corrective_action"


def days_in_clause(contracts: QuerySet[Contract], keys: Sequence[str]) -> int | None:
    """The shortest time that these contracts give, in days; None where none says anything. One query.

    Of each contract the first of `keys` that has a value counts: its own, else its clause version's default. A month is
    30 days.
    """
    own = ContractParameter.objects.filter(contract=OuterRef("contract_id"), parameter=OuterRef("pk"))
    rows = (
        ClauseParameter.objects.filter(clause_version__contracts__in=contracts, key__in=keys, unit__in=_DAYS_IN)
        .annotate(contract_id=F("clause_version__contracts"))
        .annotate(own=Subquery(own.values("value")[:1]))
        .values_list("contract_id", "key", "unit", "default", "own")
    )
    said: dict[int, dict[str, int]] = {}
    for contract_id, key, unit, default, value in rows:
        number = default if value is None else value
        if number is not None:
            said.setdefault(contract_id, {})[key] = number * _DAYS_IN[ParameterUnit(unit)]
    found = [next(days[key] for key in keys if key in days) for days in said.values()]
    return min(found, default=None)


def deadlines_of(follow_up: FollowUp, severity: Severity, day: date) -> tuple[date, date]:
    """By when the supplier hands in its plan for a finding of this severity made on the day, and has carried it out."""
    contracts = Contract.objects.filter(participations__follow_up=follow_up)
    plan = days_in_clause(contracts, plan_keys(severity)) or severity.days_for_plan
    action = days_in_clause(contracts, action_keys(severity)) or severity.days_for_action
    return day + timedelta(days=plan), day + timedelta(days=max(plan, action))


def severe_report_due(contract: Contract, known_on: date) -> date:
    """By when a severe deviation that the supplier has known of since `known_on` is to be reported.

    The contract's own number, else its clause version's default, else 14 days.
    """
    days = days_in_clause(Contract.objects.filter(pk=contract.pk), SEVERE_REPORT_KEYS)
    return known_on + timedelta(days=SEVERE_REPORT_DAYS if days is None else days)
