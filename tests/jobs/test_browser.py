"""The page of a job watched in a browser while the job runs, with scripts and without."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from portal.jobs import actions
from portal.jobs.registry import JobFailed
from portal.jobs.tasks import run_job


@pytest.fixture
def reader_of_english(person):
    return person("buyer", "23", language="en")


@pytest.fixture
def job(kind, reader_of_english):
    kind()
    return actions.start_job(by=reader_of_english, kind="report", title="Report 2023", language="en")


@pytest.fixture
def logged_in(client_of, reader_of_english, live_server):
    def make(context) -> None:
        session = client_of(reader_of_english).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])

    return make


@pytest.mark.long
def test_page_follows_the_job_to_its_end(page, live_server, logged_in, job, screenshot):
    logged_in(page.context)
    page.goto(live_server.url + job.get_absolute_url())
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    screenshot(page, "job-queued")
    claimed = actions.claim(job.public_id)
    actions.report_progress(claimed, 7, 21)
    expect(page.get_by_role("progressbar", name="Working")).to_have_attribute("value", "7")
    expect(page.locator("main span").filter(has_text="7 of 21")).to_be_visible()
    screenshot(page, "job-running")
    actions.finish_job(claimed, actions.Output("report.txt", b"text", "text/plain"))
    link = page.get_by_role("link", name="Download report.txt")
    expect(link).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Ready. The result can be downloaded.")
    screenshot(page, "job-done")
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    with page.expect_download() as download:
        link.click()
    assert download.value.path().read_text() == "text"
    page.wait_for_timeout(2500)
    assert [url for url in requests if "progress" in url] == []


@pytest.mark.long
def test_page_follows_the_job_without_scripts(browser, live_server, logged_in, job):
    with browser.new_context(java_script_enabled=False) as context:
        logged_in(context)
        page = context.new_page()
        page.goto(live_server.url + job.get_absolute_url())
        expect(page.get_by_text("Waiting for its turn")).to_be_visible()
        run_job(job.public_id)
        expect(page.get_by_role("link", name="Download report.txt")).to_be_visible(timeout=10_000)


@pytest.mark.long
def test_failed_job_is_tried_again_from_the_page(page, live_server, logged_in, kind, reader_of_english, screenshot):
    def run(job, progress):
        raise JobFailed("Figures are missing for 3 rows.")

    kind("shaky", run=run)
    job = actions.start_job(by=reader_of_english, kind="shaky", title="Report 2023", language="en")
    run_job(job.public_id)
    logged_in(page.context)
    page.goto(live_server.url + job.get_absolute_url())
    expect(page.get_by_text("Figures are missing for 3 rows.")).to_be_visible()
    screenshot(page, "job-failed")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
