"""Every page in a real browser: axe finds nothing, in either language, wide and narrow, light and dark."""

import io

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from playwright.sync_api import Page

from followups.models import FollowUp
from funding.models import FundingYear
from portal import clock
from portal.history.models import actor_of
from portal.jobs.models import Job
from portal.outbox.models import Message
from tests.conftest import PASSWORD
from tests.guards.access import ACCESS
from tests.guards.parts import PARTS
from tests.guards.world import OWN, World, build, client_with

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
# Fragments and files are no pages.
NO_PAGES = {
    "livez",
    "readyz",
    "jobs:job-progress",
    "jobs:job-result",
    "followups:evidence-download",
}.union(*(part.NO_PAGES for part in PARTS))
# Who sees most there; the rest is for the secretariat.
SEEN_BY = {
    "jobs:job-show": "buyer",
    "account_login": "",
    "account_reset_password": "",
    "account_reset_password_done": "",
}
OUTSIDE = "outside "
WIDE = 1280
PAGES = sorted(
    name
    for name, rule in ACCESS.items()
    if "GET" in rule.methods and name not in NO_PAGES and (rule.see.get(OWN) or rule.outside)
)


STICKING_OUT = """() => [...document.querySelectorAll("body *")]
    .filter(element => element.getBoundingClientRect().right > document.documentElement.clientWidth)
    .map(element => element.outerHTML.slice(0, 120)).slice(-2)"""


def addresses(world: World) -> dict[str, list[str]]:
    """Paths by the role that looks at them, "" for nobody logged in, "outside …" for the holder of such a link."""
    found: dict[str, list[str]] = {}
    for name in PAGES:
        rule = ACCESS[name]
        if rule.outside:
            found.setdefault(f"{OUTSIDE}{rule.outside}", []).extend(rule.addresses(name, world, OWN))
            continue
        role = SEEN_BY.get(name, "admin" if "admin" in rule.allowed(OWN) else "secretariat")
        found.setdefault(role, []).extend(rule.addresses(name, world, OWN))
    found["admin"].append("/no-such-page/")
    found["buyer"].append("/funding/open/")  # 403
    return found


def problems(page: Page, url: str, *, by_axe: bool = True) -> list[str]:
    """What the width of the page and, where asked, axe say against it."""
    page.goto(url)
    return faults(page, by_axe=by_axe)


def faults(page: Page, *, by_axe: bool = True) -> list[str]:
    url = page.url
    found = [
        f"{url}: {violation['id']}: {violation['nodes'][0]['html'][:200]}"
        for violation in (Axe().run(page).response["violations"] if by_axe else ())
    ]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{url}: wider than the window because of {page.evaluate(STICKING_OUT)}")
    return found


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (360, "light"), (320, "dark")])
def test_no_page_has_a_fault(page: Page, live_server, language, width, scheme):
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(f"{page.url}: {message.text}") if message.type == "error" else None)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    call_command("load_reference_data", stdout=io.StringIO())
    world = build()
    world.objects["year"] = {OWN: 2023}
    for role, paths in addresses(world).items():
        page.context.clear_cookies()
        if role.startswith(OUTSIDE):
            opened = client_with(world.objects[role.removeprefix(OUTSIDE)][OWN]).cookies["sessionid"].value
            cookies = {"sessionid": opened, "django_language": language}
            page.context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
        elif role:
            user = world.users[role]
            user.language = language
            user.set_password(PASSWORD)
            user.save(update_fields=["language", "password"])
            page.goto(f"{live_server.url}/account/login/")
            page.fill("input[name=login]", user.email)
            page.fill("input[name=password]", PASSWORD)
            page.click("main button[type=submit]")
            page.wait_for_url(f"{live_server.url}/")
            assert page.locator("html").get_attribute("lang") == language
        else:
            page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        for path in paths:
            # The other language is another text in the same page: axe reads it once, its width counts everywhere.
            wrong += problems(page, live_server.url + path, by_axe=language == "sv" or width == WIDE)
    assert [line for line in wrong if "404 (Not Found)" not in line and "403 (Forbidden)" not in line] == []
    assert Message.objects.exists()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_page_of_trouble_has_a_fault(page: Page, live_server, language):
    """Those that only come when something goes wrong: a job that failed, a lost race, a form with errors."""
    call_command("load_reference_data", stdout=io.StringIO())
    world = build()
    admin = world.users["admin"]
    admin.language = language
    admin.save(update_fields=["language"])
    failed = Job.objects.create(
        kind="funding_report",
        subject=FundingYear.objects.get(year=2023).public_id,
        title="Rapport",
        language="sv",
        state="failed",
        reason="Det gick inte.",
        started_at=clock.now(),
        ended_at=clock.now(),
        created_by=actor_of(admin),
    )
    client = Client()
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    wrong = problems(page, f"{live_server.url}/jobs/{failed.public_id}/")

    follow_up = FollowUp.objects.get(public_id=world.objects["follow_up"][OWN])
    page.goto(f"{live_server.url}/follow-ups/{follow_up.public_id}/assign/")
    FollowUp.objects.filter(pk=follow_up.pk).update(version=F("version") + 1)
    with page.expect_response(lambda answer: answer.request.method == "POST") as lost:
        page.click("main form button[type=submit]")
    assert lost.value.status == 409
    wrong += faults(page)

    for path in ("/suppliers/new/", "/funding/open/", f"/follow-ups/{follow_up.public_id}/findings/new/"):
        page.goto(live_server.url + path)
        if path == "/funding/open/":
            page.locator("#id_year").fill("")
        page.click("main form button[type=submit]")
        assert page.locator(".field-error").count() > 0, path
        wrong += faults(page)
    assert wrong == []


def test_axe_finds_a_planted_fault(page: Page, live_server):
    """The control: the same run does complain about an image without a text."""
    page.goto(f"{live_server.url}/account/login/")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/static/img/mark.svg\">')"
    )
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == ["image-alt"]
