"""The demo's self-assessments, all invented: one that a supplier is answering, and one that was read and recommended upon."""

import uuid
from datetime import timedelta

from codeofconduct.models import Questionnaire, QuestionnaireVersion
from codeofconduct.story.questionnaires import TITLE
from followups.actions.assessments import send_assessment
from followups.actions.drafts import add_draft_file, claim_secrecy, save_answer, submit_assessment
from followups.actions.reviews import accept_all, answer_recommendation, recommend
from followups.enums.assessments import Recommended
from followups.enums.links import Holder
from followups.models import AccessLink, Answer, FollowUp, SelfAssessment
from followups.queries.drafts import space_of
from portal import clock
from portal.files.checks import Upload
from portal.history.models import SystemActor
from regions.models import User

SECRETARIAT = "kansli@demo.example"
NEIGHBOUR = "inkopare.norrbotten@demo.example"
BEGUN = {
    "policy": "yes",
    "responsible": "Hållbarhetschefen, varje kvartal.",
    "mapping": "processing",
}
ANSWERED = {
    **BEGUN,
    "responsible": "Inköpschefen, två gånger om året.",
    "mapping": "first",
    "country": "EE",
    "suppliers": "14",
    "purchasing": "yes",
    "passed-on": "no",
    "action-plans": "documents",
    "complaints": "no",
    "remedy": "Har inte inträffat.",
}
CLAIM = "Antalet riskleverantörer visar hur vi har delat upp våra inköp, vilket konkurrenter kan räkna på."


def tell(*, by: SystemActor) -> None:
    """The suppliers and follow-ups are of the stories told before."""
    if SelfAssessment.objects.exists():
        return
    questionnaire = QuestionnaireVersion.objects.adopted().get(
        questionnaire=Questionnaire.objects.get(title_sv=TITLE[0])
    )
    _answered(by, _sent(by, "Fjällpapper AB", questionnaire, "Elsa Lind", "elsa.lind@fjallpapper.example", -50))
    _begun(_sent(by, "Ängsvik Textil AB", questionnaire, "Nils Åberg", "nils.aberg@angsvik.example", 18))


def _sent(
    by: SystemActor, supplier: str, questionnaire: QuestionnaireVersion, name: str, email: str, days: int
) -> SelfAssessment:
    return send_assessment(
        by=User.objects.filter(email=SECRETARIAT).first() or by,
        follow_up=FollowUp.objects.get(supplier__name=supplier),
        submission=uuid.uuid4(),
        questionnaire_version=questionnaire,
        due_on=clock.today() + timedelta(days=days),
        name=name,
        email=email,
        language="sv",
    )


def _link(assessment: SelfAssessment) -> AccessLink:
    return AccessLink.objects.get(follow_up=assessment.follow_up, holder=Holder.SUPPLIER)


def _write(assessment: SelfAssessment, answers: dict[str, str]) -> None:
    by = _link(assessment).actor
    for key, value in answers.items():
        save_answer(by=by, assessment=assessment, key=key, value=value, version=0)
    add_draft_file(by=by, assessment=assessment, key="policy-file", upload=_policy())


def _begun(assessment: SelfAssessment) -> None:
    _write(assessment, BEGUN)


def _answered(by: SystemActor, assessment: SelfAssessment) -> None:
    _write(assessment, ANSWERED)
    link = _link(assessment)
    claim_secrecy(by=link.actor, assessment=assessment, answers={"suppliers": CLAIM}, files={})
    submit_assessment(by=link.actor, assessment=assessment, seen=space_of(assessment).seen, consent=True, language="sv")
    secretariat = User.objects.filter(email=SECRETARIAT).first() or by
    accepted = accept_all(by=secretariat, assessment=assessment)
    recommended = recommend(
        by=secretariat,
        assessment=accepted,
        recommendation=Recommended.OFFICE_AUDIT,
        reason="Kraven förs inte vidare till underleverantörerna, och det finns ingen väg för klagomål.",
        version=accepted.version,
    )
    answer_recommendation(
        by=User.objects.filter(email=NEIGHBOUR).first() or by,
        assessment=recommended,
        accepts=True,
        answer="",
        version=recommended.version,
    )
    submitted_at = clock.now() - timedelta(days=52)
    Answer.objects.filter(self_assessment=assessment).update(accepted_at=submitted_at + timedelta(days=9))


def _policy() -> Upload:
    """The smallest PDF that is one: a page without text."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    content += b"xref\n0 4\n0000000000 65535 f \n%strailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(content),
    )
    return Upload("Policy för hållbara inköp.pdf", "application/pdf", content)
