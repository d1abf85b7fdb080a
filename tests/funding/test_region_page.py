"""A region's own page, and the map of a year."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funding.actions.documents import make_documents, record_documents
from funding.enums import YearState
from funding.models import Contribution, FundingYear, RegionDocument
from funding.permissions import can_see_what_it_gets
from funding.presentation import contribution_map
from funding.queries.figures import year_figures
from portal import clock
from portal.jobs.registry import Output
from regions.maps import FILLS
from regions.models import GroupMembership, PurchasingGroup, Region
from tests.exchange.bringing import take_out
from tests.factories import ContractFactory
from tests.followups.audit_factories import AuditFactory
from tests.followups.factories import FollowUpFactory
from tests.followups.reuse_things import StandardCostFactory, audited
from tests.followups.test_reuse import reused
from tests.funding.factories import decided, moved_to, opened_year, paid, text_of

pytestmark = pytest.mark.django_db
GETS = "Vad regionen får"


def show(client, code="23"):
    return client.get(reverse("funding:region-show", args=[code]))


@pytest.fixture
def years():
    """Two years after each other, and one after a gap."""
    opened_year({"23": 131_418, "25": 250_000}, year=2021, ore=50)
    return [opened_year({}, year=year, ore=ore) for year, ore in ((2022, 50), (2024, 100))]


def test_a_region_sees_what_it_pays_year_by_year(client_of, buyer, years):
    moved_to(years[0], "proposed", taken_on=date(2022, 1, 10))
    decided("23", amount_ore=14_000_000, valid_from_year=2022, valid_to_year=2022)
    response = show(client_of(buyer))
    rows = [(str(each.funding_year), each.owed_ore, each.difference_ore) for each in response.context["years"]]
    assert rows == [("2024", 13_141_800, None), ("2022", 14_000_000, 0), ("2021", 6_570_900, None)]
    assert all(amount in text_of(response) for amount in ("131 418 kr", "140 000 kr", "65 709 kr"))


def test_a_year_that_is_not_proposed_yet_leads_no_page_of_the_region(client_of, buyer, years):
    client = client_of(buyer)
    pages = ("/", "/regions/23/", "/funding/regions/23/")
    led = ("Regionens andel 20", "Regionens andel 20", "andel 20")
    assert [text_of(client.get(page)).partition(words)[2][:2] for page, words in zip(pages, led, strict=True)] == [
        "24"
    ] * 3
    assert "andel 2024 beräknat; inte föreslaget ännu" in text_of(client.get(pages[2]))
    moved_to(years[0], "proposed", taken_on=date(2021, 11, 10))
    assert [text_of(client.get(page)).partition(words)[2][:2] for page, words in zip(pages, led, strict=True)] == [
        "22"
    ] * 3
    assert "2024 131 418 131 418 kr – inte föreslaget ännu" in text_of(client.get(pages[2]))


def test_the_chart_says_what_its_other_colour_means(client_of, buyer, years):
    said = "I annan färg: inget är beslutat, så det beräknade beloppet gäller."
    paths = ("/funding/regions/23/", "/funding/regions/23/statement/")
    assert [text_of(client_of(buyer).get(path)).count(said) for path in paths] == [1, 1]
    moved_to(FundingYear.objects.get(year=2021), "proposed", taken_on=date(2020, 11, 2))
    decided("23", amount_ore=14_000_000, valid_from_year=2021, valid_to_year=None)
    assert [text_of(client_of(buyer).get(path)).count(said) for path in paths] == [0, 0]


def test_a_region_sees_what_it_gets(client_of, secretariat, buyer, years):
    StandardCostFactory()
    own = ContractFactory(region=Region.objects.get(code="23"))
    reused(secretariat, own, audited(supplier=own.supplier, lead_region=Region.objects.get(code="25")))
    gains = show(client_of(buyer)).context["gains"]
    assert (gains.always.avoided, gains.always.avoided_ore, gains.always.contracts) == (1, 8_500_000, 1)
    assert gains.lately == gains.always
    assert gains.since == clock.today() - timedelta(days=365)


def test_what_another_region_gets_is_not_for_its_neighbour(client_of, buyer, neighbour, secretariat, reader, years):
    for user, sees in ((buyer, True), (neighbour, False), (secretariat, True), (reader, True)):
        response = show(client_of(user))
        assert (response.context["gains"] is not None, GETS in text_of(response)) == (sees, sees)
        assert "131 418 kr" in text_of(response)


def test_a_region_without_years_says_so(client_of, buyer):
    assert "Inget finansieringsår är öppnat" in text_of(show(client_of(buyer)))


def test_the_queries_do_not_grow_with_the_years(client_of, buyer):
    opened_year({"23": 100_000}, year=2020)
    client = client_of(buyer)
    show(client)
    with CaptureQueriesContext(connection) as few:
        show(client)
    for year in (2021, 2022, 2023):
        opened_year({}, year=year)
    with CaptureQueriesContext(connection) as many:
        show(client)
    assert len(few) == len(many)


def test_the_map_shades_each_region_by_its_part(reference_data):
    year = opened_year({}, year=2022)
    drawn = contribution_map(year_figures(year), own={Region.objects.get(code="23").pk})
    shades = {re.match(r"[^:]+", each["shade"].text)[0]: each["shade"] for each in drawn["counties"]}
    assert len(shades) == 21
    assert {name for name, shade in shades.items() if shade.marked} == {"Region Jämtland Härjedalen"}
    assert shades["Region Stockholm"].step == 5
    assert shades["Region Skåne"].step == 4
    assert shades["Region Jämtland Härjedalen"].step == 1
    assert shades["Region Jämtland Härjedalen"].text.replace("\N{NO-BREAK SPACE}", " ").endswith(": 132 054 kr, 1,3 %")
    assert drawn["counties"][-1]["shade"].marked
    assert [fill for _, fill, _ in drawn["steps"]] == list(FILLS)


def test_the_table_holds_the_shares_that_the_map_shades(client_of, buyer, tmp_path):
    opened_year({"23": 100_000, "25": 200_001}, year=2022)
    opened_year({}, year=2024)
    page = client_of(buyer).get("/funding/2022/")
    assert {each.region.code: f"{share:.3f}" for each, _note, share in page.context["rows"]} == {
        "23": "0.333",
        "25": "0.667",
    }
    assert "100 000 kr – 33,3 % inte föreslaget" in text_of(page)
    assert "200 001 kr – 66,7 % inte föreslaget" in text_of(page)
    lines = take_out("contributions", tmp_path / "ut.csv").read_text("utf-8-sig").splitlines()
    place = lines[0].split(";").index("Andel av årets summa (%)")
    assert sorted(line.split(";")[place] for line in lines[1:]) == ["33,3", "33,3", "66,7", "66,7"]


def test_the_map_stands_on_the_years_page_with_its_credit(client_of, buyer, reference_data):
    opened_year({}, year=2022)
    page = client_of(buyer).get("/funding/2022/")
    assert page.content.decode().count('class="step-1') > 3
    assert "CC BY 4.0" in text_of(page)
    assert "din region" in text_of(page)


def test_a_year_without_contributions_has_no_map(client_of, buyer):
    year = opened_year({"23": 100})
    Contribution.objects.all().delete()
    assert "region-map" not in client_of(buyer).get(year.get_absolute_url()).content.decode()


@pytest.mark.parametrize("role", ["area_coordinator", "buyer", "neighbour", "reader", "secretariat", "stranger"])
def test_what_a_region_gets_is_read_by_those_who_read_its_brief(role, admin, request, client_of):
    year = opened_year({"23": 1_000, "25": 2_000})
    user = request.getfixturevalue(role)
    group = PurchasingGroup.objects.get_or_create(letter="A")[0]
    region = Region.objects.get(code="23")
    GroupMembership.objects.create(group=group, region=region, valid_from=date(2020, 1, 1))
    job = make_documents(by=admin, funding_year=year, kind="decision_brief", language="sv")
    pdf = Output("a.pdf", b"%PDF", "application/pdf")
    record_documents(by=admin, job=job, made=[(code, pdf) for code in ("23", "25")])
    read = set(RegionDocument.objects.visible_to(user).values_list("region__code", flat=True))
    shown = {code for code in ("23", "25") if can_see_what_it_gets(user, Region.objects.get(code=code))}
    own = {"area_coordinator": {"23"}, "buyer": {"23"}, "neighbour": {"25"}, "stranger": set()}
    assert (read, shown) == (own.get(role, {"23", "25"}),) * 2
    if role != "stranger":
        assert (GETS in text_of(show(client_of(user)))) == ("23" in shown)


def test_of_a_closed_year_the_page_tells_what_the_years_page_does(client_of, buyer):
    """The control: until it is closed, what is invoiced meanwhile counts."""
    year = opened_year({"23": 1_000}, year=clock.today().year)
    follow_up = FollowUpFactory(lead_region=Region.objects.get(code="23"))
    invoiced = {"follow_up": follow_up, "carried_out": -1, "invoiced_on": clock.today()}
    client, told = client_of(buyer), []
    for number, state in enumerate((YearState.OPEN, YearState.CLOSED), start=1):
        AuditFactory(**invoiced, invoice_number=f"F{number}", actual_ore=500_00)
        moved_to(year, state)
        AuditFactory(**invoiced, invoice_number=f"G{number}", actual_ore=70_00)
        page = client.get(f"{year.get_absolute_url()}budget/spending/").context["spending"]
        told.append((show(client).context["gains"].invoiced_ore, page.total.actual_ore))
    assert told == [(570_00, 570_00), (1070_00, 1070_00)]


def test_the_page_tells_what_is_invoiced_and_what_is_ordered_beside(client_of, buyer, years):
    paid("23", "F-1", 5_000_00, year=2024, paid_ore=None)
    follow_up = FollowUpFactory(lead_region=Region.objects.get(code="23"))
    AuditFactory(follow_up=follow_up, carried_out=-1, invoice_number="F", invoiced_on=clock.today(), actual_ore=500_00)
    page = text_of(show(client_of(buyer)))
    assert "har 500 kr fakturerats hittills i år." in page
    assert "är beställt" not in page
    assert "2024 131 418 131 418 kr – inte föreslaget ännu 5 000 kr 0 kr" in page
    AuditFactory(follow_up=follow_up, ordered_on=clock.today(), price_ore=300_00)
    assert "har 500 kr fakturerats hittills i år. Ytterligare 300 kr är beställt." in text_of(show(client_of(buyer)))
