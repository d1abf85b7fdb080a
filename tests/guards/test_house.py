"""The rules of the house that a machine can check (docs/architecture.md)."""

import ast
import io
import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

PROJECT = Path(__file__).resolve().parent.parent.parent
ROOMS = ["followups", "funding", "codeofconduct", "regions"]
# From the top down; a foreign key may stay or go down, never up. Siblings stand on the same storey.
STOREYS = {
    "home": 0,
    "followups": 1,
    "funding": 1,
    "codeofconduct": 2,
    "regions": 3,
    "reminders": 4,
    "exchange": 4,
    "outbox": 5,
    "jobs": 5,
    "documents": 5,
    "files": 6,
    "history": 7,
    "ui": 7,
    "search": 8,
}
OWN_APPS = set(STOREYS)
DOMAIN_WORDS = (
    r"\b(regions?|suppliers?|follow.?ups?|contracts?|findings?|buyers?|funding|contributions?|municipalit(y|ies))\b"
)
KITS = sorted(
    path.parent for path in PROJECT.glob("portal/*/__init__.py") if path.parent.name not in {"home", "machine"}
)
# Moments of machinery, which a process passes by itself: nobody's act.
MOMENTS_WITHOUT_ACTOR = {"last_login", "pgh_created_at", "started_at", "ended_at", "woken_at", "expires_at"}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in OWN_APPS]


def domain_models() -> list[type[models.Model]]:
    return [model for model in own_models() if not hasattr(model, "pgh_tracked_model")]


def tracked(pattern: str) -> list[Path]:
    """Files that git knows or would add, so that what is built or installed beside them does not count."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", pattern],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [PROJECT / line for line in listed.stdout.splitlines() if (PROJECT / line).exists()]


def sources() -> list[Path]:
    return [path for path in tracked("*.py") if "migrations" not in path.parts and "tests" not in path.parts]


# What is written on another's behalf before it is handed in: a history would keep what the writer alone may read.
WITHOUT_HISTORY = {"followups.DraftAnswer", "followups.DraftFile", "followups.PlanDraft"}


@pytest.mark.parametrize("model", domain_models(), ids=lambda model: model._meta.label)
def test_every_model_has_history(model):
    if model._meta.label in WITHOUT_HISTORY:
        assert not hasattr(model, "pgh_event_model")
        assert getattr(model._meta, "triggers", []) == []
        return
    assert hasattr(model, "pgh_event_model"), f"{model._meta.label} lacks @pghistory.track()"
    triggers = {trigger.name for trigger in model._meta.triggers}
    assert {"insert_insert", "update_update", "delete_delete"} <= triggers


def test_no_foreign_key_points_up():
    up = []
    for model in domain_models():
        here = STOREYS[model._meta.app_label]
        for field in model._meta.get_fields():
            if not (field.is_relation and field.concrete) or field.related_model is None:
                continue
            there = field.related_model._meta
            if there.label == "regions.User" and model._meta.app_label != "regions":
                continue  # settings.AUTH_USER_MODEL is the one key that may
            if STOREYS.get(there.app_label, 99) < here or (
                STOREYS.get(there.app_label) == here and there.app_label != model._meta.app_label and here < 7
            ):
                up.append(f"{model._meta.label}.{field.name} -> {there.label}")
    assert up == []


def test_every_moment_has_its_actor():
    lonely = []
    for model in domain_models():
        names = {field.name for field in model._meta.get_fields()}
        lonely += [
            f"{model._meta.label}.{name}"
            for name in names
            if name.endswith("_at") and name not in MOMENTS_WITHOUT_ACTOR and f"{name[:-3]}_by" not in names
        ]
    assert sorted(lonely) == []


def test_dates_and_moments_are_named_alike():
    wrong = []
    for model in domain_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.DateTimeField):
                good = field.name.endswith("_at") or field.name in {"last_login", "leased_until", "not_before"}
            elif isinstance(field, models.DateField):
                good = field.name.endswith(("_on", "_date")) or field.name in {"valid_from", "valid_to"}
            else:
                continue
            if not good:
                wrong.append(f"{model._meta.label}.{field.name}")
    assert wrong == []


def test_no_float_is_stored():
    assert [
        f"{m._meta.label}.{f.name}" for m in own_models() for f in m._meta.fields if isinstance(f, models.FloatField)
    ] == []


def test_work_leaves_after_commit():
    """`.delay(` and `.apply_async(` start before the row is there; only `delay_on_commit` is allowed."""
    assert [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in sources()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(r"\.(delay|apply_async)\(", line)
    ] == []


@pytest.mark.parametrize("kit", KITS, ids=lambda kit: kit.name)
def test_kits_know_no_domain_word(kit):
    """Neither in names nor in texts; docstrings may give an example, and the gallery shows real contents."""
    said = []
    for path in kit.rglob("*.py"):
        if path.name == "gallery.py" or "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text())
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node)
        }
        for node in ast.walk(tree):
            words = [getattr(node, "id", None), getattr(node, "name", None), getattr(node, "attr", None)]
            if isinstance(node, ast.Constant) and id(node) not in docstrings:
                words.append(node.value)
            said += [
                f"{path.relative_to(PROJECT)}: {word}"
                for word in words
                if isinstance(word, str) and re.search(DOMAIN_WORDS, word.replace("_", " "), re.IGNORECASE)
            ]
    assert said == []


def test_no_file_grows_past_400_lines():
    long = [
        f"{path.relative_to(PROJECT)}: {count}"
        for pattern in ("*.py", "*.html", "*.css", "*.js")
        for path in tracked(pattern)
        if "migrations" not in path.parts and (count := len(path.read_text().splitlines())) > 400
    ]
    assert long == []


def test_views_fit_in_thirty_lines():
    long = []
    for path in [*PROJECT.glob("*/views.py"), *PROJECT.glob("*/views/*.py"), *PROJECT.glob("portal/*/views.py")]:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > 30:
                long.append(f"{path.relative_to(PROJECT)}: {node.name}")
    assert long == []


def test_actions_of_the_rooms_take_the_actor_by_name():
    """Every public action is keyword-only and says `by`. What a kit's worker does by itself has no actor to name."""
    wrong = []
    for path in [*PROJECT.glob("*/actions.py"), *PROJECT.glob("*/actions/*.py")]:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                keywords = [argument.arg for argument in node.args.kwonlyargs]
                if node.args.args or "by" not in keywords:
                    wrong.append(f"{path.relative_to(PROJECT)}: {node.name}")
    assert wrong == []


def test_actions_and_models_never_read_a_request():
    """A document that is asked for is a request too; what is banned is that of HTTP, by its type or without one."""
    requests = {"HttpRequest", "UserRequest", "LinkRequest"}
    for path in [*PROJECT.glob("*/actions.py"), *PROJECT.glob("*/queries.py"), *PROJECT.glob("*/[amq]*/*.py")]:
        nodes = list(ast.walk(ast.parse(path.read_text())))
        known = {node.id for node in nodes if isinstance(node, ast.Name)}
        untyped = {node.arg for node in nodes if isinstance(node, ast.arg) and node.annotation is None}
        assert not requests & known, path
        assert "request" not in untyped, path


def test_templates_have_no_inline_script_or_style():
    """The content security policy would drop them silently."""
    found = []
    for path in tracked("templates/**/*.html"):
        if "documents" in path.parts:
            continue  # PDFs carry their stylesheet; no browser reads them
        text = path.read_text()
        if re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"", text):
            found.append(str(path.relative_to(PROJECT)))
    assert found == []


def test_the_system_checks_find_nothing():
    """Also that each room names its latest migration (`max_migration.txt`)."""
    call_command("check", fail_level="WARNING", stdout=io.StringIO())


def test_project_names_no_index_and_no_machine():
    pattern = re.compile(r"--(extra-)?index-url|--find-links|(^|[^a-zA-Z0-9_.])/(root|work|farm)/")
    found = [
        str(path.relative_to(PROJECT))
        for path in tracked("*")
        if path.suffix in {".py", ".txt", ".toml", ".md", ".yml", ".html", ".css", ".sh", ""}
        and path.is_file()
        and path != Path(__file__)
        and pattern.search(path.read_text(errors="ignore"))
    ]
    assert found == []


def test_every_dependency_has_its_reason():
    text = (PROJECT / "pyproject.toml").read_text().partition("[tool.")[0]
    dependencies = [line for line in text.splitlines() if re.match(r'\s+"', line)]
    assert len(dependencies) > 30
    assert [line for line in dependencies if not re.search(r",\s+# \S+", line)] == []
