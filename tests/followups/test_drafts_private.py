"""Unsent drafts are the supplier's own space: nobody else can open them, and nothing of them is left."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.http import QueryDict
from django.urls import NoReverseMatch, get_resolver, reverse

from followups.actions.assessments import withdraw_assessment
from followups.actions.drafts import add_draft_file, claim_secrecy
from followups.models import DraftAnswer, DraftFile, SelfAssessment
from portal.exchange import registry
from portal.exchange.engine.exporting import chosen, write_rows
from portal.exchange.enums import Form
from portal.files.actions import remove_orphans
from portal.files.checks import Upload
from portal.home.queries import found
from portal.outbox.models import Message
from tests.followups.assessments import ANSWERS, BY, link_of, sent, submitted, write
from tests.followups.pages import page
from tests.guards.test_access import names

pytestmark = pytest.mark.django_db
PROJECT = Path(__file__).resolve().parent.parent.parent
CANARY = "kanariefågelutkast"
# Those that a link leads to, and what they are made of. Nothing else may name a draft.
MAY_READ = {
    "followups/actions/drafts.py",
    "followups/models/__init__.py",
    "followups/pages/drafts.py",
    "followups/queries/drafts.py",
    "followups/views/outside_assessments.py",
}


@pytest.fixture
def assessment(follow_up) -> SelfAssessment:
    assessment = sent(follow_up)
    write(assessment, policy="yes", mapping="none", **{"policy-file": f"Text {CANARY}"})
    by = link_of(assessment).actor
    file = Upload(f"{CANARY}.pdf", "application/pdf", f"%PDF {CANARY}".encode())
    add_draft_file(by=by, assessment=assessment, key="policy", upload=file)
    claim_secrecy(by=by, assessment=assessment, answers={"policy": f"Skäl: {CANARY}"}, files={})
    return assessment


def tables_with(word: str) -> set[str]:
    """Every table of the database in which the word stands, in text or bytes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        return {
            table
            for table in tables
            if _stands(cursor, table, "t::text", word) or _stands(cursor, table, "t::text", word.encode().hex())
        }


def _stands(cursor, table: str, text: str, word: str) -> bool:
    cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}" t WHERE {text} LIKE %s)', [f"%{word}%"])
    return cursor.fetchone()[0]


def test_drafts_stand_in_their_own_tables_and_in_no_history(assessment):
    assert tables_with(CANARY) == {"followups_draftanswer", "followups_draftfile"}
    assert [
        model
        for model in apps.get_models()
        if model.__name__.startswith(("DraftAnswer", "DraftFile")) and model.__name__.endswith("Event")
    ] == []


def test_nothing_of_a_withdrawn_draft_is_left(assessment):
    withdraw_assessment(by=BY, assessment=assessment, reason="Fel leverantör")
    assert not DraftAnswer.objects.exists()
    assert not DraftFile.objects.exists()
    assert tables_with(CANARY) == set()


def test_what_is_submitted_leaves_no_draft_and_what_was_not_asked_is_gone(assessment):
    write(assessment, number="3")
    done = submitted(assessment, files=False, policy="no", mapping="none")
    assert not DraftAnswer.objects.exists()
    assert not DraftFile.objects.exists()
    assert tables_with(f"Text {CANARY}") == set()
    assert done.answers.get(question__key="policy").secrecy_claim == f"Skäl: {CANARY}"


@pytest.mark.long
def test_no_page_of_staff_shows_a_draft(client_of, assessment, secretariat, admin, buyer):
    """Every address of the portal that takes nothing, or what the case is made of, for those who see most."""
    ids = {
        "followups:follow-up": assessment.follow_up.public_id,
        "followups:assessment": assessment.public_id,
        "codeofconduct:supplier": assessment.follow_up.supplier.public_id,
        "codeofconduct:questionnaire": assessment.questionnaire_version.public_id,
        "outbox:message": Message.objects.latest("pk").public_id,
    }
    opened = 0
    rooms = (name for name in names(get_resolver().url_patterns) if ":" in name)
    for name in sorted(set(rooms)):
        known = next((public_id for start, public_id in ids.items() if name.startswith(start)), None)
        for arguments in ([], [known] if known else []):
            try:
                path = reverse(name, args=arguments)
            except NoReverseMatch:  # it takes something else
                continue
            for user in (secretariat, admin, buyer):
                answer = client_of(user).get(path)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                opened += answer.status_code == 200
                assert CANARY.encode() not in body, name
    assert opened > 60


def test_staff_cannot_open_what_the_link_opens(client_of, assessment, admin):
    file, link = DraftFile.objects.get(), link_of(assessment)
    for name, arguments in (
        ("overview", [assessment.public_id]),
        ("section", [assessment.public_id, 1]),
        ("file", [file.public_id]),
        ("sheet", [assessment.public_id]),
        ("submit", [assessment.public_id]),
    ):
        path = reverse(f"followups:outside-assessment-{name}", args=[link.public_id, *arguments])
        assert client_of(admin).get(path).status_code == 404


def test_staff_sees_how_many_questions_have_an_answer(client_of, assessment, buyer):
    text = client_of(buyer).get(page("assessment-detail", assessment)).text
    assert "2 av 4" in text or "2 of 4" in text
    assert CANARY not in text


def test_neither_search_nor_export_finds_a_draft(assessment, admin, tmp_path):
    for text in (CANARY, f"Text {CANARY}"):
        assert found(admin, text=text).sections == []
    for kind in registry.all_kinds():
        if kind.may_export(admin):
            resource, path = kind.resource(by=admin), tmp_path / f"{kind.key}.csv"
            write_rows(resource, kind.rows(admin, QueryDict()), chosen(resource, []), Form.CSV, path)
            assert CANARY not in path.read_text(encoding="utf-8-sig")


def test_no_letter_holds_a_draft(assessment):
    assert Message.objects.count() >= 2
    assert not Message.objects.filter(body__contains=CANARY).exists()


def test_only_the_links_own_views_name_a_draft():
    """What may read a draft is a short list; whoever lengthens it answers for it here."""
    naming = set()
    for path in sorted(PROJECT.glob("*/**/*.py")):
        parts = path.relative_to(PROJECT).parts
        if parts[0] in {"tests", ".venv", ".data"} or "migrations" in parts:
            continue
        tree = ast.parse(path.read_text())
        words = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        words |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
        if {"DraftAnswer", "DraftFile"} & words:
            naming.add("/".join(parts))
    assert naming == MAY_READ


def test_the_search_for_canaries_would_find_one(assessment):
    """The control: handed in, the same word is in the answers and their history."""
    write(assessment, number="3")
    submitted(assessment, files=False, mapping="none")
    assert {"followups_answer", "followups_answerevent"} <= tables_with(CANARY)


def test_the_sweep_of_the_storage_leaves_draft_files_alone(assessment):
    remove_orphans()
    assert bytes(DraftFile.objects.get().content) == f"%PDF {CANARY}".encode()


def test_answers_of_the_sample_are_known():
    assert set(ANSWERS) == {"policy", "mapping", "country", "number"}
