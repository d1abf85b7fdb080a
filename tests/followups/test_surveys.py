"""Self-assessments from a survey tool's workbook: every row is checked, and all of it comes in, or nothing."""

from datetime import date

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from followups.models import Answer, FollowUp, PastFollowUp, SelfAssessment
from followups.queries.assessments import earlier_answers
from followups.queries.surveys import SURVEY_KIND
from followups.resources.surveys import SurveyResource
from portal import clock
from portal.exchange.engine.mapping import columns_of
from portal.exchange.engine.rows import FileRefused
from tests.exchange.bringing import SYSTEM, bring, counts, take_out
from tests.exchange.files import csv_file, xlsx_file
from tests.factories import CategoryFactory
from tests.followups.surveys import COLUMNS, NORRMED, SYDVARD, answers_of, bring_in, told, workbook

pytestmark = pytest.mark.django_db


def test_each_row_becomes_a_past_self_assessment_with_its_answers(tmp_path, survey_ground):
    path = workbook(tmp_path, NORRMED, SYDVARD)
    assert counts(bring_in(path, told(survey_ground))) == (2, 0, 0, 0)
    first, second = SelfAssessment.objects.order_by("submitted_at")
    assert answers_of(first) == {"policy": "yes", "mapping": "all", "country": "SE", "number": "12,5", "more": "2024"}
    assert answers_of(second) == {
        "policy": "no",
        "mapping": "first",
        "country": "NO",
        "number": "3,5",
        "more": "Tack",
    }
    follow_up = first.follow_up
    assert (str(follow_up.supplier), str(follow_up.category), follow_up.lead_region.code, follow_up.state) == (
        "Norrmed AB",
        "Kirurgiska instrument",
        "23",
        "closed",
    )
    assert (follow_up.clause_version, follow_up.sharing_tier) == (survey_ground.clause_version, "concerned")
    past = follow_up.past
    assert (past.kind, past.carried_out_on, past.light) == ("self_assessment", date(2024, 3, 1), "yellow")
    assert past.key == f"Självskattning 2025, 2024-03-01 {follow_up.supplier.public_id}"
    assert (first.submitted_at.astimezone(clock.STOCKHOLM).date(), first.consent_to_share, first.is_brought_in) == (
        date(2024, 3, 1),
        False,
        True,
    )
    assert second.follow_up.past.carried_out_on == date(2024, 3, 2)


def test_the_same_file_again_changes_nothing(tmp_path, survey_ground):
    path = workbook(tmp_path, NORRMED, SYDVARD)
    bring_in(path, told(survey_ground))
    assert counts(bring_in(path, told(survey_ground))) == (0, 0, 2, 0)
    assert (FollowUp.objects.count(), SelfAssessment.objects.count(), Answer.objects.count()) == (2, 2, 10)


def test_a_question_that_was_left_out_comes_in_later_and_what_was_answered_stays(tmp_path, survey_ground):
    path = workbook(tmp_path, NORRMED)
    bring_in(path, told(survey_ground, {heading: key for heading, key in COLUMNS.items() if key != "answer-more"}))
    assert counts(bring_in(path, told(survey_ground))) == (0, 1, 0, 0)
    assessment = SelfAssessment.objects.get()
    assert answers_of(assessment)["more"] == "2024"
    outcome = bring_in(workbook(tmp_path, [*NORRMED[:4], "Nej", *NORRMED[5:]], name="annan.xlsx"), told(survey_ground))
    assert [(fault.row, fault.column, fault.found) for fault in outcome.faults] == [
        (4, "HAR NI en policy ? (E)", "Nej")
    ]
    assert answers_of(assessment)["policy"] == "yes"


def test_answers_find_the_past_follow_up_that_came_in_without_them(tmp_path, survey_ground):
    row = "Nyckel;Leverantör;Inköpskategori;Ansvarig region;Villkor;Typ;Genomförd;Ljus"
    line = (
        f"SS 1;Norrmed AB;Kirurgiska instrument;23;{survey_ground.clause_version.name};självskattning;2024-03-01;grön"
    )
    assert counts(bring("past-follow-ups", csv_file(tmp_path, row, line))) == (1, 0, 0, 0)
    assert counts(bring_in(workbook(tmp_path, NORRMED, SYDVARD), told(survey_ground))) == (1, 1, 0, 0)
    past = PastFollowUp.objects.get(key="SS 1")
    assert (past.light, answers_of(past.follow_up.assessments.get())["policy"]) == ("green", "yes")
    # And what was brought in with its answers goes out and in again like any other.
    assert counts(bring("past-follow-ups", take_out("past-follow-ups", tmp_path / "ut.csv"))) == (0, 0, 2, 0)


def test_the_supplier_finds_its_answers_next_time(tmp_path, survey_ground):
    """They are last time's, as any that were handed in here."""
    bring_in(workbook(tmp_path, NORRMED), told(survey_ground))
    supplier = SelfAssessment.objects.get().follow_up.supplier
    new = SelfAssessment(follow_up=FollowUp(supplier=supplier), questionnaire_version=survey_ground)
    assert {key: answer.value for key, answer in earlier_answers(new).items()}["country"] == "SE"


def test_what_a_column_says_goes_before_what_is_said_of_all_rows(tmp_path, survey_ground):
    CategoryFactory(name="Textil")
    headings = ["Leverantör", "Datum", "Kategori", "Ljus", "Har ni en policy?"]
    path = xlsx_file(tmp_path, headings, ["norrmed  ab", 20240301, "textil", "grön", True])
    columns = dict(zip(headings, ["supplier", "carried_out_on", "category", "light", "answer-policy"], strict=True))
    mapping = {"version": survey_ground.public_id, "columns": columns, "facts": {"lead_region": "23"}}
    assert counts(bring_in(path, mapping)) == (1, 0, 0, 0)
    follow_up = FollowUp.objects.get()
    assert (str(follow_up.category), follow_up.past.light) == ("Textil", "green")
    path = xlsx_file(tmp_path, headings, ["Sydvård AB", 20240301, None, "grön", True])
    outcome = bring_in(path, mapping)
    assert [(fault.row, fault.column) for fault in outcome.faults] == [(2, "Kategori (C)")]


def test_two_lines_of_headings_are_read_as_one(tmp_path, survey_ground):
    """Merged downwards, or with the question above what the tool calls its answer."""
    upper = ["Org.nr", "Inskickad", "Frågor", None]
    lower = [None, None, "Har ni en policy?", "Hur många underleverantörer?"]
    path = xlsx_file(tmp_path, upper, lower, ["559999-9017", date(2024, 3, 1), "Ja", 2])
    headings = ["Org.nr", "Inskickad", *lower[2:]]
    assert [column["heading"] for column in columns_of(SurveyResource(by=SYSTEM), path, path.name)] == headings
    columns = dict(zip(headings, ["supplier", "carried_out_on", "answer-policy", "answer-number"], strict=True))
    assert counts(bring_in(path, told(survey_ground, columns))) == (1, 0, 0, 0)
    answers = [None, None, "Svar", "Öppet svar"]
    path = xlsx_file(tmp_path, headings, answers, ["556036-0793", date(2024, 3, 1), "Ja", 2])
    assert bring_in(path, told(survey_ground, columns)).fault_count > 0
    assert counts(bring_in(path, told(survey_ground, columns, skips_first=True))) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("changed", "column", "found"),
    [
        ({2: "559999-9009"}, "Org.nr (C)", "559999-9009"),
        ({2: "Okänd AB"}, "Org.nr (C)", "Okänd AB"),
        ({2: None}, "Org.nr (C)", ""),
        ({3: None}, "Inskickad (D)", ""),
        ({3: "i våras"}, "Inskickad (D)", "i våras"),
        ({3: date(2999, 1, 1)}, "Inskickad (D)", "2999-01-01"),
        ({4: "kanske"}, "HAR NI en policy ? (E)", "kanske"),
        ({5: "Halva kedjan"}, "How far have you mapped the chain? (F)", "Halva kedjan"),
        ({6: "Månen"}, "2.2 Var tillverkas varan? (G)", "Månen"),
        ({7: "tolv"}, "Hur många underleverantörer? (H)", "tolv"),
        ({10: "x" * 10_001}, "Övrigt från er (K)", None),
        ({4: None, 5: None, 6: None, 7: None, 10: None}, "", ""),
    ],
)
def test_what_is_wrong_is_told_at_its_cell_and_nothing_comes_in(tmp_path, survey_ground, changed, column, found):
    row = [changed.get(place, cell) for place, cell in enumerate(NORRMED)]
    outcome = bring_in(workbook(tmp_path, SYDVARD, row), told(survey_ground))
    assert [(fault.row, fault.column) for fault in outcome.faults] == [(5, column)]
    assert found in (None, outcome.faults[0].found)
    assert not FollowUp.objects.exists()


def test_a_row_twice_is_told_with_both_numbers(tmp_path, survey_ground):
    with override("en"):
        outcome = bring_in(workbook(tmp_path, NORRMED, SYDVARD, NORRMED), told(survey_ground))
    (fault,) = outcome.faults
    assert (fault.row, fault.column) == (6, "Org.nr (C)")
    assert "4" in fault.message
    assert not FollowUp.objects.exists()


def test_of_a_choice_the_answers_are_told(tmp_path, survey_ground):
    with override("en"):
        outcome = bring_in(workbook(tmp_path, [*NORRMED[:5], "Half of it", *NORRMED[6:]]), told(survey_ground))
    assert [fault.message for fault in outcome.faults] == [
        "Write one of: Not at all; we have not begun; The first tier | in part; The whole chain."
    ]


def test_a_cell_with_an_error_is_told(tmp_path, survey_ground):
    path = csv_file(tmp_path, "Org.nr;Inskickad;Har ni en policy?", "559999-9017;2024-03-01;#SAKNAS!", name="e.csv")
    columns = {"Org.nr": "supplier", "Inskickad": "carried_out_on", "Har ni en policy?": "answer-policy"}
    assert [fault.found for fault in bring_in(path, told(survey_ground, columns)).faults] == ["#SAKNAS!"]


def test_handed_in_today_it_was_not_handed_in_later(tmp_path, survey_ground):
    with time_machine.travel("2026-03-02 07:00 +0100", tick=False):
        bring_in(workbook(tmp_path, [*NORRMED[:3], date(2026, 3, 2), *NORRMED[4:]]), told(survey_ground))
        assessment = SelfAssessment.objects.get()
        assert (assessment.submitted_at <= clock.now(), assessment.is_brought_in) == (True, True)


def test_queries_do_not_grow_with_rows(tmp_path, survey_ground):
    def counted(*days):
        path = workbook(tmp_path, *([*NORRMED[:3], day, *NORRMED[4:]] for day in days))
        with CaptureQueriesContext(connection) as queries:
            assert bring_in(path, told(survey_ground)).fault_count == 0
        return len(queries)

    counted(date(2020, 1, 1))
    one = counted(date(2021, 1, 1))
    assert counted(*(date(2022, 1, day) for day in range(1, 6))) == one


def test_what_is_no_longer_there_refuses_the_file(tmp_path, survey_ground):
    with pytest.raises(FileRefused):
        SurveyResource(by=SYSTEM, **told(survey_ground) | {"version": "finnsinte"})


def test_the_command_line_has_nobody_to_ask(tmp_path, survey_ground):
    with pytest.raises(CommandError):
        call_command("import_rows", SURVEY_KIND, str(workbook(tmp_path, NORRMED)))
