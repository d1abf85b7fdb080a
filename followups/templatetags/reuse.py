"""How old a result is, in words."""

from datetime import date

from django import template
from django.utils.translation import ngettext

from followups.reusing import age_in_months
from portal import clock

register = template.Library()


@register.filter
def age(day: date) -> str:
    """ "3 months old"; below a month in days."""
    months = age_in_months(day, clock.today())
    if months < 1:
        days = max((clock.today() - day).days, 0)
        return ngettext("%(count)d day old", "%(count)d days old", days) % {"count": days}
    return ngettext("%(count)d month old", "%(count)d months old", months) % {"count": months}
