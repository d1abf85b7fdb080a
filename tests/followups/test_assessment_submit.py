"""A supplier hands its answers in: once, looked through, with its business secrets; and what it said last time."""

from datetime import timedelta

import pytest
from django.urls import reverse

from followups.actions.assessments import withdraw_assessment
from followups.actions.drafts import save_answer, submit_assessment
from followups.actions.follow_ups import move_follow_up
from followups.actions.links import issue_link
from followups.enums.follow_ups import TRANSITIONS, State
from followups.enums.links import Holder
from followups.models import AccessLink, Answer, AnswerFile, DraftAnswer, DraftFile, FollowUp, SelfAssessment
from followups.queries.drafts import space_of
from portal import clock
from portal.history.versions import StaleVersionError
from portal.jobs.models import Job
from portal.outbox.models import Message
from tests.files.samples import pdf
from tests.followups.assessments import (
    ANSWERS,
    BY,
    drafts_of,
    link_of,
    outside,
    sent,
    submitted,
    supplier,
    typed,
    upload,
    write,
)
from tests.followups.factories import FollowUpFactory
from tests.followups.test_links import opened

pytestmark = pytest.mark.django_db
POLICY = pdf()


@pytest.fixture
def assessment(follow_up) -> SelfAssessment:
    return sent(follow_up)


# --- Handing in -------------------------------------------------------------------------------------------------


def hand_in(client, assessment, **values):
    seen = space_of(SelfAssessment.objects.get(pk=assessment.pk)).seen
    return client.post(
        outside("submit", assessment), {"seen": seen, "consent": "yes", "understood": "on", **values}, follow=True
    )


def test_before_submitting_it_says_what_becomes_of_the_answers_and_what_is_missing(assessment):
    write(assessment, policy="yes")
    page = supplier(assessment).get(outside("submit", assessment))
    assert "allmänna handlingar" in page.text
    assert [line.key for line in page.context["space"].missing] == ["mapping", "number"]


def test_nothing_is_handed_in_while_something_is_missing(assessment):
    write(assessment, policy="yes")
    answer = hand_in(supplier(assessment), assessment)
    assert answer.context["form"].non_field_errors()
    assert not Answer.objects.exists()
    assert drafts_of(assessment) == {"policy": "yes"}


def test_submitting_locks_removes_the_drafts_makes_a_receipt_and_thanks(assessment):
    write(assessment, **ANSWERS)
    client = supplier(assessment)
    upload(client, assessment, "policy.pdf", POLICY)
    answer = hand_in(client, assessment)
    assert answer.status_code == 200
    assessment.refresh_from_db()
    assert (assessment.consent_to_share, str(assessment.submitted_by)) == (True, "Anna Ek")
    assert FollowUp.objects.get().state == State.ANSWERED
    assert not DraftAnswer.objects.exists()
    assert not DraftFile.objects.exists()
    values = dict(assessment.answers.values_list("question__key", "value"))
    assert values == {**ANSWERS, "policy-file": ""}
    assert AnswerFile.objects.get().file.read() == POLICY
    assert Job.objects.get().kind == "assessment_receipt"
    assert Message.objects.filter(kind="assessment_received").count() == 1


def test_submitting_twice_submits_once(assessment):
    write(assessment, **ANSWERS)
    client = supplier(assessment)
    page = {"seen": space_of(assessment).seen, "consent": "no", "understood": "on"}
    answers = [client.post(outside("submit", assessment), page) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Answer.objects.count() == 4
    assert Message.objects.filter(kind="assessment_received").count() == 1


def test_what_a_colleague_changed_meanwhile_is_looked_at_first(assessment):
    write(assessment, **ANSWERS)
    client, seen = supplier(assessment), space_of(assessment).seen
    write(assessment, number="13")
    answer = client.post(outside("submit", assessment), {"seen": seen, "consent": "yes", "understood": "on"})
    assert answer.context["form"].non_field_errors()
    assert not Answer.objects.exists()
    again = answer.context["form"]["seen"].value()
    assert (
        client.post(outside("submit", assessment), {"seen": again, "consent": "yes", "understood": "on"}).status_code
        == 302
    )
    assert Answer.objects.get(question__key="number").value == "13"


@pytest.mark.parametrize("left_out", ["consent", "understood"])
def test_consent_and_the_official_document_are_answered(assessment, left_out):
    write(assessment, **ANSWERS)
    answer = hand_in(supplier(assessment), assessment, **{left_out: ""})
    assert list(answer.context["form"].errors) == [left_out]
    assert not Answer.objects.exists()


@pytest.mark.parametrize("how", ["submitted", "withdrawn", "ended"])
def test_an_old_tab_gets_a_sentence_and_its_text_back(assessment, how):
    client, old_tab = supplier(assessment), typed(assessment, number="4711")
    if how == "submitted":
        submitted(assessment)
    elif how == "withdrawn":
        withdraw_assessment(by=BY, assessment=assessment, reason="Fel leverantör")
    else:
        follow_up = FollowUp.objects.get()
        move = TRANSITIONS[State(follow_up.state), State.ABORTED]
        move_follow_up(by=BY, follow_up=follow_up, transition=move, reason="Avbruten")
    before = (Answer.objects.count(), DraftAnswer.objects.count())
    answer = client.post(outside("section", assessment, 2), old_tab)
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert 'value="4711"' in answer.text
    assert (Answer.objects.count(), DraftAnswer.objects.count()) == before


def test_an_answer_never_changes(assessment):
    answer = submitted(assessment).answers.get(question__key="number")
    answer.value = "99"
    with pytest.raises(Exception, match=r"answer_fixed|Cannot update"):
        answer.save()


# --- Business secrets -------------------------------------------------------------------------------------------


def test_a_business_secret_needs_a_concrete_reason(assessment):
    write(assessment, **ANSWERS)
    client = supplier(assessment)
    vague = client.post(outside("secrets", assessment), {"answer_number": "hemligt"})
    assert list(vague.context["form"].errors) == ["answer_number"]
    reason = "Antalet underleverantörer visar vår prissättning."
    answer = client.post(outside("secrets", assessment), {"answer_number": reason})
    assert answer.headers["Location"] == outside("submit", assessment)
    assert reason in client.get(outside("submit", assessment)).text
    hand_in(client, assessment)
    claims = dict(Answer.objects.values_list("question__key", "secrecy_claim"))
    assert claims == {**dict.fromkeys(ANSWERS, ""), "number": reason}


def test_a_file_is_claimed_by_itself(assessment):
    write(assessment, **ANSWERS)
    client = supplier(assessment)
    upload(client, assessment, "policy.pdf", POLICY)
    file, reason = DraftFile.objects.get(), "Policyn beskriver vår produktion i detalj."
    client.post(outside("secrets", assessment), {f"file_{file.public_id}": reason})
    hand_in(client, assessment)
    assert AnswerFile.objects.get().secrecy_claim == reason
    assert not Answer.objects.exclude(secrecy_claim="").exists()


# --- Last time --------------------------------------------------------------------------------------------------


def test_last_times_answers_are_rolled_forward_with_a_mark_of_what_changed(assessment):
    submitted(assessment)
    later = sent(FollowUpFactory(supplier=assessment.follow_up.supplier), assessment.questionnaire_version)
    write(later, number="20")
    client = supplier(later)
    assert outside("roll-forward", later) in client.get(outside("overview", later)).text
    client.post(outside("roll-forward", later))
    assert drafts_of(later) == {**ANSWERS, "number": "20"}
    assert DraftFile.objects.get().name == "policy.pdf"
    since = {line.key: line.since for line in space_of(later).answered}
    assert since == {**dict.fromkeys([*ANSWERS, "policy-file"], "same"), "number": "changed"}
    done = submitted(later, files=False, number="20")
    assert dict(done.answers.values_list("question__key", "since")) == since


def test_another_suppliers_answers_are_not_rolled_forward(assessment):
    submitted(assessment)
    other = sent(FollowUpFactory(), assessment.questionnaire_version)
    assert not space_of(other).can_roll_forward
    supplier(other).post(outside("roll-forward", other))
    assert drafts_of(other) == {}


# --- Reads ------------------------------------------------------------------------------------------------------


def test_stale_versions_are_refused_by_the_action_itself(assessment):
    write(assessment, number="1")
    with pytest.raises(StaleVersionError):
        save_answer(by=link_of(assessment).actor, assessment=assessment, key="number", value="2", version=0)
    assert (
        save_answer(by=link_of(assessment).actor, assessment=assessment, key="number", value="1", version=0).version
        == 1
    )


def test_the_space_takes_the_same_number_of_queries_however_much_is_written(assessment, django_assert_num_queries):
    found = SelfAssessment.objects.select_related("follow_up", "questionnaire_version").get()
    with django_assert_num_queries(7):
        space_of(found)
    write(assessment, **ANSWERS)
    with django_assert_num_queries(7):
        space_of(found)


def test_two_links_of_a_supplier_share_the_drafts(assessment):
    link = issue_link(
        by=BY, holder=Holder.SUPPLIER, name="Bo", email="bo@b.example", language="en", follow_up=assessment.follow_up
    )
    write_by_bo = {"by": link.actor, "assessment": assessment, "key": "number", "value": "5", "version": 0}
    save_answer(**write_by_bo)
    anna = AccessLink.objects.get(email="anna@leverantor.example")
    page = reverse("followups:outside-assessment-section", args=[anna.public_id, assessment.public_id, 2])
    assert "Bo" in opened(anna).get(page).text


def test_submit_raises_nothing_for_who_comes_second(assessment):
    done = submitted(assessment)
    again = submit_assessment(by=BY, assessment=assessment, seen="", consent=False, language="sv")
    assert (again.submitted_at, again.consent_to_share) == (done.submitted_at, True)


def test_due_dates_are_days_ahead(assessment):
    assert assessment.due_on == clock.today() + timedelta(days=14)
