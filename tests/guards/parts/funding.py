"""The addresses of the money. What each region pays is open to all with a role; only an administrator changes it."""

from datetime import date

from funding.actions.budget import add_line, enter_outcome
from funding.actions.decisions import register_decision
from funding.actions.documents import record_documents
from funding.actions.invoicing import register_payer, register_terms
from funding.actions.steps import ask_to_reopen, move_year
from funding.actions.years import open_year
from funding.models import FundingYear, Rate
from funding.queries.documents import DOCUMENTS_JOB
from portal import clock
from portal.files.checks import Upload
from portal.history.models import actor_of
from portal.jobs.models import Job
from portal.jobs.registry import Output
from regions.models import Region, User
from tests.guards.rule import COMMON, POST, SAFE, Rule, page
from tests.guards.world import FOREIGN, MAY_READ, OWN, REGION_OF, STAFF, WITH_ROLE, World, canary

ADMIN = frozenset({"admin"})
SEEN = {OWN: WITH_ROLE}
BY_ADMIN = {OWN: ADMIN}
ANY_BY_ADMIN = dict.fromkeys((OWN, FOREIGN), ADMIN)
# A region's decision brief: its own users, the secretariat, and readers.
OF_REGION = {OWN: MAY_READ[REGION_OF[OWN]] | {"reader"}, FOREIGN: STAFF | {"reader"}}
YEAR = {"year": 2023}
CLOSED = {"year": 2022}
PROPOSED = {"year": 2024}
BY_STAFF = {OWN: STAFF}
# References of payers are the secretariat's, and the own region's.
INVOICED = {OWN: STAFF | {"buyer", "neighbour", "regional_coordinator"}}
PAYER = {OWN: STAFF | {"buyer", "regional_coordinator"}, FOREIGN: STAFF}
RULES: dict[str, Rule] = {
    "funding:year-list": page(),
    "funding:region-show": Rule(SAFE, "region", "code", see=COMMON),
    "funding:year-open": Rule(SAFE | POST, see=BY_ADMIN),
    "funding:rate-register": Rule(SAFE | POST, see=BY_ADMIN),
    "funding:rate-correct": Rule(SAFE | POST, "rate", see=SEEN, do=BY_ADMIN),
    "funding:contribution-history": Rule(SAFE, "region", "code", extra=YEAR, see=COMMON),
    "funding:invoicing": Rule(SAFE, "year", "year", see=INVOICED),
    "funding:invoicing-terms": Rule(SAFE | POST, "year", "year", see=INVOICED, do=BY_ADMIN),
    "funding:payer": Rule(SAFE | POST, "region", "code", see=PAYER, posts=ADMIN),
    "funding:vat": Rule(SAFE | POST, see=INVOICED, posts=ADMIN),
    "funding:statement": Rule(SAFE, "region", "code", see=COMMON),
    "funding:price-index": page(),
    "funding:year-detail": Rule(SAFE, "year", "year", see=SEEN),
    "funding:year-move": Rule(SAFE | POST, "year", "year", extra={"target": "proposed"}, see=SEEN, do=BY_ADMIN),
    "funding:reopening-confirm": Rule(POST, "reopening", extra=CLOSED, see=SEEN, do=BY_ADMIN),
    "funding:reopening-decline": Rule(POST, "reopening", extra=CLOSED, see=SEEN, do=BY_ADMIN),
    "funding:basis-enter": Rule(SAFE | POST, "region", "code", extra=YEAR, see=COMMON, do=ANY_BY_ADMIN),
    "funding:contribution-detail": Rule(SAFE, "region", "code", extra=YEAR, see=COMMON),
    "funding:decision-register": Rule(SAFE | POST, "region", "code", extra=YEAR, see=COMMON, do=ANY_BY_ADMIN),
    "funding:decision-withdraw": Rule(SAFE | POST, "decision", extra=PROPOSED | {"code": "23"}, see=SEEN, do=BY_ADMIN),
    "funding:decision-document": Rule(SAFE, "decision", see=SEEN),
    "funding:scenario-compare": page(),
    "funding:scenario-export": page(extra={"form": "csv"}),
    "funding:documents-make": Rule(SAFE | POST, "year", "year", see=SEEN, do=BY_ADMIN),
    "funding:region-documents-make": Rule(SAFE | POST, "region", "code", extra=YEAR, see=COMMON, do=ANY_BY_ADMIN),
    "funding:region-document-download": Rule(SAFE, "region_document", see=OF_REGION),
    "funding:brief-edit": Rule(SAFE | POST, "year", "year", see=SEEN, do={OWN: STAFF}),
    "funding:report-export": Rule(POST, "year", "year", see=SEEN, do=BY_ADMIN),
    "funding:report-download": Rule(SAFE, "report", extra=YEAR, see=COMMON),
    "funding:budget-detail": Rule(SAFE, "year", "year", see=SEEN),
    "funding:spending-detail": Rule(SAFE, "year", "year", see=SEEN),
    "funding:line-add": Rule(SAFE | POST, "year", "year", see=SEEN, do=BY_ADMIN),
    "funding:line-detail": Rule(SAFE, "budget_line", extra=YEAR, see=SEEN, do=BY_STAFF),
    "funding:line-revise": Rule(SAFE | POST, "budget_line", extra=YEAR, see=SEEN, do=BY_ADMIN),
    "funding:outcome-enter": Rule(SAFE | POST, "budget_line", extra=YEAR, see=SEEN, do=BY_STAFF),
    "funding:outcome-correct": Rule(SAFE | POST, "outcome", extra=YEAR, see=SEEN, do=BY_STAFF),
    "funding:outcome-withdraw": Rule(SAFE | POST, "outcome", extra=YEAR, see=SEEN, do=BY_STAFF),
}
# Addresses that take a POST without a page with a form, and those whose GET is no page.
WITHOUT_FORM: set[str] = {"funding:report-export", "funding:reopening-confirm", "funding:reopening-decline"}
NO_PAGES: set[str] = {
    "funding:report-download",
    "funding:region-document-download",
    "funding:decision-document",
    "funding:scenario-export",
}


def build(world: World) -> None:
    """Beside the open year a closed one with the question whether it may be reopened, and a proposed one with a decision."""
    by = world.users["admin"]
    closed, proposed = (
        open_year(by=by, year=each["year"], ore_per_inhabitant=50, rate_source="RS/1", basis_date=date(2021, 12, 31))
        for each in (CLOSED, PROPOSED)
    )
    for target in ("proposed", "decided", "closed"):
        move_year(by=by, funding_year=closed, target=target, taken_on=clock.today())
        if target == "proposed":
            _invoice(by, closed)
    reopening = ask_to_reopen(by=by, funding_year=closed, reason="En faktura rättades.")
    move_year(by=by, funding_year=proposed, target="proposed", taken_on=clock.today())
    decision = register_decision(
        by=by,
        region=Region.objects.get(code="23"),
        valid_from_year=PROPOSED["year"],
        valid_to_year=None,
        amount_ore=13_141_800,
        ore_per_inhabitant=None,
        decided_on=clock.today(),
        body="Regionstyrelsen",
        registration_number="RS/29/2022",
        document=Upload(name="beslut.pdf", content=b"%PDF", media_type="application/pdf"),
    )
    world.add("rate", OWN, Rate.objects.earliest("valid_from_year").public_id)
    world.add("decision", OWN, decision.public_id)
    world.add("reopening", OWN, reopening.public_id)
    line = add_line(
        by=by,
        funding_year=FundingYear.objects.get(year=YEAR["year"]),
        kind="staff",
        text="Löner",
        budget_ore=1_000_000_00,
        source="Styrgruppen",
        forecast_rule="pace",
    )
    world.add("budget_line", OWN, line.public_id)
    outcome = enter_outcome(by=by, line=line, booked_on=date(2023, 1, 31), amount_ore=80_000_00, voucher="4001")
    world.add("outcome", OWN, outcome.public_id)
    job = Job.objects.create(
        kind=DOCUMENTS_JOB,
        subject=FundingYear.objects.get(year=YEAR["year"]).public_id,
        params={"kind": "decision_brief", "region": ""},
        title="Beslutsunderlag",
        language="sv",
        created_by=actor_of(by),
    )
    brief = Output("beslutsunderlag.pdf", b"%PDF", "application/pdf")
    made = record_documents(by=by, job=job, made=[(REGION_OF[which], brief) for which in (OWN, FOREIGN)])
    for which, document in zip((OWN, FOREIGN), made, strict=True):
        world.add("region_document", which, document.public_id)


def _invoice(by: User, year: FundingYear) -> None:
    """Each region's canary as its reference."""
    register_terms(by=by, funding_year=year, due_on=clock.today(), text="Finansieringsandel")
    for code in MAY_READ:
        region = Region.objects.get(code=code)
        register_payer(by=by, region=region, valid_from=date(2022, 1, 1), buyer_reference=canary(code))
