"""What of the ground the search finds, and for whom."""

import pytest

from codeofconduct.actions.duplicates import merge_suppliers
from codeofconduct.models import CodeSection, CodeVersion
from portal import clock
from tests.codeofconduct.factories_documents import CodeVersionFactory, GuidanceVersionFactory
from tests.codeofconduct.factories_knowledge import answered, make_enquiry
from tests.codeofconduct.factories_questionnaires import new_draft
from tests.codeofconduct.factories_suppliers import FacilityFactory, SupplyLinkFactory
from tests.factories import ClauseVersionFactory, ContractFactory, SupplierFactory, system
from tests.home.test_search import hits, searched

pytestmark = pytest.mark.django_db


def test_drafts_of_documents_are_for_the_secretariat(client_of, secretariat, reader):
    draft = CodeVersionFactory(name="2027", adopted=False)
    draft.sections.filter(number=1).update(heading_sv="Kanariefåglar", body_sv="Levnadslöner ska betalas.")
    new_draft(title="Kanariefåglarnas självskattning")
    kinds = {"code-section", "questionnaire"}
    assert [set(searched(client_of, user, "kanariefågel")) for user in (secretariat, reader)] == [kinds, set()]
    assert [set(searched(client_of, user, "levnadslön")) for user in (secretariat, reader)] == [{"code-section"}, set()]


def test_a_section_is_found_by_its_text_and_leads_to_its_place(client_of, reader):
    version = CodeVersionFactory(adopted=False)
    version.sections.filter(number=2).update(body_sv="Leverantören ska betala **levnadslöner** till arbetarna.")
    CodeVersion.objects.filter(pk=version.pk).update(adopted_at=clock.now(), adopted_by=system())
    section = CodeSection.objects.get(code_version=version, number=2)
    (hit,) = hits(client_of, reader, "arbetare levnadslön")["code-section"]
    assert hit.url == f"/requirements/documents/code/{version.public_id}/#section-{section.public_id}"
    assert "".join(piece for piece, _is_wanted in hit.excerpt) == "Leverantören ska betala levnadslöner till arbetarna."
    assert [piece for piece, is_wanted in hit.excerpt if is_wanted] == ["levnadslön", "arbet"]
    assert hit.caption == "Version 2023, gäller"


def test_requirements_of_drafts_are_for_the_secretariat(client_of, secretariat, reader):
    ClauseVersionFactory()
    draft = ClauseVersionFactory(name="2027", adopted=False)
    draft.requirements.create(public_id="2027-1", number=1, title_sv="Processkrav 1", title_en="Process requirement 1")
    found = [len(searched(client_of, user, "processkrav")["process-requirement"]) for user in (reader, secretariat)]
    assert found == [3, 4]


def test_questionnaire_is_found_by_its_questions_and_by_an_older_word(client_of, secretariat):
    new_draft(title="Självskattning av tillbörlig aktsamhet")
    assert searched(client_of, secretariat, "egenrapportering") == {
        "questionnaire": ["Självskattning av tillbörlig aktsamhet"]
    }
    assert "questionnaire" in searched(client_of, secretariat, "policy")


def test_guidance_and_answers_are_found_by_what_they_say(client_of, reader):
    GuidanceVersionFactory(guidance__title_sv="Om bomull")
    answered(make_enquiry("Spårbarhet av bomull"), "Fråga efter intyg från spinneriet.")
    assert searched(client_of, reader, "bomullen") == {"guidance": ["Om bomull"], "enquiry": ["Spårbarhet av bomull"]}
    assert set(searched(client_of, reader, "spinnerier")) == {"enquiry"}


def test_confidential_facility_is_for_those_whose_contract_it_serves(client_of, secretariat, buyer, neighbour, reader):
    contract = ContractFactory(region__code="23")
    facility = FacilityFactory(supplier=contract.supplier, name="Kanariefabriken", city="Dhaka")
    SupplyLinkFactory(contract=contract, facility=facility)
    users = (secretariat, buyer, neighbour, reader)
    for text in ("kanariefabriken", "dhaka", "kanarifabrikn"):
        assert ["facility" in searched(client_of, user, text) for user in users] == [True, True, False, False], text
    FacilityFactory(name="Öppna fabriken", is_confidential=False)
    assert ["facility" in searched(client_of, user, "öppna") for user in users] == [True] * 4


def test_a_merged_supplier_is_found_by_its_former_name(client_of, secretariat, reader):
    keep, gone = SupplierFactory(name="Norrmed AB"), SupplierFactory(name="Instrumentbolaget i Umeå")
    gone.identifiers.create(scheme="se_orgnr", value="559999-9017")
    merge_suppliers(by=secretariat, keep=keep, gone=gone)
    assert searched(client_of, reader, "instrumentbolaget") == {"supplier": ["Norrmed AB"]}
    assert searched(client_of, reader, "5599999017") == {"supplier": ["Norrmed AB"]}
