"""The rows of the lists that only go out, each filtered as its page; `by` is a user, or the system, which gets all rows."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from codeofconduct.enums import ProposalState
from codeofconduct.forms.knowledge import KnowledgeForm
from codeofconduct.forms.requirements import SetSearchForm
from codeofconduct.forms.risk import RiskMapForm, RisksOfCategoryForm
from codeofconduct.models import (
    CategoryPriority,
    DuplicateSuspicion,
    Enquiry,
    PlanTask,
    PriorityPeriod,
    PurchaseCategory,
    RiskCell,
    SustainabilityRequirement,
)
from codeofconduct.queries import contracts, knowledge
from codeofconduct.queries.categories import narrowed
from codeofconduct.queries.duplicates import suspicions
from codeofconduct.queries.plans import open_tasks_of
from codeofconduct.queries.requirements import sets_listed
from codeofconduct.queries.risk import with_latest_assessment
from codeofconduct.resources.lists import narrowed_by
from portal.search.ordering import swedish
from regions.models import User


def duplicates(by: Any, query: QueryDict) -> "QuerySet[Any]":
    found = suspicions(by) if isinstance(by, User) else DuplicateSuspicion.objects.open()
    return found.select_related("first", "second").order_by("pk")


def bodies(by: Any, query: QueryDict) -> "QuerySet[Any]":
    return contracts.contracting_bodies()


def priorities(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """The latest period first, its categories in Swedish order."""
    periods = PriorityPeriod.objects.visible_to(by) if isinstance(by, User) else PriorityPeriod.objects.all()
    found = CategoryPriority.objects.filter(period__in=periods.values("pk"))
    return found.order_by("-period__valid_from", swedish("category__name"), "pk")


def risks(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """What holds now, as on the heat map; with a `category`, all that was ever settled about it, the latest first."""
    cells = RiskCell.objects.filter(assessment__settled_at__isnull=False)
    cells = cells.order_by(swedish("assessment__category__name"), "-assessment__assessed_on", "-assessment", "pk")
    if not isinstance(by, User):
        return cells
    if of_category := narrowed_by(RisksOfCategoryForm(query, user=by)):
        return cells.filter(assessment__category=of_category["category"])
    told = narrowed_by(RiskMapForm(query))
    visible = PurchaseCategory.objects.visible_to(by)
    categories = narrowed(
        visible, group=told.get("group"), prioritised=told.get("prioritised", False), period=told.get("period")
    )
    assessed: Any = with_latest_assessment(categories)
    cells = cells.filter(assessment__in=assessed.values("latest_assessment"))
    return cells.filter(area=told["area"]) if told.get("area") else cells


def tasks(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """The user's own that aren't done."""
    found = open_tasks_of(by) if isinstance(by, User) else PlanTask.objects.all()
    return found.order_by("due_on", "pk")


def requirements(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """What is adopted, and what is proposed, in the sets that the list shows."""
    found = SustainabilityRequirement.objects.all()
    if isinstance(by, User):
        told = narrowed_by(SetSearchForm(query))
        sets = sets_listed(by, text=told.get("q", ""), with_open=told.get("open", False))
        found = found.visible_to(by).filter(topic__requirement_set__in=sets.order_by().values("pk"))
    found = found.filter(state__in=[ProposalState.ADOPTED, ProposalState.PROPOSED])
    category = swedish("topic__requirement_set__category__name")
    return found.order_by(category, "topic__number", "-level", "state", "edition")


def answers(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """The latest first."""
    found = (
        knowledge.answers_listed(by, narrowed_by(KnowledgeForm(query)))
        if isinstance(by, User)
        else Enquiry.objects.answered()
    )
    return found.order_by("-answered_at", "-pk")


def waiting_questions(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """The oldest first."""
    found = Enquiry.objects.visible_to(by) if isinstance(by, User) else Enquiry.objects.all()
    return found.unanswered().order_by("asked_on", "pk")


def own_questions(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """The latest first."""
    found = knowledge.own_listed(by) if isinstance(by, User) else Enquiry.objects.all()
    return found.order_by("-pk")
