"""What the page of a supplier shows."""

from typing import Any

from django.db.models import DateField, ExpressionWrapper, F
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import ngettext

from codeofconduct.models import Supplier, SupplierCommitment, SupplierContact, SupplierIdentifier
from codeofconduct.permissions import can_change_supplier, can_contribute, can_register_contract, sees_contracts
from codeofconduct.presentation.chain import chains_of
from codeofconduct.queries.chain import contracts_with_chain, facilities_of
from codeofconduct.queries.contracts import contracts_of
from codeofconduct.queries.duplicates import suspicions, suspicions_of
from codeofconduct.queries.suppliers import (
    commitments_of,
    identifiers_of,
    may_read_former_numbers,
    may_read_number,
    others_count,
    own_contracts,
    risks_of,
    subsidiaries_of,
)
from portal.history.queries import PAGE_SIZE, Changes, Ever, Source, changes_of
from portal.slots import Tile
from portal.ui.paging import key_page
from regions.models import User

# Of each kind so many stand on the page itself; a link leads to all of them.
SHOWN = 5
CHAINS_SHOWN = 3
_LAST_DAY = ExpressionWrapper(F("ends_on"), DateField())


def page_of(user: User, supplier: Supplier, query: QueryDict) -> dict[str, Any]:
    """Everything about the supplier that the user may see; its contracts page by page, of the rest the first."""
    has_contract = own_contracts(user, supplier).exists()
    chained = list(contracts_with_chain(user, supplier).order_by("-ends_on", "pk")[: CHAINS_SHOWN + 1])
    contacts = SupplierContact.objects.visible_to(user).filter(supplier=supplier).current()
    contracts = contracts_of(user, supplier).order_by()
    return {
        "supplier": supplier,
        "identifiers": identifiers_of(supplier),
        "may_read_number": may_read_number(user, supplier),
        "page": key_page(contracts, query, by=_LAST_DAY, newest_first=True),
        "others": others_count(user, supplier),
        "chains": chains_of(user, chained[:CHAINS_SHOWN]),
        "more_chains": len(chained) > CHAINS_SHOWN,
        "facilities": _some(facilities_of(user, supplier)),
        "risks": risks_of(user, supplier),
        "contacts": _some(contacts.order_by("name", "pk")) if sees_contracts(user) else None,
        "commitments": commitments_of(user, supplier),
        "sees_contracts": sees_contracts(user),
        "subsidiaries": _some(subsidiaries_of(supplier)),
        "likely": suspicions_of(user, supplier),
        "changes": history_of(user, supplier, size=SHOWN),
        "can_register_contract": can_register_contract(user),
        "can_change": can_change_supplier(user),
        "can_contribute": can_contribute(user, has_contract=has_contract),
    }


def history_of(user: User, supplier: Supplier, *, before: str = "", size: int = PAGE_SIZE) -> Changes:
    """Who changed what in the supplier, its numbers, contacts and commitments, as far as the user may know of them."""
    sources: list[Source] = [supplier, supplier.merged.all(), Ever(SupplierCommitment, supplier=supplier)]
    without = {"document"} if not sees_contracts(user) else set()
    if may_read_former_numbers(user, supplier):
        sources.append(Ever(SupplierIdentifier, supplier=supplier))
    else:
        without |= {"street", "postal_code"}
    if sees_contracts(user):
        sources.append(Ever(SupplierContact, supplier=supplier))
    return changes_of(*sources, without=without, before=before, size=size, by_name=sees_contracts(user))


def attention_tiles(user: User) -> list[Tile]:
    """The work list of likely duplicates, for those who clear it up."""
    count = suspicions(user).count() if can_change_supplier(user) else 0
    if not count:
        return []
    text = ngettext("pair of suppliers is likely the same", "pairs of suppliers are likely the same", count)
    return [Tile(count, text, reverse("codeofconduct:duplicate-list"))]


def _some(rows: Any) -> tuple[list[Any], bool]:
    """The first few, and whether there are more."""
    found = list(rows[: SHOWN + 1])
    return found[:SHOWN], len(found) > SHOWN
