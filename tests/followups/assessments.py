"""Self-assessments to test with: a sent one, the supplier's browser, and answers to the questions of the sample."""

from datetime import timedelta
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from codeofconduct.actions.versions import adopt_version
from codeofconduct.models import QuestionnaireVersion
from followups.actions.assessments import send_assessment
from followups.actions.drafts import add_draft_file, save_answer, submit_assessment
from followups.enums.links import Holder
from followups.forms.drafts import mark_of
from followups.models import AccessLink, DraftAnswer, FollowUp, SelfAssessment
from followups.queries.drafts import space_of
from portal import clock
from portal.files.checks import Upload
from portal.history.models import SystemActor
from tests.codeofconduct.factories_questionnaires import new_draft
from tests.followups.test_links import opened

BY = SystemActor("test")
ANSWERS = {"policy": "yes", "mapping": "all", "country": "SE", "number": "12"}
PDF = Upload("policy.pdf", "application/pdf", b"%PDF-1.4 policy")


def adopted(**values) -> QuestionnaireVersion:
    """The sample questionnaire, in force."""
    draft = new_draft(**values)
    return adopt_version(by=BY, version=draft, seen=draft.version, valid_from=draft.valid_from)


def sent(follow_up: FollowUp, questionnaire: QuestionnaireVersion | None = None, *, days: int = 14) -> SelfAssessment:
    """A self-assessment that the supplier's Anna Ek has been sent."""
    return send_assessment(
        by=BY,
        follow_up=follow_up,
        submission=uuid4(),
        questionnaire_version=questionnaire or adopted(),
        due_on=clock.today() + timedelta(days=days),
        name="Anna Ek",
        email="anna@leverantor.example",
        language="sv",
    )


def link_of(assessment: SelfAssessment) -> AccessLink:
    return AccessLink.objects.get(follow_up=assessment.follow_up, holder=Holder.SUPPLIER)


def supplier(assessment: SelfAssessment) -> Client:
    """Anna's browser."""
    return opened(link_of(assessment))


def outside(name: str, assessment: SelfAssessment, *arguments) -> str:
    """The path of a page behind Anna's link."""
    link = link_of(assessment)
    return reverse(f"followups:outside-assessment-{name}", args=[link.public_id, assessment.public_id, *arguments])


def write(assessment: SelfAssessment, **answers: str) -> None:
    """Drafts, as Anna saves them."""
    by = link_of(assessment).actor
    for key, value in answers.items():
        draft = DraftAnswer.objects.filter(self_assessment=assessment, key=key).first()
        save_answer(by=by, assessment=assessment, key=key, value=value, version=draft.version if draft else 0)


def submitted(
    assessment: SelfAssessment, *, consent: bool = True, files: bool = True, **answers: str
) -> SelfAssessment:
    """Answered and handed in."""
    write(assessment, **(ANSWERS | answers))
    by = link_of(assessment).actor
    if files:
        add_draft_file(by=by, assessment=assessment, key="policy-file", upload=PDF)
    seen = space_of(assessment).seen
    return submit_assessment(by=by, assessment=assessment, seen=seen, consent=consent, language="sv")


def typed(assessment, **answers):
    """What the page of a section sends when these answers were typed over what it showed."""
    drafts = {draft.key: draft for draft in DraftAnswer.objects.filter(self_assessment=assessment)}
    fields = {}
    for key, value in answers.items():
        draft = drafts.get(key)
        fields |= {
            f"answer_{key}": value,
            f"version_{key}": draft.version if draft else 0,
            f"was_{key}": mark_of(draft.value if draft else ""),
        }
    return fields


def drafts_of(assessment):
    return dict(DraftAnswer.objects.filter(self_assessment=assessment).values_list("key", "value"))


def upload(client, assessment, name, content):
    """Choose a file for the question about the policy."""
    return client.post(
        outside("section", assessment, 1),
        {**typed(assessment, policy="yes"), "files_policy-file": SimpleUploadedFile(name, content)},
    )
