"""The command line: all of the file or nothing, with a receipt or the errors."""

import io
import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from codeofconduct.models import Supplier
from tests.exchange.files import csv_file

pytestmark = pytest.mark.django_db


def run(*arguments: object) -> str:
    """What the command prints, in English."""
    out = io.StringIO()
    call_command(*map(str, arguments), language="en", stdout=out, stderr=out)
    return out.getvalue()


def test_import_prints_the_receipt(tmp_path):
    path = csv_file(tmp_path, "namn;org.nr", "Norrmed AB;559999-9017")
    told = run("import_rows", "suppliers", path, "--dry-run")
    assert told.startswith(
        "fil.csv: Nothing was written; this is what the file would do.\nRows: 1. New: 1. Changed: 0."
    )
    assert Supplier.objects.count() == 0
    told = run("import_rows", "suppliers", path)
    assert told.startswith("fil.csv: All of the file is in.\nRows: 1. New: 1. Changed: 0. Unchanged: 0.\nSHA-256: ")
    supplier = Supplier.objects.get()
    assert str(supplier.created_by) == "command line"
    event = supplier.pgh_event_model.objects.get(pgh_obj=supplier)
    assert (event.pgh_context["command"], len(event.pgh_context["sha256"])) == ("import_rows", 64)
    assert "New: 0. Changed: 0. Unchanged: 1." in run("import_rows", "suppliers", path)


def test_errors_are_printed_and_nothing_goes_in(tmp_path):
    path = csv_file(tmp_path, "namn;org.nr", "Norrmed AB;559999-9017", "Fel AB;559999-9018")
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"^1 error\. Nothing was imported\.$"):
        call_command("import_rows", "suppliers", str(path), language="en", stdout=out, stderr=out)
    assert out.getvalue().startswith("Row 3, org.nr (B) [559999-9018]: ")
    assert Supplier.objects.count() == 0


def test_it_speaks_one_language(tmp_path):
    path = csv_file(tmp_path, "namn;org.nr", "Fel AB;559999-9018")
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"^1 fel\. Ingenting importerades\.$"):
        call_command("import_rows", "suppliers", str(path), stdout=out, stderr=out)
    assert out.getvalue().startswith("Rad 2, org.nr (B) [559999-9018]: Det här är inget organisationsnummer.")


@pytest.mark.parametrize(("name", "content"), [("fil.txt", b"namn"), ("fil.xlsx", b"%PDF"), ("fil.csv", b"")])
def test_what_cannot_be_read_is_refused(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CommandError):
        run("import_rows", "suppliers", path)


def test_a_file_that_is_missing_is_refused(tmp_path):
    with pytest.raises(CommandError, match=r"^There is no file .*saknas\.csv\.$"):
        run("import_rows", "suppliers", tmp_path / "saknas.csv")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(CommandError, match="can't be opened"):
        run("import_rows", "suppliers", tmp_path)


@pytest.mark.parametrize("name", ["ut.csv", "ut.xlsx", "UT.XLSX"])
def test_export_writes_what_import_takes(tmp_path, name):
    run("import_rows", "suppliers", csv_file(tmp_path, "namn;org.nr", "Norrmed AB;559999-9017", "Sydvård AB;"))
    assert run("export_rows", "suppliers", tmp_path / name) == f"{name}: 2 rows.\n"
    assert "New: 0. Changed: 0. Unchanged: 2." in run("import_rows", "suppliers", tmp_path / name)


@pytest.mark.parametrize(
    ("name", "columns", "sentence"),
    [
        ("ut.pdf", (), "ends with .xlsx or .csv"),
        ("saknas/ut.csv", (), "can't be written"),
        ("saknas/ut.xlsx", (), "can't be written"),
        ("ut.csv", ("--columns", "name", "colour"), "There is no column colour"),
    ],
)
def test_an_export_that_cannot_be_is_refused_and_leaves_no_file(tmp_path, name, columns, sentence):
    with pytest.raises(CommandError, match=sentence):
        run("export_rows", "suppliers", tmp_path / name, *columns)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
@pytest.mark.parametrize(("file", "code"), [("namn;org.nr\nNorrmed AB;559999-9017\n", 0), ("namn\n", 1)])
def test_it_exits_with_0_or_1(tmp_path, file, code):
    path = tmp_path / "fil.csv"
    path.write_text(file)
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + connection.settings_dict["NAME"]).geturl()
    ended = subprocess.run(
        [sys.executable, "manage.py", "import_rows", "suppliers", str(path), "--dry-run"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": address},
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, "SHA-256" in ended.stdout, "Traceback" in ended.stderr) == (code, code == 0, False)
