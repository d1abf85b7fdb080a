"""The addresses of self-assessments: for those who work in the follow-up, and behind the supplier's link."""

from datetime import timedelta
from uuid import uuid4

from codeofconduct.models import QuestionnaireVersion
from followups.actions.assessments import send_assessment
from followups.actions.drafts import add_draft_file, claim_secrecy, save_answer, submit_assessment
from followups.actions.reviews import ask_back
from followups.models import AccessLink, FollowUp, SelfAssessment
from followups.queries.drafts import space_of
from portal import clock
from portal.files.actions import store_file
from portal.files.checks import Upload
from portal.history.models import SystemActor
from tests.followups.assessments import ANSWERS, adopted
from tests.guards.rule import CONCERNED, NONE, POST, SAFE, WORK, Rule, outside
from tests.guards.world import FOREIGN, OWN, REGION_OF, STAFF, World, canary

BOTH = SAFE | POST
BY_STAFF = {OWN: STAFF, FOREIGN: STAFF}
BY_LEAD_REGION = {OWN: frozenset({"buyer", "regional_coordinator"}), FOREIGN: NONE}
RULES: dict[str, Rule] = {
    "followups:assessment-send": Rule(BOTH, "follow_up", see=CONCERNED, do=WORK),
    "followups:assessment-detail": Rule(SAFE, "submitted_assessment", see=CONCERNED),
    "followups:assessment-change": Rule(BOTH, "self_assessment", see=CONCERNED, do=WORK),
    "followups:assessment-withdraw": Rule(BOTH, "self_assessment", see=CONCERNED, do=WORK),
    "followups:assessment-accept": Rule(POST, "submitted_assessment", see=CONCERNED, do=WORK),
    "followups:assessment-recommend": Rule(BOTH, "submitted_assessment", see=CONCERNED, do=BY_STAFF),
    "followups:assessment-answer": Rule(BOTH, "submitted_assessment", see=CONCERNED, do=BY_LEAD_REGION),
    "followups:answer-ask": Rule(BOTH, "answer", see=CONCERNED, do=WORK),
    "followups:answer-accept": Rule(POST, "answer", see=CONCERNED, do=WORK),
    "followups:answer-file": Rule(SAFE, "answer_file", see=CONCERNED),
    "followups:outside-assessment-overview": outside("self_assessment"),
    "followups:outside-assessment-section": outside("self_assessment", methods=BOTH, extra={"number": 1}),
    "followups:outside-assessment-file": outside("draft_file"),
    "followups:outside-assessment-roll-forward": outside("self_assessment", methods=POST),
    "followups:outside-assessment-secrets": outside("self_assessment", methods=BOTH),
    "followups:outside-assessment-submit": outside("self_assessment", methods=BOTH),
    "followups:outside-assessment-receipt": outside("submitted_assessment"),
    "followups:outside-assessment-receipt-make": outside("submitted_assessment", methods=POST),
    "followups:outside-assessment-sheet": outside("self_assessment"),
    "followups:outside-assessment-sheet-import": outside("self_assessment", methods=BOTH),
    "followups:outside-assessment-answers": outside("self_assessment", methods=POST),
    "followups:outside-assessment-reply": outside("ask_back", methods=BOTH),
}
WITHOUT_FORM: set[str] = {
    "followups:assessment-accept",
    "followups:answer-accept",
    "followups:outside-assessment-roll-forward",
    "followups:outside-assessment-answers",
    "followups:outside-assessment-receipt-make",
}
NO_PAGES: set[str] = {
    "followups:answer-file",
    "followups:outside-assessment-file",
    "followups:outside-assessment-receipt",
    "followups:outside-assessment-sheet",
}


def build(world: World) -> None:
    """In each region's follow-up one that was submitted, with a question back and a receipt, and one that is answered."""
    questionnaire = adopted(title="Världens självskattning")
    for which in (OWN, FOREIGN):
        word = canary(REGION_OF[which])
        follow_up = FollowUp.objects.get(public_id=world.objects["follow_up"][which])
        link = AccessLink.objects.get(public_id=world.objects["given"][which])
        done = _sent(follow_up, link, questionnaire)
        _write(done, link, word)
        submit_assessment(by=link.actor, assessment=done, seen=space_of(done).seen, consent=True, language="sv")
        receipt = store_file(by=link.actor, name=f"{word}.pdf", content=b"%PDF", media_type="application/pdf")
        SelfAssessment.objects.filter(pk=done.pk).update(receipt=receipt)
        answer = done.answers.get(question__key="policy")
        due_on = clock.today() + timedelta(days=7)
        ask = ask_back(
            by=SystemActor("world"), answer=answer, submission=uuid4(), question=f"Fråga {word}", due_on=due_on
        )
        world.add("submitted_assessment", which, done.public_id)
        world.add("answer", which, answer.public_id)
        world.add("answer_file", which, answer.files.get().public_id)
        world.add("ask_back", which, ask.public_id)
        unsent = _sent(follow_up, link, questionnaire)
        _write(unsent, link, f"Utkast {word}")
        world.add("self_assessment", which, unsent.public_id)
        world.add("draft_file", which, unsent.draftfiles.get().public_id)


def _sent(follow_up: FollowUp, link: AccessLink, questionnaire: QuestionnaireVersion) -> SelfAssessment:
    return send_assessment(
        by=SystemActor("world"),
        follow_up=follow_up,
        submission=uuid4(),
        questionnaire_version=questionnaire,
        due_on=clock.today() + timedelta(days=14),
        name=link.name,
        email=link.email,
        language=link.language,
    )


def _write(assessment: SelfAssessment, link: AccessLink, word: str) -> None:
    by = link.actor
    for key, value in ANSWERS.items():
        save_answer(by=by, assessment=assessment, key=key, value=value, version=0)
    claim_secrecy(by=by, assessment=assessment, answers={"number": f"Affärshemlighet {word}"}, files={})
    upload = Upload(f"{word}.pdf", "application/pdf", f"%PDF {word}".encode())
    add_draft_file(by=by, assessment=assessment, key="policy", upload=upload)
