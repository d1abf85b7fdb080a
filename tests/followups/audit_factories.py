"""Audits and what they hold. An audit is ordered, and no more, unless a test says otherwise."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from codeofconduct.models import Facility
from followups.models import Audit, AuditDocumentRequest, FindingDraft, FrameworkAgreement
from portal import clock
from tests.factories import SupplierFactory, system
from tests.followups.factories import FollowUpFactory

AUDITOR = "revisor@revision.example"


class FrameworkFactory(DjangoModelFactory):
    class Meta:
        model = FrameworkAgreement

    firm = factory.Sequence(lambda number: f"Revisionsbyrå {number} AB")
    number = "2026/1"
    valid_from = factory.LazyFunction(lambda: clock.today() - timedelta(days=100))
    created_by = factory.LazyFunction(system)


class FacilityFactory(DjangoModelFactory):
    class Meta:
        model = Facility

    supplier = factory.SubFactory(SupplierFactory)
    name = factory.Sequence(lambda number: f"Anläggning {number}")
    country = "PK"
    stage = "processing"
    created_by = factory.LazyFunction(system)


class AuditFactory(DjangoModelFactory):
    """`booked=5`: in five days; `carried_out=-3`: three days ago; both with the auditor of `AUDITOR`."""

    class Meta:
        model = Audit

    class Params:
        booked = None
        carried_out = None

    follow_up = factory.SubFactory(FollowUpFactory)
    kind = "office"
    number = factory.LazyAttribute(lambda audit: audit.follow_up.audits.count() + 1)
    scope = "due_diligence"
    ordered_on = factory.LazyFunction(lambda: clock.today() - timedelta(days=60))
    payer = "cooperation"
    payer_by_rule = factory.LazyAttribute(lambda audit: audit.payer)
    planned_on = factory.LazyAttribute(
        lambda audit: None if audit.booked is None else clock.today() + timedelta(days=audit.booked)
    )
    booked_at = factory.LazyAttribute(lambda audit: None if audit.booked is None else clock.now())
    booked_by = factory.LazyAttribute(lambda audit: None if audit.booked is None else system())
    auditor_name = factory.LazyAttribute(lambda audit: "" if audit.booked is None else "Rita Revisor")
    auditor_email = factory.LazyAttribute(lambda audit: "" if audit.booked is None else AUDITOR)
    carried_out_on = factory.LazyAttribute(
        lambda audit: None if audit.carried_out is None else clock.today() + timedelta(days=audit.carried_out)
    )
    carried_out_at = factory.LazyAttribute(lambda audit: None if audit.carried_out is None else clock.now())
    carried_out_by = factory.LazyAttribute(lambda audit: None if audit.carried_out is None else system())
    created_by = factory.LazyFunction(system)


class DocumentRequestFactory(DjangoModelFactory):
    class Meta:
        model = AuditDocumentRequest

    audit = factory.SubFactory(AuditFactory)
    title = factory.Sequence(lambda number: f"Riskanalys {number}")
    due_on = factory.LazyFunction(lambda: clock.today() + timedelta(days=10))
    created_by = factory.LazyFunction(system)


class FindingDraftFactory(DjangoModelFactory):
    class Meta:
        model = FindingDraft

    audit = factory.SubFactory(AuditFactory)
    text = factory.Sequence(lambda number: f"Utkast {number}")
    created_by = factory.LazyFunction(system)
