"""The addresses of documents, and what of them could leak. Of guidance the foreign one only has a draft."""

from datetime import date

from codeofconduct.actions.documents import publish_guidance, start_guidance
from codeofconduct.actions.versions import start_next_version
from codeofconduct.enums import Area, ParameterUnit
from codeofconduct.models import ClauseParameter, ClauseVersion, CodeVersion
from codeofconduct.queries.documents import PDF_JOB, pdf_params
from portal import clock
from portal.files.actions import store_file
from portal.history.models import SystemActor, actor_of
from portal.jobs.models import Job
from tests.guards.rule import POST, SAFE, Rule, page
from tests.guards.world import FOREIGN, MISSING, OWN, STAFF, WITH_ROLE, World

CODE = {"kind": "code"}
# A draft is the secretariat's; what is adopted is for everyone with a role, and the secretariat's to go on from.
DRAFT = {"see": {OWN: STAFF}}
ADOPTED = {"see": {OWN: WITH_ROLE}, "do": {OWN: STAFF}}
EDIT = SAFE | POST

RULES: dict[str, Rule] = {
    "codeofconduct:requirement-list": page(),
    "codeofconduct:document-detail": Rule(SAFE, "line", "line", see={OWN: WITH_ROLE}),
    "codeofconduct:document-start": Rule(EDIT, "empty_line", "line", **ADOPTED),
    "codeofconduct:guidance-list": page(),
    "codeofconduct:guidance-start": Rule(EDIT, see={OWN: WITH_ROLE}, do={OWN: STAFF}),
    "codeofconduct:guidance-detail": Rule(SAFE, "guidance", see={OWN: WITH_ROLE, FOREIGN: STAFF}),
    "codeofconduct:version-detail": Rule(SAFE, "code_version", extra=CODE, see={OWN: WITH_ROLE}),
    "codeofconduct:version-compare": Rule(SAFE, "code_version", extra=CODE, see={OWN: WITH_ROLE}),
    "codeofconduct:version-history": Rule(SAFE, "code_version", extra=CODE, **ADOPTED),
    "codeofconduct:version-next": Rule(EDIT, "guidance_version", extra={"kind": "guidance"}, **ADOPTED),
    "codeofconduct:version-edit": Rule(EDIT, "code_draft", extra=CODE, **DRAFT),
    "codeofconduct:version-adopt": Rule(EDIT, "code_draft", extra=CODE, **DRAFT),
    "codeofconduct:version-discard": Rule(EDIT, "code_draft", extra=CODE, **DRAFT),
    "codeofconduct:version-pdf": Rule(
        POST, "code_version", extra=CODE | {"language": "sv"}, see={OWN: WITH_ROLE}, fine=frozenset({302})
    ),
    "codeofconduct:version-download": Rule(SAFE, "code_version", extra=CODE | {"language": "sv"}, see={OWN: WITH_ROLE}),
    "codeofconduct:section-add": Rule(EDIT, "code_draft", extra=CODE, **DRAFT),
    "codeofconduct:section-edit": Rule(EDIT, "code_section", extra=CODE, **DRAFT),
    "codeofconduct:section-enter": Rule(EDIT, "locked_section", extra=CODE, **ADOPTED),
    "codeofconduct:section-move": Rule(POST, "code_section", extra=CODE, **DRAFT),
    "codeofconduct:section-remove": Rule(POST, "code_section", extra=CODE, **DRAFT),
    "codeofconduct:process-requirement-add": Rule(EDIT, "clause_draft", **DRAFT),
    "codeofconduct:process-requirement-edit": Rule(EDIT, "draft_requirement", **DRAFT),
    "codeofconduct:process-requirement-enter": Rule(EDIT, "locked_requirement", **ADOPTED),
    "codeofconduct:process-requirement-move": Rule(POST, "draft_requirement", **DRAFT),
    "codeofconduct:process-requirement-remove": Rule(POST, "draft_requirement", **DRAFT),
    "codeofconduct:clause-parameter-add": Rule(EDIT, "clause_draft", **DRAFT),
    "codeofconduct:clause-parameter-edit": Rule(EDIT, "clause_draft", extra={"key": "audit_notice"}, **DRAFT),
    "codeofconduct:clause-parameter-remove": Rule(POST, "clause_draft", extra={"key": "audit_notice"}, **DRAFT),
}
# Addresses that take a POST without a page with a form, and those whose GET is no page.
WITHOUT_FORM: set[str] = {
    "codeofconduct:version-pdf",
    "codeofconduct:section-move",
    "codeofconduct:section-remove",
    "codeofconduct:process-requirement-move",
    "codeofconduct:process-requirement-remove",
    "codeofconduct:clause-parameter-remove",
}
NO_PAGES: set[str] = {"codeofconduct:version-download"}


def build(world: World) -> None:
    """Drafts of the code and of the clause, guidance that is adopted and one that only has a draft, and a PDF."""
    by, staff = SystemActor("world"), world.users["secretariat"]
    code, clause = CodeVersion.objects.get(name="2023"), ClauseVersion.objects.get(name="2023")
    started = {"by": staff, "name": "2027", "valid_from": date(2027, 1, 1)}
    code_draft = start_next_version(version=code, **started)
    clause_draft = start_next_version(version=clause, **started)
    unseen = start_guidance(title_sv="Utkast", title_en="Draft", area="", category=None, **started).guidance
    advice = publish_guidance(
        by=staff,
        title_sv="Råd",
        title_en="Advice",
        area=Area.ENVIRONMENT,
        category=None,
        sections=[("Rubrik", "Heading", "Text", "Body")],
        valid_from=date(2026, 1, 1),
    )
    ClauseParameter.objects.get_or_create(
        clause_version=clause_draft,
        key="audit_notice",
        defaults={"label_sv": "Varsel", "label_en": "Notice", "unit": ParameterUnit.WEEKS},
    )
    Job.objects.create(
        kind=PDF_JOB,
        subject=code.public_id,
        params=pdf_params(code),
        title="PDF",
        language="sv",
        state="done",
        result=store_file(by=by, name="kod.pdf", content=b"%PDF", media_type="application/pdf"),
        started_at=clock.now(),
        ended_at=clock.now(),
        created_by=actor_of(by),
    )
    world.objects["line"] = {OWN: "code", MISSING: "questionnaire"}
    world.objects["empty_line"] = {OWN: "clause-basic", MISSING: "guidance"}
    world.add("code_version", OWN, code.public_id)
    world.add("guidance_version", OWN, advice.public_id)
    world.add("code_draft", OWN, code_draft.public_id)
    world.add("clause_draft", OWN, clause_draft.public_id)
    world.add("guidance", OWN, advice.guidance.public_id)
    world.add("guidance", FOREIGN, unseen.public_id)
    world.add("locked_section", OWN, code.sections.first().public_id)
    world.add("locked_requirement", OWN, clause.requirements.first().public_id)
    world.add("code_section", OWN, code_draft.sections.first().public_id)
    world.add("draft_requirement", OWN, clause_draft.requirements.first().public_id)
