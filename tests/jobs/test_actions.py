"""A job from start to end, and every way it can be cut short."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils import translation

from portal.files.models import StoredFile
from portal.history.models import SystemActor
from portal.jobs import actions, registry
from portal.jobs.enums import JobState
from portal.jobs.models import WAKE_UP, Job
from portal.jobs.registry import JobFailed, JobKind, Output
from portal.jobs.tasks import run_job, sweep

A_SECOND = timedelta(seconds=1)


def queue(by=None, **values) -> Job:
    return actions.start_job(by=by or SystemActor("test"), kind="report", **{"subject": "abc", **values})


def lose_worker(job: Job) -> None:
    """As if the worker had been killed and its lease had run out."""
    Job.objects.filter(pk=job.pk).update(leased_until=Now() - A_SECOND, woken_at=Now() - 2 * A_SECOND)


@pytest.mark.django_db(transaction=True)
def test_job_runs_and_keeps_its_file(kind, buyer, wake_ups):
    kind()
    with translation.override("en"):
        job = queue(by=buyer, params={"year": 2023})
    assert (job.state, job.title, job.language, job.owner) == (JobState.QUEUED, "A report", "en", buyer)
    assert wake_ups(job.public_id) == 1
    run_job(job.public_id)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.reason, job.lease_token, job.leased_until) == (JobState.DONE, 1, "", "", None)
    assert job.started_at <= job.ended_at
    assert (job.result.name, job.result.read(), job.result.created_by.user) == ("report.txt", b"text", buyer)
    assert job.result_url == f"/jobs/{job.public_id}/result/"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_queued_when_the_transaction_is_rolled_back(kind, wake_ups):
    kind()
    with transaction.atomic():
        job = queue()
        transaction.set_rollback(True)
    assert wake_ups(job.public_id) == 0
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_identical_job_of_the_same_person_is_returned(kind, buyer, neighbour):
    kind()
    first = queue(by=buyer, params={"a": 1, "b": 2})
    assert queue(by=buyer, params={"b": 2, "a": 1}) == first
    others = {
        queue(by=neighbour, params={"a": 1, "b": 2}),
        queue(by=buyer, params={"a": 1}),
        queue(by=buyer, params={"a": 1, "b": 2}, subject="other"),
        queue(by=buyer, params={"a": 1, "b": 2}, language="en"),
    }
    assert len(others | {first}) == 5
    run_job(first.public_id)
    assert queue(by=buyer, params={"a": 1, "b": 2}) not in others | {first}


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_job(kind, buyer):
    kind()
    started, barrier = [], threading.Barrier(2)

    def click():
        barrier.wait()
        started.append(queue(by=buyer).pk)
        connection.close()

    threads = [threading.Thread(target=click) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(started) == 2
    assert set(started) == set(Job.objects.values_list("pk", flat=True))


@pytest.mark.django_db
def test_unknown_kind_is_not_queued():
    with pytest.raises(KeyError):
        actions.start_job(by=SystemActor("test"), kind="nobody's")


@pytest.mark.django_db(transaction=True)
def test_progress_is_visible_to_others_while_it_runs(kind):
    seen = []

    def run(job, progress):
        for done in range(3):
            progress(done, 2)
            with_own_connection = threading.Thread(target=look, args=[job.pk])
            with_own_connection.start()
            with_own_connection.join()

    def look(pk):
        job = Job.objects.get(pk=pk)
        seen.append((job.state, job.done, job.total))
        connection.close()

    kind(run=run)
    run_job(queue().public_id)
    assert seen == [("running", 0, 2), ("running", 1, 2), ("running", 2, 2)]
    assert Job.objects.get().state == JobState.DONE
    assert Job.objects.get().result_url == ""


@pytest.mark.django_db
def test_progress_beyond_its_total_is_no_error(kind):
    kind(run=lambda job, progress: progress(7, 5))
    job = queue()
    run_job(job.public_id)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, 5, 5)


@pytest.mark.django_db
def test_run_speaks_the_jobs_language(kind):
    languages = []
    kind(run=lambda job, progress: languages.append(translation.get_language()))
    run_job(queue(language="en").public_id)
    run_job(queue(language="sv").public_id)
    assert languages == ["en", "sv"]


@pytest.mark.django_db
def test_failed_job_says_why_and_can_be_tried_again(kind, buyer):
    sentences = ["Siffror saknas för 3 rader."]

    def run(job, progress):
        progress(1, 4)
        if sentences:
            raise JobFailed(sentences.pop())

    kind(run=run)
    job = queue(by=buyer)
    run_job(job.public_id)
    job.refresh_from_db()
    assert (job.state, job.reason, job.result) == (JobState.FAILED, "Siffror saknas för 3 rader.", None)
    assert actions.retry_job(by=buyer, job=job) == job
    job.refresh_from_db()
    assert (job.state, job.reason, job.attempts, job.done, job.started_at) == (JobState.QUEUED, "", 0, 0, None)
    run_job(job.public_id)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert actions.retry_job(by=buyer, job=job).state == JobState.DONE


@pytest.mark.django_db
def test_retry_beside_an_identical_job_gives_that_one(kind, buyer):
    kind()
    failed = queue(by=buyer)
    actions.fail_job(actions.claim(failed.public_id), "Trasigt.")
    newer = queue(by=buyer)
    assert newer != failed
    assert actions.retry_job(by=buyer, job=failed) == newer
    failed.refresh_from_db()
    assert failed.state == JobState.FAILED


@pytest.mark.django_db
def test_crash_is_a_neutral_sentence_and_a_log_line(kind, caplog):
    def run(job, progress):
        raise ZeroDivisionError("secret detail")

    kind(run=run)
    job = queue(language="en")
    run_job(job.public_id)
    job.refresh_from_db()
    assert (job.state, job.reason) == (
        JobState.FAILED,
        "An unexpected error occurred. It has been logged. Try again.",
    )
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_job_that_comes_twice_runs_once(kind):
    runs = []
    kind(run=lambda job, progress: runs.append(job.public_id))
    job = queue()
    run_job(job.public_id)
    run_job(job.public_id)
    assert runs == [job.public_id]


@pytest.mark.django_db(transaction=True)
def test_job_is_not_taken_from_a_living_worker(kind):
    kind()
    job = queue()
    assert actions.claim(job.public_id) is not None
    assert actions.claim(job.public_id) is None
    sweep()
    run_job(job.public_id)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.RUNNING, 1)


@pytest.mark.django_db(transaction=True)
def test_overtaken_run_writes_nothing(kind):
    def slow(job, progress):
        progress(1, 2)
        if job.attempts == 1:
            lose_worker(job)
            run_job(job.public_id)
        return Output(f"attempt-{job.attempts}.txt", b"text", "text/plain")

    kind(run=slow)
    job = queue()
    run_job(job.public_id)
    job.refresh_from_db()
    assert (job.state, job.result.name) == (JobState.DONE, "attempt-2.txt")
    assert list(StoredFile.objects.values_list("name", flat=True)) == ["attempt-2.txt"]


@pytest.mark.django_db(transaction=True)
def test_overtaken_run_stops_at_its_next_step_and_cannot_fail_the_job(kind):
    kind()
    job = queue()
    first = actions.claim(job.public_id)
    lose_worker(job)
    second = actions.claim(job.public_id)
    for write in (
        lambda: actions.report_progress(first, 1, 2),
        lambda: actions.fail_job(first, "Trasigt."),
        lambda: actions.finish_job(first, None),
    ):
        with pytest.raises(actions.LeaseLost):
            write()
    actions.finish_job(second, None)
    job.refresh_from_db()
    assert (job.state, job.done, job.reason) == (JobState.DONE, 0, "")


@pytest.mark.django_db(transaction=True)
def test_kinds_own_rows_are_written_with_the_state_or_not_at_all(kind):
    def completed(job, stored):
        assert stored.name == "report.txt"
        queue(subject="child")
        if job.params["break"]:
            raise ZeroDivisionError

    kind(completed=completed)
    good, bad = queue(params={"break": False}), queue(params={"break": True})
    run_job(bad.public_id)
    bad.refresh_from_db()
    assert bad.state == JobState.FAILED
    assert not StoredFile.objects.exists()
    assert not Job.objects.filter(subject="child").exists()
    run_job(good.public_id)
    good.refresh_from_db()
    assert good.state == JobState.DONE
    assert Job.objects.filter(subject="child").count() == 1


@pytest.mark.django_db
def test_run_may_return_a_file_that_was_there_before(kind):
    kind()
    first = queue()
    run_job(first.public_id)
    first.refresh_from_db()
    kind("again", run=lambda job, progress: first.result)
    second = actions.start_job(by=SystemActor("test"), kind="again")
    run_job(second.public_id)
    second.refresh_from_db()
    assert second.result == first.result


@pytest.mark.django_db(transaction=True)
def test_sweep_wakes_a_lost_message_once_and_not_a_fresh_one(kind, wake_ups):
    kind()
    fresh, lost = queue(subject="fresh"), queue(subject="lost")
    Job.objects.filter(pk=lost.pk).update(woken_at=Now() - WAKE_UP - A_SECOND)
    sweep()
    sweep()
    assert (wake_ups(fresh.public_id), wake_ups(lost.public_id)) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_job_whose_workers_die_three_times_fails_with_a_reason(kind, wake_ups):
    kind()
    job = queue(language="en")
    for attempt in (1, 2, 3):
        assert actions.claim(job.public_id).attempts == attempt
        lose_worker(job)
        sweep()
    job.refresh_from_db()
    assert (job.state, job.reason) == (JobState.FAILED, "The work was interrupted 3 times and has been stopped.")
    assert wake_ups(job.public_id) == 3
    assert actions.claim(job.public_id) is None


@pytest.mark.django_db
def test_rows_written_by_a_job_remember_owner_and_job(kind, buyer):
    kind()
    job = queue(by=buyer)
    run_job(job.public_id)
    event = StoredFile.pgh_event_models["insert"].objects.get()
    assert event.pgh_context == {"job": job.public_id, "user": buyer.public_id}


@pytest.mark.django_db
def test_history_keeps_states_and_not_every_step(kind):
    kind(run=lambda job, progress: [progress(step, 50) for step in range(50)] and None)
    run_job(queue().public_id)
    events = Job.pgh_event_models["insert"].objects.order_by("pgh_id")
    assert list(events.values_list("state", flat=True)) == ["queued", "running", "done"]


@pytest.mark.django_db
def test_two_kinds_of_one_name_are_refused(kind):
    made = kind()
    registry.register(made)
    with pytest.raises(ValueError, match="report"):
        registry.register(JobKind("report", "Another", made.run))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {"state": "done"},
        {"state": "running"},
        {"state": "failed", "ended_at": Now()},
        {"reason": "Trasigt."},
        {"done": 1},
    ],
)
def test_database_refuses_half_a_state(kind, values):
    kind()
    job = queue()
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**values)
