"""What has happened to money, as it is told: amounts in kronor, and names to the secretariat alone."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from portal.history.queries import Change, Changes, FieldChange
from portal.ui.templatetags.formats import kronor

# What the label of an amount may end with: the unit that it is kept in.
IN_ORE = " (öre)"


def told(changes: Changes, *, by_name: bool) -> Changes:
    """The changes with amounts as pages write them. Not `by_name`: that somebody acted is said to be the secretariat's doing."""
    return replace(changes, rows=[_told(each, by_name) for each in changes.rows])


def _told(change: Change, by_name: bool) -> Change:
    who = change.who if by_name or not change.who else _("the secretariat")
    return replace(change, who=who, fields=[_in_kronor(each) for each in change.fields])


def _in_kronor(field: FieldChange) -> FieldChange:
    if not field.name.endswith("_ore") and field.name != "ore_per_inhabitant":
        return field
    label = field.label.removesuffix(IN_ORE)
    return replace(field, label=label, before=_amount(field.before), after=_amount(field.after))


def _amount(ore: Any) -> str | None:
    return None if ore is None else kronor(ore)
