import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse

from portal.ui.gallery import SECTIONS

COMPONENTS = settings.BASE_DIR / "templates" / "components"


def test_every_component_is_shown(client_of, stranger):
    response = client_of(stranger).get(reverse("ui:gallery"))

    assert response.status_code == 200
    drawn = {template.name for template in response.templates}
    files = {f"components/{path.name}" for path in COMPONENTS.glob("*.html")}
    assert files - drawn == set()
    assert {f"{name}.html" for name in SECTIONS} == {Path(name).name for name in files}


def test_every_component_lists_its_variables():
    for path in COMPONENTS.glob("*.html"):
        assert path.read_text().startswith("{# "), path.name


def test_no_page_has_inline_script_or_style(client_of, stranger):
    html = client_of(stranger).get(reverse("ui:gallery")).content.decode()

    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", html) == []


def test_the_gallery_asks_for_log_in(client):
    response = client.get(reverse("ui:gallery"))

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_the_gallery_only_reads(client_of, stranger):
    assert client_of(stranger).post(reverse("ui:gallery")).status_code == 405


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("width", "language"),
    [
        (1280, "sv"),
        *(
            pytest.param(*each, marks=pytest.mark.long)
            for each in ((1280, "en"), (360, "sv"), (360, "en"), (320, "sv"), (320, "en"))
        ),
    ],
)
def test_axe_finds_nothing_in_the_gallery(page, open_as, person, language, width):
    page.set_viewport_size({"width": width, "height": 900})
    open_as(person(language=language), reverse("ui:gallery"))

    assert page.locator("html").get_attribute("lang") == language
    found = Axe().run(page)
    assert found.response["violations"] == [], found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_axe_finds_nothing_on_the_log_in_page(page, live_server, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(live_server.url + reverse("account_login"))

    found = Axe().run(page)
    assert found.response["violations"] == [], found.generate_report()


@pytest.mark.django_db(transaction=True)
def test_the_gallery_loads_two_fonts_and_breaks_no_policy(page, open_as, stranger):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    open_as(stranger, reverse("ui:gallery"))
    page.evaluate("document.fonts.ready.then(() => true)")

    loaded = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family + ' ' + f.weight)")
    assert sorted(loaded) == ["Source Sans 400", "Source Sans 600"]
    assert complaints == []
