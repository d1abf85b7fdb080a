import pytest

from codeofconduct.questionnaire_logic import SectionText
from tests.codeofconduct.factories_questionnaires import CONTENT
from tests.factories import CategoryFactory, RegionFactory, SupplierFactory
from tests.followups.assessments import adopted
from tests.followups.factories import FindingFactory, FollowUpFactory
from tests.followups.surveys import MORE


@pytest.fixture
def follow_up(db):
    """Led by Jämtland Härjedalen, whose contract takes part; not shared."""
    return FollowUpFactory(contracts=["23"])


@pytest.fixture
def finding(follow_up):
    return FindingFactory(follow_up=follow_up, text="Spärrad nödutgång")


@pytest.fixture
def survey_ground(db):
    """Two suppliers with numbers, a category, Jämtland Härjedalen, and a questionnaire in force."""
    for name, number in (("Norrmed AB", "559999-9017"), ("Sydvård AB", "556036-0793")):
        SupplierFactory(name=name).identifiers.create(scheme="se_orgnr", value=number)
    RegionFactory(code="23")
    CategoryFactory(name="Kirurgiska instrument")
    return adopted(content=(*CONTENT, SectionText("Övrigt", "Other", questions=(MORE,))))
