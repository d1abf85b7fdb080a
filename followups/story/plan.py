"""The demo's calls and plan, all invented: last year's answers, and a plan for the coming year half agreed."""

from dataclasses import dataclass
from datetime import date, timedelta

from codeofconduct.models import ClauseVersion, Contract
from codeofconduct.queries.categories import prioritised_categories
from followups.actions.calls import answer_as_last_year, answer_call, close_call, open_call
from followups.actions.plan import (
    agree_candidate,
    decide_candidate,
    draw_up_plan,
    record_clause_terms,
    set_months_past_audit,
)
from followups.enums.plan import Answering, PlannedKind
from followups.models import CallAnswer, Candidate, ContractCall, FollowUpPlan, PlanSetting
from followups.queries.calls import contracts_asked, last_answer
from followups.queries.plan import can_agree_candidate
from portal import clock
from portal.history.models import SystemActor
from regions.models import Region, User

SECRETARIAT = "kansli@demo.example"
COORDINATOR = "samordnare.a@demo.example"
# Region 23 and 25 are left to the visitor, who logs in as their buyers.
ANSWERED = ("05", "06", "08", "14", "03", "19", "22", "24", "12")
EMPTY = ("07", "13")
LAST_YEAR = (*ANSWERED, "23", "25", "01")


@dataclass(frozen=True)
class Told:
    """What was decided of a candidate, by supplier. `month` of the plan's year; without it not chosen."""

    supplier: str
    reason: str
    month: int = 0
    lead: str = ""
    kind: PlannedKind = PlannedKind.OFFICE_AUDIT
    is_unannounced: bool = False
    is_agreed: bool = False


DECISIONS = (
    Told(
        "Norrmed Instrument AB",
        "Hög risk i poleringsledet och avtal i flera regioner. Förra revisionen gav avvikelser som bör följas upp på plats.",
        month=4,
        lead="24",
        kind=PlannedKind.FACTORY_AUDIT,
        is_unannounced=True,
        is_agreed=True,
    ),
    Told(
        "Åkerby Livs AB",
        "Störst avtalsvärde i urvalet och aldrig uppföljd. Börjar med självskattning eftersom kedjan är okänd.",
        month=2,
        lead="03",
        kind=PlannedKind.SELF_ASSESSMENT,
    ),
    Told(
        "Östervik Läkemedel AB",
        "Följdes upp för mindre än ett år sedan utan öppna avvikelser; resultatet delas med alla regioner.",
    ),
)


def tell(*, by: SystemActor) -> None:
    """Told once: that there is a call shows that it has been."""
    if ContractCall.objects.exists():
        return
    today = clock.today()
    secretariat = User.objects.filter(email=SECRETARIAT).first() or by
    if not PlanSetting.objects.exists():
        set_months_past_audit(by=secretariat, valid_from=date(2023, 1, 1), months_past_audit=12)
    clause = ClauseVersion.objects.get(name="2016")
    record_clause_terms(
        by=secretariat,
        clause_version=clause,
        version=0,
        gives_audit=True,
        gives_sanctions=None,
        source="Avsnittet om uppföljning",
    )
    _tell_last_year(by, today)
    call = open_call(
        by=secretariat,
        year=today.year + 1,
        categories=prioritised_categories(),
        answer_by_on=today + timedelta(days=16),
        audit_on=date(today.year + 1, 6, 30),
        text=(
            "Vi planerar nästa års uppföljningar tillsammans. Välj de avtal där ni ser störst risk, eller svara som "
            "förra året med ett klick."
        ),
        asks=False,
    )
    for code in ANSWERED:
        _answer(by, call, code)
    for code in EMPTY:
        region = Region.objects.get(code=code)
        answer_call(by=by, call=call, region=region, version=0, kind=Answering.NONE)
    _backdate(call)
    _decide(secretariat, draw_up_plan(by=secretariat, call=call))


def _tell_last_year(by: SystemActor, today: date) -> None:
    earlier = open_call(
        by=by,
        year=today.year,
        categories=prioritised_categories(),
        answer_by_on=date(today.year - 1, 11, 30),
        audit_on=date(today.year, 6, 30),
        asks=False,
    )
    for code in LAST_YEAR:
        _answer(by, earlier, code)
    close_call(by=by, call=earlier)
    moment = clock.now().replace(month=12, day=8, year=today.year - 1)
    CallAnswer.objects.filter(call=earlier).update(created_at=moment, answered_at=moment)
    ContractCall.objects.filter(pk=earlier.pk).update(created_at=moment - timedelta(days=50), closed_at=moment)


def _answer(by: SystemActor, call: ContractCall, code: str) -> None:
    """As last year where the region answered then; otherwise all that is asked about."""
    region = Region.objects.get(code=code)
    contracts: list[Contract] = list(contracts_asked(call, region))
    if last_answer(call, region) and contracts:
        answer_as_last_year(by=by, call=call, region=region, version=0)
    elif contracts:
        answer_call(by=by, call=call, region=region, version=0, kind=Answering.CHOSEN, contracts=contracts)
    else:
        answer_call(by=by, call=call, region=region, version=0, kind=Answering.NONE)


def _backdate(call: ContractCall) -> None:
    """The answers came in one by one over the last weeks."""
    for number, answer in enumerate(call.answers.order_by("pk")):
        moment = clock.now() - timedelta(days=2 + number, hours=number)
        CallAnswer.objects.filter(pk=answer.pk).update(created_at=moment, answered_at=moment)
    ContractCall.objects.filter(pk=call.pk).update(created_at=clock.now() - timedelta(days=21))


def _decide(secretariat: User | SystemActor, plan: FollowUpPlan) -> None:
    coordinator = User.objects.filter(email=COORDINATOR).first()
    for told in DECISIONS:
        candidate = Candidate.objects.filter(plan=plan, supplier__name=told.supplier).first()
        if candidate is None:
            continue
        candidate = decide_candidate(
            by=secretariat,
            candidate=candidate,
            version=candidate.version,
            is_chosen=bool(told.month),
            reason=told.reason,
            lead_region=Region.objects.filter(code=told.lead).first(),
            kind=told.kind,
            planned_on=date(plan.call.year, told.month, 28) if told.month else None,
            is_month=True,
            is_unannounced=told.is_unannounced,
        )
        if told.is_agreed and coordinator and can_agree_candidate(coordinator, candidate):
            agree_candidate(by=coordinator, candidate=candidate)
