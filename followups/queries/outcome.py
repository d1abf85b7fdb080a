"""Reads over recommendations and decisions. A region's decisions are its own: who sees them is `visible_to`'s."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from codeofconduct.models import ClauseParameter, Contract, ContractParty
from codeofconduct.queries.contracts import parameters_of
from followups.enums.outcome import Remedy
from followups.models import FollowUp, FollowUpContract, LightOverride, SanctionDecision, SanctionRecommendation
from followups.remedies import PARAMETERS, Penalty, penalty_for
from portal import clock
from portal.search.ordering import swedish
from regions.models import Region, User
from regions.permissions import access_of, is_staff


def recommendation_of(follow_up: FollowUp) -> SanctionRecommendation | None:
    """The one in force."""
    return SanctionRecommendation.objects.in_force().filter(follow_up=follow_up).first()


def awaiting(recommendations: QuerySet[SanctionRecommendation]) -> QuerySet[FollowUpContract]:
    """Participating contracts whose own region has not answered the recommendation that is in force for them.

    The other parties of a joint contract may decide for themselves; none of them is waited for.
    """
    in_force = recommendations.filter(follow_up=OuterRef("follow_up"), ended_at__isnull=True)
    answered = SanctionDecision.objects.filter(
        contract=OuterRef("contract"),
        region=OuterRef("contract__region"),
        recommendation__follow_up=OuterRef("follow_up"),
        recommendation__ended_at__isnull=True,
    )
    return FollowUpContract.objects.filter(Exists(in_force), ~Exists(answered))


def awaited(follow_up: FollowUp) -> QuerySet[FollowUpContract]:
    """Those of one follow-up, by region in Swedish order."""
    waiting = awaiting(SanctionRecommendation.objects.all()).filter(follow_up=follow_up)
    return waiting.select_related("contract__region").order_by(swedish("contract__region__name"), "pk")


def override_of(follow_up: FollowUp) -> LightOverride | None:
    """The light set by hand that is in force."""
    return LightOverride.objects.in_force().filter(follow_up=follow_up).first()


def parties_of(contract: Contract) -> QuerySet[Region]:
    """The region that keeps the contract and the other regions in it: each decides for itself."""
    others = ContractParty.objects.filter(contract=contract).values("region")
    return Region.objects.filter(Q(pk=contract.region_id) | Q(pk__in=others)).order_by(swedish("name"), "code")


@dataclass(frozen=True)
class Terms:
    """What the contract's clause says about a step: each parameter with its number, None where nothing states one."""

    lines: list[tuple[ClauseParameter, int | None]]

    @property
    def numbers(self) -> dict[str, int]:
        return {parameter.key: value for parameter, value in self.lines if value is not None}

    def for_remedy(self, remedy: str) -> dict[str, int]:
        """Those that the step rests on: what is frozen with a decision."""
        return {key: value for key, value in self.numbers.items() if key in PARAMETERS.get(remedy, ())}


def terms_of(contract: Contract) -> Terms:
    """The contract's own numbers, else the defaults of its clause version, for the steps of the ladder."""
    known = {key for keys in PARAMETERS.values() for key in keys}
    return Terms([(parameter, value) for parameter, value, _own in parameters_of(contract) if parameter.key in known])


def penalty_so_far(decision: SanctionDecision) -> Penalty | None:
    """What the penalty amounts to today, or by its last day; None for another step."""
    if decision.remedy != Remedy.PENALTY:
        return None
    until = min(decision.until_on or clock.today(), clock.today())
    return penalty_for(decision.parameters, decision.from_on, until)


@dataclass
class Line:
    """A participating contract and a region that decides about it, with its decisions, the latest first."""

    participation: FollowUpContract
    region: Region
    may_decide: bool = False
    is_awaited: bool = False
    decisions: list[SanctionDecision] = field(default_factory=list)

    @property
    def standing(self) -> SanctionDecision | None:
        return self.decisions[0] if self.decisions else None

    @property
    def earlier(self) -> list[SanctionDecision]:
        return self.decisions[1:]


def lines_of(user: User, follow_up: FollowUp, decisions: Iterable[SanctionDecision], *, awaits: bool) -> list[Line]:
    """A line for each contract that the user may see and each region whose decisions about it are theirs to see.

    `decisions`: those of `decisions_of`; `awaits`: a recommendation is in force. Four queries, however many contracts.
    """
    sees_all = is_staff(user) or bool(access_of(user).groups & follow_up.owner_groups)
    participations = (
        follow_up.participations.select_related("contract__region")
        .prefetch_related("contract__contract_parties__region")
        .order_by(swedish("contract__region__name"), "pk")
    )
    if not sees_all:
        participations = participations.filter(contract__in=Contract.objects.visible_to(user).values("pk"))
    waiting = set(awaited(follow_up).values_list("pk", flat=True)) if awaits else set()
    decided: dict[tuple[int, int], list[SanctionDecision]] = {}
    for decision in decisions:
        decided.setdefault((decision.contract_id, decision.region_id), []).append(decision)
    regions = access_of(user).regions
    lines = []
    for each in participations:
        contract = each.contract
        for region in (contract.region, *(party.region for party in contract.contract_parties.all())):
            made = decided.get((contract.pk, region.pk), [])
            own = region.pk in regions and not is_staff(user)
            if made or own or (region == contract.region and sees_all):
                is_awaited = each.pk in waiting and region == contract.region
                lines.append(Line(each, region, own, is_awaited, made))
    return lines


def decisions_of(user: User, follow_up: FollowUp) -> QuerySet[SanctionDecision]:
    """Those that the user may see, the latest first."""
    found = SanctionDecision.objects.visible_to(user).filter(follow_up=follow_up)
    return found.select_related("region", "decided_by", "recommendation").latest_first()


def latest_decision(follow_up: FollowUp, contract: Contract, region: Region) -> SanctionDecision | None:
    found = SanctionDecision.objects.filter(follow_up=follow_up, contract=contract, region=region)
    return found.latest_first().first()


def labels_of(decisions: Iterable[SanctionDecision]) -> dict[str, Any]:
    """The clause's parameters by key, for the frozen numbers of these decisions."""
    keys = {key for decision in decisions for key in decision.parameters}
    if not keys:
        return {}
    return {parameter.key: parameter for parameter in ClauseParameter.objects.filter(key__in=keys)}
