"""The addresses of audits, of the findings written at them, and of what auditor and supplier reach by their links."""

from datetime import timedelta
from uuid import uuid4

from followups.actions.audit_details import add_framework, add_role, ask_for_document, receive_document
from followups.actions.audits import book_audit, order_audit
from followups.actions.drafts_of_findings import save_draft
from followups.enums.audits import AuditKind, Scope
from followups.enums.links import Holder
from followups.models import AccessLink, Audit, FollowUp
from portal import clock
from portal.files.checks import Upload
from portal.history.models import By, SystemActor
from tests.guards.rule import CONCERNED, COORDINATE, POST, SAFE, WORK, Rule, outside
from tests.guards.world import FOREIGN, OWN, REGION_OF, STAFF, WITH_ROLE, World, canary

REQUIREMENT = {"requirement": "2023-2"}
# Whoever works for a region, and the secretariat.
ORDERING = WITH_ROLE - {"reader"}
AUTHOR = {OWN: frozenset({"buyer"}), FOREIGN: frozenset({"secretariat"})}
FORM = SAFE | POST
WORKED = {"see": CONCERNED, "do": WORK}
OF_AUDITOR = {"link": "auditor"}
RULES: dict[str, Rule] = {
    "followups:framework-list": Rule(SAFE, see={OWN: ORDERING}),
    "followups:framework-add": Rule(FORM, see={OWN: ORDERING}, do={OWN: STAFF}),
    "followups:framework-edit": Rule(FORM, "framework", see={OWN: ORDERING}, do={OWN: STAFF}),
    "followups:audit-order": Rule(FORM, "follow_up", see=CONCERNED, do=COORDINATE),
    "followups:audit-detail": Rule(SAFE, "audit", see=CONCERNED),
    "followups:audit-change-order": Rule(FORM, "audit", see=CONCERNED, do=COORDINATE),
    "followups:audit-book": Rule(FORM, "audit", **WORKED),
    "followups:audit-cancel": Rule(FORM, "audit", see=CONCERNED, do=COORDINATE),
    "followups:audit-carry-out": Rule(FORM, "audit", **WORKED),
    "followups:audit-give-back": Rule(FORM, "audit", **WORKED),
    "followups:audit-invoice": Rule(FORM, "audit", **WORKED),
    "followups:audit-approve": Rule(POST, "audit", **WORKED),
    "followups:document-ask": Rule(FORM, "audit", **WORKED),
    "followups:role-add": Rule(FORM, "audit", **WORKED),
    "followups:judgement-edit": Rule(FORM, "audit", extra=REQUIREMENT, **WORKED),
    "followups:draft-new": Rule(FORM, "audit", **WORKED),
    "followups:draft-save": Rule(POST, "audit", fine=frozenset({200, 400}), **WORKED),
    "followups:role-remove": Rule(POST, "role_met", **WORKED),
    "followups:document-receive": Rule(FORM, "document_request", **WORKED),
    "followups:document-withdraw": Rule(POST, "document_request", **WORKED),
    "followups:audit-document": Rule(SAFE, "audit_document", see=CONCERNED),
    "followups:draft-edit": Rule(FORM, "finding_draft", see=AUTHOR),
    "followups:draft-discard": Rule(POST, "finding_draft", see=AUTHOR),
    "followups:draft-photo": Rule(SAFE, "draft_photo", see=AUTHOR),
    "followups:draft-photo-remove": Rule(POST, "draft_photo", see=AUTHOR),
    # outside
    "followups:outside-audit-detail": outside("audit", **OF_AUDITOR),
    "followups:outside-audit-hand-in": outside("audit", methods=FORM, **OF_AUDITOR),
    "followups:outside-judgement-edit": outside("audit", methods=FORM, extra=REQUIREMENT, **OF_AUDITOR),
    "followups:outside-role-add": outside("audit", methods=FORM, **OF_AUDITOR),
    "followups:outside-role-remove": outside("role_met", methods=POST, **OF_AUDITOR),
    "followups:outside-draft-new": outside("audit", methods=FORM, **OF_AUDITOR),
    "followups:outside-draft-save": outside("audit", methods=POST, fine=frozenset({400}), **OF_AUDITOR),
    "followups:outside-draft-edit": outside("outside_draft", methods=FORM, **OF_AUDITOR),
    "followups:outside-draft-discard": outside("outside_draft", methods=POST, **OF_AUDITOR),
    "followups:outside-draft-photo": outside("outside_photo", **OF_AUDITOR),
    "followups:outside-draft-photo-remove": outside("outside_photo", methods=POST, **OF_AUDITOR),
    "followups:outside-audit-document": outside("audit_document", **OF_AUDITOR),
    "followups:outside-document-send": outside("document_request", methods=FORM),
}
WITHOUT_FORM: set[str] = {
    "followups:audit-approve",
    "followups:draft-save",
    "followups:role-remove",
    "followups:document-withdraw",
    "followups:draft-discard",
    "followups:draft-photo-remove",
    "followups:outside-role-remove",
    "followups:outside-draft-save",
    "followups:outside-draft-discard",
    "followups:outside-draft-photo-remove",
}
NO_PAGES: set[str] = {
    "followups:audit-document",
    "followups:draft-photo",
    "followups:outside-draft-photo",
    "followups:outside-audit-document",
    # only their authors see them, who are neither the secretariat nor an admin
    "followups:draft-edit",
}


def build(world: World) -> None:
    """In each region's follow-up a booked audit with its auditor's link, documents, a role, and drafts of two authors."""
    by = SystemActor("world")
    agreement = add_framework(by=by, firm="Granskarna AB", number="2026/1", valid_from=clock.today())
    world.add("framework", OWN, agreement.public_id)
    for which, author in ((OWN, world.users["buyer"]), (FOREIGN, world.users["secretariat"])):
        word = canary(REGION_OF[which])
        follow_up = FollowUp.objects.get(public_id=world.objects["follow_up"][which])
        audit = _booked(by, follow_up, word)
        link = AccessLink.objects.get(follow_up=follow_up, holder=Holder.AUDITOR)
        wanted = ask_for_document(
            by=by, audit=audit, submission=uuid4(), title=f"Policy {word}", due_on=clock.today() + timedelta(days=3)
        )
        receive_document(by=by, request=wanted, uploads=[_pdf(word, "policy")])
        role = add_role(by=by, audit=audit, submission=uuid4(), role=f"Skyddsombud {word}", people=2)
        world.add("audit", which, audit.public_id)
        world.add("auditor", which, link.public_id)
        world.add("document_request", which, wanted.public_id)
        world.add("audit_document", which, wanted.documents.get().public_id)
        world.add("role_met", which, role.public_id)
        for kind, photo, writer in (
            ("finding_draft", "draft_photo", author),
            ("outside_draft", "outside_photo", link.actor),
        ):
            draft = _draft(writer, audit, word)
            world.add(kind, which, draft.public_id)
            world.add(photo, which, draft.photos.get().public_id)


def _booked(by: By, follow_up: FollowUp, word: str) -> Audit:
    audit = order_audit(
        by=by,
        follow_up=follow_up,
        submission=uuid4(),
        kind=AuditKind.OFFICE,
        scope=Scope.BOTH,
        ordered_on=clock.today(),
        order_reference=f"B {word}",
        price_ore=100_000,
    )
    return book_audit(
        by=by,
        audit=audit,
        version=audit.version,
        planned_on=clock.today(),
        start_time=None,
        is_remote=False,
        place=f"Plats {word}",
        agenda=f"Dagordning {word}",
        is_unannounced=False,
        auditor_name=f"Revisor {word}",
        auditor_email=f"{word}@revision.example".replace("å", "a"),
    )


def _pdf(word: str, name: str) -> Upload:
    return Upload(f"{word}-{name}.pdf", "application/pdf", f"%PDF {word} {name}".encode())


def _draft(by: By, audit: Audit, word: str):
    return save_draft(
        by=by,
        audit=audit,
        submission=uuid4(),
        version=0,
        window=uuid4(),
        text=f"Utkast {word}",
        photos=[_pdf(word, "utkast")],
    )
