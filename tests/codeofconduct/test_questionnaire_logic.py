"""Which questions are asked, what is wrong with an answer, and what stands against adopting."""

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeofconduct.enums import QuestionKind
from codeofconduct.questionnaire_changes import changes, section_changes
from codeofconduct.questionnaire_logic import (
    ChoiceText,
    QuestionText,
    SectionText,
    asked,
    complaints,
    content_from_plain,
    faults,
    number_of,
    questions_of,
)
from tests.codeofconduct.factories_questionnaires import CONTENT

FIRST = QuestionText("first", "yes_no", "Ja?", "Yes?")
SECOND = QuestionText("second", "yes_no", "Ja?", "Yes?", depends_on="first", depends_on_value="yes")
THIRD = QuestionText("third", "text", "Vad?", "What?", depends_on="second", depends_on_value="no")


@pytest.mark.parametrize(
    ("answers", "keys"),
    [
        ({}, {"first"}),
        ({"first": "no"}, {"first"}),
        ({"first": "yes"}, {"first", "second"}),
        ({"first": "yes", "second": "no"}, {"first", "second", "third"}),
        # What was answered before a branch was left counts no more.
        ({"first": "no", "second": "no"}, {"first"}),
    ],
)
def test_asked(answers, keys):
    assert asked([FIRST, SECOND, THIRD], answers) == keys


def test_a_condition_on_a_later_question_is_never_met():
    assert asked([SECOND, FIRST], {"first": "yes"}) == {"first"}


@st.composite
def questionnaires(draw):
    """Questions in order, each perhaps with a condition on any other, earlier or not."""
    keys = [f"q{number}" for number in range(draw(st.integers(0, 8)))]
    return [
        replace(FIRST, key=key, depends_on=on, depends_on_value=draw(st.sampled_from(["yes", "no"])) if on else "")
        for key in keys
        for on in [draw(st.sampled_from(["", *keys]))]
    ]


@given(
    questionnaires(), st.dictionaries(st.sampled_from([f"q{n}" for n in range(8)]), st.sampled_from(["yes", "no", ""]))
)
def test_every_asked_question_has_its_condition_met(questions, answers):
    found = asked(questions, answers)
    by_key = {question.key: question for question in questions}
    assert {question.key for question in questions if not question.depends_on} <= found
    for key in found:
        question = by_key[key]
        if question.depends_on:
            assert question.depends_on in found
            assert answers.get(question.depends_on) == question.depends_on_value


@given(questionnaires(), st.dictionaries(st.sampled_from([f"q{n}" for n in range(8)]), st.sampled_from(["yes", "no"])))
def test_answers_to_questions_that_are_not_asked_change_nothing(questions, answers):
    found = asked(questions, answers)
    assert asked(questions, {key: value for key, value in answers.items() if key in found}) == found


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("yes_no", "yes", "ja"),
        ("number", "1 234,5", "12 st"),
        ("country", "SE", "Sverige"),
        ("text", "något", "x" * 10_001),
        ("choice", "a", "b"),
    ],
)
def test_complaints(kind, good, bad):
    question = QuestionText("q", kind, "?", choices=(ChoiceText("a", "A"), ChoiceText("c", "C")))
    assert complaints(question, good) == []
    assert len(complaints(question, bad)) == 1
    assert len(complaints(question, "  ")) == 1
    assert complaints(replace(question, is_required=False), "") == []


@given(st.sampled_from(list(QuestionKind)), st.text(max_size=50))
def test_complaints_answer_anything(kind, value):
    question = QuestionText("q", kind.value, "?", choices=(ChoiceText("a", "A"),))
    assert all(str(sentence) for sentence in complaints(question, value))


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3))
def test_numbers_are_read_as_they_are_written_in_swedish(number):
    assert number_of(str(number).replace(".", ",")) == number


def sentences(content, requirements=(1, 2, 3)):
    return [(fault.where, str(fault.sentence)) for fault in faults(content, requirements)]


def test_a_whole_questionnaire_has_no_faults():
    assert sentences(CONTENT) == []


def test_faults_name_what_lacks():
    content = (
        SectionText(
            "Del",
            questions=(
                replace(SECOND, depends_on="third", text_en=""),
                replace(THIRD, kind="choice", depends_on="", depends_on_value="", choices=(ChoiceText("a", "A"),)),
                replace(FIRST, requirement=9, help_sv="Bara svenska"),
                replace(FIRST, depends_on="third", depends_on_value="b"),
            ),
        ),
        SectionText("Tom", "Empty", body_sv="Bara svenska"),
    )
    assert sorted(where for where, _sentence in sentences(content)) == [
        "",
        "",
        "",
        "first",
        "first",
        "first",
        "first",
        "second",
        "second",
        "third",
        "third",
    ]
    assert [where for where, _sentence in sentences(())] == [""]


def test_a_content_survives_becoming_plain():
    assert content_from_plain([asdict(section) for section in CONTENT]) == CONTENT


# --- two contents beside each other


def test_nothing_differs_from_itself():
    assert (changes(CONTENT, CONTENT), section_changes(CONTENT, CONTENT)) == ([], [])


def test_what_is_new_changed_moved_and_gone():
    first, second = CONTENT
    new = QuestionText("new", "text", "Ny?", "New?")
    policy, policy_file = first.questions
    mapping, _country, number = second.questions
    after = (
        replace(first, heading_sv="Ledning", questions=(new, policy_file, policy)),
        replace(second, questions=(replace(mapping, weight=5), number)),
    )
    found = changes(CONTENT, after)
    assert {(change.key, change.kind) for change in found} == {
        ("new", "new"),
        ("policy", "moved"),
        ("mapping", "changed"),
        ("country", "gone"),
    }
    assert next(change.fields for change in found if change.key == "mapping") == (("weight", "2", "5"),)
    assert section_changes(CONTENT, after) == [1]


def test_a_question_in_another_section_has_changed_its_section():
    first, second = CONTENT
    number = second.questions[2]
    after = (replace(first, questions=(*first.questions, number)), replace(second, questions=second.questions[:2]))
    assert [(change.key, change.fields) for change in changes(CONTENT, after)] == [("number", (("section", "2", "1"),))]


@given(st.permutations(questions_of(CONTENT)))
def test_only_what_has_lost_its_place_has_moved(questions):
    after = (replace(CONTENT[0], questions=tuple(questions)),)
    before = (replace(CONTENT[0], questions=tuple(questions_of(CONTENT))),)
    moved = {change.key for change in changes(before, after)}
    stayed = [question.key for question in questions if question.key not in moved]
    assert stayed == [question.key for question in questions_of(CONTENT) if question.key not in moved]
    assert (moved == set()) is (list(questions) == questions_of(CONTENT))
