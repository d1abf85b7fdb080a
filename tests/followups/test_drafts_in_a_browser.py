"""A finding written on a phone whose connection comes and goes: what was typed and photographed is still there."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from followups.actions.links import issue_link
from followups.enums.links import Holder
from followups.models import Audit, AuditJudgement, Finding, FindingDraft
from followups.outside import SESSION_KEY
from portal.history.models import SystemActor
from tests.files.samples import jpeg
from tests.followups.audit_factories import AUDITOR, AuditFactory
from tests.followups.factories import FollowUpFactory, SeverityFactory

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
TEXT = "Nödutgången på andra våningen var spärrad av lastpallar."


@pytest.fixture
def audit() -> Audit:
    SeverityFactory()
    return AuditFactory(follow_up=FollowUpFactory(contracts=["23"]), booked=0)


@pytest.fixture
def at(audit, context, live_server):
    """`at(name, *ids)`: the address of the auditor's page, whose link this browser has opened."""
    link = issue_link(
        by=SystemActor("test"),
        holder=Holder.AUDITOR,
        name="Rita Revisor",
        email=AUDITOR,
        language="sv",
        follow_up=audit.follow_up,
    )
    session = Client().session
    session[SESSION_KEY] = [link.public_id]
    session.save()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live_server.url}
    context.add_cookies([cookie])

    def address(name: str, *ids: str) -> str:
        return live_server.url + reverse(f"followups:outside-{name}", args=[link.public_id, audit.public_id, *ids])

    return address


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size({"width": 360, "height": 740})
    return page


def says(page: Page, word: str) -> None:
    """The line beneath the form says this, in whatever language."""
    text = page.locator("form[data-keep]").get_attribute(f"data-word-{word}")
    assert text
    expect(page.locator(".form .keep-status")).to_contain_text(text, timeout=15_000)


def test_what_was_written_without_a_connection_is_kept_said_and_sent(phone, context, at, audit, screenshot):
    phone.goto(at("draft-new"))
    phone.locator("#id_text").fill("Nödutgången")
    says(phone, "saved")
    assert FindingDraft.objects.get().text == "Nödutgången"
    assert "/finding-drafts/" in phone.url

    context.set_offline(True)
    phone.locator("#id_text").fill(TEXT)
    phone.locator("#id_photo").set_input_files(
        {"name": "pallar.jpg", "mimeType": "image/jpeg", "buffer": jpeg((640, 420))}
    )
    says(phone, "unsent")
    screenshot(phone, "draft-offline")
    phone.set_viewport_size({"width": 360, "height": 740})
    assert Axe().run(phone).response["violations"] == []
    phone.locator("button[name=submit]").click()
    says(phone, "unsent")
    expect(phone.locator("#id_text")).to_have_value(TEXT)
    address = phone.url
    phone.close()  # the phone is put away, or the browser is

    context.set_offline(False)
    again = context.new_page()
    again.goto(address)
    expect(again.locator("#id_text")).to_have_value(TEXT)
    says(again, "saved")
    expect(again.locator("[data-photos] a")).to_have_text("pallar.jpg")
    draft = FindingDraft.objects.get()
    assert (draft.text, draft.photos.get().file.name) == (TEXT, "pallar.jpg")
    assert again.evaluate("Object.keys(localStorage).length") == 0

    again.locator("#id_severity input").first.check()
    again.locator("#id_requirement").select_option(index=1)
    again.locator("#id_involvement input").first.check()
    again.locator("button[name=submit]").dblclick()
    again.wait_for_url(at("audit-detail") + "#findings")
    finding = Finding.objects.get()
    assert (finding.text, finding.audit, finding.evidence.get().file.name) == (TEXT, audit, "pallar.jpg")
    assert not FindingDraft.objects.exists()
    assert again.evaluate("Object.keys(localStorage).length") == 0


def test_what_was_never_sent_at_all_is_found_again_on_the_next_page(phone, context, at):
    phone.goto(at("draft-new"))
    context.set_offline(True)
    phone.locator("#id_text").fill(TEXT)
    says(phone, "unsent")
    phone.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(at("audit-detail"))
    expect(again.locator("[data-kept] a")).to_be_visible()
    again.goto(at("draft-new"))
    expect(again.locator("#id_text")).to_have_value(TEXT)
    says(again, "saved")
    assert FindingDraft.objects.get().text == TEXT


def test_it_is_sent_as_soon_as_the_connection_is_back(phone, context, at):
    phone.goto(at("draft-new"))
    context.set_offline(True)
    phone.locator("#id_text").fill(TEXT)
    says(phone, "unsent")
    assert not FindingDraft.objects.exists()
    context.set_offline(False)
    says(phone, "saved")
    assert FindingDraft.objects.get().text == TEXT


def test_without_the_script_it_would_be_lost(phone, context, at):
    """The control of the tests above."""
    context.route("**/js/drafts*.js", lambda route: route.abort())
    phone.goto(at("draft-new"))
    context.set_offline(True)
    phone.locator("#id_text").fill(TEXT)
    phone.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(at("draft-new"))
    expect(again.locator("#id_text")).to_have_value("")


def test_a_judgement_is_kept_too_and_forgotten_once_it_is_saved(phone, context, at):
    first = at("judgement-edit", "2023-1")
    phone.goto(first)
    context.set_offline(True)
    phone.locator("#id_judgement input").nth(1).check()
    phone.locator("#id_note").fill("Policyn saknar datum.")
    phone.locator("button[name=next]").click()
    says(phone, "unsent")
    phone.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(first)
    expect(again.locator("#id_note")).to_have_value("Policyn saknar datum.")
    says(again, "restored")
    again.locator("button[name=next]").click()
    again.wait_for_url(at("judgement-edit", "2023-2"))
    judgement = AuditJudgement.objects.get()
    assert (judgement.judgement, judgement.note) == ("partly", "Policyn saknar datum.")
    assert again.evaluate("Object.keys(localStorage).length") == 0
