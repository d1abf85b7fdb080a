"""What this room takes out as files: lists that only go out."""

from typing import Any

from django.db.models import QuerySet, Value
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from followups.forms.follow_ups import FilterForm
from followups.models import FollowUp
from followups.permissions import can_see_follow_ups
from followups.queries.follow_ups import follow_ups_listed, row_of, with_progress
from portal.exchange.engine.columns import Told
from portal.exchange.engine.resource import ExchangeResource
from portal.exchange.registry import ExchangeKind
from portal.search.ordering import swedish
from regions.models import User
from regions.permissions import is_buyer, is_staff


def _light(follow_up: FollowUp) -> str:
    """Colour and reason in the language in use; an aborted follow-up has none."""
    light = row_of(follow_up).light
    return light.in_words if light else ""


def _derived_light(follow_up: FollowUp) -> str:
    light = row_of(follow_up).light
    return (light.derived or light).in_words if light else ""


def _why_by_hand(follow_up: Any) -> str:
    """By whom the light was set and why, where the one who exports may see names."""
    light = row_of(follow_up).light
    return light.told if light and light.by_hand and follow_up.by_name else ""


class FollowUpResource(ExchangeResource):
    """Follow-ups as their list shows them. Who handles one stands on its page, not in a file that goes round."""

    supplier = Told(_("Supplier"), lambda row: row.supplier.name, width=30)
    category = Told(_("Purchase category"), lambda row: row.category.name, width=30)
    clause_version = Told(_("Contract clause, version"), lambda row: row.clause_version.name, width=12)
    lead_region = Told(_("Lead region"), lambda row: row.lead_region.name, width=26)
    state = Told(_("State"), lambda row: row.get_state_display(), width=24)
    light = Told(_("Light"), _light, width=30)
    derived_light = Told(_("Derived light"), _derived_light, width=30)
    light_by_hand = Told(_("Light set by hand"), _why_by_hand, width=40)
    planned_on = Told(_("Planned date"), width=12)
    next_on = Told(_("Next date"), lambda row: row_of(row).next_on, width=12)
    findings = Told(_("Findings"), lambda row: row.n_findings, width=12)
    open_findings = Told(_("Open findings"), lambda row: row.n_open, width=12)
    severe_findings = Told(_("Open severe deviations"), lambda row: row.n_severe, width=12)
    actions = Told(_("Corrective actions"), lambda row: row.n_actions, width=12)
    done_actions = Told(_("Corrective actions done"), lambda row: row.n_done, width=12)

    select = ("clause_version",)

    class Meta:
        model = FollowUp


def follow_ups(by: Any, query: QueryDict) -> "QuerySet[Any]":
    """The rows of the list page with this query string, by supplier in Swedish order; all for the system."""
    if isinstance(by, User):
        form = FilterForm(query)
        form.is_valid()
        found = follow_ups_listed(by, form.cleaned_data)
        by_name = is_staff(by) or is_buyer(by)
    else:
        found, by_name = FollowUp.objects.all(), True
    return with_progress(found).annotate(by_name=Value(by_name)).order_by(swedish("supplier__name"), "pk")


FOLLOW_UPS = ExchangeKind(
    "follow-ups",
    _("Follow-ups"),
    FollowUpResource,
    follow_ups,
    "followups:follow-up-list",
    may_export=can_see_follow_ups,
    order=200,
)
