"""Requirement sets to test with."""

from typing import Any

from codeofconduct.actions.requirements import add_topic, adopt_variant, begin_requirement_set, propose_variant
from codeofconduct.enums import Area, Level
from codeofconduct.models import RequirementSet, RequirementTopic, SustainabilityRequirement
from codeofconduct.wording import Wording
from portal.history.models import SystemActor
from regions.models import Region
from tests.factories import CategoryFactory

BY = SystemActor("test")


def make_set(category: str = "Kirurgiska instrument") -> RequirementSet:
    return begin_requirement_set(by=BY, category=CategoryFactory(name=category))


def make_topic(title: str = "Spårbarhet", requirement_set: RequirementSet | None = None) -> RequirementTopic:
    return add_topic(by=BY, requirement_set=requirement_set or make_set(), title_sv=title, title_en=f"{title} (en)")


def make_wording(**told: Any) -> Wording:
    usual = {
        "level": Level.BASIC,
        "text_sv": "Leverantören känner sin kedja.",
        "verification_sv": "Kartan visas upp.",
        "area": Area.HUMAN_RIGHTS,
    }
    return Wording(**{**usual, **told})


def make_proposal(
    topic: RequirementTopic | None = None, *, region: Region | None = None, by: Any = BY, **told: Any
) -> SustainabilityRequirement:
    return propose_variant(by=by, topic=topic or make_topic(), region=region, wording=make_wording(**told))


def make_adopted(topic: RequirementTopic | None = None, **told: Any) -> SustainabilityRequirement:
    proposal = make_proposal(topic, **told)
    return adopt_variant(by=BY, requirement=proposal, version=proposal.version)
