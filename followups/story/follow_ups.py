"""The demo's follow-ups, all invented, dated from today. Told once; again changes nothing."""

import io
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from PIL import Image, ImageDraw

from codeofconduct.models import Contract, ProcessRequirement, PurchaseCategory, Supplier
from followups.actions.findings import mark_action_done, submit_finding
from followups.actions.follow_ups import assign_follow_up, move_follow_up, open_follow_up, share_follow_up
from followups.enums.follow_ups import LINE, TRANSITIONS, State
from followups.models import CorrectiveAction, Evidence, Finding, FollowUp, Severity, StateChange
from portal import clock
from portal.files.checks import Upload
from portal.history.models import SystemActor, actor_of
from regions.enums import SharingTier
from regions.models import Region, User

BUYER = "inkopare.jh@demo.example"
NEIGHBOUR = "inkopare.norrbotten@demo.example"
SECRETARIAT = "kansli@demo.example"


@dataclass(frozen=True)
class ToldFinding:
    """Days are counted from today; `due` without `done` is an open action."""

    text: str
    severity: str
    requirement: int
    found: int
    action: str
    due: int
    done: int | None = None
    photo: str = ""
    involvement: str = "linked"
    severe_type: str = ""
    root_cause: str = ""


@dataclass(frozen=True)
class Told:
    """A follow-up: opened `opened` days ago, now in `state`, planned or audited on `planned` (days from today)."""

    supplier: str
    category: str
    lead: str
    state: State
    opened: int
    planned: int
    handler: str = ""
    shared: int | None = None
    findings: tuple[ToldFinding, ...] = field(default=())


FOLLOW_UPS = (
    Told(
        "Norrmed Instrument AB",
        "Kirurgiska instrument",
        "23",
        State.ACTIONS_UNDER_WAY,
        opened=210,
        planned=-60,
        handler=BUYER,
        findings=(
            ToldFinding(
                "Två underleverantörer i slutledet saknas i leverantörens riskbedömning. De slipar och polerar "
                "instrument, ett moment där skyddsutrustning ofta brister.",
                "deviation",
                2,
                found=-55,
                action="Komplettera riskbedömningen med båda underleverantörerna och skicka den till oss.",
                due=-12,
                photo="Poleringsverkstad.jpg",
            ),
            ToldFinding(
                "Uppförandekoden har inte skickats vidare till alla underleverantörer.",
                "deviation",
                1,
                found=-55,
                action="Skicka koden till samtliga och spara deras bekräftelser.",
                due=-20,
                done=-24,
            ),
        ),
    ),
    Told(
        "Fjällpapper AB",
        "Vårdrelaterad papper och plast",
        "25",
        State.OFFICE_AUDIT_PLANNED,
        opened=80,
        planned=9,
        handler=NEIGHBOUR,
    ),
    Told("Ängsvik Textil AB", "Tvätt och textilier", "12", State.PLANNED, opened=6, planned=35),
    Told(
        "Handskfabriken i Borås AB",
        "Generella förbrukningsvaror",
        "23",
        State.ACTION_PLAN_AWAITED,
        opened=120,
        planned=-20,
        handler=BUYER,
        findings=(
            ToldFinding(
                "Anställda vid en fabrik har betalat rekryteringsavgifter som motsvarar tre månadslöner. "
                "Leverantören kände till det men har ingen plan för återbetalning.",
                "severe",
                6,
                found=-18,
                action="Redovisa en plan för hur avgifterna betalas tillbaka, med namngiven ansvarig.",
                due=10,
                involvement="contributes",
                severe_type="forced_labour",
                root_cause="Rekryteringen är utlagd på bemanningsföretag utan krav på att arbetsgivaren betalar.",
            ),
        ),
    ),
    Told(
        "Östervik Läkemedel AB",
        "Läkemedel",
        "14",
        State.CLOSED,
        opened=300,
        planned=-200,
        shared=-4,
        findings=(
            ToldFinding(
                "Leverantören kunde inte visa hur klagomål från arbetare i råvaruledet tas om hand.",
                "deviation",
                6,
                found=-190,
                action="Öppna klagomålsmekanismen för arbetare hos leverantörer av aktiv substans.",
                due=-90,
                done=-97,
            ),
        ),
    ),
)


def tell(*, by: SystemActor) -> None:
    """Tell the follow-ups that are not there yet. The suppliers and accounts are of the stories told before."""
    for told in FOLLOW_UPS:
        supplier = Supplier.objects.get(name=told.supplier)
        if not supplier.follow_ups.exists():
            _tell(by, told, supplier)


def _moment(days: int, hour: int = 9) -> datetime:
    return clock.now().replace(hour=hour, minute=30, second=0, microsecond=0) + timedelta(days=days)


def _tell(by: SystemActor, told: Told, supplier: Supplier) -> None:
    secretariat = User.objects.filter(email=SECRETARIAT).first() or by
    handler = User.objects.filter(email=told.handler).first()
    contracts = list(Contract.objects.filter(supplier=supplier).select_related("clause_version"))
    planned_on = clock.today() + timedelta(days=told.planned)
    follow_up = open_follow_up(
        by=secretariat,
        submission=uuid.uuid4(),
        supplier=supplier,
        category=PurchaseCategory.objects.get(name=told.category),
        clause_version=contracts[0].clause_version,
        lead_region=Region.objects.get(code=told.lead),
        contracts=contracts,
        planned_on=planned_on,
    )
    assign_follow_up(
        by=secretariat, follow_up=follow_up, version=follow_up.version, handler=handler, planned_on=planned_on
    )
    for finding in told.findings:
        _tell_finding(handler or secretariat, follow_up, finding)
    _move(secretariat, follow_up, told)
    opened = {"created_at": _moment(-told.opened)}
    if handler:
        opened["assigned_at"] = _moment(-told.opened, 10)
    if told.shared is not None:
        share_follow_up(by=secretariat, follow_up=follow_up, tier=SharingTier.REGIONS)
        opened["shared_at"] = _moment(told.shared)
    FollowUp.objects.filter(pk=follow_up.pk).update(**opened)


def _move(by: User | SystemActor, follow_up: FollowUp, told: Told) -> None:
    """Along the line to the told state, at even distances from the opening until a few days ago."""
    path = LINE[: LINE.index(told.state) + 1] if told.state in LINE else (*LINE[:-1], told.state)
    for number, (source, target) in enumerate(pairwise(path), start=1):
        transition = TRANSITIONS[source, target]
        reason = "Åtgärderna är verifierade på distans; en återrevision behövs inte." if transition.needs_reason else ""
        move_follow_up(by=by, follow_up=follow_up, transition=transition, reason=reason)
        days = -told.opened + number * (told.opened - 5) // len(path)
        StateChange.objects.filter(follow_up=follow_up, target=target).update(created_at=_moment(days, 13))


def _tell_finding(by: User | SystemActor, follow_up: FollowUp, told: ToldFinding) -> None:
    requirement = ProcessRequirement.objects.get(clause_version=follow_up.clause_version, number=told.requirement)
    finding = submit_finding(
        by=by,
        follow_up=follow_up,
        submission=uuid.uuid4(),
        text=told.text,
        severity=Severity.objects.get(key=told.severity),
        requirement=requirement,
        involvement=told.involvement,
        severe_type=told.severe_type,
        root_cause=told.root_cause,
        evidence=[Upload(told.photo, "image/jpeg", _photo())] if told.photo else [],
        effective_on=clock.today() + timedelta(days=told.found) if told.photo else None,
        action=told.action,
        due_on=clock.today() + timedelta(days=told.due),
    )
    found = _moment(told.found, 15)
    Finding.objects.filter(pk=finding.pk).update(created_at=found, submitted_at=found)
    Evidence.objects.filter(finding=finding).update(created_at=found)
    for action in finding.actions.all():
        CorrectiveAction.objects.filter(pk=action.pk).update(created_at=found)
        if told.done is not None:
            mark_action_done(by=by, action=action)
            CorrectiveAction.objects.filter(pk=action.pk).update(done_at=_moment(told.done), done_by=actor_of(by))


def _photo() -> bytes:
    """A picture that stands for a photo: benches in a workshop, drawn."""
    image = Image.new("RGB", (960, 640), "#cfd6d2")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 960, 260), fill="#aab6b0")
    for number in range(4):
        left = 60 + number * 225
        draw.rectangle((left, 330, left + 170, 360), fill="#6d5a45")
        draw.rectangle((left + 15, 360, left + 30, 540), fill="#4c3f31")
        draw.rectangle((left + 140, 360, left + 155, 540), fill="#4c3f31")
        draw.ellipse((left + 55, 250, left + 115, 330), fill="#8f9994")
        draw.rectangle((left + 10, 80, left + 160, 200), fill="#e7eef0")
    content = io.BytesIO()
    image.save(content, "JPEG", quality=85)
    return content.getvalue()
