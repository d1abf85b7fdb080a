"""The pages of the questionnaires: built, tried, exchanged as spreadsheets, adopted."""

import re
from datetime import date
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from codeofconduct.actions.questions import revise_question
from codeofconduct.actions.versions import adopt_version, start_next_version
from codeofconduct.models import Question, Questionnaire, QuestionnaireSection, QuestionnaireVersion
from codeofconduct.queries.questionnaires import content_of
from codeofconduct.questionnaire_changes import changes
from codeofconduct.questionnaire_documents import render_questionnaire
from codeofconduct.questionnaire_logic import ChoiceText
from codeofconduct.resources.questionnaires import export_questionnaire
from tests.codeofconduct.factories_questionnaires import BY, CONTENT, new_draft

pytestmark = pytest.mark.django_db


def url(name, version, *more):
    return reverse(f"codeofconduct:{name}", args=[version.public_id, *more])


def start_values(form):
    """What the page's form sends when nobody touches it."""
    data = {}
    for bound in form:
        value = bound.value()
        if value is True:
            data[bound.html_name] = "on"
        elif value not in (None, False):
            value = getattr(value, "public_id", value)
            data[bound.html_name] = str(value)
    return data


def question(version, key):
    return Question.objects.select_related("section__questionnaire_version").get(
        section__questionnaire_version=version, key=key
    )


@pytest.fixture
def draft(db):
    return new_draft()


@pytest.fixture
def adopted(draft):
    return adopt_version(by=BY, version=draft, seen=draft.version, valid_from=date(2025, 1, 1))


@pytest.fixture
def staff(client_of, secretariat):
    return client_of(secretariat)


def test_a_questionnaire_is_begun_and_built(staff, adopted):
    page = staff.post(
        reverse("codeofconduct:questionnaire-start"),
        {
            "title_sv": "Miljöfrågor",
            "name": "1",
            "valid_from": "2026-12-01",
            "clause_version": adopted.clause_version.public_id,
        },
    )
    version = QuestionnaireVersion.objects.get(name="1")
    assert page.headers["Location"] == url("questionnaire-version", version)
    assert staff.get(url("question-add", version)).status_code == 302  # a section comes first
    staff.post(url("questionnaire-section-add", version), {"heading_sv": "Energi"})
    section = version.sections.get()
    staff.post(
        url("question-add", version),
        {
            "section": section.public_id,
            "text_sv": "Köper ni förnybar el?",
            "kind": "choice",
            "weight": "2",
            "requirement": adopted.clause_version.requirements.get(number=2).public_id,
            "choice_1_text_sv": "Nej",
            "choice_1_number": "2",
            "choice_2_text_sv": "Ja, all el",
            "choice_2_number": "1",
        },
    )
    (only,) = content_of(version)[0].questions
    assert (only.key, only.requirement, only.weight, only.is_required) == ("koper-ni-fornybar-el", 2, 2, False)
    assert only.choices == (ChoiceText("ja-all-el", "Ja, all el"), ChoiceText("nej", "Nej"))


def test_the_form_of_a_question_sends_back_what_it_showed(staff, draft):
    before = content_of(draft)
    for key in ("policy", "policy-file", "mapping", "country", "number"):
        form = staff.get(url("question-edit", draft, key)).context["form"]
        assert staff.post(url("question-edit", draft, key), start_values(form)).status_code == 302
    assert changes(before, content_of(draft)) == []


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text_sv": ""}, "text_sv"),
        ({"key": "policy"}, "key"),
        ({"key": "Å b"}, "key"),
        ({"weight": "-1"}, "weight"),
        ({"kind": "song"}, "kind"),
        ({"kind": "text", "choice_1_text_sv": "Ja"}, "kind"),
        ({"kind": "choice", "choice_1_text_en": "Yes"}, "choice_1_text_sv"),
        ({"kind": "choice", "choice_1_text_sv": "Ja", "choice_1_key": "b C"}, "choice_1_key"),
        (
            {
                "kind": "choice",
                "choice_1_text_sv": "A",
                "choice_1_key": "a",
                "choice_2_text_sv": "B",
                "choice_2_key": "a",
            },
            "choice_2_key",
        ),
        ({"condition": "policy=maybe"}, "condition"),
    ],
)
def test_what_is_wrong_with_a_question_is_told_at_its_field(staff, draft, typed, field):
    section = draft.sections.get(number=1)
    good = {"section": section.public_id, "text_sv": "Vad?", "kind": "text", "weight": "1"}
    page = staff.post(url("question-add", draft), good | typed)
    assert (page.status_code, list(page.context["form"].errors)) == (200, [field])
    assert content_of(draft) == CONTENT


def test_a_condition_must_come_before(staff, draft):
    form = staff.get(url("question-edit", draft, "policy")).context["form"]
    page = staff.post(url("question-edit", draft, "policy"), start_values(form) | {"condition": "mapping=all"})
    assert list(page.context["form"].errors) == ["condition"]
    section = draft.sections.get(number=2).public_id
    moved = start_values(form) | {"condition": "mapping=all", "section": section}
    # In the later section it comes last, and so after the question that decides; another question depends on it, though.
    assert staff.post(url("question-edit", draft, "policy"), moved).status_code == 302
    shown = staff.get(url("questionnaire-version", draft)).context["lacks"]
    assert ["policy-file" in str(sentence) for sentence in shown] == [True]


def test_a_lost_race_shows_both_texts(staff, draft):
    form = staff.get(url("question-edit", draft, "policy")).context["form"]
    row = question(draft, "policy")
    revise_question(by=BY, question=row, seen=1, section=row.section, text_sv="Deras text")
    page = staff.post(url("question-edit", draft, "policy"), start_values(form) | {"text_sv": "Min text"})
    assert page.status_code == 409
    assert [(each.mine, each.theirs) for each in page.context["comparisons"]] == [("Min text", "Deras text")]
    assert staff.post(url("question-edit", draft, "policy"), start_values(page.context["form"])).status_code == 302
    assert question(draft, "policy").text_sv == "Min text"


def test_a_lost_race_speaks_in_words(staff, draft):
    form = staff.get(url("question-edit", draft, "policy")).context["form"]
    typed = {name: value for name, value in start_values(form).items() if name != "is_required"}
    row = question(draft, "policy")
    revise_question(by=BY, question=row, seen=1, section=row.section, kind="text")
    page = staff.post(url("question-edit", draft, "policy"), typed)
    said = [(str(each.label), each.mine, each.theirs) for each in page.context["comparisons"]]
    assert said == [("Typ av svar", "ja eller nej", "text"), ("Ska besvaras", "Nej", "Ja")]


def test_a_second_draft_leads_to_the_first(staff, draft, adopted):
    following = start_next_version(by=BY, version=adopted, name="2027", valid_from=date(2027, 1, 1))
    assert staff.get(url("questionnaire-next", adopted)).url == url("questionnaire-version", following)


def test_a_lost_race_for_a_section_and_for_the_draft(staff, draft):
    section = draft.sections.get(number=1)
    address = url("questionnaire-section-edit", draft, section.public_id)
    typed = start_values(staff.get(address).context["form"])
    QuestionnaireSection.objects.filter(pk=section.pk).update(heading_sv="Deras", version=2)
    assert staff.post(address, typed).status_code == 409
    typed = start_values(staff.get(url("questionnaire-edit", draft)).context["form"])
    QuestionnaireVersion.objects.filter(pk=draft.pk).update(name="Deras", version=99)
    page = staff.post(url("questionnaire-edit", draft), typed)
    assert (page.status_code, [each.theirs for each in page.context["comparisons"]]) == (409, ["Deras"])


def test_questions_and_sections_move_and_go(staff, draft):
    staff.post(url("question-move", draft, "policy"), {"direction": "down"})
    second = draft.sections.get(number=2)
    staff.post(url("questionnaire-section-move", draft, second.public_id), {"direction": "up"})
    staff.post(url("question-remove", draft, "number"), {"version": "1"})
    staff.post(url("question-remove", draft, "mapping"), {"version": "1"})  # country depends on it
    staff.post(url("question-remove", draft, "country"), {"version": "7"})  # someone else saved
    staff.post(url("questionnaire-section-remove", draft, second.public_id))  # it has questions
    assert [[each.key for each in section.questions] for section in content_of(draft)] == [
        ["mapping", "country"],
        ["policy-file", "policy"],
    ]


# --- the preview


def fields(page):
    return [name.removeprefix("answer_") for name in page.context["form"].fields]


def test_the_preview_asks_what_the_answers_bring_and_stores_nothing(staff, draft):
    address = url("questionnaire-preview", draft)
    assert fields(staff.get(address)) == ["policy", "mapping", "number"]
    page = staff.post(address, {"answer_policy": "yes", "answer_mapping": "first", "answer_number": "x"})
    assert fields(page) == ["policy", "policy-file", "mapping", "number"]
    assert page.context["form"].errors == {}
    page = staff.post(address, {"answer_policy": "no", "answer_mapping": "all", "answer_number": "x", "check": "1"})
    assert fields(page) == ["policy", "mapping", "country", "number"]
    assert set(page.context["form"].errors) == {"answer_country", "answer_number"}


def test_the_preview_speaks_both_languages(staff, draft):
    address = url("questionnaire-preview", draft)
    assert "Har ni en policy?" in staff.get(address).content.decode()
    page = staff.get(f"{address}?language=en").content.decode()
    assert '<div lang="en" id="questions"' in page
    assert "Do you have a policy?" in page
    assert "Har ni en policy?" not in page


# --- coverage, comparison, PDF


def test_the_coverage_flags_a_requirement_without_a_question(staff, draft):
    page = staff.get(url("questionnaire-coverage", draft))
    assert [requirement.number for requirement in page.context["missing"]] == [3]
    assert page.context["weight"] == 8


def test_two_versions_beside_each_other(staff, adopted, client_of, reader):
    following = start_next_version(by=BY, version=adopted, name="2027", valid_from=date(2027, 1, 1))
    row = question(following, "number")
    revise_question(by=BY, question=row, seen=1, section=row.section, weight=5)
    page = staff.get(url("questionnaire-compare", following))
    states = {pair.new.key: pair.state for pair in page.context["chapters"][1].pairs}
    assert states == dict.fromkeys(["policy", "policy-file", "mapping", "country"], "same") | {"number": "changed"}
    # A reader has nothing to compare with: the draft is not theirs to see.
    page = client_of(reader).get(f"{url('questionnaire-compare', adopted)}?new={following.public_id}")
    assert list(page.context["form"].errors) == ["new"]


@pytest.mark.parametrize(("language", "word"), [("sv", "Inte alls"), ("en", "Not at all")])
def test_the_pdf_says_what_the_version_says(adopted, language, word):
    import pypdfium2

    content = render_questionnaire(adopted, language=language)
    with pypdfium2.PdfDocument(content) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    assert word in re.sub(r"\s+", " ", text)


# --- as a spreadsheet


def signed(page):
    return unescape(re.search(r'name="content" value="([^"]+)"', page.content.decode())[1])


def upload(client, draft, content, name="a.csv"):
    return client.post(url("questionnaire-import", draft), {"file": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize(("query", "name"), [("", "a.xlsx"), ("?form=csv", "a.csv")])
def test_what_was_exported_changes_nothing(staff, draft, query, name):
    answer = staff.get(url("questionnaire-export", draft) + query)
    assert answer.headers["Content-Disposition"].endswith(f'.{name[2:]}"')
    page = upload(staff, draft, answer.content, name)
    assert page.context["difference"].is_empty


def test_an_import_shows_its_changes_and_waits_for_a_yes(staff, draft):
    text = (
        export_questionnaire(CONTENT, as_csv=True).decode("utf-8-sig").replace("Har ni en policy?", "Har ni en plan?")
    )
    page = upload(staff, draft, text.encode())
    assert [(each.key, each.kind) for each in page.context["difference"].questions] == [("policy", "changed")]
    assert content_of(draft) == CONTENT
    address = url("questionnaire-import-confirm", draft)
    assert staff.post(address, {"content": signed(page)}).headers["Location"] == url("questionnaire-version", draft)
    assert question(draft, "policy").text_sv == "Har ni en plan?"
    # The same again: the draft no longer says what the preview showed.
    assert staff.post(address, {"content": signed(page)}).headers["Location"] == url("questionnaire-import", draft)


def test_a_preview_is_of_one_person_and_one_draft(staff, draft, client_of, admin):
    text = export_questionnaire(CONTENT[:1], as_csv=True)
    page = upload(staff, draft, text)
    other = new_draft(title="En annan")
    for client, version in ((client_of(admin), draft), (staff, other)):
        client.post(url("questionnaire-import-confirm", version), {"content": signed(page)})
        assert content_of(version) == CONTENT
    staff.post(url("questionnaire-import-confirm", draft), {"content": "påhittat"})
    assert content_of(draft) == CONTENT


def test_faults_of_a_file_are_listed_and_nothing_is_written(staff, draft):
    page = upload(staff, draft, b"Section;Key;Kind of answer;Question in Swedish\n1;a;song;\n")
    assert [(fault.row, fault.found) for fault in page.context["faults"]] == [(2, "song"), (2, "")]
    assert "difference" not in page.context
    page = upload(staff, draft, b"%PDF-1.7", "a.xlsx")
    assert list(page.context["form"].errors) == ["file"]


# --- adopting


def test_a_draft_is_adopted_and_locked(staff, draft):
    form = staff.get(url("questionnaire-adopt", draft)).context["form"]
    typed = start_values(form)
    QuestionnaireVersion.objects.filter(pk=draft.pk).update(version=99)
    stale = staff.post(url("questionnaire-adopt", draft), typed)
    assert (stale.status_code, bool(stale.context["form"].non_field_errors())) == (200, True)
    again = start_values(stale.context["form"])
    assert staff.post(url("questionnaire-adopt", draft), again).status_code == 302
    draft.refresh_from_db()
    assert draft.is_locked
    assert staff.get(url("question-edit", draft, "policy")).status_code == 403
    assert staff.post(url("questionnaire-adopt", draft), again).url == url("questionnaire-version", draft)


def test_a_draft_is_discarded_once_confirmed(staff, draft):
    page = staff.get(url("questionnaire-discard", draft))
    assert (start_values(page.context["form"]), QuestionnaireVersion.objects.count()) == (
        {"version": str(draft.version)},
        1,
    )
    stale = staff.post(url("questionnaire-discard", draft), {"version": "0"})
    assert (stale.status_code, bool(stale.context["form"].non_field_errors())) == (200, True)
    assert QuestionnaireVersion.objects.count() == 1
    gone = staff.post(url("questionnaire-discard", draft), {"version": str(draft.version)})
    assert gone.url == reverse("codeofconduct:questionnaire-list")
    # A line that never had a version in force goes with it: its title is free again.
    assert (QuestionnaireVersion.objects.count(), Questionnaire.objects.count()) == (0, 0)


def test_a_reader_sees_what_is_adopted_and_no_draft(client_of, reader, adopted):
    start_next_version(by=BY, version=adopted, name="2027", valid_from=date(2027, 1, 1))
    hidden = new_draft(title="Bara ett utkast")
    page = client_of(reader).get(reverse("codeofconduct:questionnaire-list"))
    assert [[each.name for each in line.shown_versions] for line in page.context["page"].rows] == [["2025"]]
    assert client_of(reader).get(url("questionnaire-version", hidden)).status_code == 404
    assert client_of(reader).get(url("questionnaire-version", adopted)).context["lacks"] == []


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_pages_ask_no_more_for_more_rows(staff, draft):
    small = new_draft(CONTENT[:1], title="Liten")
    for name in ("questionnaire-version", "questionnaire-coverage", "questionnaire-preview", "questionnaire-export"):
        staff.get(url(name, draft))
        assert queries(staff, url(name, draft)) <= queries(staff, url(name, small)) + 1, name
    listed = reverse("codeofconduct:questionnaire-list")
    before = queries(staff, listed)
    new_draft(title="Ännu en")
    assert queries(staff, listed) == before
