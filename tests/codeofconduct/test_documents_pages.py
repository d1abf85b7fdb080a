"""The pages of code, clause and guidance, as those who use them go through them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from codeofconduct.actions.versions import adopt_version, revise_draft, start_next_version
from codeofconduct.enums import Area, DocumentState, Level, ParameterUnit
from codeofconduct.models import ClauseParameter, ClauseVersion, CodeVersion, GuidanceVersion
from codeofconduct.presentation.documents import version_url
from portal import clock
from portal.jobs.models import Job
from tests.codeofconduct.factories_documents import CodeVersionFactory, GuidanceFactory, GuidanceVersionFactory
from tests.codeofconduct.factories_questionnaires import new_draft
from tests.factories import ClauseVersionFactory, ContractFactory, RegionFactory

pytestmark = pytest.mark.django_db
NEXT = {"name": "2026", "valid_from": "2026-07-01"}


def at(name, *arguments):
    return reverse(f"codeofconduct:{name}", args=arguments)


def started(by, version):
    return start_next_version(by=by, version=version, name="2026", valid_from=date(2026, 7, 1))


@pytest.fixture
def code():
    return CodeVersionFactory()


@pytest.fixture
def draft(secretariat, code):
    return started(secretariat, code)


@pytest.fixture
def office(client_of, secretariat):
    return client_of(secretariat)


def test_the_next_version_is_started_written_and_adopted(office, code):
    answer = office.post(at("version-next", "code", code.public_id), NEXT)
    draft = CodeVersion.objects.drafts().get()
    page = at("version-detail", "code", draft.public_id)
    assert answer.url == page
    section = draft.sections.first()
    texts = {
        "heading_sv": "Inledning",
        "heading_en": "Introduction",
        "body_sv": "**Ny** text",
        "area": "",
        "version": 1,
    }
    saved = office.post(at("section-edit", "code", section.public_id), texts)
    assert saved.url == f"{page}#section-{section.public_id}"
    assert "<strong>Ny</strong> text" in office.get(page).content.decode()
    draft.refresh_from_db()
    adopted = office.post(
        at("version-adopt", "code", draft.public_id), {"valid_from": "2026-07-01", "version": draft.version}
    )
    draft.refresh_from_db()
    code.refresh_from_db()
    assert (adopted.url, draft.is_locked, code.valid_to) == (page, True, date(2026, 6, 30))
    again = office.post(at("version-adopt", "code", draft.public_id), {"valid_from": "2026-07-02", "version": 1})
    assert again.url == page
    draft.refresh_from_db()
    assert draft.valid_from == date(2026, 7, 1)


def test_a_second_draft_leads_to_the_first(office, code, draft):
    answer = office.post(at("version-next", "code", code.public_id), NEXT | {"name": "2027"})
    assert answer.url == at("version-detail", "code", draft.public_id)
    assert CodeVersion.objects.count() == 2


def test_a_day_before_the_predecessor_is_refused_at_its_field(office, draft):
    answer = office.post(at("version-adopt", "code", draft.public_id), {"valid_from": "2020-01-01", "version": 1})
    assert answer.context["form"].errors == {
        "valid_from": ["Version 2023 gäller från 1 mars 2023: nästa måste börja gälla senare."]
    }
    draft.refresh_from_db()
    assert draft.state == DocumentState.DRAFT


def test_a_section_that_someone_else_saved_is_compared(office, draft):
    section = draft.sections.first()
    address = at("section-edit", "code", section.public_id)
    texts = {"heading_sv": "Först", "heading_en": "", "body_sv": "", "body_en": "", "area": "", "version": 1}
    office.post(address, texts)
    lost = office.post(address, texts | {"heading_sv": "Sedan"})
    section.refresh_from_db()
    assert (lost.status_code, section.heading_sv) == (409, "Först")
    assert [(str(item.mine), str(item.theirs)) for item in lost.context["comparisons"]] == [("Sedan", "Först")]
    office.post(address, texts | {"heading_sv": "Sedan", "version": lost.context["form"]["version"].value()})
    section.refresh_from_db()
    assert section.heading_sv == "Sedan"


def test_adopting_what_changed_meanwhile_is_a_lost_race(office, secretariat, draft):
    revise_draft(by=secretariat, version=draft, seen=1, change_note="Nytt")
    answer = office.post(at("version-adopt", "code", draft.public_id), {"valid_from": "2026-07-01", "version": 1})
    draft.refresh_from_db()
    assert (answer.status_code, draft.adopted_at) == (409, None)


def test_an_empty_section_is_refused_and_what_was_typed_kept(office, draft):
    answer = office.post(
        at("section-add", "code", draft.public_id), {"body_en": "Only English", "area": "", "version": 1}
    )
    assert answer.context["form"].errors == {"heading_sv": ["Skriv en rubrik eller en text på svenska."]}
    assert "Only English" in answer.content.decode()
    assert draft.sections.count() == 2


def test_a_draft_is_discarded(office, code, draft):
    answer = office.post(at("version-discard", "code", draft.public_id), {"version": 1})
    assert (answer.url, list(CodeVersion.objects.all())) == (at("document-detail", "code"), [code])


def test_the_first_basic_clause_is_started_empty(office):
    answer = office.post(at("document-start", "clause-basic"), NEXT)
    basic = ClauseVersion.objects.get()
    assert (basic.level, answer.url) == (Level.BASIC, at("version-detail", "clause", basic.public_id))
    assert office.post(at("document-start", "clause-basic"), NEXT | {"name": "2027"}).status_code == 200
    assert ClauseVersion.objects.count() == 1


def test_a_requirement_is_written_with_its_points(office, secretariat):
    draft = started(secretariat, ClauseVersionFactory())
    requirement = draft.requirements.first()
    written = {"title_sv": "Krav", "title_en": "Demand", "point_b_sv": "två", "point_c_sv": "tre", "version": 1}
    office.post(at("process-requirement-edit", requirement.public_id), written)
    assert list(requirement.points.values_list("letter", "text_sv")) == [("a", "två"), ("b", "tre")]
    refused = office.post(
        at("process-requirement-edit", requirement.public_id),
        {"title_sv": "Krav", "title_en": "Demand", "point_a_en": "only English", "version": 2},
    )
    assert refused.context["form"].errors == {"point_a_sv": ["Skriv punkten på svenska också."]}


def test_a_parameter_shows_its_default_with_its_unit(office, secretariat, client_of, reader):
    draft = started(secretariat, ClauseVersionFactory())
    page = at("version-detail", "clause", draft.public_id)
    said = {"label_sv": "Varsel", "label_en": "Notice", "unit": "weeks", "default": "3", "version": 1}
    office.post(at("clause-parameter-add", draft.public_id), said)
    assert "3 veckor" in office.get(page).content.decode()
    office.post(at("clause-parameter-edit", draft.public_id, "notice"), said | {"default": ""})
    assert "anges i varje avtal" in office.get(page).content.decode()
    office.post(at("clause-parameter-remove", draft.public_id, "notice"))
    assert ClauseParameter.objects.count() == 0


@pytest.mark.parametrize("kind", ["code", "clause", "guidance"])
def test_drafts_of_every_kind_are_the_secretariats_alone(kind, office, secretariat, client_of, buyer, reader, stranger):
    factory = {"code": CodeVersionFactory, "clause": ClauseVersionFactory, "guidance": GuidanceVersionFactory}[kind]
    adopted = factory()
    draft = started(secretariat, adopted)
    for user in (buyer, reader):
        client = client_of(user)
        assert client.get(at("version-detail", kind, adopted.public_id)).status_code == 200
        assert client.get(at("version-next", kind, adopted.public_id)).status_code == 403
        for page in ("version-detail", "version-edit", "version-adopt", "version-discard", "version-compare"):
            assert client.get(at(page, kind, draft.public_id)).status_code == 404, page
        assert client.post(at("version-pdf", kind, draft.public_id, "sv")).status_code == 404
    assert client_of(stranger).get(at("version-detail", kind, adopted.public_id)).status_code == 404
    assert office.get(at("version-edit", kind, adopted.public_id)).status_code == 403
    for page in (
        "version-detail",
        "version-edit",
        "version-adopt",
        "version-discard",
        "version-compare",
        "section-add",
    ):
        assert office.get(at(page, kind, draft.public_id)).status_code == 200, page
    assert office.get(at("version-history", kind, draft.public_id)).status_code == 200


def test_a_page_speaks_the_other_language_where_asked(office, code):
    page = at("version-detail", "code", code.public_id)
    assert "Text 1" in office.get(page).content.decode()
    english = office.get(f"{page}?language=en").content.decode()
    assert "Body 1" in english
    assert "Text 1" not in english
    assert office.get(f"{page}?language=xx").status_code == 200


def test_two_versions_of_a_line_are_compared(office, secretariat, code, draft):
    section = draft.sections.first()
    office.post(
        at("section-edit", "code", section.public_id),
        {"heading_sv": "Avsnitt 1", "body_sv": "Annan 1", "area": "", "version": 1},
    )
    page = office.get(at("version-compare", "code", draft.public_id))
    states = [(pair.new.title, pair.state) for pair in page.context["chapters"][0].pairs]
    assert states == [("Avsnitt 1", "changed"), ("Avsnitt 2", "same")]
    assert "<del>" in page.content.decode()
    turned = office.get(f"{page.request['PATH_INFO']}?old={draft.public_id}&new={code.public_id}")
    assert (turned.context["old"], turned.context["new"]) == (draft, code)
    other_line = GuidanceVersionFactory()
    refused = office.get(f"{page.request['PATH_INFO']}?old={other_line.public_id}")
    assert refused.context["form"].errors.keys() == {"old"}


def test_contracts_on_each_version_are_counted_as_far_as_they_are_seen(office, client_of, buyer, reader):
    clause = ClauseVersionFactory()
    ContractFactory(clause_version=clause, region=RegionFactory(code="23"))
    ContractFactory(clause_version=clause, region=RegionFactory(code="12"))
    for client, seen in ((office, 2), (client_of(buyer), 1)):
        (version,) = client.get(at("document-detail", "clause-advanced")).context["versions"]
        assert version.contract_count == seen
        page = client.get(at("version-detail", "clause", clause.public_id))
        assert page.context["contract_count"] == seen
        assert f"clause={clause.public_id}&amp;running=active" in page.text
    for page in (at("document-detail", "clause-advanced"), at("version-detail", "clause", clause.public_id)):
        assert "Löpande avtal" not in client_of(reader).get(page).text


def test_guidance_is_listed_by_area_and_category(client_of, reader):
    listed = GuidanceVersionFactory(guidance=GuidanceFactory(title_sv="Ål", area=Area.ENVIRONMENT))
    GuidanceVersionFactory(guidance=GuidanceFactory(title_sv="Zink", area=Area.BUSINESS_ETHICS))
    client = client_of(reader)
    titles = [line.title_sv for line in client.get(at("guidance-list")).context["page"].rows]
    assert titles == ["Zink", "Ål"]
    narrowed = client.get(at("guidance-list") + "?area=environment")
    assert narrowed.context["page"].rows == [listed.guidance]


def test_new_guidance_begins_as_a_draft(office):
    said = {"title_sv": "Råd", "title_en": "", "area": "environment", "category": ""} | NEXT
    answer = office.post(at("guidance-start"), said)
    draft = GuidanceVersion.objects.get()
    assert answer.url == at("version-detail", "guidance", draft.public_id)
    office.post(at("guidance-start"), said)
    assert GuidanceVersion.objects.count() == 1
    gone = office.post(at("version-discard", "guidance", draft.public_id), {"version": 1})
    assert gone.url == at("guidance-list")
    assert GuidanceVersion.objects.count() == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_take_the_same_number_of_queries(rows, client_of, buyer, django_assert_num_queries):
    for number in range(rows):
        GuidanceVersionFactory(name=f"{number}")
    client = client_of(buyer)
    client.get(at("guidance-list"))
    with django_assert_num_queries(5):
        client.get(at("guidance-list"))


@pytest.mark.parametrize("rows", [1, 3])
def test_a_clause_takes_the_same_number_of_queries(rows, office, secretariat, django_assert_num_queries):
    draft = ClauseVersionFactory(adopted=False)
    for number in range(rows):
        ClauseParameter.objects.create(
            clause_version=draft, key=f"k{number}", label_sv="V", label_en="N", unit=ParameterUnit.DAYS
        )
        draft.requirements.create(public_id=f"r{number}", number=number + 1, title_sv="K", title_en="R").points.create(
            letter="a", text_sv="p"
        )
        draft.sections.create(number=number + 1, heading_sv="A")
    adopt_version(by=secretariat, version=draft, seen=1, valid_from=date(2023, 3, 1))
    page = at("version-detail", "clause", draft.public_id)
    office.get(page)
    with django_assert_num_queries(12):
        office.get(page)


def test_a_pdf_is_rendered_once_and_serves_everyone_who_sees_the_version(office, client_of, reader, secretariat, draft):
    address, file = (at(name, "code", draft.public_id, "sv") for name in ("version-pdf", "version-download"))
    assert office.get(file).status_code == 404
    answer = office.post(address)
    job = Job.objects.get()
    assert answer.url == job.get_absolute_url()
    _work(job)
    assert office.post(address).url == file
    downloaded = office.get(file)
    assert body_of(downloaded).startswith(b"%PDF")
    assert downloaded.headers["Content-Type"] == "application/pdf"
    assert client_of(reader).get(file).status_code == 404
    revise_draft(by=secretariat, version=draft, seen=1, change_note="Ny")
    assert office.get(file).status_code == 404
    draft.refresh_from_db()
    adopt_version(by=secretariat, version=draft, seen=draft.version, valid_from=date(2026, 7, 1))
    office.post(address)
    _work(Job.objects.latest("pk"))
    assert body_of(client_of(reader).get(file)).startswith(b"%PDF")


def body_of(answer):
    """All of the file, which is closed once it has been read."""
    return b"".join(answer.streaming_content)


def _work(job):
    from portal.jobs.tasks import run_job

    run_job(job.public_id)


def test_the_hub_leads_to_every_document(client_of, reader, office, code):
    draft = new_draft()
    page = client_of(reader).get(at("requirement-list")).content.decode()
    to_draft = at("questionnaire-version", draft.public_id)
    assert (to_draft in page, to_draft in office.get(at("requirement-list")).text) == (False, True)
    for address in (
        at("document-detail", "code"),
        version_url(code),
        at("document-detail", "clause-advanced"),
        at("document-detail", "clause-basic"),
        at("guidance-list"),
        at("questionnaire-list"),
        at("requirement-set-list"),
    ):
        assert f'href="{address}"' in page
    assert "Version 2023" in page


def test_drafts_do_not_hide_the_questionnaires_in_force(office, secretariat):
    """Four lines, each with a version in force and a draft: eight for six places."""
    in_force = []
    for title in ("Alfa", "Beta", "Gamma", "Omega"):
        first = new_draft(title=title)
        in_force.append(adopt_version(by=secretariat, version=first, seen=first.version, valid_from=first.valid_from))
        started(secretariat, first)
    shown = office.get(at("requirement-list")).context["hub"].questionnaires
    assert shown[:4] == in_force
    assert [version.is_locked for version in shown[4:]] == [False, False]


def test_a_moved_section_stays_in_view_and_a_removed_one_is_named(office, draft):
    _first, second = draft.sections.order_by("number")
    page = at("version-detail", "code", draft.public_id)
    moved = office.post(at("section-move", "code", second.public_id), {"direction": "up"})
    assert moved.url == f"{page}#section-{second.public_id}"
    remove = at("section-remove", "code", second.public_id)
    assert (
        remove in office.get(page).text,
        remove in office.get(at("section-edit", "code", second.public_id)).text,
    ) == (
        False,
        True,
    )
    gone = office.post(remove, follow=True)
    assert "”1 Avsnitt 2” är borttaget ur utkastet." in gone.text
    again = office.post(remove)
    assert again.status_code == 404


def test_guidance_that_is_to_come_says_from_when(office, secretariat, client_of, reader):
    coming = GuidanceVersionFactory(valid_from=clock.today() + timedelta(days=30))
    page = client_of(reader).get(at("guidance-list"))
    (line,) = page.context["page"].rows
    assert (line.in_force_name, line.coming_from, line.has_draft) == (None, coming.valid_from, False)
    assert "Kommer" in page.text


def test_a_text_that_is_too_long_is_kept_and_its_length_told(office, draft):
    typed = {"heading_sv": "Lång", "body_sv": "y" * 20_001, "area": "", "version": 1}
    answer = office.post(at("section-add", "code", draft.public_id), typed)
    assert answer.context["form"].errors == {"body_sv": ["Skriv högst 20000 tecken. Texten har 20001."]}
    assert "y" * 20_001 in answer.text
