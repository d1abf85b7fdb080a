"""Follow-ups and what they hold. A finding is submitted unless a test says otherwise."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from codeofconduct.models import ProcessRequirement
from followups.models import CorrectiveAction, Evidence, Finding, FollowUp, FollowUpContract, Severity
from portal import clock
from portal.files.actions import store_file
from portal.history.models import SystemActor
from tests.factories import (
    CategoryFactory,
    ClauseVersionFactory,
    ContractFactory,
    RegionFactory,
    SupplierFactory,
    system,
)


class SeverityFactory(DjangoModelFactory):
    class Meta:
        model = Severity
        django_get_or_create = ("key",)

    key = "deviation"
    name_sv = "Avvikelse"
    name_en = "Deviation"
    order = factory.LazyAttribute(lambda severity: 2 if severity.is_severe else 1)
    is_severe = False


class RequirementFactory(DjangoModelFactory):
    class Meta:
        model = ProcessRequirement
        django_get_or_create = ("public_id",)

    clause_version = factory.SubFactory(ClauseVersionFactory)
    number = 1
    public_id = factory.LazyAttribute(lambda requirement: f"{requirement.clause_version.name}-{requirement.number}")
    title_sv = "Policyer och ansvar"
    title_en = "Policies and responsibilities"


class FollowUpFactory(DjangoModelFactory):
    """`contracts=["23", "25"]`: a contract with the supplier for each region."""

    class Meta:
        model = FollowUp
        skip_postgeneration_save = True

    supplier = factory.SubFactory(SupplierFactory)
    category = factory.SubFactory(CategoryFactory)
    clause_version = factory.SubFactory(ClauseVersionFactory)
    lead_region = factory.SubFactory(RegionFactory)
    created_by = factory.LazyFunction(system)
    assigned_at = factory.LazyAttribute(lambda follow_up: clock.now() if follow_up.handler else None)
    assigned_by = factory.LazyAttribute(lambda follow_up: system() if follow_up.handler else None)
    handler = None
    shared_at = factory.LazyAttribute(lambda follow_up: clock.now() if follow_up.sharing_tier != "concerned" else None)
    shared_by = factory.LazyAttribute(lambda follow_up: system() if follow_up.shared_at else None)
    sharing_tier = "concerned"

    @factory.post_generation
    def contracts(self, create, extracted, **kwargs):
        for code in extracted or []:
            contract = ContractFactory(
                region=RegionFactory(code=code), supplier=self.supplier, clause_version=self.clause_version
            )
            FollowUpContract.objects.create(follow_up=self, contract=contract, created_by=system())


class FindingFactory(DjangoModelFactory):
    class Meta:
        model = Finding

    follow_up = factory.SubFactory(FollowUpFactory)
    text = factory.Sequence(lambda number: f"Iakttagelse {number}")
    severity = factory.SubFactory(SeverityFactory)
    severe_type = factory.LazyAttribute(lambda finding: "forced_labour" if finding.severity.is_severe else "")
    requirement = factory.LazyAttribute(
        lambda finding: RequirementFactory(clause_version=finding.follow_up.clause_version)
    )
    state = "submitted"
    submitted_at = factory.LazyAttribute(lambda finding: clock.now() if finding.state == "submitted" else None)
    submitted_by = factory.LazyAttribute(lambda finding: system() if finding.submitted_at else None)
    created_by = factory.LazyFunction(system)


class CorrectiveActionFactory(DjangoModelFactory):
    """`days=-3`: due three days ago."""

    class Meta:
        model = CorrectiveAction

    class Params:
        days = 10

    finding = factory.SubFactory(FindingFactory)
    description = factory.Sequence(lambda number: f"Åtgärd {number}")
    due_on = factory.LazyAttribute(lambda action: clock.today() + timedelta(days=action.days))
    created_by = factory.LazyFunction(system)


class EvidenceFactory(DjangoModelFactory):
    class Meta:
        model = Evidence

    finding = factory.SubFactory(FindingFactory)
    file = factory.LazyFunction(
        lambda: store_file(
            by=SystemActor("test"), name="Intyg.pdf", content=b"%PDF hemligt", media_type="application/pdf"
        )
    )
    created_by = factory.LazyFunction(system)
