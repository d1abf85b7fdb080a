"""What `make bench` measures, and the page that tells it."""

import io
import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client

from codeofconduct.models import Contract
from portal import clock
from portal.exchange import registry
from portal.exchange.engine.exporting import chosen, write_rows
from portal.exchange.engine.importing import take_file
from portal.exchange.enums import Form
from portal.history.models import SystemActor
from tests import database
from tests.bench.alone import alone
from tests.bench.data import CONTRACTS, SUPPLIERS, contract_file, make_suppliers
from tests.bench.documents import measured_reports, told_reports
from tests.bench.money import measured_money, told_money
from tests.people import make_person

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "benchmarks.md"
BY = SystemActor("benchmark")
# From a rare word to what is hard: words and parts of numbers that very many share, misspelt ones, several that match
# nothing together, what begins with a letter, what is excluded.
SEARCHES = (
    "norrmed",
    "handskar",
    "556000-0423",
    "skånevård ab 77",
    "malmö",
    "sverige",
    "5560",
    "a",
    "åre",
    "vätterlabb",
    "stokholm",
    "industir",
    "nordic group 99",
    "malmö sverige",
    "sverige 5560",
    "nordic -malmö",
)


def importing(path: Path, *, writes: bool) -> dict[str, float]:
    kind = registry.get("contracts")
    started = time.perf_counter()
    with transaction.atomic():
        outcome = take_file(kind.resource(by=BY), path, path.name, writes=writes)
    for fault in outcome.faults[:3]:
        sys.stderr.write(f"{fault}\n")
    return {
        "seconds": time.perf_counter() - started,
        "rows": outcome.rows,
        "new": outcome.new,
        "unchanged": outcome.unchanged,
        "faults": outcome.fault_count,
    }


def exporting(key: str, form: Form, folder: Path) -> dict[str, float]:
    kind, path = registry.get(key), folder / f"{key}.{form}"
    resource_ = kind.resource(by=BY)
    rows = kind.rows(BY, QueryDict(""))
    write_rows(resource_, rows, chosen(resource_, []), form, path)
    return {"rows": rows.count(), "bytes": path.stat().st_size}


def searching() -> dict[str, float]:
    """The server's time for the page of the register, in ms: the median of each search, and the slowest answer of all."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(make_person("secretariat"), backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get("/suppliers/", {"q": SEARCHES[0]})
    times: dict[str, list[float]] = {text: [] for text in SEARCHES}
    for _round in range(9):
        for text, taken in times.items():
            started = time.perf_counter()
            answer = client.get("/suppliers/", {"q": text})
            taken.append((time.perf_counter() - started) * 1000)
            assert answer.status_code == 200
    return {text: statistics.median(taken) for text, taken in times.items()} | {
        "slowest": max(map(max, times.values()))
    }


def main() -> None:
    load = os.getloadavg()[0]
    with database.test_database("bench"), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        call_command("load_reference_data", stdout=io.StringIO())
        make_suppliers()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        good = contract_file(folder, "avtal.xlsx")
        faulty = contract_file(folder, "fel.xlsx", wrong_each=20)
        results = [
            ("Preview of 20 000 contracts (xlsx)", alone(lambda: importing(good, writes=False))),
            ("Preview, each twentieth row wrong", alone(lambda: importing(faulty, writes=False))),
            ("Import of 20 000 contracts", alone(lambda: importing(good, writes=True))),
            ("The same file again", alone(lambda: importing(good, writes=False))),
            ("Export of 100 000 suppliers (xlsx)", alone(lambda: exporting("suppliers", Form.XLSX, folder))),
            ("Export of 100 000 suppliers (csv)", alone(lambda: exporting("suppliers", Form.CSV, folder))),
            ("Export of 20 000 contracts (xlsx)", alone(lambda: exporting("contracts", Form.XLSX, folder))),
        ]
        assert Contract.objects.count() == CONTRACTS
        search = alone(searching)
        reports = measured_reports()
        money = measured_money()
    PAGE.write_text(page(results, search, load) + told_reports(reports) + told_money(money))
    sys.stdout.write(PAGE.read_text())


def page(results: list[tuple[str, dict[str, float]]], search: dict[str, float], load: float) -> str:
    both = results[0][1]["seconds"] + results[2][1]["seconds"]
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {clock.today():%Y-%m-%d}: {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"PostgreSQL {connection.pg_version // 10000}, history triggers on. {SUPPLIERS:,} suppliers in the register.",
        "",
        f"Load of the machine when it began: {load:.1f}. Where it is above 1, others worked too, and only the seconds of a",
        "core (the process's own, without PostgreSQL's) say something.",
        "",
        "| what | rows | seconds | rows/s | seconds of a core | peak memory, MB | of the reading child, MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for label, found in results:
        told = f" ({found['faults']:.0f} errors)" if found.get("faults") else ""
        lines.append(
            f"| {label}{told} | {found['rows']:.0f} | {found['seconds']:.1f} | {found['rows'] / found['seconds']:.0f} "
            f"| {found['own']:.1f} | {found['peak']:.0f} | {found['reader'] if 'faults' in found else 0:.0f} |"
        )
    lines += [
        "",
        f"Preview and import of {CONTRACTS:,} contracts together: {both:.1f} s, {CONTRACTS / both:.0f} rows/s "
        "(goal: 2 000 rows/s, under 300 MB).",
        "",
        f"Search in the register of suppliers, server time of the page (goal: under 100 ms). Nine rounds; "
        f"the slowest single answer {search['slowest']:.0f} ms:",
        "",
        "| search | ms, median |",
        "| --- | ---: |",
        *(f"| {text} | {search[text]:.0f} |" for text in SEARCHES),
        "",
    ]
    return "\n".join(lines)
