"""Starting, adopting and discarding versions: of the code, the clause and the guidance alike."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from codeofconduct.actions.versions import (
    adopt_version,
    discard_draft,
    revise_draft,
    start_first_version,
    start_next_version,
)
from codeofconduct.enums import DocumentState, Level, ParameterUnit
from codeofconduct.models import (
    ClauseParameter,
    ClauseSection,
    ClauseVersion,
    CodeSection,
    CodeVersion,
    ProcessRequirement,
    RequirementPoint,
)
from portal import clock
from portal.history.versions import StaleVersionError
from tests.codeofconduct.factories_documents import CodeVersionFactory, GuidanceVersionFactory
from tests.factories import ClauseVersionFactory

pytestmark = pytest.mark.django_db
JULY = date(2026, 7, 1)


def started(by, version, **changes):
    return start_next_version(by=by, version=version, **{"name": "2026", "valid_from": JULY} | changes)


def test_the_next_version_starts_as_a_copy(secretariat):
    old = CodeVersionFactory()
    draft = started(secretariat, old)
    assert (draft.state, draft.name, draft.valid_from, draft.valid_to) == (DocumentState.DRAFT, "2026", JULY, None)
    assert draft.created_by.user == secretariat
    texts = ("number", "heading_sv", "heading_en", "body_sv", "body_en")
    assert list(draft.sections.values_list(*texts)) == list(old.sections.values_list(*texts))
    assert {section.public_id for section in draft.sections.all()}.isdisjoint(
        section.public_id for section in old.sections.all()
    )


def test_a_clause_is_copied_with_all_that_hangs_on_it(secretariat):
    old = ClauseVersionFactory(adopted=False)
    requirement = ProcessRequirement.objects.create(
        clause_version=old, public_id="2023-1", number=1, title_sv="Ett", title_en="One", criterion_sv="K"
    )
    RequirementPoint.objects.create(requirement=requirement, letter="a", text_sv="punkt", text_en="point")
    ClauseParameter.objects.create(
        clause_version=old, key="notice", label_sv="Varsel", label_en="Notice", unit=ParameterUnit.WEEKS, default=2
    )
    ClauseSection.objects.create(clause_version=old, number=1, heading_sv="Avsnitt")
    adopt_version(by=secretariat, version=old, seen=1, valid_from=date(2023, 3, 1))
    draft = started(secretariat, old)
    (twin,) = draft.requirements.all()
    assert (twin.number, twin.title_sv, twin.criterion_sv) == (1, "Ett", "K")
    assert twin.public_id != requirement.public_id
    assert list(twin.points.values_list("letter", "text_sv", "text_en")) == [("a", "punkt", "point")]
    assert list(draft.parameters.values_list("key", "unit", "default")) == [("notice", "weeks", 2)]
    assert draft.sections.get().heading_sv == "Avsnitt"
    assert draft.level == old.level


def test_a_line_has_one_draft(secretariat):
    old = CodeVersionFactory()
    started(secretariat, old)
    with pytest.raises(ValidationError) as refused:
        started(secretariat, old, name="2027")
    assert refused.value.messages == ["Det finns redan ett utkast till nästa version."]
    assert CodeVersion.objects.count() == 2


def test_lines_of_different_levels_and_guidance_have_drafts_of_their_own(secretariat):
    started(secretariat, ClauseVersionFactory())
    basic = start_first_version(
        by=secretariat, model=ClauseVersion, name="2026 bas", valid_from=JULY, line={"level": Level.BASIC}
    )
    assert basic.state == DocumentState.DRAFT
    for version in (GuidanceVersionFactory(), GuidanceVersionFactory()):
        assert started(secretariat, version).guidance == version.guidance


def test_a_name_is_taken_once(secretariat):
    with pytest.raises(ValidationError) as refused:
        started(secretariat, CodeVersionFactory(), name="2023")
    assert refused.value.message_dict == {"name": ["En annan version har det här namnet."]}


def test_a_line_with_versions_has_no_first(secretariat):
    CodeVersionFactory()
    with pytest.raises(ValidationError):
        start_first_version(by=secretariat, model=CodeVersion, name="2026", valid_from=JULY)


def test_adoption_ends_the_predecessor_the_day_before(secretariat):
    old = CodeVersionFactory()
    draft = started(secretariat, old)
    new = adopt_version(by=secretariat, version=draft, seen=draft.version, valid_from=JULY)
    old.refresh_from_db()
    assert (old.valid_to, new.valid_from, new.valid_to) == (date(2026, 6, 30), JULY, None)
    assert new.is_locked
    assert new.adopted_by.user == secretariat


def test_a_coming_version_leaves_the_present_one_in_force(secretariat):
    old = CodeVersionFactory()
    coming = clock.today() + timedelta(days=30)
    draft = started(secretariat, old, valid_from=coming)
    new = adopt_version(by=secretariat, version=draft, seen=1, valid_from=coming)
    old.refresh_from_db()
    assert (old.state, new.state) == (DocumentState.IN_FORCE, DocumentState.COMING)


def test_what_was_in_force_before_and_ended_stays_as_it_was(secretariat):
    old = CodeVersionFactory(valid_to=date(2025, 12, 31))
    draft = started(secretariat, old)
    adopt_version(by=secretariat, version=draft, seen=1, valid_from=JULY)
    old.refresh_from_db()
    assert old.valid_to == date(2025, 12, 31)


@pytest.mark.parametrize("day", [date(2023, 3, 1), date(2020, 1, 1)])
def test_a_version_begins_after_its_predecessor(secretariat, day):
    old = CodeVersionFactory()
    draft = started(secretariat, old)
    with pytest.raises(ValidationError) as refused:
        adopt_version(by=secretariat, version=draft, seen=1, valid_from=day)
    assert refused.value.message_dict == {
        "valid_from": ["Version 2023 gäller från 1 mars 2023: nästa måste börja gälla senare."]
    }
    draft.refresh_from_db()
    old.refresh_from_db()
    assert (draft.adopted_at, old.valid_to) == (None, None)


def test_back_dating_is_allowed_once_the_predecessor_has_begun(secretariat):
    draft = started(secretariat, CodeVersionFactory(), valid_from=date(2023, 3, 2))
    assert adopt_version(by=secretariat, version=draft, seen=1, valid_from=date(2023, 3, 2)).is_locked


def test_an_empty_version_is_not_adopted(secretariat):
    draft = started(secretariat, CodeVersionFactory())
    draft.sections.all().delete()
    with pytest.raises(ValidationError) as refused:
        adopt_version(by=secretariat, version=draft, seen=1, valid_from=JULY)
    assert refused.value.messages == ["Versionen har inga avsnitt ännu."]
    CodeSection.objects.create(code_version=draft, number=1)
    with pytest.raises(ValidationError) as refused:
        adopt_version(by=secretariat, version=draft, seen=1, valid_from=JULY)
    assert refused.value.messages == ["Avsnitt 1 är tomt."]


def test_an_adopted_version_is_adopted_once(secretariat):
    draft = started(secretariat, CodeVersionFactory())
    adopt_version(by=secretariat, version=draft, seen=1, valid_from=JULY)
    with pytest.raises(ValidationError):
        adopt_version(by=secretariat, version=draft, seen=1, valid_from=JULY + timedelta(days=1))
    draft.refresh_from_db()
    assert draft.valid_from == JULY


def test_what_changed_since_the_page_was_shown_is_not_adopted(secretariat):
    draft = started(secretariat, CodeVersionFactory())
    revise_draft(by=secretariat, version=draft, seen=1, change_note="Nytt avsnitt")
    with pytest.raises(StaleVersionError):
        adopt_version(by=secretariat, version=draft, seen=1, valid_from=JULY)
    draft.refresh_from_db()
    assert (draft.adopted_at, draft.change_note) == (None, "Nytt avsnitt")


@pytest.mark.parametrize("factory", [CodeVersionFactory, ClauseVersionFactory, GuidanceVersionFactory])
def test_a_draft_is_discarded_with_all_that_hangs_on_it(secretariat, factory):
    old = factory()
    draft = started(secretariat, old)
    discard_draft(by=secretariat, version=draft, seen=1)
    assert list(type(old).objects.all()) == [old]


def test_an_adopted_version_is_locked_by_every_path(secretariat):
    old = CodeVersionFactory()
    with pytest.raises(ValidationError):
        discard_draft(by=secretariat, version=old, seen=old.version)
    with pytest.raises(ValidationError):
        revise_draft(by=secretariat, version=old, seen=old.version, change_note="nej")
    for write in (
        lambda: CodeSection.objects.filter(code_version=old).update(body_sv="annat"),
        lambda: CodeSection.objects.create(code_version=old, number=9),
        lambda: CodeVersion.objects.filter(pk=old.pk).update(name="annat"),
    ):
        with pytest.raises(DatabaseError, match="locked"), transaction.atomic():
            write()
    assert [section.body_sv for section in old.sections.all()] == ["Text 1", "Text 2"]
