"""Contracts on other pages: beside what someone else typed, in their history, on the start page."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from codeofconduct.models import (
    Contract,
    ContractCategory,
    ContractCpv,
    ContractParameter,
    ContractParty,
    SupplyLink,
)
from codeofconduct.queries.contracts import EXPIRING_DAYS, own_expiring
from portal.history.queries import Changes, Ever, changes_of
from portal.slots import Tile
from portal.ui.responses import Comparison
from portal.ui.templatetags.formats import day, kronor
from regions.models import User


def history_of(contract: Contract, before: str) -> Changes:
    """Who changed what in the contract and the rows beside it; `before`: the cursor of an older page."""
    beside = (ContractCategory, ContractCpv, ContractParty, ContractParameter, SupplyLink)
    return changes_of(contract, *(Ever(model, contract=contract) for model in beside), before=before)


def attention_tiles(user: User) -> list[Tile]:
    """Contracts of the own region that expire soon: time to say what happens next."""
    found = own_expiring(user)
    count = found.count()
    if not count:
        return []
    first = found.order_by("ends_on").first()
    text = ngettext("of your contracts expires soon", "of your contracts expire soon", count)
    url = f"{reverse('codeofconduct:contract-list')}?expiring={EXPIRING_DAYS}"
    return [Tile(count, text, url, f"{first.title} · {day(first.ends_on)}" if first else "")]


def compared(typed: dict[str, Any], stored: Contract) -> list[Comparison]:
    """What was typed beside what is stored by now, field by field, where they differ."""
    fields = [
        (_("Title of the contract"), typed["title"], stored.title),
        (_("Registration number"), typed["registration_number"], stored.registration_number),
        (_("Purchase categories"), _list(typed["categories"]), _list(stored.categories.all())),
        (_("CPV codes"), _list(typed["cpv_codes"]), _list(stored.cpv_codes.all())),
        (_("Contract clause, version"), typed["clause_version"], stored.clause_version),
        (_("First day"), day(typed["starts_on"]), day(stored.starts_on)),
        (_("Last day"), day(typed["ends_on"]), day(stored.ends_on)),
        (_("Options"), typed["options"], stored.options),
        (_("Can be extended until"), _day(typed["extendable_until_on"]), _day(stored.extendable_until_on)),
        (_("Yearly value"), _kronor(typed["yearly_value_ore"]), _kronor(stored.yearly_value_ore)),
        (_("Contracting body"), typed["contracting_body"] or "–", stored.contracting_body or "–"),
        (_("Other regions in the contract"), _list(typed["parties"]), _list(stored.parties.all())),
    ]
    return [Comparison(label, str(mine), str(theirs)) for label, mine, theirs in fields if str(mine) != str(theirs)]


def _list(rows: Iterable[Any]) -> str:
    return ", ".join(sorted(str(row) for row in rows)) or "–"


def _day(value: Any) -> str:
    return day(value) if value else "–"


def _kronor(ore: int | None) -> str:
    return kronor(ore) if ore is not None else "–"
