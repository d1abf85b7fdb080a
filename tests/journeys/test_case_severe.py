"""A whole case in real browsers: a severe deviation on the spot, a deadline that passes, a follow-up audit that clears it."""

import re

import pytest

from followups.models import Audit, Finding, SevereAlert
from tests.journeys.case import actions, audits, beginning, ending
from tests.journeys.case.setting import HIDDEN

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
FOUND = f"Nödutgången i {HIDDEN} var låst med kedja medan trettio personer arbetade där."
COMMENT = "Låset är borta, och dörren larmar."


def test_from_a_severe_deviation_to_the_published_summary(cast_with_phone):
    cast = cast_with_phone
    cast.on("2027-02-15T08:00")
    beginning.plan(cast, year=2027, answer_by="2027-02-26", planned_on="2027-02-15")
    beginning.assess(cast, due_on="2027-03-01")
    find_it(cast)
    be_alerted(cast)
    agree_on_a_plan(cast)
    # A Monday more than three weeks after the day that was agreed on: the last reminder has gone out.
    cast.on("2027-04-26T09:00")
    escalate(cast)
    be_remedied(cast)
    cast.on("2027-05-17T08:00")
    audit_again(cast)
    close_and_publish(cast)


def find_it(cast) -> None:
    audits.order(cast, on="2027-02-15")
    audits.arrive(cast, "1. Kontorsrevision")
    audits.find(
        cast,
        text=FOUND,
        requirement=3,
        severe="Livsfarliga arbetsförhållanden",
        photo=True,
        look="phone-finding",
    )
    cast.auditor.look("phone-audit")
    audits.judge(cast, {3: "Ej uppfyllt"}, {3: "Låst nödutgång."})
    audits.hand_in(cast, look="phone-done")
    assert Finding.objects.get().evidence.count() == 1


def be_alerted(cast) -> None:
    """The secretariat and both regions, each by a mail that says nothing of what was found."""
    assert SevereAlert.objects.count() == 3
    for person in (cast.secretariat, cast.lead, cast.second):
        letter = cast.post.letter(person.email, "En allvarlig avvikelse har skickats in")
        assert "Nödutgången" not in letter
        person.open_letter(letter, is_personal=False)
        person.sees(FOUND)
        person.sees("Röd – allvarlig avvikelse inte åtgärdad")
    cast.second.look("severe-second")
    audits.approve(cast, "1. Kontorsrevision")


def agree_on_a_plan(cast) -> None:
    actions.ask(cast, due_on="2027-03-01")
    actions.reply(cast, "Kedjan sattes dit efter en stöld.", look="severe-supplier-findings")
    actions.propose(cast, measures="Vi byter lås.", due_on="2027-06-01")
    actions.answer(cast, "Begär komplettering", "När är dörren öppen? Det måste ske genast.", look="severe-return")
    letter = cast.post.letter(cast.supplier.email, "åtgärdsplanen behöver kompletteras")
    assert "Nödutgången" not in letter
    actions.to_overview(cast)
    cast.supplier.follow("Skriv åtgärdsplanen")
    cast.supplier.sees("När är dörren öppen? Det måste ske genast.")
    cast.supplier.look("severe-plan-again")
    actions.to_overview(cast)
    actions.propose(cast, measures="Vi tar bort kedjan i dag och byter till larmad dörr.", due_on="2027-04-02")
    actions.answer(cast, "Godta planen")
    cast.of_supplier(cast.second)
    cast.second.sees("Kedjan sattes dit efter en stöld.")


def escalate(cast) -> None:
    """The deadline has passed: everyone is told, the secretariat escalates, each region decides."""
    for person in (cast.supplier, cast.lead, cast.secretariat):
        letter = cast.post.letter(person.email, "en åtgärd skulle ha varit klar 2 april 2027")
        assert "Åtgärda avvikelsen" in letter
    cast.lead.start()
    cast.lead.sees("uppföljning har försenade åtgärder")
    cast.lead.look("severe-start-late")
    cast.of_supplier(cast.lead)
    cast.lead.sees("Röd – åtgärd försenad")
    cast.lead.sees("24 dagar sen")
    actions.to_action(cast)
    cast.lead.sees("förfallen, eskalerad")
    cast.lead.look("severe-action-late")
    assert ending.move(cast, "Eskalerad", "Dörren är fortfarande låst.").state == "escalated"
    ending.recommend(cast, "Avropsstopp", "Livsfara, och planen följs inte.", by="2027-05-07")
    ending.decide(cast, lead="Avropsstopp", second="Dialog", look="severe-decision")
    cast.secretariat.look("severe-escalated")


def be_remedied(cast) -> None:
    assert ending.move(cast, "Åtgärder pågår", "Leverantören har hört av sig.").state == "actions_under_way"
    actions.deliver(cast, "Kedjan är borta och dörren larmad.", effective_on="2027-04-25", look="severe-deliver")
    audit = audits.order(cast, kind="Återrevision", follows="1. Kontorsrevision", on="2027-05-17", looks=True)
    assert (str(audit), str(audit.follows), audit.payer) == ("2. Återrevision", "1. Kontorsrevision", "cooperation")
    assert audit.follow_up.state == "follow_up_audit"


def audit_again(cast) -> None:
    audits.arrive(cast, "2. Återrevision")
    cast.auditor.sees("Följer upp")
    audits.judge(cast, {}, {3: "Dörren gick att öppna inifrån."})
    cast.auditor.look("phone-again")
    audits.hand_in(cast)
    audits.approve(cast, "2. Återrevision", look="severe-audit-again")
    before = Audit.objects.get(number=1).judgements.get(requirement__number=3)
    after = Audit.objects.get(number=2).judgements.get(requirement__number=3)
    assert (before.judgement, after.judgement) == ("not", "fulfilled")
    actions.clear(cast, "Vid återrevisionen", audit="2. Återrevision, 17 maj 2027", look="severe-cleared")
    cast.of_supplier(cast.second)
    cast.second.sees(re.compile("Grön – inga öppna avvikelser"))


def close_and_publish(cast) -> None:
    assert ending.move(cast, "Avslutad").state == "closed"
    ending.draft(cast, hidden=HIDDEN)
    ending.check_facts(cast, comment=COMMENT)
    edition = ending.publish(cast, comment=COMMENT)
    assert (edition.colour, edition.severe_deviations, edition.open_deviations) == ("green", 1, 0)
    assert edition.methods == ["self_assessment", "office_audit", "follow_up_audit"]
    assert "Nödutgången" not in edition.text_sv, "a severe deviation is told by its requirement alone"
    ending.read(cast, light="Grön – inga öppna avvikelser", comment=COMMENT, look="severe")
