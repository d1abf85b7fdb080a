"""The addresses of reuse, others' results, the ledger and the past. OWN is region 23's, FOREIGN region 12's."""

import io
import zipfile
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

from codeofconduct.models import Contract, Supplier
from followups.actions.costs import add_cost
from followups.actions.external import add_body, register_result
from followups.actions.past import attach_document, receive_archive
from followups.actions.reuse import reuse_result
from followups.enums.reuse import BodyKind, Method, TermsLevel
from followups.models import FollowUp, ResultBody
from followups.queries.surveys import SURVEY_KIND
from portal import clock
from portal.exchange.enums import RunState
from portal.exchange.models import ImportRun
from portal.files.actions import store_file
from portal.files.checks import Upload
from portal.history.models import SystemActor, actor_of
from regions.enums import SharingTier
from tests.guards.rule import COMMON, CONCERNED, POST, SAFE, Rule, page
from tests.guards.world import FOREIGN, OWN, REGION_OF, STAFF, WITH_ROLE, World, canary

REPORT = (Path(__file__).parents[2] / "followups" / "one_page.pdf").read_bytes()
# Who works for region 23 itself, and who may register or rely on something for any own region.
OF_REGION = STAFF | {"buyer", "regional_coordinator"}
RELY = {OWN: OF_REGION, FOREIGN: STAFF}
REGISTER = dict.fromkeys((OWN, FOREIGN), OF_REGION | {"neighbour"})
KEEP = {OWN: STAFF}
RULES: dict[str, Rule] = {
    "followups:reuse-list": page(),
    "followups:reuse-withdraw": Rule(SAFE | POST, "reuse", see=CONCERNED, do=RELY),
    "followups:ledger": page(),
    "followups:cost-list": Rule(SAFE | POST, see=KEEP),
    "followups:cost-edit": Rule(SAFE | POST, "cost", see={OWN: WITH_ROLE}, do=KEEP),
    "followups:reuse-rules": Rule(SAFE | POST, see=KEEP),
    "followups:external-result-list": page(),
    "followups:external-result-register": Rule(SAFE | POST, "supplier", see=COMMON, do=REGISTER),
    "followups:external-result-detail": Rule(SAFE, "external_result", see=CONCERNED),
    "followups:external-result-edit": Rule(SAFE | POST, "external_result", see=CONCERNED, do=RELY),
    "followups:external-result-withdraw": Rule(SAFE | POST, "external_result", see=CONCERNED, do=RELY),
    "followups:external-result-document": Rule(SAFE, "external_result", see=CONCERNED),
    "followups:external-result-reuse": Rule(SAFE | POST, "external_result", see=CONCERNED, do=RELY),
    "followups:body-list": Rule(SAFE | POST, see=KEEP),
    "followups:body-offer": Rule(POST, "body", see={OWN: WITH_ROLE}, do=KEEP),
    "followups:past-list": Rule(SAFE | POST, see=KEEP),
    "followups:earlier-document": Rule(SAFE, "earlier_document", see=CONCERNED),
    "followups:survey-map": Rule(SAFE | POST, "survey", see={OWN: STAFF}, do={OWN: frozenset({"secretariat"})}),
    "followups:document-match": Rule(SAFE | POST, "waiting_document", see={OWN: STAFF}),
    "followups:document-attach": Rule(SAFE | POST, "follow_up", see=CONCERNED, do=dict.fromkeys((OWN, FOREIGN), STAFF)),
    "followups:follow-up-reuse": Rule(SAFE | POST, "follow_up", see=CONCERNED, do=RELY),
    "followups:follow-up-join": Rule(SAFE | POST, "follow_up", see=CONCERNED, do=RELY),
}
# Addresses that take a POST without a page with a form, and those whose GET is no page.
WITHOUT_FORM: set[str] = {
    "followups:body-offer",
    # There is no result yet, and its contract takes part: both lead back and say so.
    "followups:follow-up-join",
    "followups:follow-up-reuse",
}
NO_PAGES: set[str] = {"followups:external-result-document", "followups:earlier-document"}


def build(world: World) -> None:
    """Per region a result kept to it, with a document, a reuse of it, and an earlier document on its follow-up."""
    by = SystemActor("world")
    body = ResultBody.objects.order_by("pk").first() or add_body(by=by, name="Adda", kind=BodyKind.JOINT)
    world.add("body", OWN, body.public_id)
    cost = add_cost(by=by, kind=Method.OFFICE_AUDIT, amount_ore=100, valid_from=date(2020, 1, 1), source="Ramavtal")
    world.add("cost", OWN, cost.public_id)
    for which in (OWN, FOREIGN):
        word = canary(REGION_OF[which])
        supplier = Supplier.objects.get(public_id=world.objects["supplier"][which])
        contract = Contract.objects.select_related("region", "clause_version").get(supplier=supplier)
        relied_on, result = (
            register_result(
                by=by,
                supplier=supplier,
                region=contract.region,
                document=document,
                body=body,
                carried_out_on=clock.today() - timedelta(days=90),
                terms_level=TermsLevel.ADVANCED,
                method=Method.OFFICE_AUDIT,
                sharing_tier=SharingTier.CONCERNED,
                light="green",
                summary=f"Resultat {word}",
            )
            for document in (None, Upload(f"{word}.pdf", "application/pdf", REPORT))
        )
        world.add("external_result", which, result.public_id)
        (reuse,) = reuse_result(
            by=by,
            submission=uuid4(),
            supplier=supplier,
            result=relied_on,
            contracts=[contract],
            avoided_kind=Method.OFFICE_AUDIT,
            valid_until_on=clock.today() + timedelta(days=90),
            note=f"Anteckning {word}",
        )
        world.add("reuse", which, reuse.public_id)
        follow_up = FollowUp.objects.get(public_id=world.objects["follow_up"][which])
        document = attach_document(by=by, follow_up=follow_up, upload=Upload(f"{word}.pdf", "application/pdf", REPORT))
        world.add("earlier_document", which, document.public_id)
    waiting = receive_archive(by=by, name="rapporter.zip", content=_zipped()).waiting[0]
    world.add("waiting_document", OWN, waiting.public_id)
    world.add("survey", OWN, _survey(world).public_id)


def _survey(world: World) -> ImportRun:
    """A workbook that the secretariat brought, which waits for its columns."""
    user = world.users["secretariat"]
    return ImportRun.objects.create(
        created_by=actor_of(user),
        kind=SURVEY_KIND,
        file=store_file(by=user, name="enkät.csv", content=b"Org.nr;Datum", media_type="text/csv"),
        language="sv",
        state=RunState.MAPPING,
        details={
            "columns": [
                {"letter": "A", "heading": "Org.nr", "examples": ["559999-9017"]},
                {"letter": "B", "heading": "Datum", "examples": []},
            ]
        },
    )


def _zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("väntar.pdf", REPORT)
    return content.getvalue()
