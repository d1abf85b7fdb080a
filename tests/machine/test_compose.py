"""The commands of docker-compose.yml, run as they stand, on PostgreSQL over TCP and a real Redis, in production."""

import http.client
import json
import os
import re
import secrets
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import redis
import yaml

from portal.machine.postgres import PROJECT, Embedded
from tests.machine.processes import eventually, free_port, shell_environment

pytestmark = pytest.mark.long
SERVICES = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]


def test_every_part_of_the_portal_is_named():
    assert set(SERVICES) == {"proxy", "web", "worker", "worker-pdf", "beat", "migrate", "db", "redis"}


def test_the_two_workers_read_all_queues():
    from django.conf import settings

    read = {queue for name in ("worker", "worker-pdf") for queue in queues_of(SERVICES[name]["command"])}
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    assert read == {settings.CELERY_TASK_DEFAULT_QUEUE, *routed}


def queues_of(command):
    return re.search(r"--queues=(\S+)", command)[1].split(",")


def test_each_variable_the_services_ask_for_is_explained():
    explained = set(re.findall(r"^#?([A-Z_]+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE))
    asked = set(re.findall(r"\$\{([A-Z_]+)", (PROJECT / "docker-compose.yml").read_text()))
    assert asked - explained == set()
    settings = (PROJECT / "portal" / "settings.py").read_text()
    read = set(re.findall(r"""env(?:\.\w+)?\(\s*"([A-Z_]+)\"""", settings))
    assert read - explained == set()


def names_of(service):
    return set(SERVICES[service].get("environment", {}))


PORTAL = ("web", "worker", "worker-pdf", "beat", "migrate")
SECRET_NAMES = {
    "POSTGRES_PASSWORD",
    "PORTAL_OWNER_PASSWORD",
    "PORTAL_APP_PASSWORD",
    "PORTAL_RETENTION_PASSWORD",
    "DATABASE_OWNER_URL",
    "DATABASE_RETENTION_URL",
}


def test_only_migrate_knows_the_owner_and_only_db_the_passwords():
    assert [name for name in SERVICES if "env_file" in SERVICES[name]] == []
    told = {name: names_of(name) & SECRET_NAMES for name in SERVICES}
    assert {name: names for name, names in told.items() if names} == {
        "migrate": {"DATABASE_OWNER_URL"},
        "db": {name for name in SECRET_NAMES if name.endswith("_PASSWORD")},
    }


@pytest.mark.parametrize("service", PORTAL)
def test_each_part_of_the_portal_is_told_what_the_settings_read(service):
    settings = (PROJECT / "portal" / "settings.py").read_text()
    read = set(re.findall(r"""env(?:\.\w+)?\(\s*"([A-Z_]+)\"""", settings))
    # The image says where its data lies.
    assert read - names_of(service) == {"PORTAL_DATA_DIR"}


class Services:
    """Services started by name, with the environment of a production machine."""

    def __init__(self, folder: Path, environment: dict[str, str]):
        self.folder = folder
        self.environment = environment
        self.running: dict[str, subprocess.Popen] = {}

    def start(self, name, command=None, **extra):
        words = shlex.split(command or SERVICES[name]["command"])
        # In the image these are on the PATH; here they stand beside this Python.
        words[0] = (
            str(Path(sys.executable).parent / words[0])
            if (Path(sys.executable).parent / words[0]).exists()
            else words[0]
        )
        kept_from_it = SECRET_NAMES - names_of(name) if name in SERVICES else set()
        told = {key: value for key, value in self.environment.items() if key not in kept_from_it}
        with self.log(name).open("wb") as log:
            self.running[name] = subprocess.Popen(
                words, cwd=PROJECT, env=told | extra, stdout=log, stderr=subprocess.STDOUT
            )
        return self.running[name]

    def log(self, name):
        return self.folder / f"{name}.log"

    def said(self, name):
        return self.log(name).read_text(errors="replace")

    def stop(self):
        for process in reversed(self.running.values()):
            process.terminate()
        return {name: process.wait(60) for name, process in self.running.items()}


@pytest.fixture
def services(redis_server, data_dir, tmp_path):
    """PostgreSQL with passwords over TCP, Redis with a password, and the environment that names them."""
    database = Embedded(data_dir, tcp=True)
    database.attach()
    (tmp_path / "data").mkdir()
    password, redis_port, web_port = secrets.token_hex(16), free_port(), free_port()
    environment = shell_environment(
        **database.urls(),
        PORTAL_ENV="production",
        PORTAL_DATA_DIR=str(tmp_path / "data"),
        SECRET_KEY=secrets.token_urlsafe(64),
        ALLOWED_HOSTS="portal.example",
        PORTAL_BASE_URL="https://portal.example",
        TRUSTED_PROXY_COUNT="1",
        CELERY_BROKER_URL=f"redis://:{password}@127.0.0.1:{redis_port}/0",
        CACHE_URL=f"redis://:{password}@127.0.0.1:{redis_port}/1",
        EMAIL_URL="smtp://127.0.0.1:9",
        LOG_LEVEL="INFO",
        # The image listens on all addresses of its container; here this machine's own will do.
        GUNICORN_CMD_ARGS=f"--bind=127.0.0.1:{web_port}",
    )
    started = Services(tmp_path, environment)
    started.web_port = web_port
    queue = f"redis-server --port {redis_port} --bind 127.0.0.1 --requirepass {password} --save '' --dir {tmp_path}"
    started.start("redis", queue)
    client = redis.Redis(port=redis_port, password=password)
    assert eventually(lambda: ping(client))
    client.close()
    yield started
    started.stop()
    database.detach()


def ping(client):
    try:
        return client.ping()
    except redis.ConnectionError:
        return False


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": "portal.example", "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except OSError as error:
        return 0, str(error)
    finally:
        connection.close()


def processed(services):
    """How often each task was carried out, over all workers."""
    words = [sys.executable, "-m", "celery", "-A", "portal", "inspect", "stats", "--json", "--timeout=5"]
    answer = subprocess.run(words, cwd=PROJECT, env=services.environment, capture_output=True, text=True, check=False)
    totals: dict[str, int] = {}
    for worker in json.loads(answer.stdout or "{}").values():
        for task, count in worker["total"].items():
            totals[task] = totals.get(task, 0) + count
    return totals


def test_the_commands_run_on_real_servers(services):
    assert services.start("migrate").wait(180) == 0, services.said("migrate")
    for name in ("web", "worker", "worker-pdf", "beat"):
        services.start(name)
    assert eventually(lambda: get(services.web_port, "/livez")[0] == 200, 60), services.said("web")
    assert get(services.web_port, "/livez") == (200, "ok")
    assert eventually(lambda: get(services.web_port, "/readyz")[0] == 200, 30), get(services.web_port, "/readyz")
    # Nobody here asks for it: beat does, within a minute, and a worker carries it out.
    assert eventually(lambda: processed(services).get("portal.outbox.tasks.sweep", 0) >= 1, 120), services.said("beat")
    assert re.search(r"portal\.outbox\.tasks\.sweep\[\S+\] succeeded", services.said("worker")), services.said("worker")
    assert "Traceback" not in services.said("worker") + services.said("beat") + services.said("web")
    codes = services.stop()
    assert {name: codes[name] for name in ("web", "worker", "worker-pdf", "beat")} == {
        "web": 0,
        "worker": 0,
        "worker-pdf": 0,
        "beat": 0,
    }


def test_without_its_database_the_web_is_alive_and_not_ready(services):
    services.environment["DATABASE_URL"] = "postgres://portal_app:wrong@127.0.0.1:9/portal"
    services.start("web")
    assert eventually(lambda: get(services.web_port, "/livez")[0] == 200, 60), services.said("web")
    status, said = get(services.web_port, "/readyz")
    assert status == 503
    assert os.environ["DATABASE_URL"] not in said
    assert "wrong" not in said
