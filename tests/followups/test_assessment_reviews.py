"""A submitted self-assessment is read, asked back about, accepted and recommended upon; and who may read it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from followups.actions.drafts import claim_secrecy
from followups.actions.follow_ups import move_follow_up
from followups.actions.reviews import accept_all, accept_answer, ask_back, recommend, reply_to_ask
from followups.enums.assessments import Recommended
from followups.enums.follow_ups import TRANSITIONS, State
from followups.models import Answer, AnswerFile, AskBack, FollowUp, SelfAssessment
from portal import clock
from portal.files.actions import store_file
from portal.history.versions import StaleVersionError
from portal.outbox.models import Message
from tests.factories import RegionFactory
from tests.followups.assessments import ANSWERS, BY, PDF, adopted, link_of, outside, sent, submitted, supplier, write
from tests.followups.factories import FollowUpFactory
from tests.followups.pages import SUBMISSION, in_days, page
from tests.followups.test_links import opened

pytestmark = pytest.mark.django_db
SECRET = "Antalet visar vår prissättning för konkurrenter."


@pytest.fixture
def assessment(follow_up) -> SelfAssessment:
    return submitted(sent(follow_up))


def answer_to(assessment, key="number") -> Answer:
    return assessment.answers.get(question__key=key)


def share(assessment) -> None:
    FollowUp.objects.filter(pk=assessment.follow_up_id).update(
        sharing_tier="regions", shared_at=clock.now(), shared_by=assessment.created_by
    )


# --- Sending from the page of the follow-up ---------------------------------------------------------------------


def send_fields(questionnaire, **values):
    return {
        "submission": SUBMISSION,
        "questionnaire_version": questionnaire.public_id,
        "due_on": in_days(20),
        "name": "Anna Ek",
        "email": "anna@leverantor.example",
        "language": "en",
        **values,
    }


def test_a_self_assessment_is_sent_from_the_follow_up(client_of, follow_up, buyer):
    client, questionnaire = client_of(buyer), adopted()
    assert page("assessment-send", follow_up) in client.get(page("follow-up-detail", follow_up)).text
    answer = client.post(page("assessment-send", follow_up), send_fields(questionnaire))
    assert answer.headers["Location"] == page("follow-up-detail", follow_up)
    assessment = SelfAssessment.objects.get()
    assert (assessment.questionnaire_version, link_of(assessment).language) == (questionnaire, "en")
    assert page("assessment-send", follow_up) not in client.get(page("follow-up-detail", follow_up)).text


@pytest.mark.parametrize(
    ("field", "value"), [("email", "anna"), ("name", ""), ("due_on", "2020-01-01"), ("questionnaire_version", "x")]
)
def test_what_is_missing_is_said_at_its_field(client_of, follow_up, secretariat, field, value):
    answer = client_of(secretariat).post(page("assessment-send", follow_up), send_fields(adopted(), **{field: value}))
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])
    assert not SelfAssessment.objects.exists()


@pytest.mark.parametrize("name", ["assessment-send"])
def test_who_may_not_send(client_of, follow_up, neighbour, reader, stranger, name):
    for user in (neighbour, reader, stranger):
        assert client_of(user).post(page(name, follow_up)).status_code == 404
    FollowUp.objects.update(sharing_tier="regions", shared_at=clock.now(), shared_by=follow_up.created_by)
    assert client_of(neighbour).post(page(name, follow_up)).status_code == 403


def test_date_and_questionnaire_change_while_it_is_answered_and_a_lost_race_shows_both(client_of, follow_up, buyer):
    assessment = sent(follow_up)
    other = adopted(title="En annan")
    client, fields = client_of(buyer), {"questionnaire_version": other.public_id, "due_on": in_days(40), "version": 1}
    assert client.post(page("assessment-change", assessment), fields).status_code == 302
    assessment.refresh_from_db()
    assert (assessment.questionnaire_version, assessment.version) == (other, 2)
    lost = client.post(page("assessment-change", assessment), fields | {"due_on": in_days(50)})
    assert lost.status_code == 409
    assert client.post(page("assessment-change", submitted(assessment)), fields | {"version": 3}).status_code == 200


def test_withdrawing_needs_a_reason_and_tells_the_supplier(client_of, follow_up, secretariat):
    assessment = sent(follow_up)
    client = client_of(secretariat)
    assert list(client.post(page("assessment-withdraw", assessment), {"reason": " "}).context["form"].errors) == [
        "reason"
    ]
    client.post(page("assessment-withdraw", assessment), {"reason": "Fel leverantör"})
    assessment.refresh_from_db()
    assert assessment.withdrawal_reason == "Fel leverantör"
    assert Message.objects.filter(kind="assessment_withdrawn").count() == 1
    anna = supplier(assessment)
    assert anna.get(outside("overview", assessment)).status_code == 200
    assert anna.get(outside("section", assessment, 1)).headers["Location"] == outside("overview", assessment)


# --- Reading ----------------------------------------------------------------------------------------------------


def test_answers_stand_beside_requirement_and_evidence(client_of, assessment, buyer):
    text = client_of(buyer).get(page("assessment-detail", assessment)).text
    assert "Processkrav 1" in text
    assert "policy.pdf" in text
    assert "Hela kedjan" in text
    assert "Sverige" in text
    file = client_of(buyer).get(page("answer-file", AnswerFile.objects.get()))
    assert b"".join(file.streaming_content) == PDF.content


def test_the_page_takes_as_many_queries_with_one_answer_as_with_many(client_of, follow_up, secretariat):
    one = submitted(sent(follow_up), files=False, mapping="none")
    many = submitted(sent(FollowUpFactory(contracts=["25"]), one.questionnaire_version))
    for answer in many.answers.all():
        ask_back(by=BY, answer=answer, submission=uuid4(), question="Hur?", due_on=clock.today())
    counts = []
    for assessment in (one, many, one):
        client = client_of(secretariat)
        client.get(page("assessment-detail", assessment))
        with CaptureQueriesContext(connection) as captured:
            client.get(page("assessment-detail", assessment))
        counts.append(len(captured))
    assert counts[0] == counts[2]
    assert counts[1] <= counts[0] + 1


def test_who_reads_what_without_consent(client_of, follow_up, buyer, neighbour, reader, secretariat):
    assessment = submitted(sent(follow_up), consent=False)
    share(assessment)
    for user, status in ((secretariat, 200), (buyer, 200), (neighbour, 404), (reader, 404)):
        assert client_of(user).get(page("assessment-detail", assessment)).status_code == status
        assert status_of(client_of(user).get(page("answer-file", AnswerFile.objects.get()))) == status


def test_other_regions_read_with_consent_but_never_what_is_claimed_secret(
    client_of, follow_up, buyer, neighbour, reader
):
    assessment = sent(follow_up)
    write(assessment, **ANSWERS)
    claim_secrecy(by=link_of(assessment).actor, assessment=assessment, answers={"number": SECRET}, files={})
    submitted(assessment, number="4711")
    assert client_of(neighbour).get(page("assessment-detail", assessment)).status_code == 404
    share(assessment)
    theirs = client_of(neighbour).get(page("assessment-detail", assessment)).text
    assert "Hela kedjan" in theirs
    assert "4711" not in theirs
    assert SECRET not in theirs
    mine = client_of(buyer).get(page("assessment-detail", assessment)).text
    assert "4711" in mine
    assert SECRET in mine
    assert client_of(reader).get(page("assessment-detail", assessment)).status_code == 404
    assert page("assessment-detail", assessment) not in client_of(reader).get(page("follow-up-detail", follow_up)).text


def test_a_file_that_is_claimed_secret_is_not_shared(client_of, follow_up, buyer, neighbour):
    assessment = sent(follow_up)
    submitted(assessment)
    file = AnswerFile.objects.get()
    hidden = AnswerFile.objects.create(
        answer=file.answer, file=copy_of(file), secrecy_claim=SECRET, created_by=assessment.created_by
    )
    share(assessment)
    assert status_of(client_of(neighbour).get(page("answer-file", file))) == 200
    assert client_of(neighbour).get(page("answer-file", hidden)).status_code == 404
    assert "hemlig.pdf" not in client_of(neighbour).get(page("assessment-detail", assessment)).text
    assert status_of(client_of(buyer).get(page("answer-file", hidden))) == 200


def status_of(answer) -> int:
    """Of a file, once it has been read."""
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def copy_of(file):
    return store_file(by=BY, name="hemlig.pdf", content=b"%PDF", media_type="application/pdf")


def test_what_it_said_in_another_regions_follow_up_stays_there(client_of, assessment, neighbour):
    """The mark that it has changed says nothing of what it was."""
    theirs = FollowUpFactory(
        supplier=assessment.follow_up.supplier, lead_region=RegionFactory(code="25"), contracts=["25"]
    )
    later = submitted(sent(theirs, assessment.questionnaire_version), number="99", country="NO")
    text = client_of(neighbour).get(page("assessment-detail", later)).text
    assert "Norge" in text
    assert "Sverige" not in text


# --- Asking back ------------------------------------------------------------------------------------------------


def test_the_reviewer_asks_back_and_the_supplier_replies(client_of, assessment, buyer):
    client, answer = client_of(buyer), answer_to(assessment)
    fields = {"submission": SUBMISSION, "question": "Hur räknar ni?", "due_on": in_days(7)}
    for _time in range(2):
        assert client.post(page("answer-ask", answer), fields).status_code == 302
    ask = AskBack.objects.get()
    letter = Message.objects.get(kind="assessment_asked_back")
    assert "Hur räknar ni?" not in letter.body
    outside_page = reverse("followups:outside-assessment-reply", args=[link_of(assessment).public_id, ask.public_id])
    anna = supplier(assessment)
    assert outside_page in anna.get(reverse("followups:outside-start", args=[link_of(assessment).public_id])).text
    assert list(anna.post(outside_page, {"reply": ""}).context["form"].errors) == ["reply"]
    anna.post(outside_page, {"reply": "Vi räknar alla led."})
    ask.refresh_from_db()
    assert (ask.reply, str(ask.replied_by)) == ("Vi räknar alla led.", "Anna Ek")
    assert "Vi räknar alla led." in client.get(page("assessment-detail", assessment)).text


def test_a_second_reply_is_refused_and_its_text_kept(assessment):
    ask = ask_back(by=BY, answer=answer_to(assessment), submission=uuid4(), question="Hur?", due_on=clock.today())
    by = link_of(assessment).actor
    reply_to_ask(by=by, ask=ask, reply="Så.")
    assert reply_to_ask(by=by, ask=ask, reply="Så.").reply == "Så."
    outside_page = reverse("followups:outside-assessment-reply", args=[link_of(assessment).public_id, ask.public_id])
    answer = supplier(assessment).post(outside_page, {"reply": "Nej, så här."})
    assert answer.context["form"].non_field_errors()
    assert "Nej, så här." in answer.text
    ask.refresh_from_db()
    assert ask.reply == "Så."


def test_another_follow_ups_question_is_not_replied_to(assessment):
    ask = ask_back(by=BY, answer=answer_to(assessment), submission=uuid4(), question="Hur?", due_on=clock.today())
    other = sent(FollowUpFactory(), assessment.questionnaire_version)
    path = reverse("followups:outside-assessment-reply", args=[link_of(other).public_id, ask.public_id])
    assert opened(link_of(other)).post(path, {"reply": "x"}).status_code == 404


# --- Accepting and recommending ---------------------------------------------------------------------------------


def test_the_last_answer_accepted_accepts_the_whole(client_of, assessment, buyer):
    client = client_of(buyer)
    for answer in assessment.answers.all():
        assessment.refresh_from_db()
        assert assessment.accepted_at is None
        client.post(page("answer-accept", answer))
    assessment.refresh_from_db()
    assert assessment.accepted_at is not None


def test_what_a_question_waits_about_is_not_accepted(client_of, assessment, buyer):
    ask = ask_back(by=BY, answer=answer_to(assessment), submission=uuid4(), question="Hur?", due_on=clock.today())
    with pytest.raises(ValidationError) as refused:
        accept_answer(by=BY, answer=answer_to(assessment))
    assert refused.value.code == "waiting"
    client_of(buyer).post(page("assessment-accept", assessment))
    assert [answer.question.key for answer in assessment.answers.filter(accepted_at=None)] == ["number"]
    reply_to_ask(by=link_of(assessment).actor, ask=ask, reply="Så.")
    accept_all(by=BY, assessment=assessment)
    assessment.refresh_from_db()
    assert assessment.accepted_at is not None


def test_asking_about_an_accepted_answer_opens_it_again(assessment):
    accept_all(by=BY, assessment=assessment)
    ask_back(by=BY, answer=answer_to(assessment), submission=uuid4(), question="Hur?", due_on=clock.today())
    assessment.refresh_from_db()
    assert assessment.accepted_at is None


def recommended(assessment) -> SelfAssessment:
    accepted = accept_all(by=BY, assessment=assessment)
    return recommend(
        by=BY,
        assessment=accepted,
        recommendation=Recommended.OFFICE_AUDIT,
        reason="Kartläggningen är tunn.",
        version=accepted.version,
    )


def test_the_secretariat_recommends_and_the_lead_region_answers(client_of, assessment, secretariat, buyer):
    fields = {"recommendation": "office_audit", "reason": "Kartläggningen är tunn.", "version": assessment.version}
    early = client_of(secretariat).post(page("assessment-recommend", assessment), fields)
    assert early.context["form"].non_field_errors()
    accepted = accept_all(by=BY, assessment=assessment)
    fields["version"] = accepted.version
    assert client_of(buyer).post(page("assessment-recommend", assessment), fields).status_code == 403
    assert client_of(secretariat).post(page("assessment-recommend", assessment), fields).status_code == 302
    assessment.refresh_from_db()
    answer = {"accepts": "no", "answer": "", "version": assessment.version}
    assert client_of(secretariat).post(page("assessment-answer", assessment), answer).status_code == 403
    missing = client_of(buyer).post(page("assessment-answer", assessment), answer)
    assert list(missing.context["form"].errors) == ["answer"]
    answer["answer"] = "Vi tar en dialog först."
    assert client_of(buyer).post(page("assessment-answer", assessment), answer).status_code == 302
    assessment.refresh_from_db()
    assert (assessment.region_accepts, assessment.region_answer) == (False, "Vi tar en dialog först.")
    late = client_of(secretariat).post(
        page("assessment-recommend", assessment), fields | {"version": assessment.version}
    )
    assert late.context["form"].non_field_errors()
    assert "Vi tar en dialog först." in client_of(secretariat).get(page("assessment-detail", assessment)).text


def test_a_recommendation_that_changed_meanwhile_is_shown_to_the_region(client_of, assessment, buyer, secretariat):
    stored = recommended(assessment)
    seen = stored.version
    recommend(by=BY, assessment=stored, recommendation=Recommended.DIALOGUE, reason="Nytt läge.", version=seen)
    answer = client_of(buyer).post(
        page("assessment-answer", assessment), {"accepts": "yes", "answer": "", "version": seen}
    )
    assert answer.status_code == 409
    assert "Nytt läge." in answer.text
    with pytest.raises(StaleVersionError):
        recommend(by=BY, assessment=stored, recommendation=Recommended.DIALOGUE, reason="x", version=seen)


def test_nothing_is_reviewed_where_the_follow_up_has_ended(client_of, assessment, buyer):
    follow_up = FollowUp.objects.get()
    move = TRANSITIONS[State(follow_up.state), State.ABORTED]
    move_follow_up(by=BY, follow_up=follow_up, transition=move, reason="Avbruten")
    client = client_of(buyer)
    for name, thing in (
        ("assessment-accept", assessment),
        ("answer-accept", answer_to(assessment)),
        ("answer-ask", answer_to(assessment)),
    ):
        assert client.post(page(name, thing)).status_code == 403
    assert client.get(page("assessment-detail", assessment)).status_code == 200
    with pytest.raises(ValidationError):
        accept_all(by=BY, assessment=assessment)


def test_due_dates_of_questions_are_stored(assessment):
    day = clock.today() + timedelta(days=3)
    ask = ask_back(by=BY, answer=answer_to(assessment), submission=uuid4(), question="Hur?", due_on=day)
    assert AskBack.objects.get().due_on == ask.due_on == day
