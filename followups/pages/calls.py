"""What the pages of a call show, and the tile of whoever has one to answer."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from followups.models import CallAnswer, ContractCall, FollowUpPlan
from followups.permissions import can_answer_call, can_keep_plan
from followups.queries.calls import (
    calls_listed,
    categories_of,
    last_answer,
    months_past_audit,
    offered_contracts,
    region_count,
    states_of,
    still_running,
    waiting_for,
)
from followups.queries.plan import plans_seen
from portal import clock
from portal.slots import Tile
from portal.ui.templatetags.formats import days_left
from regions.models import Region, User
from regions.permissions import access_of


def calls_context(user: User) -> dict[str, Any]:
    """The years, with how far call and plan have come."""
    calls = list(calls_listed(user))
    tallies = plans_seen(user, [call.plan for call in calls if hasattr(call, "plan")])
    rows = [(call, tallies.get(call.plan.pk) if hasattr(call, "plan") else None) for call in calls]
    return {"rows": rows, "regions": region_count(), "may_keep": can_keep_plan(user)}


def call_context(user: User, call: ContractCall) -> dict[str, Any]:
    """A call: what is asked, and of the regions that the user sees, who has answered."""
    states = states_of(user, call)
    own = access_of(user).regions
    return {
        "call": call,
        "categories": categories_of(call),
        "states": states,
        "own": [state for state in states if state.region.pk in own],
        "answered": call.answers.count(),
        "regions": region_count(),
        "plan": FollowUpPlan.objects.filter(call=call).first(),
        "may_keep": can_keep_plan(user),
    }


def answer_context(user: User, call: ContractCall, region: Region, answer: CallAnswer | None) -> dict[str, Any]:
    """What stands beside the form of an answer, or in its place."""
    earlier = last_answer(call, region)
    may_answer = can_answer_call(user, region) and call.is_open
    return {
        "call": call,
        "region": region,
        "answer": answer,
        "named": named_contracts(call, region, answer),
        "earlier": earlier,
        "still_running": still_running(call, earlier).count() if earlier else 0,
        "months": months_past_audit(),
        "in_its_place": region.pk not in access_of(user).regions,
        "may_answer": may_answer,
    }


def named_contracts(call: ContractCall, region: Region, answer: CallAnswer | None) -> list[Any]:
    """The contracts of the answer, as its form would list them."""
    if answer is None:
        return []
    named = set(answer.call_contracts.values_list("contract", flat=True))
    contracts, _is_cut = offered_contracts(call, region, answer)
    return [contract for contract in contracts if contract.pk in named]


def call_tiles(user: User) -> list[Tile]:
    """Open calls that an own region has not answered: one tile each."""
    found: dict[ContractCall, list[str]] = {}
    for call, region in waiting_for(user):
        found.setdefault(call, []).append(str(region))
    return [
        Tile(
            call.year,
            _("is the year of a call for contracts that waits for your answer"),
            reverse("followups:call-detail", args=[call.public_id]),
            f"{', '.join(regions)} · {days_left(call.answer_by_on)}",
            late=call.answer_by_on < clock.today(),
        )
        for call, regions in found.items()
    ]
