"""Journey 4 with `kill -9` in the middle: the year is opened whole or not at all, the report comes once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from playwright.sync_api import Page, expect

from funding.actions.years import open_year
from funding.models import Contribution, FundingReport, FundingYear
from portal.files.models import StoredFile
from portal.jobs.models import LEASE, Job
from tests.database import connect_as_owner
from tests.journeys.machinery import Portal
from tests.machine.processes import eventually

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def year(reference_data, admin) -> FundingYear:
    return open_year(
        by=admin, year=2023, ore_per_inhabitant=100, rate_source="RS/29/2022", basis_date=date(2021, 12, 31)
    )


def export(page: Page, portal: Portal, admin) -> None:
    portal.log_in(page, admin)
    page.goto(f"{portal.url}/funding/2023/")
    page.get_by_role("button", name="Exportera finansieringsrapporten").click()
    page.wait_for_url(f"{portal.url}/jobs/*/")


def test_killed_while_rendering_the_report_still_comes_once(page: Page, portal, year, admin):
    portal.start("web", "worker", "beat")
    export(page, portal, admin)
    assert eventually(lambda: Job.objects.get().state == "running", 30)
    portal.kill("web", "worker", "beat")
    job = Job.objects.get()
    assert (job.state, FundingReport.objects.count()) == ("running", 0)

    # What waiting for the dead worker's lease would do, without the minute.
    Job.objects.update(leased_until=Now() - timedelta(seconds=1), woken_at=Now() - LEASE)
    portal.start("web", "worker", "worker", "beat")
    page.goto(f"{portal.url}/jobs/{job.public_id}/")
    expect(page.get_by_role("link", name="Ladda ner")).to_be_visible(timeout=60_000)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)
    assert FundingReport.objects.count() == StoredFile.objects.count() == 1


def test_without_a_worker_the_order_waits_and_is_not_lost(page: Page, portal, year, admin):
    portal.start("web")
    export(page, portal, admin)
    expect(page.get_by_text("Väntar på sin tur")).to_be_visible()
    portal.kill("web")
    portal.start("web", "worker", "beat")
    page.goto(f"{portal.url}/jobs/{Job.objects.get().public_id}/")
    expect(page.get_by_role("link", name="Ladda ner")).to_be_visible(timeout=60_000)
    assert FundingReport.objects.get().regions_counted == 21


def test_web_killed_while_a_year_is_opened_leaves_nothing_half_written(page: Page, portal, reference_data, admin):
    portal.start("web")
    portal.log_in(page, admin)
    page.goto(f"{portal.url}/funding/open/")
    page.get_by_label("År", exact=True).fill("2023")
    name = connection.settings_dict["NAME"]
    with connect_as_owner(name) as owner, owner.transaction():
        # The year and its bases are written, the contributions have to wait: the middle, held still.
        owner.execute("LOCK TABLE funding_contribution IN SHARE MODE")
        page.get_by_role("button", name="Öppna året").click(no_wait_after=True)
        waiting = "SELECT 1 FROM pg_locks WHERE relation = 'funding_contribution'::regclass AND NOT granted"
        assert eventually(lambda: owner.execute(waiting).fetchone())
        portal.kill("web")
    assert (FundingYear.objects.count(), Contribution.objects.count()) == (0, 0)

    portal.start("web")
    page.goto(f"{portal.url}/funding/open/")
    page.get_by_label("År", exact=True).fill("2023")
    page.get_by_role("button", name="Öppna året").click()
    page.wait_for_url(f"{portal.url}/funding/2023/")
    assert (FundingYear.objects.count(), Contribution.objects.count()) == (1, 21)
