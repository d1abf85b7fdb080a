"""The demo's reuse: what others found, what a follow-up costs, and two regions that rely on a result."""

import uuid
from datetime import timedelta

from codeofconduct.models import Contract, Supplier
from followups.actions.costs import add_cost
from followups.actions.external import register_result
from followups.actions.reuse import reuse_result
from followups.enums.follow_ups import State
from followups.enums.reuse import Method, TermsLevel
from followups.models import ExternalResult, FollowUp, ResultBody, StandardCost
from followups.queries.reuse import facts_now, rules_in_force
from followups.reusing import expires_on, fitting
from portal import clock
from portal.history.models import SystemActor
from regions.enums import SharingTier

# (kind, kronor): made up for the demo, and it says so.
COSTS = ((Method.SELF_ASSESSMENT, 12_000), (Method.OFFICE_AUDIT, 85_000), (Method.FACTORY_AUDIT, 140_000))
# (supplier, body, days ago, method, level, terms, light, days until the plan's last day, summary)
RESULTS = (
    (
        "Fjällpapper AB",
        "Adda",
        150,
        Method.OFFICE_AUDIT,
        TermsLevel.ADVANCED,
        "Samma villkor som regionernas, 2023",
        "green",
        None,
        "Inga avvikelser. Riskbedömningen omfattar alla led fram till massabruket.",
    ),
    (
        "Norrmed Instrument AB",
        "SMETA (Sedex)",
        400,
        Method.FACTORY_AUDIT,
        TermsLevel.BASIC,
        "SMETA 6.1, fyra pelare",
        "yellow",
        60,
        "Två avvikelser om övertid vid poleringen. Åtgärdsplan finns.",
    ),
)


def tell(*, by: SystemActor) -> None:
    """Tell what is not there yet."""
    today = clock.today()
    if not StandardCost.objects.exists():
        for kind, kronor in COSTS:
            add_cost(
                by=by,
                kind=kind,
                amount_ore=kronor * 100,
                valid_from=today.replace(month=1, day=1),
                source="Påhittad siffra för demon",
            )
    if not ExternalResult.objects.exists():
        for name, body, days, method, level, terms, light, plan, summary in RESULTS:
            register_result(
                by=by,
                supplier=Supplier.objects.get(name=name),
                region=None,
                body=ResultBody.objects.get(name=body),
                carried_out_on=today - timedelta(days=days),
                method=method,
                terms_level=level,
                terms=terms,
                light=light,
                action_plan_on=today + timedelta(days=plan) if plan else None,
                summary=summary,
                sharing_tier=SharingTier.REGIONS,
            )
    for result in ExternalResult.objects.filter(light="green", reuses__isnull=True).select_related("supplier"):
        _reuse(by, result.supplier, result)
    closed = FollowUp.objects.filter(state=State.CLOSED, reuses__isnull=True, past__isnull=True)
    for follow_up in closed.select_related("supplier"):
        _reuse(by, follow_up.supplier, follow_up)


def _reuse(by: SystemActor, supplier: Supplier, result: FollowUp | ExternalResult) -> None:
    """One contract relies on the result, where one fits."""
    facts = facts_now(supplier, result, Method.OFFICE_AUDIT)
    running = Contract.objects.filter(supplier=supplier, ends_on__gte=clock.today())
    if isinstance(result, FollowUp):
        running = running.exclude(participations__follow_up=result)
    contracts = fitting(facts.level, running.select_related("region", "clause_version").order_by("pk"))[:1]
    until = expires_on(facts, rules_in_force())
    if contracts and until is not None and until > clock.today():
        reuse_result(
            by=by,
            submission=uuid.uuid4(),
            supplier=supplier,
            result=result,
            contracts=contracts,
            avoided_kind=Method.OFFICE_AUDIT,
            valid_until_on=until,
        )
