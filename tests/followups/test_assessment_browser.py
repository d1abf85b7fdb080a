"""The supplier in a real browser: answers save themselves, a lost connection is said, and two people meet."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from followups.models import DraftAnswer, SelfAssessment
from tests.followups.assessments import link_of, outside, sent, submitted, write
from tests.followups.factories import FollowUpFactory
from tests.followups.pages import page as path_of
from tests.followups.test_links import address_in

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def assessment() -> SelfAssessment:
    return sent(FollowUpFactory(contracts=["23"], supplier__name="Fjällpapper AB"))


@pytest.fixture
def anna(page: Page, live_server, assessment) -> Page:
    """Anna's browser, in which the link has been opened by its button."""
    page.goto(live_server.url + address_in(link_of(assessment)))
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/follow-ups/links/*/")
    return page


def faults(page: Page) -> list[str]:
    found = [violation["id"] for violation in Axe().run(page).response["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*found, *(["wide"] if wide else [])]


def saved(assessment) -> dict[str, str]:
    return dict(DraftAnswer.objects.filter(self_assessment=assessment).values_list("key", "value"))


def test_answers_save_themselves_and_bring_what_hangs_on_them(anna, live_server, assessment, screenshot):
    complaints: list[str] = []
    anna.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    anna.goto(live_server.url + outside("section", assessment, 2))
    assert not anna.locator("[name=answer_country]").count()
    with anna.expect_response(lambda answer: answer.request.method == "POST"):
        anna.locator("[name=answer_mapping][value=all]").check()
    expect(anna.locator("[name=answer_country]")).to_be_visible()
    with anna.expect_response(lambda answer: answer.request.method == "POST"):
        anna.locator("[name=answer_number]").fill("12")
    expect(anna.locator("#state-number")).to_contain_text("Anna Ek")
    assert saved(assessment) == {"mapping": "all", "number": "12"}
    # What came later saves itself too.
    with anna.expect_response(lambda answer: answer.request.method == "POST"):
        anna.locator("[name=answer_country]").select_option("SE")
    expect(anna.locator("#state-country")).to_contain_text("Anna Ek")
    assert saved(assessment)["country"] == "SE"
    assert faults(anna) == []
    screenshot(anna, "assessment-section")
    assert complaints == []


def test_a_lost_connection_is_said_and_the_text_is_saved_when_it_is_back(anna, live_server, assessment, screenshot):
    anna.goto(live_server.url + outside("section", assessment, 2))
    lost = anna.locator("#question-number .not-saved")
    expect(lost).to_be_hidden()
    anna.context.set_offline(True)
    anna.locator("[name=answer_number]").fill("4711")
    expect(lost).to_be_visible()
    assert saved(assessment) == {}
    screenshot(anna, "assessment-offline")
    anna.context.set_offline(False)
    expect(lost).to_be_hidden(timeout=20_000)
    expect(anna.locator("#state-number")).to_contain_text("Anna Ek")
    assert anna.locator("[name=answer_number]").input_value() == "4711"
    assert saved(assessment) == {"number": "4711"}


def test_two_people_see_both_texts_and_decide(anna, live_server, assessment, screenshot):
    anna.goto(live_server.url + outside("section", assessment, 2))
    write(assessment, number="12")
    anna.locator("[name=answer_number]").fill("7")
    state = anna.locator("#state-number")
    expect(state).to_contain_text("12")
    expect(state).to_contain_text("7")
    assert saved(assessment) == {"number": "12"}
    assert faults(anna) == []
    screenshot(anna, "assessment-two-people")
    with anna.expect_navigation():
        state.locator("button").click()
    assert saved(assessment) == {"number": "7"}


def test_a_file_is_added_without_leaving_the_page(anna, live_server, assessment, tmp_path):
    write(assessment, policy="yes")
    picture = tmp_path / "bild.png"
    anna.goto(live_server.url + outside("section", assessment, 1))
    anna.screenshot(path=picture)
    with anna.expect_response(lambda answer: answer.request.method == "POST"):
        anna.locator("[name='files_policy-file']").set_input_files(picture)
    expect(anna.locator("#files-policy-file")).to_contain_text("bild.png")
    wrong = tmp_path / "fel.docm"
    wrong.write_bytes(b"PK\x03\x04")
    with anna.expect_response(lambda answer: answer.request.method == "POST"):
        anna.locator("[name='files_policy-file']").set_input_files(wrong)
    expect(anna.locator("#files-policy-file .field-error")).to_be_visible()
    expect(anna.locator("#files-policy-file")).to_contain_text("bild.png")


def test_from_the_letter_to_the_receipt_and_the_review(
    anna, live_server, assessment, screenshot, client_of, secretariat
):
    write(assessment, policy="no", mapping="first", number="12")
    wrong = []
    pages = {
        "start": f"/follow-ups/links/{link_of(assessment).public_id}/",
        "overview": outside("overview", assessment),
        "secrets": outside("secrets", assessment),
        "workbook": outside("sheet-import", assessment),
        "submit": outside("submit", assessment),
    }
    for name, path in pages.items():
        anna.goto(live_server.url + path)
        screenshot(anna, f"assessment-{name}")
        anna.set_viewport_size({"width": 320, "height": 800})
        wrong += [(name, fault) for fault in faults(anna)]
    anna.locator("[name=consent][value=yes]").check()
    anna.locator("[name=understood]").check()
    anna.locator("main form button[type=submit]").last.click()
    anna.wait_for_url("**" + outside("overview", assessment))
    screenshot(anna, "assessment-submitted")
    wrong += [("submitted", fault) for fault in faults(anna)]
    session = client_of(secretariat).cookies["sessionid"].value
    anna.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    for name, path in {
        "review": path_of("assessment-detail", assessment),
        "send": path_of("assessment-send", assessment.follow_up),
        "follow-up": path_of("follow-up-detail", assessment.follow_up),
        "ask": path_of("answer-ask", assessment.answers.first()),
    }.items():
        anna.goto(live_server.url + path)
        screenshot(anna, f"assessment-{name}")
        wrong += [(name, fault) for fault in faults(anna)]
    assert wrong == []


def test_the_same_pages_work_without_scripts(browser, live_server, assessment):
    context = browser.new_context(java_script_enabled=False, locale="sv-SE")
    page = context.new_page()
    page.goto(live_server.url + address_in(link_of(assessment)))
    page.locator("main form button[type=submit]").click()
    page.goto(live_server.url + outside("section", assessment, 2))
    page.locator("[name=answer_mapping][value=all]").check()
    page.locator("button[name=stay]").click()
    page.locator("[name=answer_country]").select_option("SE")
    page.locator("button[name=next]").click()
    assert saved(assessment) == {"mapping": "all", "country": "SE"}
    context.close()


def test_the_answers_of_a_submitted_one_are_locked(assessment):
    submitted(assessment)
    assert Client().get(outside("section", assessment, 1)).status_code == 404
