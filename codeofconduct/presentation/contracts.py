"""Contracts on other pages: beside what someone else typed, in their history, on the start page."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

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
from codeofconduct.queries.contracts import EXPIRING_DAYS, contracts_listed
from portal.history.queries import Changes, Ever, FieldChange, changes_of
from portal.slots import Tile
from portal.ui.responses import Comparison
from portal.ui.templatetags.formats import day, kronor
from regions.models import Region, User
from regions.permissions import access_of


def history_of(contract: Contract, before: str) -> Changes:
    """Who changed what in the contract and the rows beside it; `before`: the cursor of an older page."""
    beside = (ContractCategory, ContractCpv, ContractParty, ContractParameter, SupplyLink)
    changes = changes_of(contract, *(Ever(model, contract=contract) for model in beside), before=before)
    rows = [replace(change, fields=[_in_kronor(each) for each in change.fields]) for change in changes.rows]
    return replace(changes, rows=rows)


def _in_kronor(told: FieldChange) -> FieldChange:
    if told.name != "yearly_value_ore":
        return told
    before = None if told.before is None else kronor(told.before)
    return replace(told, label=_("Yearly value"), before=before, after=_kronor(told.after))


def attention_tiles(user: User) -> list[Tile]:
    """Contracts of the own region that expire soon: time to say what happens next. The link lists the very same."""
    own = access_of(user).regions
    tiles = []
    for region in Region.objects.filter(pk__in=own).in_swedish_order() if own else ():
        found = contracts_listed(user, {"region": region, "expiring": EXPIRING_DAYS}).order_by("ends_on", "pk")
        if count := found.count():
            first = found[0]
            text = ngettext("of your contracts expires soon", "of your contracts expire soon", count)
            query = urlencode({"region": region.code, "expiring": EXPIRING_DAYS})
            url = f"{reverse('codeofconduct:contract-list')}?{query}"
            tiles.append(Tile(count, text, url, f"{first.title} · {day(first.ends_on)}"))
    return tiles


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
        (
            _("The contract uses the category's requirement set"),
            _yes_no(typed["uses_requirement_set"]),
            _yes_no(stored.uses_requirement_set),
        ),
    ]
    return [Comparison(label, str(mine), str(theirs)) for label, mine, theirs in fields if str(mine) != str(theirs)]


def _list(rows: Iterable[Any]) -> str:
    return ", ".join(sorted(str(row) for row in rows)) or "–"


def _yes_no(value: bool) -> str:
    return _("Yes") if value else _("No")


def _day(value: Any) -> str:
    return day(value) if value else "–"


def _kronor(ore: int | None) -> str:
    return kronor(ore) if ore is not None else "–"
