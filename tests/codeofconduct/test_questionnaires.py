"""What may be written into a draft, and what becomes of it."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, transaction

from codeofconduct.actions.questionnaires import (
    add_section,
    move_section,
    remove_section,
    replace_content,
    revise_questionnaire,
    revise_section,
    start_questionnaire,
)
from codeofconduct.actions.questions import add_question, move_question, remove_question, revise_question
from codeofconduct.actions.versions import adopt_version, discard_draft, start_next_version
from codeofconduct.enums import DocumentState
from codeofconduct.models import Question, QuestionChoice, QuestionnaireSection, QuestionnaireVersion
from codeofconduct.queries.questionnaires import content_of, coverage_of
from codeofconduct.questionnaire_logic import ChoiceText, fingerprint, questions_of
from codeofconduct.questionnaire_writing import lacks
from portal.history.versions import StaleVersionError
from tests.codeofconduct.factories_questionnaires import BY, CONTENT, new_draft
from tests.factories import ClauseVersionFactory

pytestmark = pytest.mark.django_db


def keys(version):
    return [[question.key for question in section.questions] for section in content_of(version)]


def question(version, key):
    return Question.objects.select_related("section__questionnaire_version").get(
        section__questionnaire_version=version, key=key
    )


def adopted(draft):
    draft.refresh_from_db()
    return adopt_version(by=BY, version=draft, seen=draft.version, valid_from=draft.valid_from)


def test_a_content_is_read_as_it_was_written():
    assert content_of(new_draft()) == CONTENT


def test_two_lines_cannot_have_one_title():
    draft = new_draft()
    with pytest.raises(ValidationError) as refused:
        start_questionnaire(
            by=BY,
            title_sv="Självskattning",
            name="1",
            valid_from=date(2025, 1, 1),
            clause_version=draft.clause_version,
        )
    assert set(refused.value.message_dict) == {"title_sv"}


def test_the_same_content_again_changes_nothing():
    draft = new_draft()
    events = Question.pgh_event_model.objects.count()
    assert replace_content(by=BY, version=draft, content=CONTENT) is False
    assert Question.pgh_event_model.objects.count() == events


def test_a_content_is_not_replaced_once_the_draft_says_something_else():
    draft = new_draft()
    seen = fingerprint(content_of(draft))
    move_question(by=BY, question=question(draft, "policy"), up=False)
    now = content_of(draft)
    with pytest.raises(ValidationError):
        replace_content(by=BY, version=draft, content=(), instead_of=seen)
    assert content_of(draft) == now
    assert replace_content(by=BY, version=draft, content=CONTENT, instead_of=fingerprint(now)) is True
    assert content_of(draft) == CONTENT


@pytest.mark.parametrize(
    "change",
    [{"key": "policy"}, {"requirement": 9}, {"depends_on": "number", "depends_on_value": "1"}],
)
def test_what_cannot_be_written_leaves_the_draft_as_it_was(change):
    draft = new_draft()
    first, second = CONTENT
    wrong = (first, replace(second, questions=(replace(second.questions[0], **change), *second.questions[1:])))
    with pytest.raises(ValidationError):
        replace_content(by=BY, version=draft, content=wrong)
    assert content_of(draft) == CONTENT


# --- sections and questions


def test_sections_are_added_moved_and_removed():
    draft = new_draft()
    section = add_section(by=BY, version=draft, heading_sv=" Sist ", heading_en="Last")
    assert (section.number, section.heading_sv) == (3, "Sist")
    move_section(by=BY, section=section, up=True)
    move_section(by=BY, section=section, up=True)
    move_section(by=BY, section=section, up=True)
    assert [each.heading_sv for each in content_of(draft)] == ["Sist", "Styrning", "Leveranskedja"]
    remove_section(by=BY, section=section)
    assert list(draft.sections.order_by("number").values_list("number", "heading_sv")) == [
        (1, "Styrning"),
        (2, "Leveranskedja"),
    ]


def test_a_section_with_questions_stays():
    draft = new_draft()
    with pytest.raises(ValidationError):
        remove_section(by=BY, section=draft.sections.get(number=1))
    assert draft.sections.count() == 2


def test_two_who_revise_a_section_do_not_lose_a_text():
    section = new_draft().sections.get(number=1)
    revise_section(by=BY, section=section, seen=1, heading_sv="Ledning")
    with pytest.raises(StaleVersionError) as lost:
        revise_section(by=BY, section=section, seen=1, heading_sv="Annat")
    assert lost.value.stored.heading_sv == "Ledning"


def test_a_section_that_is_gone_is_told():
    section = new_draft(CONTENT[:1]).sections.get()
    empty = add_section(by=BY, version=section.questionnaire_version, heading_sv="Tom", heading_en="")
    again = QuestionnaireSection.objects.get(pk=empty.pk)
    remove_section(by=BY, section=empty)
    with pytest.raises(ValidationError):
        revise_section(by=BY, section=again, seen=1, heading_sv="Annat")


def test_a_question_is_added_last_with_its_choices():
    draft = new_draft()
    added = add_question(
        by=BY,
        section=draft.sections.get(number=1),
        key="new",
        kind="choice",
        text_sv="Vad?",
        choices=[ChoiceText("a", "A", "A"), ChoiceText("b", " B ", "B")],
    )
    assert added.number == 3
    assert list(added.choices.values_list("number", "key", "text_sv")) == [(1, "a", "A"), (2, "b", "B")]
    with pytest.raises(ValidationError):
        add_question(by=BY, section=draft.sections.get(number=2), key="new", kind="text", text_sv="Igen?")


def test_a_question_moves_past_the_end_of_its_section():
    draft = new_draft()
    moved = question(draft, "policy-file")
    move_question(by=BY, question=moved, up=False)
    assert keys(draft) == [["policy"], ["policy-file", "mapping", "country", "number"]]
    move_question(by=BY, question=moved, up=True)
    assert keys(draft) == [["policy", "policy-file"], ["mapping", "country", "number"]]
    move_question(by=BY, question=moved, up=True)
    move_question(by=BY, question=moved, up=True)
    assert keys(draft) == [["policy-file", "policy"], ["mapping", "country", "number"]]
    # It now stands before what it depends on, which is told, not refused.
    assert [str(lack).partition(":")[0] for lack in lacks(draft)] == ["1.1 policy-file"]


def test_a_question_is_revised_once_per_version_seen():
    draft = new_draft()
    revised = question(draft, "mapping")
    first = draft.sections.get(number=1)
    revise_question(by=BY, question=revised, seen=1, section=first, weight=7, choices=[ChoiceText("x", "X")])
    assert keys(draft) == [["policy", "policy-file", "mapping"], ["country", "number"]]
    assert list(draft.sections.get(number=2).questions.values_list("number", flat=True)) == [1, 2]
    assert [choice.key for choice in QuestionChoice.objects.filter(question=revised)] == ["x"]
    with pytest.raises(StaleVersionError):
        revise_question(by=BY, question=revised, seen=1, section=first, weight=9)
    assert question(draft, "mapping").weight == 7


def test_a_question_that_others_depend_on_stays():
    draft = new_draft()
    with pytest.raises(ValidationError) as refused:
        remove_question(by=BY, question=question(draft, "mapping"), seen=1)
    assert "country" in str(refused.value)
    remove_question(by=BY, question=question(draft, "country"), seen=1)
    remove_question(by=BY, question=question(draft, "mapping"), seen=1)
    assert keys(draft) == [["policy", "policy-file"], ["number"]]


# --- versions


def test_what_is_adopted_is_locked_by_every_path():
    version = adopted(new_draft())
    assert version.state == DocumentState.IN_FORCE
    for write in (
        lambda: add_section(by=BY, version=version, heading_sv="Ny", heading_en="New"),
        lambda: replace_content(by=BY, version=version, content=()),
        lambda: move_question(by=BY, question=question(version, "policy"), up=False),
        lambda: remove_question(by=BY, question=question(version, "number"), seen=1),
    ):
        with pytest.raises(ValidationError):
            write()
    with pytest.raises(ProgrammingError), transaction.atomic():
        Question.objects.filter(key="policy").update(weight=9)
    assert content_of(version) == CONTENT


def test_a_draft_with_faults_is_not_adopted():
    first, second = CONTENT
    draft = new_draft((first, replace(second, questions=(replace(second.questions[0], text_en=""),))))
    with pytest.raises(ValidationError) as refused:
        adopted(draft)
    assert len(refused.value.messages) == 1
    assert "mapping" in refused.value.messages[0]
    draft.refresh_from_db()
    assert not draft.is_locked


def test_a_draft_of_a_draft_clause_is_not_adopted():
    draft = new_draft()
    clause = ClauseVersionFactory(name="2026", adopted=False)
    QuestionnaireVersion.objects.filter(pk=draft.pk).update(clause_version=clause)
    with pytest.raises(ValidationError):
        adopted(QuestionnaireVersion.objects.get(pk=draft.pk))


def test_the_next_version_starts_as_a_copy_and_ends_the_one_before():
    version = adopted(new_draft())
    draft = start_next_version(by=BY, version=version, name="2027", valid_from=date(2026, 1, 1))
    assert content_of(draft) == CONTENT
    assert question(draft, "policy").pk != question(version, "policy").pk
    assert question(draft, "policy-file").depends_on == question(draft, "policy")
    with pytest.raises(ValidationError):
        start_next_version(by=BY, version=version, name="2028", valid_from=date(2028, 1, 1))
    adopted(draft)
    version.refresh_from_db()
    assert version.valid_to == date(2025, 12, 31)


def test_a_draft_is_discarded_with_all_it_says():
    version = adopted(new_draft())
    draft = start_next_version(by=BY, version=version, name="2027", valid_from=date(2027, 1, 1))
    discard_draft(by=BY, version=draft, seen=draft.version)
    assert list(QuestionnaireVersion.objects.all()) == [version]
    assert Question.objects.count() == 5


def test_with_another_clause_questions_inform_the_same_numbers():
    draft = new_draft()
    other = ClauseVersionFactory(name="2020")
    values = {"name": "2025", "valid_from": date(2025, 1, 1), "source": "", "change_note": ""}
    revise_questionnaire(by=BY, version=draft, seen=draft.version, clause_version=other, **values)
    draft.refresh_from_db()
    assert content_of(draft) == CONTENT
    assert question(draft, "policy").requirement.clause_version == other
    bare = ClauseVersionFactory(name="2026", adopted=False)
    with pytest.raises(ValidationError) as refused:
        revise_questionnaire(by=BY, version=draft, seen=draft.version, clause_version=bare, **values)
    assert set(refused.value.message_dict) == {"clause_version"}


def test_coverage_sums_the_weights_of_each_requirement():
    draft = new_draft()
    rows = coverage_of(draft, content_of(draft))
    assert [(row.requirement.number if row.requirement else None, row.weight, row.share) for row in rows] == [
        (1, 4, 50),
        (2, 3, 38),
        (3, 0, 0),
        (None, 1, 12),
    ]
    assert [question.key for question in rows[1].questions] == ["mapping", "country"]
    assert len(questions_of(content_of(draft))) == 5


def test_the_story_is_told_once(reference_data):
    from codeofconduct.story.questionnaires import tell

    tell(by=BY)
    tell(by=BY)
    first, draft = QuestionnaireVersion.objects.order_by("valid_from")
    assert (lacks(first), first.is_locked, draft.is_locked) == ([], True, False)
    assert {row.requirement.number for row in coverage_of(first, content_of(first)) if row.questions} == set(
        range(1, 8)
    )
    # What is missing in the draft is one translation: the page shows what that looks like.
    assert [str(lack).partition(":")[0] for lack in lacks(draft)] == ["4.2 complaints-channel"]


def test_a_replaced_content_changes_only_what_differs():
    draft = new_draft()
    first, second = CONTENT
    Event = Question.pgh_event_model  # noqa: N806 - a class
    before = Event.objects.count()
    after = (first, replace(second, questions=(replace(second.questions[0], weight=9), *second.questions[1:])))
    assert replace_content(by=BY, version=draft, content=after) is True
    assert list(Event.objects.order_by("pgh_id").values_list("key", "pgh_label")[before:]) == [("mapping", "update")]
    assert (content_of(draft), question(draft, "mapping").version) == (after, 2)
