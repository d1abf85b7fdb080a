"""A questionnaire as a spreadsheet: out and in unchanged, and what is wrong told by row and column."""

import string
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codeofconduct.enums import QuestionKind
from codeofconduct.questionnaire_logic import ChoiceText, QuestionText, SectionText
from codeofconduct.questionnaire_writing import tidied
from codeofconduct.resources.questionnaires import export_questionnaire, read_questionnaire
from portal.exchange.reading import Unreadable
from tests.codeofconduct.factories_questionnaires import CONTENT


def read(tmp_path: Path, content: bytes, name: str):
    path = tmp_path / name
    path.write_bytes(content)
    return read_questionnaire(path, name, requirements=[1, 2, 3])


def read_lines(tmp_path: Path, *lines: str):
    names = (
        "section;heading in swedish;key;kind of answer;question in swedish;answers to choose from",
        "requirement;must be answered;weight;asked only if",
    )
    return read(tmp_path, "\n".join([";".join(names), *lines]).encode(), "a.csv")


def told(sheet):
    return [(fault.row, str(fault.heading), fault.found) for fault in sheet.faults]


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("as_csv", [True, False])
def test_out_and_in_again_unchanged(tmp_path, language, as_csv):
    with translation.override(language):
        written = export_questionnaire(CONTENT, as_csv=as_csv)
    sheet = read(tmp_path, written, "a.csv" if as_csv else "a.xlsx")
    assert (sheet.faults, sheet.ignored, sheet.content) == ([], [], CONTENT)


def test_a_section_without_questions_survives(tmp_path):
    content = (*CONTENT, SectionText("Sist", "Last", "Text", "Text"))
    assert read(tmp_path, export_questionnaire(content, as_csv=True), "a.csv").content == content


texts = st.text(
    st.one_of(
        st.sampled_from(string.ascii_letters + "åäö ;|\\=\n'+-@\""),
        st.characters(blacklist_categories=["Cs", "Cc", "Cn", "Co"]),
    ),
    max_size=30,
).map(tidied)
lines = texts.map(lambda text: " ".join(text.split()))
some_lines = lines.filter(bool)
keys = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=8)


@st.composite
def contents(draw):
    sections = []
    for names in draw(st.lists(st.lists(keys, max_size=3), min_size=1, max_size=3)):
        questions = []
        taken = {question.key for section in sections for question in section.questions}
        for key in dict.fromkeys(names):
            if key in taken:
                continue
            kind = draw(st.sampled_from(list(QuestionKind)))
            choices = (
                draw(
                    st.lists(
                        st.builds(ChoiceText, keys, some_lines, lines), max_size=3, unique_by=lambda each: each.key
                    )
                )
                if kind == QuestionKind.CHOICE
                else ()
            )
            questions.append(
                QuestionText(
                    key,
                    kind.value,
                    draw(texts.filter(bool)),
                    draw(texts),
                    draw(texts),
                    draw(texts),
                    draw(st.sampled_from([None, 1, 2, 3])),
                    draw(st.booleans()),
                    draw(st.integers(0, 1000)),
                    choices=tuple(choices),
                )
            )
        sections.append(SectionText(draw(lines), draw(lines), draw(texts), draw(texts), tuple(questions)))
    return tuple(sections)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=40
)
@given(contents().filter(lambda content: any(section.questions for section in content)))
def test_any_content_survives(tmp_path, content):
    sheet = read(tmp_path, export_questionnaire(content, as_csv=True), "a.csv")
    assert (told(sheet), sheet.content) == ([], content)


def test_conditions_and_merged_headings(tmp_path):
    sheet = read_lines(
        tmp_path,
        "1;Styrning;policy;yes_no;Har ni en?;;1;ja;2;",
        "1;;why;text;Varför inte?;;;nej;;policy=no",
    )
    assert told(sheet) == []
    assert sheet.content[0].heading_sv == "Styrning"
    assert sheet.content[0].questions[1] == QuestionText(
        "why", "text", "Varför inte?", is_required=False, depends_on="policy", depends_on_value="no"
    )


def test_every_fault_names_its_row_and_column(tmp_path):
    sheet = read_lines(
        tmp_path,
        "1;Styrning;policy;yes or no;Har ni en?;;1;yes;2;",
        "x;Styrning;a;text;Hej;;;yes;1;",
        "1;Annan;B C;text;Hej;;;yes;1;",
        "1;;c;oväntat;;;9;kanske;-1;nonsens",
        "1;;d;text;Hej;a=Ett|One;;yes;1;",
        '1;;e;choice;Hej;"a=Ett; a=Två";;yes;1;',
        "2;Del;policy;text;Hej;;;yes;1;",
    )
    with translation.override("en"):
        assert told(sheet) == [
            (3, "Section", "x"),
            (4, "Heading in Swedish", "Annan"),
            (4, "Key", "B C"),
            (5, "Kind of answer", "oväntat"),
            (5, "Question in Swedish", ""),
            (5, "Asked only if", "nonsens"),
            (5, "Must be answered", "kanske"),
            (5, "Requirement", "9"),
            (5, "Weight", "-1"),
            (6, "Answers to choose from", "a=Ett|One"),
            (7, "Answers to choose from", "a=Ett; a=Två"),
            (8, "Key", "policy"),
        ]


def test_a_condition_says_yes_or_no_in_any_language(tmp_path):
    sheet = read_lines(tmp_path, "1;Del;policy;yes or no;Har ni en?;;;;;", "1;;why;text;Vem?;;;;;policy=Ja")
    assert (told(sheet), sheet.content[0].questions[1].depends_on_value) == ([], "yes")


def test_every_condition_that_is_wrong_is_told(tmp_path):
    sheet = read_lines(tmp_path, "1;Del;a;text;Vem?;;;;;b=yes", "1;;c;text;Vad?;;;;;a=yes", "1;;d;text;När?;;;;;")
    with translation.override("en"):
        assert told(sheet) == [(2, "Asked only if", "b=yes"), (3, "Asked only if", "a=yes")]


def test_a_condition_on_what_comes_later_is_refused(tmp_path):
    sheet = read_lines(tmp_path, "1;Del;why;text;Varför?;;;;;policy=no", "1;;policy;yes or no;Har ni en?;;;;;")
    with translation.override("en"):
        assert told(sheet) == [(2, "Asked only if", "policy=no")]


def test_a_file_without_questions_is_refused(tmp_path):
    with translation.override("en"):
        assert told(read_lines(tmp_path, "1;Del;;;;;;;;")) == [(0, "Key", "")]
        assert told(read(tmp_path, b"Section;Key\n1;a", "a.csv")) == [
            (0, "Kind of answer", ""),
            (0, "Question in Swedish", ""),
        ]


def test_what_is_no_table_is_refused(tmp_path):
    with pytest.raises(Unreadable):
        read(tmp_path, b"%PDF-1.7", "a.xlsx")


def test_questions_stand_as_they_are_numbered(tmp_path):
    rows = "section;key;number;kind of answer;question in swedish\n1;b;2;text;Två\n1;a;1;text;Ett\n"
    sheet = read(tmp_path, rows.encode(), "a.csv")
    assert [question.key for question in sheet.content[0].questions] == ["a", "b"]
    assert replace(sheet.content[0], questions=()) == SectionText("")
