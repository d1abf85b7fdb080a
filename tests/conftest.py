"""The fixed cast and the real parts that tests run on."""

import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from hypothesis import HealthCheck, settings

from portal import demo
from regions.models import User
from tests import database
from tests.environment import SERVER
from tests.needs import need
from tests.people import make_person

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
PASSWORD = demo.PASSWORD
# That the machine is busy says nothing of what is tested.
settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("portal")


def pytest_configure(config: pytest.Config) -> None:
    """Swedish pages need their catalogue; the run itself compiles it, its workers only read."""
    if not hasattr(config, "workerinput"):
        call_command("compile_catalogues")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, worker_id):
    with django_db_blocker.unblock(), database.test_database(worker_id):
        yield
    if SERVER is not None:
        shutil.rmtree(os.environ["PORTAL_DATA_DIR"], ignore_errors=True)


@pytest.fixture(scope="session")
def worker_id(request) -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture
def reference_data(db) -> None:
    """What every installation has: regions, population, clauses, categories, severities, rates."""
    call_command("load_reference_data", stdout=io.StringIO())


@pytest.fixture
def person(db) -> Callable[..., User]:
    return make_person


@pytest.fixture
def secretariat(person) -> User:
    return person("secretariat", email="kansli@test.example")


@pytest.fixture
def admin(person) -> User:
    return person("admin", email="admin@test.example")


@pytest.fixture
def buyer(person) -> User:
    """A buyer of Region Jämtland Härjedalen."""
    return person("buyer", "23", email="buyer@test.example")


@pytest.fixture
def neighbour(person) -> User:
    """A buyer of another region, Norrbotten."""
    return person("buyer", "25", email="neighbour@test.example")


@pytest.fixture
def area_coordinator(person) -> User:
    return person("area_coordinator", "A", email="coordinator@test.example")


@pytest.fixture
def reader(person) -> User:
    return person("reader", email="reader@test.example")


@pytest.fixture
def stranger(person) -> User:
    """Logs in, but has no role."""
    return person(email="stranger@test.example")


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """`client_of(buyer).get(...)`: a test client that has logged in."""

    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return log_in


# --- A real browser -------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict:
    need("chromium", "chromium")
    quiet = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
    return {
        "executable_path": CHROMIUM,
        "args": [*quiet, "--disable-sync", "--disable-quic", *(["--no-sandbox"] if os.geteuid() == 0 else [])],
    }


@pytest.fixture(scope="session")
def browser_context_args() -> dict:
    return {"viewport": {"width": 1280, "height": 900}, "locale": "sv-SE"}


@pytest.fixture
def screenshot(request) -> Callable:
    """`screenshot(page, "name")`: both widths, to be looked at, in `.data/screenshots`."""
    folder = Path(__file__).resolve().parent.parent / ".data" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)

    def take(page, name: str) -> None:
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})

    return take


def log_in_at(address: str, page, user: User) -> None:
    """Through the log-in page, as a person does."""
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    page.goto(f"{address}/account/login/")
    page.get_by_label("E-post").fill(user.email)
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Logga in").click()
    page.wait_for_url(f"{address}/")


@pytest.fixture
def log_in(live_server) -> Callable:
    """`log_in(page, user)`"""

    def fill(page, user: User) -> None:
        log_in_at(live_server.url, page, user)

    return fill


@pytest.fixture
def redis_server() -> None:
    need("redis-server", "redis-server")
