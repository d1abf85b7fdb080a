"""A supplier answers a self-assessment by its link: drafts, files, last time's answers, and the handing in."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from followups.actions.assessments import change_assessment, send_assessment, withdraw_assessment
from followups.actions.drafts import add_draft_file
from followups.actions.links import issue_link
from followups.enums.follow_ups import State
from followups.enums.links import Holder
from followups.models import DraftFile, SelfAssessment
from followups.queries.drafts import progress_of
from portal import clock
from portal.outbox.models import Message
from tests.codeofconduct.factories_questionnaires import CONTENT, new_draft
from tests.files.samples import jpeg, pdf, png_bomb
from tests.followups.assessments import (
    BY,
    PDF,
    adopted,
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


# --- Sending ----------------------------------------------------------------------------------------------------


def test_sending_gives_the_contact_a_link_and_a_letter_and_moves_the_follow_up_on(follow_up):
    assessment = sent(follow_up)
    follow_up.refresh_from_db()
    assert (follow_up.state, assessment.number) == (State.SELF_ASSESSMENT_SENT, 1)
    letters = Message.objects.filter(to="anna@leverantor.example").order_by("pk")
    assert [letter.kind for letter in letters] == ["access_link", "assessment_sent"]
    assert "/links/open/" not in letters[1].body


def test_the_same_form_sent_twice_sends_once(follow_up):
    values = {
        "submission": uuid4(),
        "questionnaire_version": adopted(),
        "due_on": clock.today(),
        "name": "Anna",
        "email": "a@b.example",
        "language": "en",
    }
    first, again = (send_assessment(by=BY, follow_up=follow_up, **values) for _time in range(2))
    assert first == again
    assert Message.objects.filter(kind="assessment_sent").count() == 1


def test_only_one_at_a_time_is_with_the_supplier(follow_up):
    assessment = sent(follow_up)
    with pytest.raises(ValidationError) as refused:
        sent(follow_up, assessment.questionnaire_version)
    assert refused.value.code == "unsent"
    withdraw_assessment(by=BY, assessment=assessment, reason="Fel formulär")
    assert sent(follow_up, assessment.questionnaire_version).number == 2


def test_a_draft_of_a_questionnaire_is_not_sent(follow_up):
    with pytest.raises(ValidationError) as refused:
        sent(follow_up, new_draft())
    assert refused.value.code == "draft"
    assert not SelfAssessment.objects.exists()


# --- What a link sees -------------------------------------------------------------------------------------------


def test_a_link_sees_its_own_follow_up_only(assessment):
    other = FollowUpFactory(contracts=["25"])
    theirs = sent(other, assessment.questionnaire_version)
    client = supplier(assessment)
    for name, arguments in (
        ("overview", ()),
        ("section", (1,)),
        ("secrets", ()),
        ("submit", ()),
        ("sheet", ()),
        ("receipt", ()),
    ):
        foreign = reverse(
            f"followups:outside-assessment-{name}", args=[link_of(assessment).public_id, theirs.public_id, *arguments]
        )
        assert client.get(foreign).status_code == 404, name
        assert client.get(outside(name, theirs, *arguments)).status_code == 404, name


def test_an_auditors_link_opens_no_self_assessment(assessment):
    link = issue_link(
        by=BY, holder=Holder.AUDITOR, name="R", email="r@b.example", language="sv", follow_up=assessment.follow_up
    )
    page = reverse("followups:outside-assessment-overview", args=[link.public_id, assessment.public_id])
    assert opened(link).get(page).status_code == 404


def test_the_overview_of_the_link_leads_to_what_waits(assessment):
    page = supplier(assessment).get(reverse("followups:outside-start", args=[link_of(assessment).public_id]))
    assert outside("overview", assessment) in page.text


# --- Writing ----------------------------------------------------------------------------------------------------


def test_a_section_is_saved_without_scripts(assessment):
    client = supplier(assessment)
    answer = client.post(outside("section", assessment, 1), {**typed(assessment, policy="yes"), "next": "1"})
    assert answer.headers["Location"] == outside("section", assessment, 2)
    assert drafts_of(assessment) == {"policy": "yes"}
    assert progress_of(assessment).answered == 1


def test_a_question_shows_when_the_answer_that_brings_it_is_given(assessment):
    client = supplier(assessment)
    page = client.get(outside("section", assessment, 2))
    assert 'name="answer_country"' not in page.text
    write(assessment, mapping="all")
    assert 'name="answer_country"' in client.get(outside("section", assessment, 2)).text


def test_a_question_saves_itself_and_brings_those_that_hang_on_it(assessment):
    client = supplier(assessment)
    answer = client.post(
        outside("section", assessment, 2), typed(assessment, mapping="all"), headers={"HX-Request": "true"}
    )
    assert 'id="state-mapping"' in answer.text
    assert 'id="question-country" hx-swap-oob="true"' in answer.text
    assert drafts_of(assessment) == {"mapping": "all"}
    back = client.post(
        outside("section", assessment, 2), typed(assessment, mapping="none"), headers={"HX-Request": "true"}
    )
    assert '<div id="question-country" hx-swap-oob="true" hidden></div>' in back.text


@pytest.mark.parametrize(
    ("key", "value", "number"), [("number", "tolv", 2), ("mapping", "half", 2), ("policy", "maybe", 1)]
)
def test_what_cannot_be_an_answer_is_refused_at_its_field_and_kept(assessment, key, value, number):
    client = supplier(assessment)
    answer = client.post(outside("section", assessment, number), typed(assessment, **{key: value}))
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [f"answer_{key}"])
    assert drafts_of(assessment) == {}
    if key == "number":
        assert 'value="tolv"' in answer.text


def test_one_fault_does_not_keep_the_rest_from_being_saved(assessment):
    sent_in = typed(assessment, mapping="all", number="tolv")
    supplier(assessment).post(outside("section", assessment, 2), sent_in)
    assert drafts_of(assessment) == {"mapping": "all"}


def test_a_nul_is_refused_with_a_sentence(assessment):
    answer = supplier(assessment).post(outside("section", assessment, 2), typed(assessment, number="1\x002"))
    assert answer.status_code == 200
    assert answer.context["form"].errors["answer_number"]


# --- Two people of the supplier ---------------------------------------------------------------------------------


def test_two_people_work_on_different_questions_without_meeting(assessment):
    anna, bo = supplier(assessment), supplier(assessment)
    hers, his = typed(assessment, mapping="all"), typed(assessment, number="7")
    shown = typed(assessment, mapping="", number="")
    anna.post(outside("section", assessment, 2), {**shown, **hers})
    bo.post(outside("section", assessment, 2), {**shown, **his})
    assert drafts_of(assessment) == {"mapping": "all", "number": "7"}


@pytest.mark.parametrize("htmx", [True, False])
def test_who_meets_another_text_sees_both_and_neither_is_lost(assessment, htmx):
    stale = typed(assessment, number="7")
    write(assessment, number="12")
    client = supplier(assessment)
    answer = client.post(outside("section", assessment, 2), stale, headers={"HX-Request": "true"} if htmx else {})
    assert answer.status_code == (200 if htmx else 409)
    for text in ("<mark>7</mark>", "<mark>12</mark>", 'name="over_number" value="1"'):
        assert text in answer.text
    assert drafts_of(assessment) == {"number": "12"}
    # Typing on does not overwrite it either: only the decision does.
    client.post(outside("section", assessment, 2), stale | {"answer_number": "78"})
    assert drafts_of(assessment) == {"number": "12"}
    client.post(outside("section", assessment, 2), stale | {"over_number": "1"})
    assert drafts_of(assessment) == {"number": "7"}


def test_a_text_that_changed_again_meanwhile_is_not_replaced_by_the_decision(assessment):
    stale = typed(assessment, number="7")
    write(assessment, number="12")
    write(assessment, number="13")
    answer = supplier(assessment).post(outside("section", assessment, 2), stale | {"over_number": "1"})
    assert answer.status_code == 409
    assert drafts_of(assessment) == {"number": "13"}


# --- Files ------------------------------------------------------------------------------------------------------


def file_page(assessment, file) -> str:
    return reverse("followups:outside-assessment-file", args=[link_of(assessment).public_id, file.public_id])


def test_a_file_is_kept_once_opened_and_removed(assessment):
    client = supplier(assessment)
    for _time in range(2):
        upload(client, assessment, "policy.pdf", POLICY)
    file = DraftFile.objects.get()
    page = client.get(outside("section", assessment, 1))
    assert "policy.pdf" in page.text
    answer = client.get(file_page(assessment, file))
    assert b"".join(answer.streaming_content) == POLICY
    assert answer.headers["Content-Disposition"].startswith("attachment")
    client.post(outside("section", assessment, 1), {"remove": file.public_id})
    assert not DraftFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tom.pdf", b""),
        ("policy.docm", b"PK\x03\x04 macros"),
        ("policy.pdf", b"MZ program"),
        ("policy.pdf", b"%PDF-1.4 cut"),
        ("bild.jpg", b"\x89PNG\r\n"),
        ("bild.png", png_bomb(50_000, 50_000)),
        ("policy.pdf", pdf(password="hemligt")),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_the_answer_kept(assessment, name, content):
    answer = upload(supplier(assessment), assessment, name, content)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["files_policy-file"])
    assert len(answer.context["form"].errors["files_policy-file"]) == 1
    assert not DraftFile.objects.exists()
    assert drafts_of(assessment) == {"policy": "yes"}


def test_a_file_beyond_the_limit_is_refused_with_a_sentence(assessment, settings):
    settings.FILE_UPLOAD_MAX_BYTES = 1024**2
    answer = upload(supplier(assessment), assessment, "stor.pdf", b"%PDF" + b"a" * 1024**2)
    assert answer.context["form"].errors["files_policy-file"] == [
        "stor.pdf: Filen är större än 1 MB. Välj en mindre fil."
    ]


def test_a_photo_of_several_megabytes_is_taken_from_outside(assessment, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 200
    assert upload(supplier(assessment), assessment, "bild.jpg", jpeg()).status_code == 302
    assert DraftFile.objects.get().name == "bild.jpg"


def test_a_question_takes_ten_files(assessment):
    by = link_of(assessment).actor
    for number in range(10):
        file = type(PDF)(f"{number}.pdf", PDF.media_type, PDF.content)
        add_draft_file(by=by, assessment=assessment, key="policy", upload=file)
    with pytest.raises(ValidationError) as refused:
        add_draft_file(by=by, assessment=assessment, key="policy", upload=PDF)
    assert refused.value.code == "too_many"


# --- What is not asked any more ---------------------------------------------------------------------------------


def without_number() -> tuple:
    first, second = CONTENT
    return first, type(second)(second.heading_sv, second.heading_en, questions=second.questions[:2])


def test_an_answer_to_a_withdrawn_question_is_said_so_and_kept_in_the_drafts(assessment):
    old_tab = typed(assessment, number="7")
    newer = adopted(content=without_number(), title="Ny självskattning")
    change_assessment(by=BY, assessment=assessment, version=1, questionnaire_version=newer, due_on=assessment.due_on)
    client = supplier(assessment)
    answer = client.post(outside("section", assessment, 2), old_tab, follow=True)
    assert "lämnas inte in" in answer.text or "is not handed in" in answer.text
    assert drafts_of(assessment) == {"number": "7"}
    shown = client.post(
        outside("section", assessment, 2), old_tab | {"answer_number": "8"}, headers={"HX-Request": "1"}
    )
    assert shown.status_code == 200
    done = submitted(SelfAssessment.objects.get(pk=assessment.pk), number="9")
    assert "number" not in set(done.answers.values_list("question__key", flat=True))


def test_what_a_left_branch_said_is_not_handed_in(assessment):
    done = submitted(assessment, files=False, mapping="none")
    assert set(done.answers.values_list("question__key", flat=True)) == {"policy", "mapping", "number"}


def test_a_made_up_key_makes_no_draft(assessment):
    answer = supplier(assessment).post(outside("section", assessment, 2), typed(assessment, **{"no-such": "x"}))
    assert answer.status_code == 200
    assert drafts_of(assessment) == {}
