"""The addresses of questionnaires, and what of them could leak."""

from datetime import date

from codeofconduct.actions.questionnaires import start_questionnaire
from codeofconduct.actions.versions import adopt_version, start_next_version
from codeofconduct.models import ClauseVersion
from codeofconduct.queries.questionnaires import PDF_JOB, pdf_params
from portal import clock
from portal.files.actions import store_file
from portal.history.models import SystemActor, actor_of
from portal.jobs.models import Job
from tests.codeofconduct.factories_questionnaires import filled
from tests.guards.rule import POST, SAFE, Rule, page
from tests.guards.world import OWN, STAFF, WITH_ROLE, World

ADOPTED, DRAFT = "questionnaire", "questionnaire_draft"
FOR_STAFF = {OWN: STAFF}


def _draft(methods: frozenset[str] = SAFE | POST, **options: object) -> Rule:
    """A page of a draft: others don't know that there is one."""
    return Rule(methods, DRAFT, see=FOR_STAFF, **options)


RULES: dict[str, Rule] = {
    "codeofconduct:questionnaire-list": page(),
    "codeofconduct:questionnaire-start": Rule(SAFE | POST, see={OWN: WITH_ROLE}, do=FOR_STAFF),
    "codeofconduct:questionnaire-version": Rule(SAFE, ADOPTED, see={OWN: WITH_ROLE}),
    "codeofconduct:questionnaire-coverage": Rule(SAFE, ADOPTED, see={OWN: WITH_ROLE}),
    "codeofconduct:questionnaire-preview": Rule(SAFE | POST, ADOPTED, see={OWN: WITH_ROLE}),
    "codeofconduct:questionnaire-export": Rule(SAFE, ADOPTED, see={OWN: WITH_ROLE}),
    "codeofconduct:questionnaire-history": Rule(SAFE, ADOPTED, see={OWN: WITH_ROLE}, do=FOR_STAFF),
    "codeofconduct:questionnaire-next": Rule(SAFE | POST, "questionnaire_alone", see={OWN: WITH_ROLE}, do=FOR_STAFF),
    "codeofconduct:questionnaire-compare": Rule(SAFE, ADOPTED, see={OWN: WITH_ROLE}),
    "codeofconduct:questionnaire-pdf": Rule(
        POST, ADOPTED, extra={"language": "sv"}, see={OWN: WITH_ROLE}, fine=frozenset({302})
    ),
    "codeofconduct:questionnaire-download": Rule(SAFE, ADOPTED, extra={"language": "sv"}, see={OWN: WITH_ROLE}),
    "codeofconduct:questionnaire-edit": _draft(),
    "codeofconduct:questionnaire-adopt": _draft(),
    "codeofconduct:questionnaire-discard": _draft(),
    "codeofconduct:questionnaire-section-add": _draft(),
    "codeofconduct:questionnaire-section-edit": Rule(
        SAFE | POST, "questionnaire_section", "section_id", see=FOR_STAFF, extra={"public_id": "guardsdraft2"}
    ),
    "codeofconduct:questionnaire-section-move": Rule(
        POST, "questionnaire_section", "section_id", see=FOR_STAFF, extra={"public_id": "guardsdraft2"}
    ),
    "codeofconduct:questionnaire-section-remove": Rule(
        POST, "questionnaire_section", "section_id", see=FOR_STAFF, extra={"public_id": "guardsdraft2"}
    ),
    "codeofconduct:question-add": _draft(),
    "codeofconduct:question-edit": _draft(extra={"key": "policy"}),
    "codeofconduct:question-move": _draft(POST, extra={"key": "policy"}),
    "codeofconduct:question-remove": _draft(POST, extra={"key": "policy"}),
    "codeofconduct:questionnaire-import": _draft(),
    "codeofconduct:questionnaire-import-confirm": _draft(POST),
}
# Addresses that take a POST without a page with a form, and those whose GET is no page.
WITHOUT_FORM: set[str] = {
    f"codeofconduct:{name}"
    for name in (
        "questionnaire-section-move",
        "questionnaire-section-remove",
        "question-move",
        "question-remove",
        "questionnaire-import-confirm",
        "questionnaire-pdf",
    )
}
NO_PAGES: set[str] = {"codeofconduct:questionnaire-export", "codeofconduct:questionnaire-download"}


def build(world: World) -> None:
    """A version in force, and the draft of the next one, which only the secretariat may see."""
    by = SystemActor("world")
    first = start_questionnaire(
        by=by,
        title_sv="Självskattning i provet",
        title_en="Self-assessment in the test",
        name="2025",
        valid_from=date(2025, 1, 1),
        clause_version=ClauseVersion.objects.get(name="2023"),
    )
    filled(first)
    first.refresh_from_db()
    adopted = adopt_version(by=by, version=first, seen=first.version, valid_from=date(2025, 1, 1))
    draft = start_next_version(by=by, version=adopted, name="2027", valid_from=date(2027, 1, 1))
    # A section's address names its draft too.
    type(draft).objects.filter(pk=draft.pk).update(public_id="guardsdraft2")
    alone = start_questionnaire(
        by=by,
        title_sv="Självskattning utan utkast",
        name="2025",
        valid_from=date(2025, 1, 1),
        clause_version=ClauseVersion.objects.get(name="2023"),
    )
    filled(alone)
    alone.refresh_from_db()
    adopt_version(by=by, version=alone, seen=alone.version, valid_from=date(2025, 1, 1))
    Job.objects.create(
        kind=PDF_JOB,
        subject=adopted.public_id,
        params=pdf_params(adopted),
        title="PDF",
        language="sv",
        state="done",
        result=store_file(by=by, name="formulär.pdf", content=b"%PDF", media_type="application/pdf"),
        started_at=clock.now(),
        ended_at=clock.now(),
        created_by=actor_of(by),
    )
    world.add(ADOPTED, OWN, adopted.public_id)
    world.add("questionnaire_alone", OWN, alone.public_id)
    world.add(DRAFT, OWN, "guardsdraft2")
    world.add("questionnaire_section", OWN, draft.sections.get(number=1).public_id)
