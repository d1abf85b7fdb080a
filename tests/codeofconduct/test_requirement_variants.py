"""Variants of requirements: who speaks for whom, what they are compared in, and which risk they meet."""

from datetime import date

import pytest
from django.urls import reverse

from codeofconduct.enums import Area, Level, RiskLevel, Stage
from codeofconduct.models import SustainabilityRequirement
from codeofconduct.queries.requirements import variants_compared
from regions.models import GroupMembership, PurchasingGroup
from tests.codeofconduct.factories_requirements import make_adopted, make_proposal, make_topic
from tests.codeofconduct.factories_risk import AssessmentFactory
from tests.factories import RegionFactory

pytestmark = pytest.mark.django_db


def page(name: str, row) -> str:
    return reverse(f"codeofconduct:{name}", args=[row.public_id])


def typed(**told) -> dict[str, str]:
    usual = {"level": "basic", "text_sv": "Nytt krav.", "verification_sv": "Intyg.", "area": "environment"}
    return {**usual, **told}


def test_variants_are_compared_in_one_language(client_of, person):
    topic = make_topic()
    english = {"text_en": "The supplier knows its chain.", "verification_en": "The map is shown."}
    make_adopted(topic, **english)
    translated = make_proposal(topic, text_sv="Leverantören känner hela sin kedja.", **english)
    client = client_of(person("secretariat", language="en"))
    address = page("requirement-topic-detail", topic)
    (row,) = client.get(address).context["rows"]
    assert (row.language, row.columns[1].text) == ("en", [("The supplier knows its chain.", False)])
    make_proposal(topic, text_sv="Leverantören känner sin kedja väl.")
    answer = client.get(address)
    (row,) = answer.context["rows"]
    assert row.language == "sv"
    assert "".join(piece for piece, differs in row.columns[2].text if differs).strip() == "kedja väl."
    assert answer.text.count('class="comparison-text" lang="sv"') == 6
    assert "shown in Swedish" in answer.text
    adopting = client.get(page("variant-adopt", translated))
    assert adopting.text.count('class="comparison-text" lang="en"') == 4


def test_requirement_is_shown_with_the_level_of_the_risk_it_meets(client_of, reader):
    topic = make_topic()
    category = topic.requirement_set.category
    make_adopted(topic, area="environment", stage="processing")
    make_adopted(topic, level=Level.ADVANCED, area="environment")
    place = (Area.ENVIRONMENT, Stage.PROCESSING)
    AssessmentFactory(category=category, assessed_on=date(2024, 1, 1), levels={place: "high"})
    AssessmentFactory(category=category, assessed_on=date(2025, 1, 1), levels={place: "medium_high"})
    AssessmentFactory(category=category, assessed_on=date(2026, 1, 1), levels={place: "low"}, settled=False)
    adopted = variants_compared(reader, topic)
    assert {variant.level: variant.risk for variant in adopted} == {"basic": RiskLevel.MEDIUM_HIGH, "advanced": None}
    for name, row in {"requirement-topic-detail": topic, "requirement-set-detail": topic.requirement_set}.items():
        text = client_of(reader).get(page(name, row)).text
        assert (text.count("level-medium_high"), text.count("level-high")) == (1, 0), name


def test_area_coordinator_speaks_for_a_region_of_the_group(client_of, area_coordinator, reader):
    topic = make_topic()
    group = PurchasingGroup.objects.get(letter="A")
    regions = [RegionFactory(code=code) for code in ("23", "25")]
    for region in regions:
        GroupMembership.objects.get_or_create(group=group, region=region, defaults={"valid_from": date(2020, 1, 1)})
    client = client_of(area_coordinator)
    assert set(client.post(page("variant-propose", topic), typed()).context["form"].errors) == {"region"}
    client.post(page("variant-propose", topic), typed(region="25"))
    proposal = SustainabilityRequirement.objects.get()
    assert (proposal.region.code, proposal.created_by.user) == ("25", area_coordinator)
    client.post(page("variant-comment", proposal), {"region": "23", "text": "Vi med."})
    assert proposal.comments.get().region.code == "23"
    assert client.get(page("variant-edit", proposal)).status_code == 200
    assert client_of(reader).post(page("variant-propose", topic), typed()).status_code == 403
