"""The pages: choose a file, look at what it would do, confirm; and take a list out."""

import re
import zipfile
from itertools import pairwise

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from codeofconduct.models import Supplier
from portal.exchange import registry, views, writing
from portal.exchange.actions import bring_file
from portal.exchange.engine.importing import take_file
from portal.exchange.engine.rows import FileRefused
from portal.exchange.enums import RunState
from portal.exchange.models import ImportRun
from portal.jobs.models import Job
from portal.jobs.tasks import run_job
from tests.factories import ContractFactory, SupplierFactory

FILE = b"namn;org.nr\r\nNorrmed AB;559999-9017\r\n"


def upload(client, kind: str = "suppliers", content: bytes = FILE, name: str = "fil.csv"):
    return client.post(f"/exchange/{kind}/import/", {"file": SimpleUploadedFile(name, content)})


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_in_through_the_pages(client_of, secretariat):
    client = client_of(secretariat)
    answer = upload(client)
    run = ImportRun.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/exchange/runs/{run.public_id}/")
    assert "noscript" in client.get(answer["Location"]).content.decode()
    progress = client.get(f"{answer['Location']}progress/")
    assert "HX-Refresh" not in progress.headers
    run_job(run.job.public_id)
    assert client.get(f"{answer['Location']}progress/")["HX-Refresh"] == "true"
    page = client.get(answer["Location"]).content.decode()
    assert "Norrmed AB" in page
    assert f"/exchange/runs/{run.public_id}/confirm/" in page
    assert client.post(f"{answer['Location']}confirm/")["Location"] == answer["Location"]
    run_job(ImportRun.objects.get().job.public_id)
    page = client.get(answer["Location"]).content.decode()
    assert run.file.sha256 in page
    assert "/confirm/" not in page
    assert Supplier.objects.get().name == "Norrmed AB"
    report = client.get(f"{answer['Location']}report/")
    assert body(report)[:2] == b"PK"


@pytest.mark.django_db
def test_only_who_brought_it_and_the_keeper_see_a_run(client_of, secretariat, admin, person):
    upload(client_of(secretariat))
    run = ImportRun.objects.get()
    colleague = person("secretariat")
    assert client_of(colleague).get(run.get_absolute_url()).status_code == 404
    assert client_of(colleague).post(f"{run.get_absolute_url()}confirm/").status_code == 404
    assert client_of(admin).get(run.get_absolute_url()).status_code == 200
    assert client_of(admin).post(f"{run.get_absolute_url()}confirm/").status_code == 403


@pytest.mark.django_db
def test_who_may_export_but_not_import(client_of, buyer, reader, stranger):
    assert client_of(buyer).get("/exchange/suppliers/import/").status_code == 403
    assert upload(client_of(buyer)).status_code == 403
    assert client_of(buyer).get("/exchange/contracts/import/").status_code == 200
    assert client_of(reader).get("/exchange/contracts/export/").status_code == 404
    assert client_of(stranger).get("/exchange/suppliers/export/").status_code == 404
    assert client_of(buyer).get("/exchange/nothing/export/").status_code == 404
    assert ImportRun.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "content"), [("a.pdf", b"%PDF"), ("a.csv", b""), ("a", b"namn"), ("a.xls", b"x")])
def test_a_file_of_another_type_stays_at_the_form(client_of, secretariat, name, content):
    answer = upload(client_of(secretariat), content=content, name=name)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["file"])
    assert ImportRun.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_template_imports_nothing_but_its_headings_are_known(client_of, secretariat, tmp_path, form):
    answer = client_of(secretariat).get(f"/exchange/contracts/template/{form}/")
    path = tmp_path / f"mall.{form}"
    path.write_bytes(body(answer))
    assert f".{form}" in answer["Content-Disposition"]
    resource = registry.get("contracts").resource(by=secretariat)
    with pytest.raises(FileRefused, match=r"rubriker|headings"):
        take_file(resource, path, path.name, writes=False)
    assert client_of(secretariat).get("/exchange/contracts/template/ods/").status_code == 404


@pytest.mark.django_db
def test_the_template_keeps_what_is_typed_and_offers_the_words_there_are(client_of, secretariat, tmp_path):
    path = tmp_path / "mall.xlsx"
    path.write_bytes(body(client_of(secretariat).get("/exchange/facilities/template/xlsx/")))
    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        styles = parts.read("xl/styles.xml").decode()
    assert '<formula1>"råvara,bearbetning,sluttillverkning"</formula1>' in sheet
    assert '<formula1>"ja,nej"</formula1>' in sheet
    assert 'numFmtId="49"' in styles
    columns = re.findall(r'<col min="(\d+)" max="(\d+)" [^>]*style="1"', sheet)
    assert columns[0][0] == "1"
    assert int(columns[-1][1]) == 8
    assert all(int(after[0]) == int(before[1]) + 1 for before, after in pairwise(columns))


@pytest.mark.django_db
def test_a_short_list_is_written_at_once_as_it_was_filtered(client_of, secretariat):
    for name, country in (("Norrmed AB", "SE"), ("Oslo AS", "NO")):
        SupplierFactory(name=name, country=country)
    url = "/exchange/suppliers/export/?country=NO"
    page = client_of(secretariat).get(url)
    assert (page.context["count"], page.context["total"]) == (1, 2)
    everything = client_of(secretariat).get("/exchange/suppliers/export/?nothing=NO")
    assert (everything.context["count"], everything.context["total"]) == (2, 2)
    answer = client_of(secretariat).post(url, {"columns": ["name", "country"], "form": "csv"})
    assert body(answer).decode("utf-8-sig").splitlines()[1:] == ["Oslo AS;NO"]
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    wrong = client_of(secretariat).post(url, {"columns": [], "form": "pdf"})
    assert sorted(wrong.context["form"].errors) == ["columns", "form"]


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_text_that_no_cell_holds_is_told_and_not_cut(client_of, secretariat, monkeypatch, form):
    monkeypatch.setattr(writing, "LONGEST_TEXT", 20)
    SupplierFactory(name="Norrmed Instrument i Jämtland AB")
    client, data = client_of(secretariat), {"columns": ["name"], "form": form}
    answer = client.post("/exchange/suppliers/export/", data)
    assert "Norrmed Instrument i Jämtland AB" in answer.context["form"].non_field_errors()[0]
    monkeypatch.setattr(views, "AT_ONCE", 0)
    client.post("/exchange/suppliers/export/", data)
    run_job(Job.objects.get().public_id)
    job = Job.objects.get()
    assert (job.has_failed, "Norrmed Instrument i Jämtland AB" in job.reason) == (True, True)


@pytest.mark.django_db(transaction=True)
def test_a_long_list_is_written_by_a_job(client_of, secretariat, monkeypatch):
    monkeypatch.setattr(views, "AT_ONCE", 1)
    for number in range(3):
        SupplierFactory(name=f"Norrmed {number} AB", country="SE")
    SupplierFactory(name="Oslo AS", country="NO")
    client = client_of(secretariat)
    answer = client.post("/exchange/suppliers/export/?country=SE", {"columns": ["name"], "form": "csv"})
    job = Job.objects.get()
    assert answer["Location"] == job.get_absolute_url()
    run_job(job.public_id)
    lines = body(client.get(Job.objects.get().result_url)).decode("utf-8-sig").splitlines()
    assert lines[1:] == ["Norrmed 0 AB", "Norrmed 1 AB", "Norrmed 2 AB"]


@pytest.mark.django_db
def test_a_buyer_takes_out_own_contracts_only(client_of, buyer):
    ContractFactory(region__code="23", title="Vårt avtal")
    ContractFactory(region__code="25", title="Grannens avtal")
    answer = client_of(buyer).post("/exchange/contracts/export/", {"columns": ["title"], "form": "csv"})
    assert body(answer).decode("utf-8-sig").splitlines()[1:] == ["Vårt avtal"]


@pytest.mark.django_db
@pytest.mark.parametrize("runs", [1, 3])
def test_the_page_of_all_asks_as_much_for_many_as_for_one(client_of, secretariat, runs, django_assert_max_num_queries):
    for number in range(runs):
        bring_file(
            by=secretariat,
            kind=registry.get("suppliers"),
            name=f"{number}.csv",
            content=FILE,
            media_type="text/csv",
        )
    client = client_of(secretariat)
    client.get("/exchange/")
    with django_assert_max_num_queries(6):
        page = client.get("/exchange/")
    assert len(page.context["page"].rows) == runs
    assert {run.state for run in page.context["page"].rows} == {RunState.CHECKING}


@pytest.mark.django_db
def test_what_the_user_may_do_stands_on_the_page(client_of, buyer, admin):
    page = client_of(buyer).get("/exchange/").content.decode()
    assert "/exchange/contracts/import/" in page
    assert "/exchange/suppliers/export/" in page
    assert "/exchange/suppliers/import/" not in page
    assert "/exchange/users/" not in page
    assert "/exchange/users/import/" in client_of(admin).get("/exchange/").content.decode()
