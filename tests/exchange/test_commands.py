"""The command line: all of the file or nothing, with a receipt or the errors."""

import io

import pytest
from django.core.management import CommandError, call_command

from codeofconduct.models import Supplier
from tests.exchange.files import csv_file

pytestmark = pytest.mark.django_db


def run(*arguments: object) -> str:
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=out)
    return out.getvalue()


def test_import_prints_the_receipt(tmp_path):
    path = csv_file(tmp_path, "namn;org.nr", "Norrmed AB;559999-9017")
    assert "1 new, 0 changed, 0 unchanged" in run("import_rows", "suppliers", path, "--dry-run")
    assert Supplier.objects.count() == 0
    assert "1 new, 0 changed, 0 unchanged" in run("import_rows", "suppliers", path)
    supplier = Supplier.objects.get()
    assert str(supplier.created_by) == "command line"
    event = supplier.pgh_event_model.objects.get(pgh_obj=supplier)
    assert (event.pgh_context["command"], len(event.pgh_context["sha256"])) == ("import_rows", 64)
    assert "0 new, 0 changed, 1 unchanged" in run("import_rows", "suppliers", path)


def test_errors_are_printed_and_nothing_goes_in(tmp_path):
    path = csv_file(tmp_path, "namn;org.nr", "Norrmed AB;559999-9017", "Fel AB;559999-9018")
    out = io.StringIO()
    with pytest.raises(CommandError, match="1"):
        call_command("import_rows", "suppliers", str(path), stdout=out, stderr=out)
    assert "559999-9018" in out.getvalue()
    assert Supplier.objects.count() == 0


@pytest.mark.parametrize(("name", "content"), [("fil.txt", b"namn"), ("fil.xlsx", b"%PDF"), ("fil.csv", b"")])
def test_what_cannot_be_read_is_refused(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CommandError):
        run("import_rows", "suppliers", path)


def test_a_file_that_is_missing_is_refused(tmp_path):
    with pytest.raises(CommandError, match="no file"):
        run("import_rows", "suppliers", tmp_path / "saknas.csv")


@pytest.mark.parametrize("name", ["ut.csv", "ut.xlsx"])
def test_export_writes_what_import_takes(tmp_path, name):
    run("import_rows", "suppliers", csv_file(tmp_path, "namn;org.nr", "Norrmed AB;559999-9017", "Sydvård AB;"))
    assert "2" in run("export_rows", "suppliers", tmp_path / name)
    assert "0 new, 0 changed, 2 unchanged" in run("import_rows", "suppliers", tmp_path / name)


def test_export_knows_its_forms(tmp_path):
    with pytest.raises(CommandError):
        run("export_rows", "suppliers", tmp_path / "ut.pdf")
