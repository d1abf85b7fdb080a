"""Lists that only go out as files: what stands in them is written on pages, with rules that a file doesn't know."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import Channel
from codeofconduct.models import (
    CategoryPriority,
    ContractingBody,
    DuplicateSuspicion,
    Enquiry,
    PlanTask,
    RiskCell,
    SustainabilityRequirement,
)
from codeofconduct.permissions import can_answer, can_ask, can_change_supplier, can_keep_contracting_bodies
from codeofconduct.resources import outgoing_lists as lists
from codeofconduct.scores import inherent_score
from portal.exchange.engine.columns import Told
from portal.exchange.engine.resource import ExchangeResource
from portal.exchange.registry import ExchangeKind
from regions.permissions import has_role


class DuplicateResource(ExchangeResource):
    """Pairs of suppliers that are likely the same, and why. Numbers are left out: a sole trader's is personal data."""

    first = Told(_("Supplier"), lambda row: row.first.name, width=30)
    first_city = Told(_("City"), lambda row: row.first.city)
    first_id = Told(_("Id"), lambda row: row.first.public_id, width=15)
    second = Told(_("Likely the same as"), lambda row: row.second.name, width=30)
    second_city = Told(_("City of the other"), lambda row: row.second.city)
    second_id = Told(_("Id of the other"), lambda row: row.second.public_id, width=15)
    by_number = Told(_("Same number"), width=12)
    by_name = Told(_("Similar name"), width=12)
    by_address = Told(_("Same address"), width=12)
    likeness = Told(_("Likeness of the names (per cent)"), width=12)
    created_at = Told(_("Noted"), width=12)

    class Meta:
        model = DuplicateSuspicion


class BodyResource(ExchangeResource):
    """Joint bodies that sign contracts for regions."""

    name = Told(_("Name"), width=30)
    organisation_number = Told(_("Organisation number"))
    contracts = Told(_("Contracts"), lambda row: row.contract_count, width=12)

    class Meta:
        model = ContractingBody


class PriorityResource(ExchangeResource):
    """Which purchase categories were prioritised when, and why."""

    starts_on = Told(_("Period from"), lambda row: row.period.valid_from, width=12)
    ends_on = Told(_("Period to"), lambda row: row.period.valid_to, width=12)
    category = Told(_("Purchase category"), lambda row: row.category.name, width=30)
    code = Told(_("Code"), lambda row: row.category.code, width=12)
    reason = Told(_("Reason"), width=40)
    source = Told(_("Source"), lambda row: row.period.source, width=30)

    select = ("period", "category")

    class Meta:
        model = CategoryPriority


class RiskResource(ExchangeResource):
    """What settled assessments say of each area and stage: one row for each."""

    category = Told(_("Purchase category"), lambda row: row.assessment.category.name, width=30)
    assessed_on = Told(_("Assessed on"), lambda row: row.assessment.assessed_on, width=12)
    assessed_by = Told(_("Assessed by"), lambda row: row.assessment.author, width=24)
    area = Told(_("Area of the code"), lambda row: row.get_area_display(), width=20)
    stage = Told(_("Stage"), lambda row: row.get_stage_display(), width=20)
    level = Told(_("Risk level"), lambda row: row.get_level_display(), width=20)
    reason = Told(_("Reason"), width=50)
    source = Told(_("Source"), width=30)
    dated_on = Told(_("Date of the source"), width=12)
    country = Told(_("Country"), width=10)
    author = Told(_("Level set by"), width=24)
    score = Told(_("Inherent score"), lambda row: inherent_score(row).total if row.is_scored else None, width=12)

    select = ("assessment__category",)

    class Meta:
        model = RiskCell


class TaskResource(ExchangeResource):
    """Tasks of category action plans."""

    task = Told(_("Task"), lambda row: row.text, width=50)
    plan = Told(_("Category action plan"), lambda row: row.plan.title, width=30)
    category = Told(_("Purchase category"), lambda row: row.plan.category.name, width=30)
    owner = Told(_("Owner"), lambda row: row.owner.name if row.owner else None, width=24)
    due_on = Told(_("Due"), width=12)
    done_at = Told(_("Done"), width=12)

    select = ("plan__category", "owner")

    class Meta:
        model = PlanTask


class RequirementResource(ExchangeResource):
    """Sustainability requirements of the requirement sets, in both languages."""

    category = Told(_("Purchase category"), lambda row: row.topic.requirement_set.category.name, width=30)
    topic = Told(_("Topic"), lambda row: str(row.topic), width=30)
    edition = Told(_("Edition"), width=10)
    level = Told(_("Level"), lambda row: row.get_level_display(), width=16)
    state = Told(_("State"), lambda row: row.get_state_display(), width=14)
    text_sv = Told(_("Requirement in Swedish"), width=60)
    text_en = Told(_("Requirement in English"), width=60)
    verification_sv = Told(_("How it is verified, in Swedish"), width=50)
    verification_en = Told(_("How it is verified, in English"), width=50)
    area = Told(_("Area of the code"), lambda row: row.get_area_display(), width=20)
    stage = Told(_("Stage"), lambda row: row.get_stage_display(), width=20)
    source = Told(_("Source"), width=30)
    region = Told(_("Proposed by"), lambda row: row.region.name if row.region else None, width=26)

    select = ("topic__requirement_set__category", "region")

    class Meta:
        model = SustainabilityRequirement


class AnswerResource(ExchangeResource):
    """Answered questions. Who asked stays out: an answer is shared without its asker."""

    subject = Told(_("Subject"), width=40)
    question = Told(_("Question"), width=60)
    answer = Told(_("Answer"), width=60)
    area = Told(_("Area of the code"), lambda row: row.get_area_display(), width=20)
    category = Told(_("Purchase category"), lambda row: row.category.name if row.category else None, width=30)
    asked_on = Told(_("Asked on"), width=12)
    answered_at = Told(_("Answered"), width=12)
    is_shared = Told(_("Shared with all regions"), width=12)

    select: ClassVar[tuple[str, ...]] = ("category",)

    class Meta:
        model = Enquiry


class QuestionResource(AnswerResource):
    """Questions with who asked, for those who answer them and for those who asked."""

    asked_by = Told(_("Asked by"), lambda row: _asker(row), width=24)
    region = Told(_("Region"), lambda row: row.region.name if row.region else None, width=26)

    select = ("category", "region", "created_by")

    class Meta:
        model = Enquiry


def _asker(enquiry: Enquiry) -> str:
    return str(enquiry.created_by) if enquiry.channel == Channel.PORTAL else enquiry.asked_by_name


def _kind(key: str, label: Any, resource: type[ExchangeResource], rows: Any, page: str, may: Any) -> ExchangeKind:
    """A kind that only goes out, from the page of this room with the URL name `page`."""
    return ExchangeKind(key, label, resource, rows, f"codeofconduct:{page}", may_export=may, order=200)


KINDS = (
    _kind(
        "duplicates", _("Likely duplicates"), DuplicateResource, lists.duplicates, "duplicate-list", can_change_supplier
    ),
    _kind(
        "bodies",
        _("Contracting bodies"),
        BodyResource,
        lists.bodies,
        "contracting-body-list",
        can_keep_contracting_bodies,
    ),
    _kind("priorities", _("Prioritised categories"), PriorityResource, lists.priorities, "period-list", has_role),
    _kind("risks", _("Risk assessments"), RiskResource, lists.risks, "risk-map", has_role),
    _kind("tasks", _("My tasks of category action plans"), TaskResource, lists.tasks, "task-list", has_role),
    _kind(
        "requirements",
        _("Sustainability requirements"),
        RequirementResource,
        lists.requirements,
        "requirement-set-list",
        has_role,
    ),
    _kind("answers", _("Answered questions"), AnswerResource, lists.answers, "knowledge", has_role),
    _kind(
        "waiting-questions",
        _("Questions without an answer"),
        QuestionResource,
        lists.waiting_questions,
        "enquiry-waiting",
        can_answer,
    ),
    _kind("own-questions", _("Questions from us"), QuestionResource, lists.own_questions, "enquiry-mine", can_ask),
)
