"""The orders of the lists."""

from datetime import date

from django.db.models import Case, DateField, F, IntegerField, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from followups.enums.follow_ups import BEFORE_AUDIT, State
from portal.search.ordering import swedish
from portal.ui.sorting import Order

FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)
A_TO_O, O_TO_A = _("Supplier, A to Ö"), _("Supplier, Ö to A")

# Of follow-ups from `with_progress`: as `light.next_day`.
_NEXT = Coalesce(F("next_due_on"), Case(When(state__in=BEFORE_AUDIT, then=F("planned_on")), output_field=DateField()))
_STATE = Case(
    *(When(state=state, then=Value(place)) for place, state in enumerate(State)),
    default=Value(len(State)),
    output_field=IntegerField(),
)

FOLLOW_UP_ORDERS = {
    "supplier": Order(_("Supplier"), A_TO_O, O_TO_A, swedish("supplier__name")),
    "state": Order(_("Next step"), _("State, the earliest first"), _("State, the furthest first"), _STATE),
    "next": Order(
        _("Days left"),
        _("Next date, the earliest first"),
        _("Next date, the latest first"),
        Coalesce(_NEXT, Value(LAST)),
        Coalesce(_NEXT, Value(FIRST)),
    ),
    "category": Order(
        _("Purchase category"),
        _("Purchase category, A to Ö"),
        _("Purchase category, Ö to A"),
        swedish("category__name"),
    ),
}

FINDING_ORDERS = {
    "submitted": Order(
        _("Submitted"), _("Submitted, the first first"), _("Submitted, the latest first"), F("created_at")
    ),
    "supplier": Order(_("Supplier"), A_TO_O, O_TO_A, swedish("follow_up__supplier__name")),
    "severity": Order(
        _("Severity"), _("Severity, the least first"), _("Severity, the worst first"), F("severity__order")
    ),
    "requirement": Order(
        _("Requirement"),
        _("Requirement, by number"),
        _("Requirement, by number backwards"),
        F("requirement__number"),
    ),
}

ACTION_ORDERS = {
    "due": Order(_("Due date"), _("Due date, the earliest first"), _("Due date, the latest first"), F("due_on")),
    "supplier": Order(_("Supplier"), A_TO_O, O_TO_A, swedish("finding__follow_up__supplier__name")),
    "severity": Order(
        _("Severity"), _("Severity, the least first"), _("Severity, the worst first"), F("finding__severity__order")
    ),
}
