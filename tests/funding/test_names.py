"""Who at the secretariat did what is told to the secretariat alone, and histories go back to the first change."""

import re
from datetime import date
from decimal import Decimal

import pytest

from funding.actions.bases import enter_basis
from funding.actions.briefs import save_brief_text
from funding.actions.decisions import register_decision
from funding.actions.documents import make_documents
from funding.actions.invoicing import register_payer
from funding.actions.rates import correct_rate
from funding.actions.reports import export_report, record_report
from funding.actions.steps import ask_to_reopen, move_year
from funding.actions.years import open_year
from funding.models import BriefText, FundingReport, Payment, PriceIndexFigure, Rate, RegionDocument, VatTreatment
from funding.queries.briefs import TEXT_FIELDS
from portal import clock
from portal.files.actions import store_file
from portal.history.models import actor_of
from portal.jobs.models import Job
from portal.jobs.tasks import run_job
from regions.models import Region, User
from tests.exchange.bringing import bring
from tests.funding.factories import DAY, MEMO, decided, moved_to, opened_year, paid, population_figure, text_of
from tests.funding.test_documents import pages_of
from tests.funding.test_statements import index_file

pytestmark = pytest.mark.django_db
NAME = "Kerstin Kanslist"
HISTORY = "/funding/2023/regions/23/history/"


@pytest.fixture
def official(admin) -> User:
    """An administrator with a name that no page says by itself."""
    User.objects.filter(pk=admin.pk).update(name=NAME)
    return User.objects.get(pk=admin.pk)


@pytest.fixture
def year(official):
    """Everything that the pages tell a name beside: opening, basis, decision, steps, report, index, request to reopen."""
    for code in ("23", "25"):
        population_figure(code, 1_000)
    year = open_year(by=official, year=2023, ore_per_inhabitant=100, rate_source="RS/29", basis_date=DAY)
    enter_basis(by=official, contribution=year.contributions.get(region__code="23"), version=1, **MEMO)
    for state in ("proposed", "decided"):
        move_year(by=official, funding_year=year, target=state, taken_on=clock.today())
    register_decision(
        by=official,
        region=Region.objects.get(code="23"),
        valid_from_year=2023,
        valid_to_year=2023,
        amount_ore=None,
        ore_per_inhabitant=100,
        decided_on=clock.today(),
        body="Regionstyrelsen",
        registration_number="RS/29",
    )
    move_year(by=official, funding_year=year, target="closed", taken_on=clock.today())
    year.refresh_from_db()
    ask_to_reopen(by=official, funding_year=year, reason="Fel belopp")
    register_payer(by=official, region=Region.objects.get(code="23"), valid_from=clock.today(), text="x")
    VatTreatment.objects.create(valid_from=date(2024, 1, 1), ground="Beslut 1", created_by=actor_of(official))
    PriceIndexFigure.objects.create(
        series="KPI",
        year=2023,
        value=Decimal(100),
        source="SCB",
        retrieved_on=date(2024, 1, 1),
        created_by=actor_of(official),
    )
    return year


PAGES = (
    "/funding/2023/",
    "/funding/2023/regions/23/",
    HISTORY,
    "/funding/price-index/",
    "/funding/regions/23/payer/",
    "/funding/vat/",
)


@pytest.mark.parametrize(
    ("role", "sees"),
    [("admin", True), ("secretariat", True), ("reader", False), ("buyer", False), ("area_coordinator", False)],
)
@pytest.mark.parametrize("path", PAGES)
def test_names_are_for_the_secretariat_alone(path, role, sees, year, request, client_of):
    page = client_of(request.getfixturevalue(role)).get(path)
    if path in PAGES[-2:] and role in {"reader", "area_coordinator"}:
        assert page.status_code in {403, 404} or NAME not in page.content.decode()
        return
    assert page.status_code == 200
    assert (NAME in page.content.decode()) == sees


def test_to_others_it_was_the_secretariat(year, buyer, client_of):
    told = text_of(client_of(buyer).get(HISTORY))
    assert "· kansliet" in told
    assert "Kansliet bad om det" in text_of(client_of(buyer).get("/funding/2023/"))


def test_a_report_names_who_exported_it_to_the_secretariat_alone(year, official, buyer, secretariat, client_of):
    report(year, official)
    pages = {user: client_of(user).get("/funding/2023/").content.decode() for user in (buyer, secretariat)}
    assert "funding-report.pdf" in pages[buyer]
    assert [NAME in pages[user] for user in (buyer, secretariat)] == [False, True]


def test_a_document_names_nobody_of_the_secretariat(year, official):
    """It goes on to boards and registers, whoever pressed the button."""
    jobs = [
        export_report(by=official, funding_year=year),
        make_documents(by=official, funding_year=year, kind="decision_brief", language="sv"),
        make_documents(by=official, funding_year=year, kind="statement", language="sv"),
    ]
    for job in jobs:
        run_job(job.public_id)
    pdfs = [FundingReport.objects.get().file, *(each.file for each in RegionDocument.objects.all())]
    told = [" ".join(pages_of(file.read())) for file in pdfs if file.name.endswith(".pdf")]
    assert len(told) == 5
    assert [NAME in text for text in told] == [False] * 5
    assert ["av kansliet" in text for text in told] == [True] * 5


def report(year, by: User) -> None:
    job = Job.objects.create(
        kind="funding_report", subject=year.public_id, title="Rapport", language="sv", created_by=actor_of(by)
    )
    stored = store_file(by=by, name="funding-report.pdf", content=b"%PDF", media_type="application/pdf")
    record_report(by=by, job=job, stored=stored, sum_ore=1, regions_counted=1)


def test_an_imported_index_names_nobody_in_its_source(official, tmp_path):
    bring("price_indices", index_file(tmp_path, "2016;316,43"), by=official)
    figure = PriceIndexFigure.objects.get()
    assert (NAME in figure.source, figure.created_by.user) == (False, official)
    assert figure.source.startswith("fil inläst")


def test_a_contributions_history_tells_its_own_year_in_kronor(reader, client_of):
    opened = [opened_year({"23": 131_418}), opened_year({}, year=2021), opened_year({}, year=2024)]
    for year in opened:
        moved_to(year, "proposed", taken_on=date(2020, 4, 6))
    decided("23", amount_ore=1_00, valid_to_year=2023, registration_number="OWN/1")
    decided("23", amount_ore=2_00, valid_from_year=2024, registration_number="LATER/2")
    decided("23", amount_ore=3_00, valid_from_year=2021, valid_to_year=2022, registration_number="EARLIER/3")
    payment = paid("23", "F-1", 13_141_850, paid_ore=None)
    payment.paid_ore, payment.paid_on = 13_141_850, date(2023, 3, 1)
    payment.save(update_fields=["paid_ore", "paid_on"])
    Payment.objects.filter(pk=payment.pk).update(paid_ore=13_141_800)
    told = text_of(client_of(reader).get(HISTORY))
    assert [number for number in ("OWN/1", "LATER/2", "EARLIER/3") if number in told] == ["OWN/1"]
    assert "Betalt belopp 131 418,50 kr → blev 131 418 kr" in told
    assert "(öre)" not in told
    assert not re.search(r"13\s?141\s?8[05]0", told)


def older(page) -> str:
    """Where the link to older changes leads; empty without one."""
    found = re.search(r'href="(\?before=[^"#]+)', page.content.decode())
    return found.group(1).replace("&amp;", "&") if found else ""


@pytest.fixture
def often() -> int:
    """More changes than a page of history shows."""
    return 24


def test_a_rates_history_goes_back_to_its_first_change(often, admin, client_of, reference_data):
    rate = Rate.objects.get(valid_from_year=2016)
    for number in range(often):
        rate.refresh_from_db()
        parts = [(part.name, part.ore_per_inhabitant) for part in rate.parts.all()]
        correct_rate(
            by=admin,
            rate=rate,
            version=rate.version,
            valid_from_year=2016,
            ore_per_inhabitant=rate.ore_per_inhabitant,
            source=f"Beslut {number}!",
            parts=parts,
        )
    url, client = f"/funding/rates/{rate.public_id}/", client_of(admin)
    pages = [client.get(url)]
    while link := older(pages[-1]):
        pages.append(client.get(url + link))
    seen = [text_of(page) for page in pages]
    assert len(pages) > 1
    assert [number for number in range(often) if not any(f"Beslut {number}!" in text for text in seen)] == []
    assert "Beslut 0!" not in seen[0]


def test_a_brief_texts_history_goes_back_to_its_first_change(often, secretariat, client_of):
    year = opened_year({"23": 1_000})
    for number in range(often):
        texts = dict.fromkeys(TEXT_FIELDS, f"Text {number}!")
        save_brief_text(by=secretariat, funding_year=year, seen=number, **texts)
    assert BriefText.objects.get().version == often
    url, client = "/funding/2023/brief/", client_of(secretariat)
    first = client.get(url)
    second = client.get(url + older(first))
    assert ("Text 1!" in text_of(first), "Text 1!" in text_of(second)) == (False, True)
    assert older(second) == ""
