"""The page of a job: only its owner sees it, it tells how far it is, and it works without scripts."""

import pytest
from django.urls import reverse

from portal.jobs import actions
from portal.jobs.enums import JobState
from portal.jobs.models import Job
from portal.jobs.registry import JobFailed, Output
from portal.jobs.tasks import run_job


@pytest.fixture
def job(kind, buyer) -> Job:
    kind()
    return actions.start_job(by=buyer, kind="report", subject="abc", title="Rapport 2023", language="sv")


@pytest.fixture
def pages(job, buyer, client_of):
    """`pages("job-show")`: the owner's answer from that address of the job; `pages("job-retry", post=True)` posts."""
    client = client_of(buyer)

    def ask(name: str, *, post: bool = False):
        address = reverse(f"jobs:{name}", args=[job.public_id])
        return client.post(address) if post else client.get(address)

    return ask


ADDRESSES = [("job-show", False), ("job-progress", False), ("job-result", False), ("job-retry", True)]


@pytest.mark.parametrize(("name", "post"), ADDRESSES)
def test_job_of_another_person_does_not_exist(job, client_of, admin, neighbour, name, post):
    run_job(job.public_id)
    for user in (admin, neighbour):
        address = reverse(f"jobs:{name}", args=[job.public_id])
        client = client_of(user)
        response = client.post(address) if post else client.get(address)
        assert response.status_code == 404
        assert b"Rapport 2023" not in response.content


@pytest.mark.parametrize(("name", "post"), ADDRESSES)
def test_other_methods_are_refused(pages, name, post):
    assert pages(name, post=not post).status_code == 405


def test_waiting_page_asks_again_with_and_without_scripts(pages, job):
    page = pages("job-show").content.decode()
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    assert f'hx-get="/jobs/{job.public_id}/progress/"' in page
    assert '<h1 lang="sv">Rapport 2023</h1>' in page


def test_working_page_shows_how_far_it_is(pages, job):
    actions.report_progress(actions.claim(job.public_id), 3, 21)
    response = pages("job-progress")
    assert response.status_code == 200
    assert 'value="3" max="21"' in response.content.decode()
    assert "<html" not in response.content.decode()


def test_finished_page_offers_the_file_and_stops_asking(pages, job):
    run_job(job.public_id)
    page = pages("job-show").content.decode()
    assert "http-equiv" not in page
    assert "hx-get" not in page
    assert f'href="/jobs/{job.public_id}/result/" download' in page
    response = pages("job-progress")
    assert response.status_code == 286
    assert 'hx-swap-oob="innerHTML"' in response.content.decode()
    result = pages("job-result")
    assert b"".join(result.streaming_content) == b"text"
    assert result["Content-Disposition"] == 'attachment; filename="report.txt"'
    result.close()


def test_job_without_a_file_has_no_result_page(pages, job):
    assert pages("job-result").status_code == 404


def test_result_is_where_the_kind_says(kind, buyer, client_of):
    """A page is opened: saved as a download it would be a file of markup under the name of the result."""
    kind("elsewhere", result_page=lambda job: f"/somewhere/{job.subject}/")
    job = actions.start_job(by=buyer, kind="elsewhere", subject="abc")
    client = client_of(buyer)
    assert "/somewhere/" not in client.get(job.get_absolute_url()).content.decode()
    run_job(job.public_id)
    job.refresh_from_db()
    assert job.result is not None
    for url in (job.get_absolute_url(), reverse("jobs:job-progress", args=[job.public_id])):
        page = client.get(url).content.decode()
        assert 'href="/somewhere/abc/">' in page
        assert " download" not in page


def test_the_page_leads_back_to_what_the_job_is_about(kind, buyer, client_of):
    kind("about", parents=lambda job: [("/years/", "År"), (f"/years/{job.subject}/", "Å & Ä")])
    job = actions.start_job(by=buyer, kind="about", subject="abc")
    page = client_of(buyer).get(job.get_absolute_url()).content.decode()
    assert '<ol><li><a href="/years/">År</a></li><li><a href="/years/abc/">Å &amp; Ä</a></li></ol>' in page


def test_failed_page_says_why_and_tries_again(kind, buyer, client_of):
    faults = ["Siffror <saknas>."]

    def run(job, progress):
        if faults:
            raise JobFailed(faults.pop())
        return Output("a.txt", b"a", "text/plain")

    kind("shaky", run=run)
    job = actions.start_job(by=buyer, kind="shaky", language="sv")
    client = client_of(buyer)
    run_job(job.public_id)
    page = client.get(job.get_absolute_url()).content.decode()
    assert '<p lang="sv">Siffror &lt;saknas&gt;.</p>' in page
    retry = reverse("jobs:job-retry", args=[job.public_id])
    assert f'action="{retry}"' in page
    response = client.post(retry)
    assert (response.status_code, response["Location"]) == (302, job.get_absolute_url())
    job.refresh_from_db()
    assert (job.state, job.reason) == (JobState.QUEUED, "")


def test_retry_of_a_job_that_is_done_changes_nothing(pages, job):
    run_job(job.public_id)
    assert pages("job-retry", post=True).status_code == 302
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 1)


def test_page_takes_the_same_number_of_queries_in_every_state(pages, job, django_assert_num_queries):
    with django_assert_num_queries(4):
        pages("job-show")
    run_job(job.public_id)
    with django_assert_num_queries(4):
        pages("job-show")


@pytest.mark.parametrize(("name", "post"), ADDRESSES)
def test_who_may_no_longer_have_it_done_sees_nothing_of_it(kind, buyer, client_of, name, post):
    """A role that has ended takes its results along, and the retry of what failed under it."""
    allowed = {buyer.pk}
    kind("secret", open_to=lambda user: user.pk in allowed)
    job = actions.start_job(by=buyer, kind="secret", title="Rapport 2023", language="sv")
    run_job(job.public_id)
    address, client = reverse(f"jobs:{name}", args=[job.public_id]), client_of(buyer)
    ask = client.post if post else client.get
    answer = ask(address)
    assert answer.status_code != 404
    b"".join(answer)
    allowed.clear()
    assert ask(address).status_code == 404
