"""The questionnaire goes out to colleagues as a workbook and comes back into drafts; and the receipt."""

import io

import pikepdf
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from followups.actions.drafts import claim_secrecy
from followups.models import DraftAnswer, SelfAssessment
from followups.tasks.receipts import keep_receipt, run_receipt
from portal.exchange.writing import Heading, write_xlsx
from portal.files.actions import store_file
from portal.history.models import SystemActor
from portal.jobs.models import Job
from tests.followups.assessments import ANSWERS, link_of, outside, sent, submitted, supplier, write
from tests.needs import faults_of_pdf

pytestmark = pytest.mark.django_db
SECRET = "Antalet visar vår prissättning för konkurrenter."
HEADINGS = ("Key", "Answer", "Business secret because")


@pytest.fixture
def assessment(follow_up) -> SelfAssessment:
    return sent(follow_up)


def workbook(*rows, headings=HEADINGS) -> SimpleUploadedFile:
    target = io.BytesIO()
    write_xlsx([Heading(heading) for heading in headings], rows, target)
    return SimpleUploadedFile("svar.xlsx", target.getvalue())


def bring_in(assessment, file):
    return supplier(assessment).post(outside("sheet-import", assessment), {"file": file})


def drafts_of(assessment):
    return dict(DraftAnswer.objects.filter(self_assessment=assessment).values_list("key", "value"))


def test_what_goes_out_comes_back_unchanged(assessment):
    write(assessment, **ANSWERS)
    claim_secrecy(by=link_of(assessment).actor, assessment=assessment, answers={"number": SECRET}, files={})
    client = supplier(assessment)
    answer = client.get(outside("sheet", assessment))
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    assert "no-store" in answer.headers["Cache-Control"]
    before = list(DraftAnswer.objects.values("key", "value", "version", "secrecy_claim"))
    back = client.post(outside("sheet-import", assessment), {"file": SimpleUploadedFile("svar.xlsx", answer.content)})
    assert back.status_code == 302
    assert list(DraftAnswer.objects.values("key", "value", "version", "secrecy_claim")) == before


def test_empty_drafts_are_filled_in_from_words_of_either_language(assessment):
    file = workbook(
        ("policy", "Ja", None),
        ("mapping", "The whole chain", None),
        ("country", "Sverige", None),
        ("number", 12, SECRET),
    )
    assert bring_in(assessment, file).status_code == 302
    assert drafts_of(assessment) == ANSWERS
    assert DraftAnswer.objects.get(key="number").secrecy_claim == SECRET


def test_nothing_is_submitted(assessment):
    bring_in(assessment, workbook(*((key, value, None) for key, value in ANSWERS.items())))
    assessment.refresh_from_db()
    assert assessment.submitted_at is None
    assert not assessment.answers.exists()


def test_each_fault_is_told_with_its_row_and_nothing_is_read_in(assessment):
    file = workbook(
        ("policy", "kanske", None),
        ("finns-inte", "x", None),
        ("number", "tolv", None),
        ("number", 3, None),
        ("mapping", "none", "kort"),
    )
    answer = bring_in(assessment, file)
    assert answer.status_code == 200
    assert [(fault.row, str(fault.found)) for fault in answer.context["faults"]] == [
        (2, "kanske"),
        (3, "finns-inte"),
        (4, "tolv"),
        (5, "number"),
        (6, "kort"),
    ]
    assert drafts_of(assessment) == {}


def test_a_file_without_the_columns_says_which_are_missing(assessment):
    answer = bring_in(assessment, workbook(("policy", "Ja"), headings=("Key", "Anteckning")))
    assert len(answer.context["faults"]) == 1


def test_what_is_no_workbook_is_refused_with_a_sentence(assessment):
    answer = bring_in(assessment, SimpleUploadedFile("svar.xlsx", b"PK\x03\x04 cut"))
    assert len(answer.context["form"].errors["file"]) == 1


def test_where_something_else_stands_both_are_shown_and_the_choice_decides(assessment):
    write(assessment, number="12")
    answer = bring_in(assessment, workbook(("number", 13, None), ("policy", "nej", None)))
    assert answer.status_code == 409
    assert drafts_of(assessment) == {"number": "12", "policy": "no"}
    for text in ("<mark>12</mark>", "<mark>13</mark>"):
        assert text in answer.text
    [(_line, text, _said, mark)] = answer.context["rows"]
    client, sent_back = supplier(assessment), {"answer_number": text, "was_number": mark}
    client.post(outside("answers", assessment), sent_back)
    assert drafts_of(assessment)["number"] == "12"
    client.post(outside("answers", assessment), {**sent_back, "over_number": "1"})
    assert drafts_of(assessment)["number"] == "13"


def test_a_colleague_who_wrote_meanwhile_is_not_overwritten_by_the_choice(assessment):
    write(assessment, number="12")
    answer = bring_in(assessment, workbook(("number", 13, None)))
    [(_line, text, _said, mark)] = answer.context["rows"]
    write(assessment, number="14")
    again = supplier(assessment).post(
        outside("answers", assessment), {"answer_number": text, "was_number": mark, "over_number": "1"}
    )
    assert again.status_code == 409
    assert "<mark>14</mark>" in again.text
    assert drafts_of(assessment)["number"] == "14"


def test_a_workbook_into_what_is_submitted_says_so(assessment):
    submitted(assessment)
    answer = bring_in(assessment, workbook(("number", 13, None)))
    assert answer.context["form"].non_field_errors()


# --- The receipt ------------------------------------------------------------------------------------------------


def receipt(assessment, language: str) -> bytes:
    Job.objects.update(language=language)
    return run_receipt(Job.objects.get(), lambda done, total: None).content


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_receipt_says_what_was_handed_in(assessment, language):
    claim_secrecy(by=link_of(assessment).actor, assessment=assessment, answers={"number": SECRET}, files={})
    done = submitted(assessment)
    content = receipt(done, language)
    with pypdfium2.PdfDocument(content) as document:
        text = " ".join(document[number].get_textpage().get_text_bounded() for number in range(len(document)))
    text = " ".join(text.split())
    for said in (str(done.follow_up.supplier), "Anna Ek", "12", "policy.pdf", "prissättning"):
        assert said in text
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert b'pdfuaid:part="1"' in pdf.Root.Metadata.read_bytes()
        assert str(pdf.Root.Lang) == language


@pytest.mark.long
@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_receipt_conforms(assessment, language, tmp_path):
    claim_secrecy(by=link_of(assessment).actor, assessment=assessment, answers={"number": SECRET}, files={})
    path = tmp_path / "receipt.pdf"
    path.write_bytes(receipt(submitted(assessment), language))
    assert faults_of_pdf(path) == []


def test_the_receipt_is_offered_behind_the_link_once_it_is_made(assessment):
    done = submitted(assessment)
    client = supplier(done)
    assert client.get(outside("receipt", done)).status_code == 404
    assert client.get(outside("overview", done)).context["receipt_waits"]
    stored = store_file(by=SystemActor("t"), name="kvitto.pdf", content=b"%PDF", media_type="application/pdf")
    keep_receipt(Job.objects.get(), stored)
    answer = client.get(outside("receipt", done))
    assert b"".join(answer.streaming_content) == b"%PDF"
    assert outside("receipt", done) in client.get(outside("overview", done)).text


def test_a_receipt_that_failed_is_made_again_once(assessment):
    done = submitted(assessment)
    client = supplier(done)
    client.post(outside("receipt-make", done))
    assert Job.objects.count() == 1
    Job.objects.update(state="failed", reason="Det gick inte.", ended_at=done.submitted_at)
    for _time in range(2):
        client.post(outside("receipt-make", done))
    assert Job.objects.count() == 2


def test_the_job_is_nobodys_to_open(assessment, admin):
    submitted(assessment)
    assert not Job.objects.visible_to(admin).exists()
