"""Findings and corrective actions as files: lists that only go out, narrowed as their pages are."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from followups.enums.follow_ups import FindingState
from followups.enums.lists import ListKey
from followups.forms.lists import ActionListForm, FindingListForm, ListForm
from followups.models import CorrectiveAction, Finding
from followups.permissions import can_see_follow_ups
from followups.queries.corrective_actions import actions_listed, with_names
from followups.queries.findings import findings_listed, with_standing
from portal.exchange.engine.columns import Told
from portal.exchange.engine.resource import ExchangeResource
from portal.exchange.registry import ExchangeKind
from portal.search.ordering import swedish
from regions.models import User


class FindingResource(ExchangeResource):
    """Findings as their list shows them. Who found them stands on the follow-up's page, not in a file that goes round."""

    supplier = Told(_("Supplier"), lambda row: row.follow_up.supplier.name, width=30)
    category = Told(_("Purchase category"), lambda row: row.follow_up.category.name, width=30)
    lead_region = Told(_("Lead region"), lambda row: row.follow_up.lead_region.name, width=26)
    text = Told(_("Finding"), width=60)
    severity = Told(_("Severity"), lambda row: str(row.severity), width=20)
    requirement = Told(_("Requirement"), lambda row: str(row.requirement), width=30)
    area = Told(_("Area of the code"), lambda row: row.section.get_area_display() if row.section else None, width=20)
    severe_type = Told(_("Type of severe deviation"), lambda row: row.get_severe_type_display() or None, width=24)
    involvement = Told(_("How the supplier is involved"), lambda row: row.get_involvement_display() or None, width=20)
    root_cause = Told(_("Root cause"), width=40)
    reply = Told(_("The supplier's reply"), width=60)
    state = Told(_("State"), lambda row: row.get_state_display(), width=12)
    submitted_at = Told(_("Submitted"), width=18)
    is_open = Told(_("Open"), width=8)
    actions = Told(_("Corrective actions"), lambda row: row.n_actions, width=12)
    done_actions = Told(_("Corrective actions done"), lambda row: row.n_done, width=12)
    next_due_on = Told(_("Next due date"), width=12)

    class Meta:
        model = Finding


class ActionResource(ExchangeResource):
    """Corrective actions as their list shows them."""

    supplier = Told(_("Supplier"), lambda row: row.finding.follow_up.supplier.name, width=30)
    category = Told(_("Purchase category"), lambda row: row.finding.follow_up.category.name, width=30)
    lead_region = Told(_("Lead region"), lambda row: row.finding.follow_up.lead_region.name, width=26)
    description = Told(_("Corrective action"), lambda row: row.title, width=60)
    state = Told(_("State"), lambda row: row.get_state_display(), width=20)
    due_on = Told(_("Due date"), width=12)
    done_at = Told(_("Done"), width=18)
    severity = Told(_("Severity"), lambda row: str(row.finding.severity), width=20)
    requirement = Told(_("Requirement"), lambda row: str(row.finding.requirement), width=30)
    finding = Told(_("Finding"), lambda row: row.finding.text, width=60)

    class Meta:
        model = CorrectiveAction


def _criteria(form: ListForm) -> dict[str, Any]:
    form.is_valid()
    return form.cleaned_data


def findings(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """The rows of the list page with this query string, by supplier in Swedish order; all submitted ones for the system."""
    found: QuerySet[Finding] = (
        findings_listed(by, _criteria(FindingListForm(query))) if isinstance(by, User) else Finding.objects.submitted()
    )
    return with_standing(found).order_by(swedish("follow_up__supplier__name"), "pk")


def actions(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """The rows of the list page with this query string, by due date; those of submitted findings for the system."""
    found: QuerySet[CorrectiveAction] = (
        actions_listed(by, _criteria(ActionListForm(query)))
        if isinstance(by, User)
        else CorrectiveAction.objects.filter(finding__state=FindingState.SUBMITTED)
    )
    return with_names(found).order_by("due_on", "pk")


KINDS = (
    ExchangeKind(
        ListKey.FINDINGS.value,
        _("Findings"),
        FindingResource,
        findings,
        "followups:finding-list",
        may_export=can_see_follow_ups,
        order=201,
    ),
    ExchangeKind(
        ListKey.ACTIONS.value,
        _("Corrective actions"),
        ActionResource,
        actions,
        "followups:action-list",
        may_export=can_see_follow_ups,
        order=202,
    ),
)
