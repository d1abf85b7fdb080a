"""The money: the briefs of all regions in one go, beside what WeasyPrint alone needs, and the page of a year."""

import statistics
import time
from collections.abc import Sequence
from functools import partial

import weasyprint
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation
from weasyprint.text.fonts import FontConfiguration

from funding.documents import brief
from funding.documents.batch import documents_in, zipped_documents
from funding.models import FundingYear
from funding.queries.figures import year_figures
from funding.story import tell
from portal import clock
from portal.documents import rendering
from portal.history.models import SystemActor
from tests.bench.alone import alone
from tests.people import make_person

YEAR = 2023


def regions_of(year: FundingYear) -> list[tuple[str, str]]:
    return [(each.region.code, each.region.name) for each in year_figures(year).contributions]


def batch(year: FundingYear) -> dict[str, float]:
    """As the worker makes it: PDF and Word document of each region, one zip."""
    maker = brief.DECISION_BRIEF
    made = zipped_documents(
        maker,
        maker.prepare(year),
        regions_of(year),
        made_by="Anna",
        language="sv",
        progress=lambda done, total: None,
    )
    return {"files": len(list(documents_in(made))), "bytes": len(made)}


def pages_alone(pages: Sequence[str]) -> dict[str, float]:
    """The same pages through WeasyPrint, with the same styles and nothing of ours around it."""
    size = 0
    for html in pages:
        fetcher, fonts = rendering.OnlyOurFonts(), FontConfiguration()
        styles = [
            weasyprint.CSS(string=text, url_fetcher=fetcher, font_config=fonts)
            for text in (rendering._font_style(), rendering._stylesheet())
        ]
        page = weasyprint.HTML(string=html, url_fetcher=fetcher)
        size += len(page.write_pdf(stylesheets=styles, font_config=fonts, pdf_variant="pdf/a-3a"))
    return {"files": len(pages), "bytes": size}


def pages_of(year: FundingYear) -> list[str]:
    prepared = brief.prepare(year)
    with translation.override("sv"):
        return [
            render_to_string(
                "funding/documents/decision_brief.html",
                {**brief.shown(brief._brief(prepared, code, "Anna", "sv")), "created_at": clock.now()},
            )
            for code, _name in regions_of(year)
        ]


def year_page() -> dict[str, float]:
    """The server's time for the page of a year, in ms: the median of thirty, and the slowest."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(make_person("admin"), backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get(f"/funding/{YEAR}/")
    times, own = [], []
    for _round in range(30):
        started, worked = time.perf_counter(), time.process_time()
        answer = client.get(f"/funding/{YEAR}/")
        times.append((time.perf_counter() - started) * 1000)
        own.append((time.process_time() - worked) * 1000)
        assert answer.status_code == 200
    return {"median": statistics.median(times), "slowest": max(times), "core": statistics.median(own)}


def measured_money() -> dict[str, dict[str, float]]:
    tell(by=SystemActor("benchmark"))
    year = FundingYear.objects.get(year=YEAR)
    pages = pages_of(year)
    return {
        "batch": alone(partial(batch, year)),
        "alone": alone(partial(pages_alone, pages)),
        "page": alone(year_page),
    }


def told_money(money: dict[str, dict[str, float]]) -> str:
    """The section of the page."""
    made, bare, page = money["batch"], money["alone"], money["page"]
    lines = [
        "",
        "Decision briefs of all 21 regions in one go, as the worker makes them, each with its figures attached and a Word "
        "document beside it",
        "(goal: 1.3 times what WeasyPrint alone needs for the same HTML, under 250 MB):",
        "",
        "| what | files | seconds | seconds of a core | peak memory, MB |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {label} | {found['files']:.0f} | {found['seconds']:.1f} | {found['own']:.1f} | {found['peak']:.0f} |"
            for label, found in (("the batch, zipped", made), ("WeasyPrint alone", bare))
        ),
        "",
        f"That is {made['own'] / bare['own']:.2f} times as many seconds of a core.",
        "",
        f"A year's page, server time: {page['median']:.0f} ms, median of thirty, {page['core']:.0f} ms of a core without "
        f"PostgreSQL's; the slowest {page['slowest']:.0f} ms (goal: under 60 ms).",
        "",
    ]
    return "\n".join(lines)
