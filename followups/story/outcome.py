"""What the demo's follow-ups led to: recommendation and decisions, a light set by hand, published summaries. Told once."""

import uuid
from datetime import timedelta
from typing import Any

from codeofconduct.actions.contracts import set_parameters
from codeofconduct.models import Contract, PurchaseCategory, Supplier
from followups.actions.findings import mark_action_done, submit_finding
from followups.actions.follow_ups import move_follow_up, open_follow_up
from followups.actions.light import override_light
from followups.actions.sanctions import decide_sanction, recommend
from followups.actions.summaries import (
    answer_check,
    ask_for_check,
    draft_summary,
    edit_summary,
    publish_summary,
    withdraw_summary,
)
from followups.enums.follow_ups import LINE, TRANSITIONS, Colour, State
from followups.enums.outcome import Remedy
from followups.models import FollowUp, Severity, Summary
from followups.story.follow_ups import BUYER, SECRETARIAT
from portal import clock
from portal.history.models import SystemActor
from regions.models import Region, User

ESCALATED = "Ängsvik Textil AB"
PUBLISHED = ("Östervik Läkemedel AB", "Läkemedel")
CORRECTED = ("Fjällpapper AB", "Vårdrelaterad papper och plast", "25")
WITHDRAWN = ("Norrmed Instrument AB", "Kirurgiska instrument", "23")
TEXTS = {
    PUBLISHED[0]: (
        "# Vad som följdes upp\n\nRegionerna granskade hur leverantören av läkemedel på rekvisition tar hand om klagomål "
        "från dem som arbetar i råvaruledet. Granskningen gjordes som självskattning och kontorsrevision.\n\n"
        "# Vad som hittades\n\nLeverantören kunde inte visa hur klagomål från arbetare hos leverantörer av aktiv substans "
        "tas om hand. I övrigt fanns rutiner som är beslutade och används.\n\n# Vad som har gjorts\n\nKlagomålsmekanismen "
        "är öppnad för arbetare hos samtliga leverantörer av aktiv substans, på deras egna språk. Åtgärden är verifierad.",
        "# What was followed up\n\nThe regions examined how the supplier of pharmaceuticals takes care of complaints from "
        "those who work with the raw materials, by a self-assessment and an office audit.\n\n# What was found\n\nThe "
        "supplier could not show how complaints from workers at the makers of active substances are handled. Otherwise "
        "there were routines that are decided and used.\n\n# What has been done\n\nThe complaints mechanism is open to "
        "workers at all makers of active substances, in their own languages. The measure is verified.",
    ),
    CORRECTED[0]: (
        "# Vad som följdes upp\n\nMiljöarbete och arbetsvillkor vid tillverkningen av papper och plast för vården.\n\n"
        "# Vad som hittades\n\nRiskbedömningen var inte daterad, vilket är åtgärdat. I övrigt inga avvikelser.\n\n"
        "- Policyerna är antagna av ledningen\n- Kraven förs vidare skriftligt\n- Riskbedömningen görs om årligen",
        "# What was followed up\n\nEnvironmental work and working conditions in the making of paper and plastics for care."
        "\n\n# What was found\n\nThe risk assessment had no date, which is remedied. Otherwise no deviations.\n\n"
        "- The policies are adopted by the management\n- The requirements are passed on in writing\n"
        "- The risk assessment is renewed each year",
    ),
    WITHDRAWN[0]: (
        "# Vad som hittades\n\nInga avvikelser vid kontorsrevisionen av arbetet mot negativ påverkan i leveranskedjan.",
        "# What was found\n\nNo deviations at the office audit of the work against adverse impact in the supply chain.",
    ),
}


def tell(*, by: SystemActor) -> None:
    """After the follow-ups; a summary shows that it has been told."""
    if Summary.objects.exists():
        return
    secretariat = User.objects.filter(email=SECRETARIAT).first()
    if secretariat is None:
        return
    _escalated(secretariat)
    closed = FollowUp.objects.get(supplier__name=PUBLISHED[0], category__name=PUBLISHED[1])
    _publish(secretariat, closed)
    corrected = _closed(secretariat, *CORRECTED)
    _publish(secretariat, corrected)
    _publish(
        secretariat,
        corrected,
        change_note_sv="Stycket om miljöarbete sade tidigare att en fabriksrevision hade gjorts. Det var en kontorsrevision.",
        change_note_en="The part on environmental work said before that a factory had been audited. It was an office.",
    )
    withdrawn = _closed(secretariat, *WITHDRAWN)
    _publish(secretariat, withdrawn)
    edition = Summary.objects.get(follow_up=withdrawn).editions.get()
    withdraw_summary(
        by=secretariat,
        edition=edition,
        reason_sv="Nya uppgifter har kommit in som måste utredas innan resultatet kan gälla.",
        reason_en="New information has come in that has to be looked into before the result can stand.",
    )


def _closed(by: User, supplier_name: str, category: str, lead: str) -> FollowUp:
    """An earlier follow-up of the supplier with one deviation that was remedied, closed without a follow-up audit."""
    supplier = Supplier.objects.get(name=supplier_name)
    contracts = list(Contract.objects.filter(supplier=supplier).select_related("clause_version"))
    follow_up = open_follow_up(
        by=by,
        submission=uuid.uuid4(),
        supplier=supplier,
        category=PurchaseCategory.objects.get(name=category),
        clause_version=contracts[0].clause_version,
        lead_region=Region.objects.get(code=lead),
        contracts=contracts,
    )
    if supplier_name == CORRECTED[0]:
        finding = submit_finding(
            by=by,
            follow_up=follow_up,
            submission=uuid.uuid4(),
            text="Riskbedömningen var inte daterad.",
            severity=Severity.objects.get(key="deviation"),
            requirement=follow_up.clause_version.requirements.get(number=2),
            action="Datera riskbedömningen.",
            due_on=clock.today() + timedelta(days=30),
        )
        for action in finding.actions.all():
            mark_action_done(by=by, action=action)
    for source, target in ((State.PLANNED, State.AUDITED), (State.AUDITED, State.CLOSED)):
        move_follow_up(
            by=by,
            follow_up=follow_up,
            transition=TRANSITIONS[source, target],
            reason="Leverantören visade allt som behövdes vid kontorsrevisionen.",
        )
    FollowUp.objects.filter(pk=follow_up.pk).update(created_at=clock.now() - timedelta(days=400))
    return FollowUp.objects.select_related("supplier", "category").get(pk=follow_up.pk)


def _publish(by: User, follow_up: FollowUp, **notes: Any) -> None:
    summary = draft_summary(by=by, follow_up=follow_up)
    if not notes:
        text_sv, text_en = TEXTS[follow_up.supplier.name]
        summary = edit_summary(by=by, summary=summary, version=summary.version, text_sv=text_sv, text_en=text_en)
        check = ask_for_check(
            by=by,
            summary=summary,
            submission=uuid.uuid4(),
            name="Maria Lind",
            email="maria.lind@leverantor.example",
            language="sv",
            due_on=clock.today() + timedelta(days=14),
        )
        answer_check(by=by, check=check, agrees=True)
    publish_summary(by=by, summary=summary, version=summary.version, **notes)


def _escalated(by: User) -> None:
    """Ängsvik's follow-up of last year: a penalty is recommended, one region has decided, one is waited for."""
    supplier = Supplier.objects.get(name=ESCALATED)
    contracts = list(Contract.objects.filter(supplier=supplier).select_related("clause_version", "region"))
    follow_up = open_follow_up(
        by=by,
        submission=uuid.uuid4(),
        supplier=supplier,
        category=PurchaseCategory.objects.get(name="Tvätt och textilier"),
        clause_version=contracts[0].clause_version,
        lead_region=contracts[0].region,
        contracts=contracts,
    )
    move_follow_up(
        by=by,
        follow_up=follow_up,
        transition=TRANSITIONS[LINE[0], State.ESCALATED],
        reason="Leverantören har inte lämnat någon åtgärdsplan trots två påminnelser.",
    )
    override_light(
        by=by,
        follow_up=follow_up,
        colour=Colour.YELLOW,
        reason="Leverantören har i dag skickat en första åtgärdsplan, som granskas.",
    )
    recommend(
        by=by,
        follow_up=follow_up,
        submission=uuid.uuid4(),
        remedy=Remedy.PENALTY,
        reason="Kontraktsvillkoret ger rätt till vite när ingen åtgärdsplan lämnas. Dialog har prövats i två månader.",
        decide_by_on=clock.today() + timedelta(days=12),
    )
    buyer = User.objects.filter(email=BUYER).first()
    own = [each for each in contracts if buyer and each.region_id in buyer.access.regions]
    contract = (own or contracts)[0]
    numbers = {each.key: each for each in contract.clause_version.parameters.all()}
    values = {numbers[key]: value for key, value in (("penalty", 20_000), ("penalty_weeks", 10)) if key in numbers}
    set_parameters(by=by, contract=contract, seen=contract.version, values=values)
    decide_sanction(
        by=buyer if own and buyer else SystemActor("story"),
        follow_up=follow_up,
        contract=contract,
        region=contract.region,
        submission=uuid.uuid4(),
        seen="",
        remedy=Remedy.PENALTY if values else Remedy.DIALOGUE,
        reason="Regionen följer rekommendationen.",
        from_on=clock.today() - timedelta(days=17),
        registration_number="RS 2026-0412",
    )
