"""What the candidates of a plan rest on: the contracts that regions named, and what is known of supplier and category."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from codeofconduct.models import ClauseParameter, ClauseVersion, Contract, ContractCategory, PurchaseCategory
from codeofconduct.queries.risk import profiles_of, with_latest_assessment
from followups.enums.follow_ups import BEFORE_AUDIT, ENDS, State
from followups.enums.plan import AUDIT_PARAMETERS, SANCTION_PARAMETERS, Met
from followups.models import CallContract, Candidate, ClauseTerms, ContractCall, Finding, FollowUp
from followups.queries.calls import counted_as, months_past_audit, runs_until
from followups.ranking import SEVERE_MONTHS, Facts
from portal import clock
from regions.enums import SharingTier
from regions.models import Region

Key = tuple[int, int]  # supplier, category


@dataclass
class Named:
    """The contracts with one supplier in one category, and the regions that named them, by id."""

    contracts: dict[int, Contract] = field(default_factory=dict)
    regions: dict[int, Region] = field(default_factory=dict)


def named_in(call: ContractCall, suppliers: Collection[int] | None = None) -> dict[Key, Named]:
    """What the answers name, by supplier and category of the call. Three queries however many contracts."""
    counted = counted_as(call.call_categories.values_list("category", flat=True))
    rows = CallContract.objects.filter(answer__call=call).select_related(
        "contract__region", "contract__clause_version", "answer__region"
    )
    if suppliers is not None:
        rows = rows.filter(contract__supplier__in=suppliers)
    found_rows = list(rows.order_by("pk"))
    categories: dict[int, set[int]] = defaultdict(set)
    of_contracts = ContractCategory.objects.filter(contract__in={row.contract_id for row in found_rows})
    for contract, category in of_contracts.values_list("contract", "category"):
        if category in counted:
            categories[contract].add(counted[category])
    found: dict[Key, Named] = defaultdict(Named)
    for row in found_rows:
        for category in categories[row.contract_id]:
            named = found[row.contract.supplier_id, category]
            named.contracts[row.contract_id] = row.contract
            named.regions[row.answer.region_id] = row.answer.region
    return dict(found)


def facts_of(named: dict[Key, Named]) -> dict[Key, Facts]:
    """What is known today of each supplier and category. The number of queries does not grow with them.

    Follow-ups count where they are in the category or shared with all regions, so that the points tell nobody who decides
    about what is not shared.
    """
    today = clock.today()
    suppliers, categories = {key[0] for key in named}, {key[1] for key in named}
    risks = _risks(categories)
    last, under_way = _follow_ups(suppliers)
    severe = _severe(suppliers, today)
    found = {}
    for (supplier, category), each in named.items():
        days = [day for scope in (None, category) if (day := last.get((supplier, scope)))]
        values = [contract.yearly_value_ore for contract in each.contracts.values()]
        found[supplier, category] = Facts(
            risk=risks[category],
            regions=len(each.regions),
            contracts=len(each.contracts),
            value_ore=sum(value for value in values if value is not None),
            unvalued=values.count(None),
            last_on=max(days, default=None),
            is_under_way=(supplier, None) in under_way or (supplier, category) in under_way,
            severe=len(severe[supplier, None] | severe[supplier, category]),
            as_of=today,
        )
    return found


def _risks(categories: Collection[int]) -> dict[int, str]:
    """The highest known level of each category's settled assessment."""
    latest: Any = with_latest_assessment(PurchaseCategory.objects.filter(pk__in=categories))
    assessments = dict(latest.values_list("pk", "latest_assessment"))
    profiles = profiles_of(assessments.values())
    return {
        category: str(profiles[assessment].worst) if assessment in profiles else Facts.risk
        for category, assessment in assessments.items()
    }


def _follow_ups(suppliers: Collection[int]) -> tuple[dict[tuple[int, int | None], date], set[tuple[int, int | None]]]:
    """The last audit by supplier and category, or by supplier and None where it is shared; and where one is under way."""
    last: dict[tuple[int, int | None], date] = {}
    under_way: set[tuple[int, int | None]] = set()
    rows = FollowUp.objects.filter(supplier__in=suppliers).exclude(state=State.ABORTED)
    values = ("supplier", "category", "sharing_tier", "is_unannounced", "state", "planned_on", "created_at")
    for supplier, category, tier, is_unannounced, state, planned_on, created_at in rows.values_list(*values):
        is_secret = is_unannounced and state in BEFORE_AUDIT
        key = (supplier, category if tier == SharingTier.CONCERNED or is_secret else None)
        if state not in ENDS:
            under_way.add(key)
        if state not in BEFORE_AUDIT:
            made_on = planned_on or created_at.date()
            last[key] = max(made_on, last.get(key, made_on))
    return last, under_way


def _severe(suppliers: Collection[int], today: date) -> dict[tuple[int, int | None], set[int]]:
    """Ids of severe deviations of the last years, keyed alike."""
    since = runs_until(today, -SEVERE_MONTHS)
    found: dict[tuple[int, int | None], set[int]] = defaultdict(set)
    rows = Finding.objects.submitted().severe().filter(follow_up__supplier__in=suppliers, submitted_at__date__gte=since)
    for pk, supplier, category, tier in rows.values_list(
        "pk", "follow_up__supplier", "follow_up__category", "follow_up__sharing_tier"
    ):
        found[supplier, category if tier == SharingTier.CONCERNED else None].add(pk)
    return found


@dataclass(frozen=True)
class Rights:
    """What a clause version gives, and how that is known: what the secretariat has recorded, else the version's parameters."""

    audit: Met
    sanctions: Met
    terms: ClauseTerms | None = None

    @property
    def is_unknown(self) -> bool:
        return Met.UNKNOWN in (self.audit, self.sanctions)


def rights_of(versions: Iterable[int]) -> dict[int, Rights]:
    """By clause version (id). Two queries."""
    wanted = set(versions)
    terms = {row.clause_version_id: row for row in ClauseTerms.objects.filter(clause_version__in=wanted)}
    keys: dict[int, set[str]] = defaultdict(set)
    for version, key in ClauseParameter.objects.filter(clause_version__in=wanted).values_list("clause_version", "key"):
        keys[version].add(key)
    return {
        version: Rights(
            _met(row.gives_audit if (row := terms.get(version)) else None, keys[version] & AUDIT_PARAMETERS),
            _met(row.gives_sanctions if row else None, keys[version] & SANCTION_PARAMETERS),
            row,
        )
        for version in wanted
    }


def _met(recorded: bool | None, shown_by: Collection[str]) -> Met:
    if recorded is not None:
        return Met.YES if recorded else Met.NO
    return Met.YES if shown_by else Met.UNKNOWN


@dataclass(frozen=True)
class Checked:
    """A contract against the conditions."""

    contract: Contract
    runs: Met
    rights: Rights

    @property
    def verdict(self) -> Met:
        """The worst of the three: one that fails, else one that isn't known, else one that needs an extension."""
        met = (self.runs, self.rights.audit, self.rights.sanctions)
        return next((each for each in (Met.NO, Met.UNKNOWN, Met.EXTENDED) if each in met), Met.YES)


def check_contracts(
    contracts: Iterable[Contract], audit_on: date, months: int, rights: dict[int, Rights]
) -> list[Checked]:
    """Each contract against an audit on that day."""
    until = runs_until(audit_on, months)
    return [
        Checked(contract, runs_long_enough(contract, until), rights[contract.clause_version_id])
        for contract in contracts
    ]


def runs_long_enough(contract: Contract, until: date) -> Met:
    if contract.ends_on >= until:
        return Met.YES
    return Met.EXTENDED if contract.extendable_until_on and contract.extendable_until_on >= until else Met.NO


@dataclass(frozen=True)
class Basis:
    """What a candidate's contracts come to: `fit` meet every condition, `unsure` hang on an extension or what isn't recorded."""

    checked: list[Checked]
    regions: list[Region]

    def _count(self, *verdicts: Met) -> int:
        return sum(each.verdict in verdicts for each in self.checked)

    @property
    def fit(self) -> int:
        return self._count(Met.YES)

    @property
    def unsure(self) -> int:
        return self._count(Met.UNKNOWN, Met.EXTENDED)

    @property
    def unfit(self) -> int:
        return self._count(Met.NO)


def bases_of(call: ContractCall, candidates: Collection[Candidate]) -> dict[int, Basis]:
    """By candidate (id). The number of queries does not grow with candidates or contracts."""
    named = named_in(call, {candidate.supplier_id for candidate in candidates})
    months = months_past_audit()
    versions = {contract.clause_version_id for each in named.values() for contract in each.contracts.values()}
    rights = rights_of(versions)
    found = {}
    for candidate in candidates:
        each = named.get((candidate.supplier_id, candidate.category_id), Named())
        audit_on = candidate.planned_on or call.audit_on
        checked = check_contracts(each.contracts.values(), audit_on, months, rights)
        found[candidate.pk] = Basis(
            sorted(checked, key=lambda each: each.contract.region.name),
            sorted(each.regions.values(), key=lambda region: region.name),
        )
    return found


def contracts_to_cover(candidate: Candidate) -> list[Contract]:
    """The named contracts that have not ended, for the follow-up to take in; by region."""
    named = named_in(candidate.plan.call, {candidate.supplier_id})
    each = named.get((candidate.supplier_id, candidate.category_id), Named())
    today = clock.today()
    return sorted(
        (contract for contract in each.contracts.values() if contract.ends_on >= today),
        key=lambda contract: (contract.region_id, contract.pk),
    )


def newest_clause(contracts: Collection[Contract]) -> ClauseVersion | None:
    """The newest version that these were signed under."""
    versions = ClauseVersion.objects.filter(pk__in={contract.clause_version_id for contract in contracts})
    return versions.order_by("-valid_from").first()
