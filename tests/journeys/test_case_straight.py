"""A whole case in real browsers, from the yearly call to what anyone can read: one deviation, which is remedied in time."""

import pytest

from followups.models import Audit, CorrectiveAction
from tests.journeys.case import actions, audits, beginning, ending
from tests.journeys.case.setting import HIDDEN

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
FOUND = f"Vid {HIDDEN} vet ingen vart den som är anställd kan vända sig med klagomål."
COMMENT = "Kanalen för klagomål är öppen sedan den 1 mars."


def test_from_the_call_to_the_published_summary(cast):
    cast.on("2026-10-05T09:00")
    beginning.plan(cast, year=2027, answer_by="2026-10-30", planned_on="2027-02-15", looks=True)
    cast.on("2027-02-15T08:00")
    beginning.assess(cast, due_on="2027-03-01", looks=True)
    audit_it(cast)
    remedy_it(cast)
    ending.recommend(cast, "Dialog", "Kanalen är ny: fråga om den på nästa avtalsmöte.", by="2027-03-31")
    ending.decide(cast, lead="Dialog", second="Ingen påföljd", look="straight-decision")
    assert ending.move(cast, "Avslutad", "Allt är åtgärdat utan återrevision.").state == "closed"
    ending.draft(cast, hidden=HIDDEN, look="straight")
    ending.check_facts(cast, comment=COMMENT, look="straight")
    edition = ending.publish(cast, comment=COMMENT, look="straight")
    assert (edition.colour, edition.deviations, edition.done_actions) == ("green", 1, 1)
    assert edition.methods == ["self_assessment", "office_audit"]
    ending.read(cast, light="Grön – inga öppna avvikelser", comment=COMMENT, look="straight")


def audit_it(cast) -> None:
    audit = audits.order(cast, on="2027-02-15", looks=True)
    assert (audit.price_ore, audit.payer, str(audit)) == (4_500_000, "cooperation", "1. Kontorsrevision")
    audits.arrive(cast, "1. Kontorsrevision")
    cast.auditor.look("auditor-audit")
    audits.judge(cast, {6: "Delvis uppfyllt"}, {6: "Rutin finns, men inte för underleverantörer."})
    audits.find(cast, text=FOUND, requirement=6)
    audits.hand_in(cast, look="auditor-done")
    audits.approve(cast, "1. Kontorsrevision", look="audit-read")
    assert Audit.objects.get().judgements.count() == 7
    cast.of_supplier(cast.lead)
    cast.lead.sees("Gul – hanteras")


def remedy_it(cast) -> None:
    actions.ask(cast, due_on="2027-03-15")
    actions.reply(cast, "Vi har en kanal i Sverige, men inte i fabriken.", look="supplier-findings")
    actions.propose(cast, measures="Vi öppnar en kanal på urdu.", due_on="2027-05-01", look="supplier-plan")
    actions.answer(cast, "Godta planen", look="plan-answer")
    actions.deliver(
        cast, "Kanalen är öppen, och skyltar sitter uppe.", effective_on="2027-02-14", look="supplier-deliver"
    )
    actions.clear(cast, "Genom underlag", look="action-cleared")
    assert CorrectiveAction.objects.get().verification == "document"
    cast.of_supplier(cast.lead)
    cast.lead.sees("Grön – inga öppna avvikelser")
    cast.lead.look("follow-up-lead")
