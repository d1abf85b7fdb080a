"""Journey: an admin sets the budget of a year, the secretariat enters what is spent, and a reader sees whether it is enough."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from funding.models import OutcomeEntry
from tests.factories import CategoryFactory, RegionFactory
from tests.followups.factories import FollowUpFactory
from tests.funding.budgets import audit_of_2023, budget_line, budget_year, spent

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
ENDLESS = "Oändligaord" * 18


def click(page: Page, role: str, name: str) -> None:
    page.get_by_role(role, name=name, exact=True).click()


def assert_accessible(page: Page) -> None:
    assert Axe().run(page).response["violations"] == []


def fits(page: Page) -> None:
    """Nothing sticks out of the page on a phone."""
    page.set_viewport_size({"width": 360, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.set_viewport_size({"width": 1280, "height": 900})


def set_the_budget(page: Page, screenshot) -> None:
    click(page, "link", "Kansliets budget och utfall")
    expect(page.get_by_role("heading", level=1)).to_have_text("Räcker pengarna 2023?")
    click(page, "link", "Lägg till en budgetrad")
    page.get_by_label("Utbildning").check()
    page.get_by_label("Vad pengarna ska gå till").fill("Kurser")
    page.get_by_label("Budget (kr)").fill("-5")
    click(page, "button", "Lägg till raden")
    expect(page.get_by_role("alert")).to_contain_text("Beloppet kan inte vara mindre än 0.")
    assert_accessible(page)
    screenshot(page, "budget-line-wrong")
    page.get_by_label("Budget (kr)").fill("100 000")
    page.get_by_label("Beslut", exact=True).fill("Styrgruppen 2022-11-24")
    click(page, "button", "Lägg till raden")


def enter_what_is_spent(page: Page, screenshot) -> None:
    click(page, "link", "Kurser")
    click(page, "link", "För in ett utfall")
    page.get_by_label("Bokförd den").fill("2023-03-31")
    page.get_by_label("Belopp (kr)").fill("120 000,50")
    page.get_by_label("Verifikation").fill("4001")
    assert_accessible(page)
    screenshot(page, "budget-outcome")
    click(page, "button", "För in utfallet")
    expect(page.get_by_text("120 000,50 kr enligt verifikation 4001 är infört.")).to_be_visible()
    click(page, "link", "Rätta 4001")
    page.get_by_label("Belopp (kr)").fill("110 000")
    click(page, "button", "Rätta posten")
    assert_accessible(page)
    screenshot(page, "budget-line")
    fits(page)


@pytest.mark.long
def test_a_budget_is_set_spent_and_seen(page, live_server, admin, reader, log_in, screenshot):
    budget_year()
    log_in(page, admin)
    page.goto(f"{live_server.url}/funding/2023/")
    set_the_budget(page, screenshot)
    enter_what_is_spent(page, screenshot)
    page.goto(f"{live_server.url}/funding/2023/budget/")
    expect(page.get_by_role("row").filter(has_text="Kurser")).to_contain_text("10 000 kr över budget")
    assert_accessible(page)
    screenshot(page, "budget")
    assert OutcomeEntry.objects.get().amount_ore == 110_000_00


@pytest.mark.long
def test_forty_lines_and_an_endless_word_fit_on_a_phone(page, live_server, reader, secretariat, log_in, screenshot):
    year = budget_year()
    budget_line(year, "Revisioner", 900_000_00, kind="audits")
    lines = [budget_line(year, ENDLESS, 99_999_999_99)]
    lines += [budget_line(year, f"Rad {number} för något som kostar pengar", 5_000_00) for number in range(39)]
    for number, line in enumerate(lines):
        spent(line, (number - 3) * 1_000_00 + 1, str(number), text=ENDLESS[:200])
    for number, ore in enumerate((85_000_00, 42_000_00)):
        category = CategoryFactory(name=f"{ENDLESS[:90]} {number}")
        follow_up = FollowUpFactory(lead_region=RegionFactory(code=("23", "25")[number]), category=category)
        audit_of_2023(actual_ore=ore, follow_up=follow_up)
    log_in(page, secretariat)
    for name, path in (
        ("budget-forty", "/funding/2023/budget/"),
        ("spending-long", "/funding/2023/budget/spending/"),
        ("budget-line-long", lines[0].get_absolute_url()),
    ):
        page.goto(live_server.url + path)
        assert_accessible(page)
        screenshot(page, name)
        fits(page)
