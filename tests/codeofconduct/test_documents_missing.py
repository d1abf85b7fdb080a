"""What is not written yet, or not in English: told, compared, and entered in an adopted version."""

from datetime import date

import pytest
from django.urls import reverse

from codeofconduct.actions.documents import enter_missing, revise_section
from codeofconduct.actions.versions import adopt_version, start_next_version
from codeofconduct.models import RequirementPoint
from codeofconduct.presentation.documents import version_url
from tests.codeofconduct.factories_documents import CodeVersionFactory, GuidanceVersionFactory
from tests.factories import ClauseVersionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(secretariat):
    return start_next_version(by=secretariat, version=CodeVersionFactory(), name="2026", valid_from=date(2026, 7, 1))


@pytest.fixture
def office(client_of, secretariat):
    return client_of(secretariat)


@pytest.fixture
def english(client_of, person):
    return client_of(person("secretariat", language="en"))


def test_what_an_adopted_version_lacks_is_entered_on_its_page(office, client_of, reader):
    version = GuidanceVersionFactory()
    section = version.sections.get()
    page, enter = version_url(version), reverse("codeofconduct:section-enter", args=["guidance", section.public_id])
    assert enter in office.get(page).text
    assert enter not in client_of(reader).get(page).text
    empty = office.post(enter, {"version": 1, "body_en": " "})
    assert empty.context["form"].errors == {"body_en": ["Skriv texten som ska läggas in."]}
    assert office.post(enter, {"version": 1, "body_en": "Do this."}).url == f"{page}#section-{section.public_id}"
    assert "Do this." in client_of(reader).get(f"{page}?language=en").text
    assert office.get(enter).url == f"{page}#section-{section.public_id}"  # nothing is missing any more
    again = office.post(enter, {"version": 1, "body_en": "Do this."})  # pressed twice
    assert again.url == f"{page}#section-{section.public_id}"
    section.refresh_from_db()
    assert (section.body_en, section.version) == ("Do this.", 2)


def test_two_who_enter_the_same_text_do_not_lose_one(office):
    section = GuidanceVersionFactory().sections.get()
    enter = reverse("codeofconduct:section-enter", args=["guidance", section.public_id])
    assert office.post(enter, {"version": 1, "body_en": "Theirs"}).status_code == 302
    lost = office.post(enter, {"version": 1, "body_en": "Mine, twenty lines"})
    assert lost.status_code == 409
    (compared,) = lost.context["comparisons"]
    assert (compared.mine, compared.theirs) == ("Mine, twenty lines", "Theirs")
    assert "Mine, twenty lines</textarea>" in lost.text
    insisted = office.post(enter, {"version": 2, "body_en": "Mine, twenty lines"})
    assert insisted.context["form"].errors == {
        "body_en": ["Den här versionen är antagen och låst: påbörja nästa version om något ska ändras."]
    }
    assert "Mine, twenty lines</textarea>" in insisted.text
    section.refresh_from_db()
    assert section.body_en == "Theirs"


def test_a_text_lost_to_someone_else_is_kept_beside_one_still_missing(office):
    requirement = ClauseVersionFactory().requirements.first()
    enter = reverse("codeofconduct:process-requirement-enter", args=[requirement.public_id])
    office.post(enter, {"version": 1, "criterion_sv": "Deras", "criterion_en": ""})
    lost = office.post(enter, {"version": 1, "criterion_sv": "Mitt", "criterion_en": "Mine"})
    assert (lost.status_code, list(lost.context["form"].texts)) == (409, ["criterion_sv", "criterion_en"])
    assert [(each.mine, each.theirs) for each in lost.context["comparisons"]] == [("Mitt", "Deras"), ("Mine", "–")]
    assert office.post(enter, {"version": 2, "criterion_sv": "Deras", "criterion_en": "Mine"}).status_code == 302
    requirement.refresh_from_db()
    assert (requirement.criterion_sv, requirement.criterion_en) == ("Deras", "Mine")


def test_a_comparison_says_which_language_is_missing(english, secretariat):
    """The factory's guidance has no English body."""
    version = GuidanceVersionFactory()
    draft = start_next_version(by=secretariat, version=version, name="2026", valid_from=date(2026, 7, 1))
    section = draft.sections.get()
    revise_section(by=secretariat, section=section, seen=1, body_sv="Gör så där.")
    compare = reverse("codeofconduct:version-compare", args=["guidance", draft.public_id])
    assert "Not everything is written in English" in (page := english.get(f"{compare}?language=en").text)
    assert '<span lang="sv">Gör så </span>' in page
    assert "Not everything is written" not in english.get(f"{compare}?language=sv").text


def test_who_adopts_is_told_what_is_not_translated(english, office, secretariat, draft):
    adopt = reverse("codeofconduct:version-adopt", args=["code", draft.public_id])
    assert "not all in English" not in english.get(adopt).text
    section = draft.sections.first()
    revise_section(by=secretariat, section=section, seen=1, body_en="")
    assert "Section 1 is not all in English." in english.get(adopt).text
    page = office.get(adopt)
    answer = office.post(adopt, {"version": page.context["form"]["version"].value(), "valid_from": "2026-07-01"})
    draft.refresh_from_db()
    assert (answer.status_code, draft.is_locked) == (302, True)


@pytest.mark.parametrize("lacks", ["title_en", "criterion_en", "point"])
def test_who_adopts_a_clause_is_told_which_requirements_are_not_translated(english, secretariat, lacks):
    draft = next_of(secretariat, ClauseVersionFactory())
    adopt = reverse("codeofconduct:version-adopt", args=["clause", draft.public_id])
    draft.requirements.update(criterion_sv="Det finns en policy.", criterion_en="There is a policy.")
    assert "not all in English" not in english.get(adopt).text
    if lacks == "point":
        RequirementPoint.objects.create(requirement=draft.requirements.get(number=2), letter="a", text_sv="Punkt")
    else:
        draft.requirements.filter(number=2).update(**{lacks: ""})
    assert "Requirement 2 is not all in English." in english.get(adopt).text
    draft.requirements.filter(number=3).update(title_en="")
    assert "Requirements 2, 3 are not all in English." in english.get(adopt).text


def test_the_draft_that_copies_the_version_gets_what_is_entered(secretariat):
    section = GuidanceVersionFactory().sections.get()
    draft = next_of(secretariat, section.guidance_version)
    enter_missing(by=secretariat, row=section, seen=1, body_en="Do this.")
    copy = draft.sections.get()
    assert (copy.body_en, copy.version) == ("Do this.", 2)
    seen = draft.version
    draft.refresh_from_db()
    assert draft.version == seen + 1  # who adopts must have seen it


def test_a_criterion_reaches_the_draft_too(secretariat):
    clause = ClauseVersionFactory()
    draft = next_of(secretariat, clause)
    criteria = {"criterion_sv": "Det finns en policy.", "criterion_en": "There is a policy."}
    enter_missing(by=secretariat, row=clause.requirements.get(number=2), seen=1, **criteria)
    assert list(draft.requirements.order_by("number").values_list("criterion_sv", "criterion_en")) == [
        ("", ""),
        tuple(criteria.values()),
        ("", ""),
    ]


@pytest.mark.parametrize("changed", [{"body_sv": "Gör annat."}, {"body_en": "Ours."}, {"heading_sv": "Annat"}])
def test_a_draft_that_says_something_else_keeps_it(secretariat, changed):
    """The English of a text that the draft has reworded would be wrong there."""
    section = GuidanceVersionFactory().sections.get()
    copy = next_of(secretariat, section.guidance_version).sections.get()
    revise_section(by=secretariat, section=copy, seen=1, **changed)
    enter_missing(by=secretariat, row=section, seen=1, body_en="Do this.")
    copy.refresh_from_db()
    assert (copy.body_en, copy.version) == (changed.get("body_en", ""), 2)


def test_what_is_entered_in_a_replaced_version_stays_there(secretariat):
    old = GuidanceVersionFactory()
    second = next_of(secretariat, old)
    adopt_version(by=secretariat, version=second, seen=1, valid_from=second.valid_from)
    draft = next_of(secretariat, second, name="2027")
    enter_missing(by=secretariat, row=old.sections.get(), seen=1, body_en="Of old.")
    assert {each.sections.get().body_en for each in (second, draft)} == {""}


def next_of(by, version, name="2026"):
    return start_next_version(by=by, version=version, name=name, valid_from=date(int(name), 7, 1))
