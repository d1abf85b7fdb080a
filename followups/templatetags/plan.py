"""How the plan reads on pages."""

from datetime import date

from babel.dates import format_date
from django import template
from django.utils.translation import get_language

from followups.enums.plan import Met
from followups.permissions import can_see_plan
from regions.models import User

register = template.Library()


def _locale() -> str:
    return "sv_SE" if (get_language() or "sv").startswith("sv") else "en_GB"


@register.filter
def month(value: date | None) -> str:
    """ "december 2026"."""
    return format_date(value, "MMMM y", locale=_locale()) if value else "–"


@register.filter
def weekday(value: date, width: str = "short") -> str:
    """ "mån", or with "long" "måndag"."""
    return format_date(value, "EEEE" if width == "long" else "EEE", locale=_locale())


@register.filter
def met(value: str) -> str:
    """Whether a condition is met, in a word."""
    return str(Met(value).label)


@register.filter
def may_plan(user: User) -> bool:
    return can_see_plan(user)
