"""A file from its arrival to its receipt: checked, confirmed, all of it in, or nothing."""

import hashlib
import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from codeofconduct.models import Supplier, SupplierIdentifier
from portal.exchange import actions, registry
from portal.exchange.enums import RunState
from portal.exchange.models import ImportRun
from portal.exchange.refusals import sentence_of
from portal.jobs.enums import JobState
from portal.jobs.models import Job
from portal.jobs.tasks import run_job
from tests.factories import SupplierFactory

pytestmark = pytest.mark.django_db(transaction=True)
FILE = "namn;org.nr;ort\r\nNorrmed AB;559999-9017;Åre\r\nSydvård AB;556036-0793;Malmö\r\n".encode()


def brought(by, content: bytes = FILE, name: str = "leverantörer.csv") -> ImportRun:
    with translation.override("sv"):
        run = actions.bring_file(
            by=by, kind=registry.get("suppliers"), name=name, content=content, media_type="text/csv"
        )
    return worked(run)


def worked(run: ImportRun) -> ImportRun:
    """After the worker has done what the run waits for."""
    run_job(run.job.public_id)
    return ImportRun.objects.get(pk=run.pk)


def test_nothing_goes_in_before_it_is_confirmed(secretariat):
    run = brought(secretariat)
    assert (run.state, run.row_count, run.new_count, run.fault_count) == (RunState.READY, 2, 2, 0)
    assert [change["name"] for change in run.changes] == ["Norrmed AB", "Sydvård AB"]
    assert not Supplier.objects.exists()


def test_confirmed_it_goes_in_with_its_receipt_and_its_history(secretariat):
    run = worked(actions.confirm_run(by=secretariat, run=brought(secretariat)))
    assert (run.state, run.confirmed_by.user, run.file.sha256) == (
        RunState.DONE,
        secretariat,
        hashlib.sha256(FILE).hexdigest(),
    )
    assert run.ended_at >= run.confirmed_at
    supplier = Supplier.objects.get(name="Norrmed AB")
    assert supplier.created_by.user == secretariat
    event = supplier.pgh_event_model.objects.get(pgh_obj=supplier)
    assert event.pgh_context["user"] == secretariat.public_id
    job = run.job
    assert (job.state, job.done, job.total) == (JobState.DONE, 2, 2)


def test_the_receipt_keeps_what_the_import_remarks(secretariat):
    SupplierFactory(name="Norrmed i Jämtland AB", street="", city="Åre")
    run = brought(secretariat, "namn;org.nr\r\nNorrmed i Jämtlands AB;559999-9017\r\n".encode())
    assert run.notices == []
    run = worked(actions.confirm_run(by=secretariat, run=run))
    assert [notice[:6] for notice in run.notices] == ["1 par "]
    assert [change["name"] for change in run.changes] == ["Norrmed i Jämtlands AB"]


def test_confirmed_twice_it_goes_in_once(secretariat):
    run = brought(secretariat)
    first, second = (actions.confirm_run(by=secretariat, run=run) for _time in range(2))
    assert first.job == second.job
    worked(first)
    worked(second)
    assert Supplier.objects.count() == 2


def test_a_worker_that_dies_after_the_import_changes_nothing_when_it_is_tried_again(secretariat):
    run = worked(actions.confirm_run(by=secretariat, run=brought(secretariat)))
    Job.objects.filter(pk=run.job_id).update(state=JobState.QUEUED, ended_at=None)
    again = worked(run)
    assert (again.state, again.ended_at, Supplier.objects.count()) == (RunState.DONE, run.ended_at, 2)


def test_the_same_file_again_has_nothing_to_import(secretariat):
    worked(actions.confirm_run(by=secretariat, run=brought(secretariat)))
    run = brought(secretariat)
    assert (run.state, run.unchanged_count, run.does_something) == (RunState.READY, 2, False)
    assert actions.confirm_run(by=secretariat, run=run).state == RunState.READY


def test_when_the_register_changed_meanwhile_nothing_goes_in(secretariat):
    run = brought(secretariat)
    other = SupplierFactory(name="Norrmed i Åre AB")
    other.identifiers.create(scheme="se_orgnr", value="559999-9017")
    run = worked(actions.confirm_run(by=secretariat, run=run))
    assert (run.state, run.confirmed_at, Supplier.objects.count()) == (RunState.OUTDATED, None, 1)
    run = worked(actions.check_again(by=secretariat, run=run))
    assert (run.state, run.new_count, run.changed_count) == (RunState.READY, 1, 1)
    assert worked(actions.confirm_run(by=secretariat, run=run)).state == RunState.DONE
    other.refresh_from_db()
    assert (other.name, Supplier.objects.count()) == ("Norrmed AB", 2)


def test_errors_are_kept_with_a_workbook_of_them_all(secretariat):
    lines = "".join(f"Fel {number} AB;559999-9018\r\n" for number in range(150))
    run = brought(secretariat, f"namn;org.nr\r\n{lines}".encode())
    assert (run.state, run.fault_count, len(run.faults)) == (RunState.REFUSED, 150, 100)
    assert run.faults[0] | {"message": ""} == {"row": 2, "column": "org.nr (B)", "found": "559999-9018", "message": ""}
    assert (run.report.name.endswith(".xlsx"), run.report.read()[:2]) == (True, b"PK")
    assert actions.confirm_run(by=secretariat, run=run).state == RunState.REFUSED


@pytest.mark.parametrize(
    ("name", "content"),
    [("rapport.xlsx", b"%PDF-1.7"), ("hemlig.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") * 64), ("tom.csv", b"namn\r\n")],
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(secretariat, name, content):
    run = brought(secretariat, content, name)
    assert (run.state, run.row_count, bool(run.reason)) == (RunState.REFUSED, 0, True)


def test_whoever_may_no_longer_import_is_refused(secretariat):
    run = actions.confirm_run(by=secretariat, run=brought(secretariat))
    secretariat.memberships.all().delete()
    run = worked(run)
    assert (run.state, bool(run.reason), Supplier.objects.count()) == (RunState.REFUSED, True, 0)


def test_a_constraint_refuses_the_whole_file_with_its_own_sentence(secretariat):
    """A number that ended: it isn't compared, and the database keeps it unique."""
    run = brought(secretariat)
    other = SupplierFactory(name="Gammal AB")
    SupplierIdentifier.objects.create(supplier=other, scheme="se_orgnr", value="556036-0793", ended_on="2020-01-01")
    run = worked(actions.confirm_run(by=secretariat, run=run))
    assert (run.state in {RunState.REFUSED, RunState.OUTDATED}, Supplier.objects.count()) == (True, 1)


def test_the_sentence_of_a_constraint():
    supplier = SupplierFactory()
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        Supplier.objects.filter(pk=supplier.pk).update(parent=supplier.pk)
    with translation.override("en"):
        assert sentence_of(caught.value).startswith("The register refused the file")


@pytest.mark.long
def test_two_imports_of_one_kind_wait_for_each_other(secretariat, admin):
    """Both bring the same supplier; who comes second finds it there, so the file would do something else."""
    runs = [actions.confirm_run(by=user, run=brought(user)) for user in (secretariat, admin)]

    def work(run: ImportRun) -> None:
        run_job(run.job.public_id)
        connection.close()

    threads = [threading.Thread(target=work, args=[run]) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ImportRun.objects.values_list("state", flat=True)) == [RunState.DONE, RunState.OUTDATED]
    assert Supplier.objects.count() == 2
