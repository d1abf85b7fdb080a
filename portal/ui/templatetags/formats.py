"""Numbers, money, days, moments and countries as people write them, in Swedish and English. A missing value is a dash.

Spaces inside a figure, and between a figure and its unit, do not break over lines.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from django import template
from django.utils.safestring import SafeString
from django.utils.timezone import is_naive
from django.utils.translation import get_language, gettext, ngettext

from portal import clock
from portal.ui.prose import plain, prose_html

register = template.Library()

MISSING = "–"
NBSP = "\N{NO-BREAK SPACE}"
_LOCALES = {"sv": "sv_SE", "en": "en_GB"}


@register.filter
def kronor(ore: int | None) -> str:
    """Öre -> "131 418 kr" or "SEK 131,418"; öre show only when there are any."""
    if ore is None:
        return MISSING
    return _money(ore, "#,##0" if ore % 100 == 0 else "#,##0.00")


@register.filter
def kronor_change(ore: int | None) -> str:
    """A difference in öre -> "+65 734 kr", "−12 kr" or "0 kr"."""
    return ("+" if ore and ore > 0 else "") + kronor(ore)


@register.filter
def rate_kronor(ore: int | None) -> str:
    """Öre -> "1,00 kr": a rate always shows its öre."""
    return MISSING if ore is None else _money(ore, "#,##0.00")


@register.filter
def integer(value: int | None) -> str:
    """10452326 -> "10 452 326" or "10,452,326"."""
    return MISSING if value is None else _figure(value, "#,##0")


@register.filter
def decimal(value: Decimal | None) -> str:
    """A number with the decimals that it has, four at most: 384.0600 -> "384,06"."""
    return MISSING if value is None else _figure(value, "#,##0.####")


@register.filter
def day(value: date | None) -> str:
    """A day as "2 december 2026"; of a moment, its day in Sweden."""
    if value is None:
        return MISSING
    return format_date(_in_sweden(value), "d MMMM y", locale=_locale())


@register.filter
def moment(value: datetime | None) -> str:
    """A moment in Swedish time as "2 december 2026 kl. 08.30" or "2 December 2026 at 08:30"."""
    if value is None:
        return MISSING
    value = _in_sweden(value)
    if _language() == "sv":
        return f"{day(value)} kl.{NBSP}{format_time(value, 'HH.mm', locale='sv_SE')}"
    return f"{day(value)} at{NBSP}{format_time(value, 'HH:mm', locale='en_GB')}"


@register.filter
def days_left(value: date | None) -> str:
    """From today in Sweden to the day: "9 days left", "today" or "overdue, 12 days late"."""
    if value is None:
        return MISSING
    days = (_in_sweden(value) - clock.today()).days if not isinstance(value, datetime) else _whole_days(value)
    if days == 0:
        return gettext("today")
    if days > 0:
        return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": integer(days)}
    return ngettext("overdue, %(days)s day late", "overdue, %(days)s days late", -days) % {"days": integer(-days)}


@register.filter
def file_size(size: int | None) -> str:
    """Bytes -> "212 kB" or "1,4 MB"."""
    if size is None:
        return MISSING
    if size < 1_000_000:
        return f"{_figure(max(1, round(size / 1000)), '#,##0')}{NBSP}kB"
    return f"{_figure(Decimal(size) / 1_000_000, '#,##0.0')}{NBSP}MB"


@register.filter
def per_cent(share: Decimal | None) -> str:
    """A share of one, 0.625 -> "62,5 %" or "62.5%"; at most one decimal, and none where it says nothing."""
    if share is None:
        return MISSING
    figure = _figure(share * 100, "#,##0.#")
    return f"{figure}{NBSP}%" if _language() == "sv" else f"{figure}%"


@register.filter
def country(code: str | None) -> str:
    """ISO 3166 code -> "Sverige" or "Sweden"; a code that names no country stands for itself."""
    return str(Locale.parse(_locale()).territories.get(code, code)) if code else MISSING


@register.filter
def shown(value: Any) -> str:
    """A value of any kind as its kind is written: yes or no, a day, a moment, a figure, or the text."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, date):  # a moment is one too
        return moment(value) if isinstance(value, datetime) else day(value)
    if isinstance(value, int):
        return integer(value)
    return MISSING if value is None or value == "" else str(value)


@register.filter
def prose(text: str | None, level: int = 3) -> SafeString:
    """A text written with a little Markdown as HTML; `level`: of its topmost headings, one below the page's own."""
    return prose_html(text or "", level)


@register.filter(name="plain")
def plain_words(text: str | None) -> str:
    """The words of such a text, without its marks."""
    return plain(text or "")


def _figure(value: int | Decimal, pattern: str) -> str:
    """The number in the page's language. Babel's patterns write a hyphen where a minus belongs."""
    return format_decimal(value, format=pattern, locale=_locale()).replace("-", "\N{MINUS SIGN}")


def _money(ore: int, pattern: str) -> str:
    amount = _figure(Decimal(ore) / 100, pattern)
    return f"{amount}{NBSP}kr" if _language() == "sv" else f"SEK{NBSP}{amount}"


def _in_sweden(value: Any) -> Any:
    if isinstance(value, datetime) and not is_naive(value):
        return value.astimezone(clock.STOCKHOLM)
    return value


def _whole_days(value: datetime) -> int:
    return (_in_sweden(value).date() - clock.today()).days


def _language() -> str:
    return (get_language() or "sv").partition("-")[0]


def _locale() -> str:
    return _LOCALES.get(_language(), "en_GB")
