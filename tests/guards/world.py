"""A small world in which everything exists that could leak, each region's texts marked with a canary of its own."""

from dataclasses import dataclass, field
from datetime import date
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client

from codeofconduct.actions.contracts import register_contract
from codeofconduct.actions.suppliers import register_supplier
from codeofconduct.models import ClauseVersion, PurchaseCategory
from followups.actions.findings import submit_finding
from followups.actions.follow_ups import open_follow_up
from followups.models import Severity
from followups.outside import SESSION_KEY
from funding.actions.reports import record_report
from funding.actions.years import open_year
from funding.models import FundingReport
from portal import clock
from portal.files.actions import store_file
from portal.files.checks import Upload
from portal.history.models import SystemActor, actor_of
from portal.jobs import registry
from portal.jobs.models import Job
from portal.outbox.actions import queue_mail
from regions.models import Region, User
from tests.people import make_person

STAFF = frozenset({"secretariat", "admin"})
ROLES = (
    "secretariat",
    "admin",
    "buyer",
    "neighbour",
    "area_coordinator",
    "regional_coordinator",
    "reader",
    "stranger",
    "anonymous",
)
KNOWN = frozenset(ROLES) - {"anonymous"}
WITH_ROLE = KNOWN - {"stranger"}
# Whom each region's unshared texts concern. 23 and 25 belong to group A, which also owns their category; 12 does not.
MAY_READ = {
    "23": STAFF | {"buyer", "regional_coordinator", "area_coordinator"},
    "25": STAFF | {"neighbour", "area_coordinator"},
    "12": STAFF,
}
OWN, FOREIGN, MISSING = "own", "foreign", "missing"
REGION_OF = {OWN: "23", FOREIGN: "12"}


def canary(code: str) -> str:
    """A word that stands in every text of the region and nowhere else."""
    return f"kanariefågel{code}"


@dataclass
class World:
    """`users` by role; `objects[kind][own|foreign]` is the public id that an address takes."""

    users: dict[str, User]
    objects: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, kind: str, which: str, public_id: str) -> None:
        self.objects.setdefault(kind, {MISSING: "0" * 12})[which] = public_id


def client_with(link: str) -> Client:
    """The browser of one outside who has opened the link with this public id."""
    client = Client()
    session = client.session
    session[SESSION_KEY] = [link]
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def build() -> World:
    """Needs the reference data. A follow-up with finding, evidence and action per region, 2023 opened, a report, mails, jobs."""
    from tests.guards.parts import PARTS  # they take this room's words

    users = {
        "secretariat": make_person("secretariat"),
        "admin": make_person("admin"),
        "buyer": make_person("buyer", "23"),
        "neighbour": make_person("buyer", "25"),
        "area_coordinator": make_person("area_coordinator", "A"),
        "regional_coordinator": make_person("regional_coordinator", "23"),
        "reader": make_person("reader"),
        "stranger": make_person(),
    }
    User.objects.update(password=make_password("hemligt i provet"))
    world = World({role: User.objects.get(pk=user.pk) for role, user in users.items()})
    for code, category in (("23", "Kirurgiska instrument"), ("25", "Kirurgiska instrument"), ("12", "Livsmedel")):
        _region(world, code, category)
    _funding(world)
    for part in PARTS:
        part.build(world)
    world.objects["region"] = {OWN: "23", FOREIGN: "12", MISSING: "02"}
    world.objects["reset"] = {OWN: "1-set-password", FOREIGN: "zz-00", MISSING: "0-0"}
    return world


def _region(world: World, code: str, category_name: str) -> None:
    which = {"23": OWN, "12": FOREIGN}.get(code, code)
    by, word = SystemActor("world"), canary(code)
    region, category = Region.objects.get(code=code), PurchaseCategory.objects.get(name=category_name)
    clause = ClauseVersion.objects.get(name="2023")
    supplier = register_supplier(by=by, name=f"Leverantör {code} AB")
    contract = register_contract(
        by=by,
        region=region,
        supplier=supplier,
        title=f"Avtal {word}",
        registration_number=f"RS {word}",
        clause_version=clause,
        categories=[category],
        starts_on=date(2024, 1, 1),
        ends_on=date(2040, 1, 1),
    )
    follow_up = open_follow_up(
        by=by,
        submission=uuid4(),
        supplier=supplier,
        category=category,
        clause_version=clause,
        lead_region=region,
        contracts=[contract],
        planned_on=clock.today(),
    )
    finding = submit_finding(
        by=by,
        follow_up=follow_up,
        submission=uuid4(),
        text=f"Iakttagelse {word}",
        severity=Severity.objects.get(key="deviation"),
        requirement=clause.requirements.get(number=2),
        evidence=[Upload(name=f"{word}.pdf", content=f"%PDF {word}".encode(), media_type="application/pdf")],
        action=f"Åtgärd {word}",
        due_on=clock.today(),
    )
    world.add("supplier", which, supplier.public_id)
    world.add("follow_up", which, follow_up.public_id)
    world.add("finding", which, finding.public_id)
    world.add("action", which, finding.actions.get().public_id)
    world.add("evidence", which, finding.evidence.get().public_id)
    reader = {"23": "buyer", "25": "neighbour", "12": "secretariat"}[code]
    message = queue_mail(to=world.users[reader].email, subject=f"Hej {word}", body=f"Brev {word}", kind="test")
    world.add("message", which, message.public_id)


# Of a kind that anyone may have done: whose a job is then decides alone.
SAMPLE_JOB = registry.JobKind("guards_sample", "Sample", lambda job, progress: None)
registry.register(SAMPLE_JOB)


def _funding(world: World) -> None:
    admin = world.users["admin"]
    year = open_year(
        by=admin, year=2023, ore_per_inhabitant=100, rate_source="RS/29/2022", basis_date=date(2021, 12, 31)
    )
    for which, user in ((OWN, world.users["buyer"]), (FOREIGN, world.users["secretariat"])):
        stored = store_file(by=user, name="rapport.pdf", content=b"%PDF", media_type="application/pdf")
        job = Job.objects.create(
            kind=SAMPLE_JOB.key,
            subject=year.public_id,
            title=f"Rapport {canary(REGION_OF[which])}",
            language="sv",
            state="done",
            result=stored,
            started_at=clock.now(),
            ended_at=clock.now(),
            created_by=actor_of(user),
        )
        world.add("job", which, job.public_id)
        report = record_report(by=user, job=job, stored=stored, sum_ore=0, regions_counted=21)
        world.add("report", which, FundingReport.objects.get(pk=report.pk).public_id)
