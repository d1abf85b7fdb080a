"""Results that others made, as a file that only goes out."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from followups.forms.external import ResultFilterForm
from followups.models import ExternalResult
from followups.permissions import can_see_follow_ups
from followups.queries.external import results_listed
from portal.exchange.engine.columns import Told
from portal.exchange.engine.resource import ExchangeResource
from portal.exchange.registry import ExchangeKind
from regions.models import User


class ExternalResultResource(ExchangeResource):
    """As their list shows them. The facility stays out: it may be confidential."""

    supplier = Told(_("Supplier"), lambda row: row.supplier.name, width=30)
    body = Told(_("Carried out by"), lambda row: row.body.name, width=24)
    auditor = Told(_("Auditing firm"), width=24)
    carried_out_on = Told(_("Carried out on"), width=12)
    method = Told(_("Method"), lambda row: row.get_method_display(), width=18)
    terms_level = Told(_("Level of the terms"), lambda row: row.get_terms_level_display(), width=16)
    terms = Told(_("Terms"), width=24)
    light = Told(_("Light"), lambda row: row.get_light_display() if row.light else None, width=10)
    action_plan_on = Told(_("Action plan until"), width=12)
    category = Told(_("Purchase category"), lambda row: row.category.name if row.category else None, width=30)
    summary = Told(_("Summary"), width=60)
    sharing = Told(_("Who may read it"), lambda row: row.get_sharing_tier_display(), width=24)
    region = Told(_("Registered for"), lambda row: row.region.name if row.region else None, width=26)

    select = ("supplier", "body", "category", "region")

    class Meta:
        model = ExternalResult


def external_results(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """The rows of the list page with this query string; all for the system."""
    if isinstance(by, User):
        form = ResultFilterForm(query)
        form.is_valid()
        return results_listed(by, form.cleaned_data).order_by("-carried_out_on", "-pk")
    return ExternalResult.objects.standing()


EXTERNAL_RESULTS = ExchangeKind(
    "external-results",
    _("Results from others"),
    ExternalResultResource,
    external_results,
    "followups:external-result-list",
    may_export=can_see_follow_ups,
    order=210,
)
