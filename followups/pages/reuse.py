"""What the pages of opening, of a supplier, a contract and a follow-up show of reuse."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from codeofconduct.models import Contract, Supplier
from followups.forms.reuse import WantedForm
from followups.models import EarlierDocument, FollowUp, OpenedAnyway
from followups.permissions import (
    can_bring_past,
    can_register_result,
    can_reuse,
    can_see_existing,
)
from followups.queries.external import results_of_supplier, reuses_of
from followups.queries.reuse import count_usable, existing_for
from followups.timeline import Entry
from regions.models import User
from regions.permissions import is_staff

Section = tuple[str, dict[str, Any]] | None


def opening_context(user: User, supplier: Supplier, query: QueryDict) -> dict[str, Any]:
    """What exists for the supplier, for this user's contracts. `usable`: how much of it could be reused or joined."""
    asked = WantedForm(query, user=user)
    wanted = asked.wanted
    existing = existing_for(user, supplier, wanted)
    return {
        "supplier": supplier,
        "asked": asked,
        "wanted": wanted,
        "existing": existing,
        "usable": count_usable(existing),
        "may_act": can_reuse(user),
        "may_register": can_register_result(user),
        "for_all": is_staff(user),
    }


def supplier_section(user: User, supplier: Supplier) -> Section:
    """Others' results and who relies on what, and the way to all that exists."""
    return "followups/_reuse_of_supplier.html", {
        "supplier": supplier,
        "results": results_of_supplier(user, supplier),
        "reuses": reuses_of(user, supplier=supplier),
        "may_look": can_see_existing(user),
        "may_register": can_register_result(user),
    }


def contract_section(user: User, contract: Contract) -> Section:
    """The results that the contract relies on."""
    reuses = list(reuses_of(user, contracts=contract))
    return ("followups/_reuse_of_contract.html", {"reuses": reuses}) if reuses else None


def section(user: User, follow_up: FollowUp) -> Section:
    """Who relies on the result, and what came along from before the portal."""
    past = getattr(follow_up, "past", None)
    reuses = list(reuses_of(user, follow_up=follow_up))
    documents = list(EarlierDocument.objects.visible_to(user).filter(follow_up=follow_up).select_related("file"))
    may_attach, may_reuse = can_bring_past(user), can_reuse(user)
    if not (past or reuses or documents or may_attach or may_reuse):
        return None
    return "followups/_reuse_section.html", {
        "follow_up": follow_up,
        "past": past,
        "reuses": reuses,
        "documents": documents,
        "may_attach": may_attach,
        "may_reuse": may_reuse,
    }


def opened_anyway(follow_up: FollowUp) -> list[Entry]:
    """The line of the history that says why it was opened although something existed."""
    found = OpenedAnyway.objects.filter(follow_up=follow_up).select_related("created_by").first()
    if found is None:
        return []
    return [Entry(found.created_at, found.created_by, _("opened it although something could be reused"), found.reason)]
