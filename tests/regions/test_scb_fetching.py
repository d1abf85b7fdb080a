"""Figures fetched from an API: a real server on this machine answers, fails, is slow, or isn't there."""

import json
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse

from portal.jobs.models import Job
from portal.jobs.tasks import run_job
from regions.models import PopulationFile
from tests.regions import scb_files as scb

pytestmark = pytest.mark.django_db
FETCH = reverse("regions:population-fetch")


@pytest.fixture
def api(settings):
    """`api(…)` serves one answer, byte by byte if it `drips_s`, headers too if `is_raw`; `api.asked`: queries."""
    servers, asked = [], []

    def serve(status=200, body=b"", waits_s=0.0, drips_s=0.0, length=None, is_raw=False):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                time.sleep(waits_s)
                if not is_raw:
                    self.send_response(status)
                    if length is not None:
                        self.send_header("Content-Length", str(length))
                    self.end_headers()
                for part in [body[at : at + 1] for at in range(len(body))] if drips_s else [body]:
                    time.sleep(drips_s)
                    with suppress(OSError):
                        self.wfile.write(part)

            def log_message(self, *_arguments):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        settings.SCB_POPULATION_URL = f"http://127.0.0.1:{server.server_port}/BefolkningNy"

    settings.PORTAL_NOW, settings.SCB_TIMEOUT_S = "2033-03-01T09:00", 0.5
    serve.asked = asked
    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def fetched(client, year=2032) -> Job:
    assert client.post(FETCH, {"year": year}).status_code == 302
    job = Job.objects.get()
    run_job(job.public_id)
    job.refresh_from_db()
    return job


def test_a_year_is_fetched_and_looked_at(client_of, secretariat, reference_data, api):
    api(body=scb.json_stat(("2032",)))
    client = client_of(secretariat)
    job = fetched(client)
    assert job.state == "done"
    brought = PopulationFile.objects.get()
    assert brought.get_absolute_url() in client.get(job.get_absolute_url()).text
    assert len(client.get(brought.get_absolute_url()).context["plan"].added) == 21
    [query] = api.asked
    assert {part["code"]: part["selection"]["values"] for part in query["query"]}["Tid"] == ["2032"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"status": 404}, "404"),
        ({"status": 500}, "500"),
        ({"waits_s": 2.0}, "inte i tid"),
        ({"body": b"<html>Underh\xc3\xa5ll</html>"}, "något annat än en tabell"),
        ({"body": b"{}"}, "något annat än en tabell"),
        ({"body": b'{"'}, "något annat än en tabell"),
        ({"body": scb.json_stat(("2032",))[:-9]}, "något annat än en tabell"),
        ({"body": b'{"', "length": 1000}, "bröts av"),
        ({"body": scb.json_stat(("2032",)), "length": 100_000}, "bröts av"),
        ({"body": b" " * (5 * 1024**2 + 1)}, "större än"),
    ],
    ids=[
        "no such year",
        "broken",
        "slow",
        "a page",
        "no table",
        "rest",
        "cut table",
        "cut short",
        "announced",
        "large",
    ],
)
def test_what_scb_does_not_answer_is_said(client_of, secretariat, reference_data, api, answer, said):
    api(**answer)
    job = fetched(client_of(secretariat))
    assert job.state == "failed"
    assert said in job.reason
    assert not PopulationFile.objects.exists()


@pytest.mark.parametrize(
    "answer",
    [{"body": scb.json_stat(("2032",))}, {"body": b"HTTP/1.0 200 OK\r\nA: " + b"a" * 1000, "is_raw": True}],
    ids=["table", "headers"],
)
def test_an_answer_that_drips_ends_in_time(client_of, secretariat, reference_data, api, answer):
    api(**answer, drips_s=0.05)
    client = client_of(secretariat)
    started = time.monotonic()
    job = fetched(client)
    assert time.monotonic() - started < 3
    assert (job.state, "inte i tid" in job.reason) == ("failed", True)
    assert not PopulationFile.objects.exists()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://127.0.0.1:9/", "gick inte att nå"),
        ("http://[::1", "ingen webbadress"),
        ("http://å.se/ö", "ingen webbadress"),
        ("http://127.0.0.1:nio/", "ingen webbadress"),
        ("file:///etc/hostname", "ingen webbadress"),
    ],
)
def test_nobody_at_the_address_is_said(client_of, secretariat, reference_data, settings, address, said):
    settings.SCB_POPULATION_URL = address
    job = fetched(client_of(secretariat), 2020)
    assert (job.state, said in job.reason) == ("failed", True)
    assert not PopulationFile.objects.exists()


def test_a_table_of_something_else_is_told_on_the_page_of_the_file(client_of, secretariat, reference_data, api):
    api(body=scb.json_stat_of("Folkökning", years=("2032",)))
    client = client_of(secretariat)
    assert fetched(client).state == "done"
    shown = client.get(PopulationFile.objects.get().get_absolute_url())
    assert ["Folkökning" in fault.text for fault in shown.context["plan"].read.faults] == [True]


def test_it_is_off_without_an_address_and_for_years_that_have_not_ended(client_of, secretariat, buyer, settings):
    assert client_of(secretariat).get(FETCH).status_code == 404
    settings.SCB_POPULATION_URL, settings.PORTAL_NOW = "http://127.0.0.1:9/", "2033-03-01T09:00"
    assert client_of(buyer).get(FETCH).status_code == 403
    assert list(client_of(secretariat).post(FETCH, {"year": 2033}).context["form"].errors) == ["year"]
