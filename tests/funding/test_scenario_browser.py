"""The scenarios in a real browser: answered while one types, and by the button alone where there are no scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
RATE_A = "Belopp per invånare (öre), A"


def open_scenarios(page: Page, live_server, client_of, user, query: str = "") -> None:
    cookie = client_of(user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page.goto(f"{live_server.url}/funding/scenarios/{query}")


def result(page: Page, letter: str):
    return page.get_by_role("region", name=f"Scenario {letter} ger")


def assert_accessible(page: Page) -> None:
    assert [(each["id"], each["nodes"][0]["html"]) for each in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_what_is_typed_is_answered_in_place(page: Page, live_server, client_of, buyer, reference_data, screenshot):
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    open_scenarios(page, live_server, client_of, buyer)
    expect(result(page, "A")).to_contain_text("5 226 170 kr")
    expect(result(page, "B")).to_contain_text("10 452 326 kr")

    rate = page.get_by_role("textbox", name=RATE_A)
    rate.fill("100")
    expect(result(page, "A")).to_contain_text("10 452 326 kr")
    expect(rate).to_be_focused()
    page.wait_for_url("**a-ore=100**")
    expect(page.get_by_role("slider").first).to_have_value("100")
    expect(page.locator("#scenario-said")).to_contain_text("A: 10 452 326 kr")

    slider = page.get_by_role("slider").first
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(rate).to_have_value("95")
    page.wait_for_url("**a-ore=95**")
    expect(slider).to_be_focused()

    rate.fill("1000")
    expect(page.locator("#id_a-ore_error")).to_contain_text("mellan 0 och 500 öre")
    expect(rate).to_have_attribute("aria-invalid", "true")
    expect(rate).to_be_focused()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(result(page, "B")).to_contain_text("10 452 326 kr")
    rate.fill("60")
    expect(page.locator("#id_a-ore_error")).to_be_empty()
    expect(rate).not_to_have_attribute("aria-invalid", "true")

    page.get_by_role("textbox", name="Kostnad per tjänst och år (kr), A").fill("900 000")
    page.get_by_role("textbox", name="Kostnad per revision (kr), A").fill("75000")
    expect(result(page, "A")).to_contain_text("för 3 571 395 kr")
    shared = page.url
    page.go_back()
    expect(rate).to_have_value("60")
    page.goto(shared)
    expect(result(page, "A")).to_contain_text("för 3 571 395 kr")
    assert complaints == []


def test_every_slider_and_its_number_follow_each_other(page: Page, live_server, client_of, buyer, reference_data):
    open_scenarios(page, live_server, client_of, buyer, "?a-post_cost=600000&a-audit_cost=75000")
    expect(result(page, "A")).to_contain_text("5 226 170 kr")
    for label, slider_at, key, value, answer in (
        ("Extra befolkningstillväxt (procent per år), A", "0", "ArrowRight", "0,1", "med en extra tillväxt på 0,1 %"),
        ("Tjänster på kansliet, A", "3", "ArrowLeft", "2,5", "för 3 7"),
        ("Kostnad per revision (kr), A", "75000", "ArrowRight", "80000", "46revisioner"),
    ):
        number, slider = page.get_by_role("textbox", name=label), page.get_by_role("slider", name=label)
        expect(slider).to_have_value(slider_at)
        slider.focus()
        page.keyboard.press(key)
        expect(number).to_have_value(value)
        expect(slider).to_have_attribute("aria-valuetext", value)
        expect(result(page, "A")).to_contain_text(answer)
        expect(slider).to_be_focused()

    number, slider = (page.get_by_role(role, name="Kostnad per revision (kr), A") for role in ("textbox", "slider"))
    for typed, at, told in (
        ("123 456,50", "125000", "123 456,50"),
        ("900000", "300000", "900000"),
        ("", "5000", "inget ifyllt"),
    ):
        number.fill(typed)
        expect(slider).to_have_value(at)
        expect(slider).to_have_attribute("aria-valuetext", told)
    expect(result(page, "A")).to_contain_text("Skriv vad en revision kostar")


@pytest.mark.parametrize("query", ["", "?a-ore=1000&b-post_cost=600000"], ids=["example", "wrong"])
def test_the_page_can_be_used_by_everyone(
    page: Page, live_server, client_of, buyer, reference_data, screenshot, query, request
):
    open_scenarios(page, live_server, client_of, buyer, query)
    expect(result(page, "B")).to_contain_text("10 452 326 kr")
    assert_accessible(page)
    screenshot(page, f"scenarios-{request.node.callspec.id}")
    page.set_viewport_size({"width": 320, "height": 800})
    assert_accessible(page)


def test_without_scripts_the_button_computes(browser: Browser, live_server, client_of, reader, reference_data):
    context = browser.new_context(java_script_enabled=False, locale="sv-SE")
    page = context.new_page()
    open_scenarios(page, live_server, client_of, reader)
    assert page.get_by_role("slider").count() == 0
    page.get_by_role("textbox", name=RATE_A).fill("60")
    page.get_by_role("textbox", name="Tjänster på kansliet, A").fill("abc")
    page.get_by_role("button", name="Räkna").click()
    assert "a-ore=60" in page.url
    expect(page.get_by_role("alert")).to_contain_text("Tjänster på kansliet, A: Skriv antalet tjänster")
    expect(page.get_by_role("textbox", name="Tjänster på kansliet, A")).to_have_value("abc")
    page.get_by_role("textbox", name="Tjänster på kansliet, A").fill("2,5")
    page.get_by_role("button", name="Räkna").click()
    expect(result(page, "A")).to_contain_text("0,60 kr per invånare")
    with page.expect_download() as download:
        page.get_by_role("link", name="Båda scenarierna som text (.csv)").click()
    assert download.value.suggested_filename.startswith("scenarier-")
    context.close()
