"""Countries as one chooses them: ISO 3166 codes with their names in the page's language, in Swedish order."""

from functools import lru_cache

from babel import Locale
from django.utils.translation import get_language

from codeofconduct.questionnaire_logic import COUNTRY_CODES

# As `sv_sort` orders in the database.
_ORDER = str.maketrans("åäöéèü", "{|}eey")


def country_choices() -> list[tuple[str, str]]:
    """(code, name) of every country."""
    return list(_choices("en" if (get_language() or "sv").startswith("en") else "sv"))


@lru_cache
def _choices(language: str) -> tuple[tuple[str, str], ...]:
    names = Locale(language).territories
    told = ((code, str(names.get(code, code))) for code in COUNTRY_CODES)
    return tuple(sorted(told, key=lambda choice: choice[1].lower().translate(_ORDER)))
