"""What stands in a draft: its sections, requirements and parameters; and guidance."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, transaction

from codeofconduct.actions import documents as actions
from codeofconduct.actions.versions import discard_draft, start_next_version
from codeofconduct.enums import Area, DocumentState, ParameterUnit
from codeofconduct.models import (
    Guidance,
    GuidanceVersion,
    Question,
    Questionnaire,
    QuestionnaireSection,
    QuestionnaireVersion,
)
from portal.history.versions import StaleVersionError
from tests.codeofconduct.factories_documents import CodeVersionFactory, GuidanceFactory, GuidanceVersionFactory
from tests.factories import ClauseVersionFactory, system

pytestmark = pytest.mark.django_db
NEW = {"heading_sv": "Nytt", "heading_en": "New", "body_sv": "Text", "body_en": "Body"}


@pytest.fixture
def draft(secretariat):
    return start_next_version(by=secretariat, version=CodeVersionFactory(), name="2026", valid_from=date(2026, 7, 1))


@pytest.fixture
def clause(secretariat):
    return start_next_version(by=secretariat, version=ClauseVersionFactory(), name="2026", valid_from=date(2026, 7, 1))


def headings(version):
    return list(version.sections.order_by("number").values_list("number", "heading_sv"))


def titles(version):
    return list(version.requirements.order_by("number").values_list("number", "title_sv"))


def test_a_section_is_added_last_and_once(secretariat, draft):
    first = actions.add_section(by=secretariat, version=draft, area="", **NEW)
    again = actions.add_section(by=secretariat, version=draft, area="", **NEW)
    assert again == first
    assert headings(draft) == [(1, "Avsnitt 1"), (2, "Avsnitt 2"), (3, "Nytt")]


def test_an_area_has_one_section(secretariat, draft):
    actions.add_section(by=secretariat, version=draft, area=Area.ENVIRONMENT, **NEW)
    with pytest.raises(ValidationError) as refused:
        actions.add_section(by=secretariat, version=draft, area=Area.ENVIRONMENT, **NEW | {"heading_sv": "Annat"})
    assert refused.value.messages == ["Ett annat avsnitt i versionen handlar om det här området."]


def test_sections_move_and_leave(secretariat, draft):
    _first, second = draft.sections.order_by("number")
    actions.move_section(by=secretariat, section=second, up=True)
    assert headings(draft) == [(1, "Avsnitt 2"), (2, "Avsnitt 1")]
    actions.move_section(by=secretariat, section=second, up=True)
    assert headings(draft) == [(1, "Avsnitt 2"), (2, "Avsnitt 1")]
    actions.remove_section(by=secretariat, section=second)
    assert headings(draft) == [(1, "Avsnitt 1")]
    with pytest.raises(ValidationError) as refused:
        actions.remove_section(by=secretariat, section=second)
    assert refused.value.messages == ["Någon har tagit bort det här ur utkastet under tiden."]


def test_a_section_that_someone_else_saved_is_not_overwritten(secretariat, draft):
    section, other = draft.sections.order_by("number")
    actions.revise_section(by=secretariat, section=section, seen=1, body_sv="först")
    actions.revise_section(by=secretariat, section=other, seen=1, body_sv="bredvid")
    with pytest.raises(StaleVersionError) as lost:
        actions.revise_section(by=secretariat, section=section, seen=1, body_sv="sedan")
    assert lost.value.stored.body_sv == "först"


def test_whoever_adopts_must_have_seen_the_last_change(secretariat, draft):
    before = draft.version
    actions.add_section(by=secretariat, version=draft, area="", **NEW)
    draft.refresh_from_db()
    assert draft.version == before + 1


def test_requirements_are_added_changed_moved_and_taken_out(secretariat, clause):
    texts = {"title_sv": "Fyra", "title_en": "Four", "criterion_sv": "K", "criterion_en": ""}
    four = actions.add_requirement(by=secretariat, version=clause, points=[("x", "y"), ("z", "")], **texts)
    assert list(four.points.values_list("letter", "text_sv", "text_en")) == [("a", "x", "y"), ("b", "z", "")]
    actions.revise_requirement(by=secretariat, requirement=four, seen=1, points=[("z", "")], **texts)
    assert list(four.points.values_list("letter", "text_sv")) == [("a", "z")]
    actions.move_requirement(by=secretariat, requirement=four, up=True)
    assert titles(clause) == [(1, "Processkrav 1"), (2, "Processkrav 2"), (3, "Fyra"), (4, "Processkrav 3")]
    actions.remove_requirement(by=secretariat, requirement=four)
    assert titles(clause) == [(1, "Processkrav 1"), (2, "Processkrav 2"), (3, "Processkrav 3")]


def test_a_requirement_that_a_question_is_about_stays(secretariat, clause):
    requirement = clause.requirements.first()
    line = Questionnaire.objects.create(title_sv="Självskattning", created_by=system())
    version = QuestionnaireVersion.objects.create(
        questionnaire=line, clause_version=clause, name="1", valid_from=date(2026, 7, 1), created_by=system()
    )
    section = QuestionnaireSection.objects.create(questionnaire_version=version, number=1)
    Question.objects.create(section=section, key="f1", number=1, kind="text", text_sv="?", requirement=requirement)
    with pytest.raises(ValidationError) as refused:
        actions.remove_requirement(by=secretariat, requirement=requirement)
    assert "frågeformulär" in refused.value.messages[0]
    with pytest.raises(ValidationError):
        discard_draft(by=secretariat, version=clause, seen=clause.version)
    assert clause.requirements.count() == 3


def test_parameters_get_a_key_that_stays(secretariat, clause):
    said = {"label_sv": "Lämnas inom", "label_en": "Handed in within", "unit": ParameterUnit.WEEKS, "default": 4}
    parameter = actions.add_parameter(by=secretariat, version=clause, **said)
    assert actions.add_parameter(by=secretariat, version=clause, **said) == parameter
    other = actions.add_parameter(by=secretariat, version=clause, **said | {"default": 5})
    assert (parameter.key, other.key) == ("handed_in_within", "handed_in_within_2")
    actions.revise_parameter(by=secretariat, parameter=parameter, seen=1, **said | {"default": None})
    parameter.refresh_from_db()
    assert (parameter.key, parameter.default) == ("handed_in_within", None)
    with pytest.raises(StaleVersionError):
        actions.revise_parameter(by=secretariat, parameter=parameter, seen=1, **said)
    actions.remove_parameter(by=secretariat, parameter=other)
    assert list(clause.parameters.values_list("key", flat=True)) == ["handed_in_within"]


def test_nothing_of_an_adopted_version_is_written(secretariat):
    clause, code = ClauseVersionFactory(), CodeVersionFactory()
    writes = [
        lambda: actions.add_section(by=secretariat, version=code, area="", **NEW),
        lambda: actions.revise_section(by=secretariat, section=code.sections.first(), seen=1, body_sv="x"),
        lambda: actions.move_section(by=secretariat, section=code.sections.first(), up=False),
        lambda: actions.remove_section(by=secretariat, section=code.sections.first()),
        lambda: actions.remove_requirement(by=secretariat, requirement=clause.requirements.first()),
    ]
    for write in writes:
        with pytest.raises(ValidationError) as refused:
            write()
        assert refused.value.messages == [
            "Den här versionen är antagen och låst: påbörja nästa version om något ska ändras."
        ]


def test_guidance_is_published_at_once(secretariat):
    version = actions.publish_guidance(
        by=secretariat,
        title_sv="Råd",
        title_en="Advice",
        area=Area.ENVIRONMENT,
        category=None,
        sections=[("Rubrik", "Heading", "Text", "Body"), ("Två", "Two", "Mer", "More")],
        valid_from=date(2026, 1, 1),
    )
    assert (version.state, version.name, version.guidance.area) == (DocumentState.IN_FORCE, "2026", "environment")
    assert headings(version) == [(1, "Rubrik"), (2, "Två")]


def test_guidance_without_a_text_is_not_published(secretariat):
    with pytest.raises(ValidationError):
        actions.publish_guidance(
            by=secretariat,
            title_sv="Råd",
            title_en="",
            area="",
            category=None,
            sections=[],
            valid_from=date(2026, 1, 1),
        )
    assert Guidance.objects.count() == 0


def test_a_line_of_guidance_goes_with_its_only_draft(secretariat):
    draft = actions.start_guidance(
        by=secretariat, title_sv="Råd", title_en="", area="", category=None, name="1", valid_from=date(2026, 1, 1)
    )
    discard_draft(by=secretariat, version=draft, seen=1)
    assert Guidance.objects.count() == 0


def test_drafts_of_guidance_are_the_secretariats(secretariat, buyer, reader, stranger):
    adopted = GuidanceVersionFactory()
    unseen = GuidanceVersionFactory(adopted=False)
    GuidanceFactory()
    for user in (buyer, reader):
        assert list(Guidance.objects.visible_to(user)) == [adopted.guidance]
        assert list(GuidanceVersion.objects.visible_to(user)) == [adopted]
    assert Guidance.objects.visible_to(secretariat).count() == 3
    assert unseen in GuidanceVersion.objects.visible_to(secretariat)
    assert list(Guidance.objects.visible_to(stranger)) == []


def test_what_an_adopted_version_lacks_is_entered_once(secretariat):
    version = GuidanceVersionFactory()
    section = version.sections.get()
    assert section.missing == ["body_en"]
    actions.enter_missing(by=secretariat, row=section, seen=1, body_en="Do this.")
    section.refresh_from_db()
    assert (section.body_sv, section.body_en, section.version, section.missing) == ("Gör så här.", "Do this.", 2, [])
    stored = GuidanceVersion.objects.get(pk=version.pk)
    assert stored.version == version.version + 1  # so that its PDF is made anew
    with pytest.raises(StaleVersionError):
        actions.enter_missing(by=secretariat, row=section, seen=1, body_en="Something else.")
    with pytest.raises(ValidationError):
        actions.enter_missing(by=secretariat, row=section, seen=2, body_en="Something else.")
    section.refresh_from_db()
    assert section.body_en == "Do this."


@pytest.mark.parametrize(
    "change",
    [
        {"body_sv": "Annat"},
        {"body_en": "Do this.", "body_sv": "Annat"},
        {"body_en": "Do this.", "heading_sv": "Annat"},
        {"body_en": "Do this.", "number": 2},
    ],
)
def test_the_database_lets_nothing_else_pass(change):
    section = GuidanceVersionFactory().sections.get()
    with pytest.raises(ProgrammingError), transaction.atomic():
        type(section).objects.filter(pk=section.pk).update(**change)
    type(section).objects.filter(pk=section.pk).update(body_en="Do this.")
    with pytest.raises(ProgrammingError), transaction.atomic():
        type(section).objects.filter(pk=section.pk).update(body_en="")


def test_the_criterion_of_an_adopted_requirement_is_entered(secretariat):
    requirement = ClauseVersionFactory().requirements.first()
    actions.enter_missing(by=secretariat, row=requirement, seen=1, criterion_sv="Det finns en policy.", criterion_en="")
    requirement.refresh_from_db()
    assert (requirement.criterion_sv, requirement.missing) == ("Det finns en policy.", ["criterion_en"])
