"""How follow-ups read in tables."""

from datetime import date
from pathlib import PurePath

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from followups.light import Light
from followups.models import ActionEvent, CorrectiveAction, Delivery, Evidence
from followups.models.findings import staleness
from followups.queries.follow_ups import Row
from followups.timeline import next_step_of, told_of
from portal import clock
from regions.permissions import is_buyer, is_staff

register = template.Library()


@register.filter
def next_step(row: Row) -> str:
    return next_step_of(row.follow_up, row.progress)


@register.simple_tag(takes_context=True)
def explained(context: Context, light: Light) -> str:
    """Why the light is so; who set it by hand stands there for those of the secretariat and the regions alone."""
    user = getattr(getattr(context, "request", None), "user", None)
    return light.explained(by_name=user is not None and (is_staff(user) or is_buyer(user)))


@register.filter
def days_to_next(row: Row) -> str:
    """Days to the next date as a figure: "9", "0", "−12"; "–" where nothing is dated."""
    if row.next_on is None:
        return "–"
    days = (row.next_on - clock.today()).days
    return str(days) if days >= 0 else f"\N{MINUS SIGN}{-days}"


@register.filter
def is_late(day: date) -> bool:
    return day < clock.today()


@register.filter
def file_kind(name: str) -> str:
    """ "pdf" of "Intyg.pdf"; a file without an ending is a file."""
    return PurePath(name).suffix.lstrip(".").lower() or _("file")


@register.filter
def age(document: Evidence | Delivery) -> str:
    """ "expired", "old" or "" by its dates."""
    return staleness(document.effective_on, document.valid_until_on, clock.today())


@register.filter
def deliveries(action: CorrectiveAction) -> list[tuple[Delivery, str]]:
    """What was handed in, each with the age of its documents. The deliveries are fetched."""
    return [(delivery, age(delivery)) for delivery in action.deliveries.all()]


@register.filter
def told(event: ActionEvent) -> str:
    """What someone did with a corrective action: "accepted the plan"."""
    return told_of(event)
