"""What a table of Statistics Sweden counts: the population, something else, or nobody knows."""

import re
from collections.abc import Iterable
from enum import Enum, auto

from django.utils.translation import gettext as _

from regions.enums import CountedOn

# SCB's own name of the population in the table of 31 December (BE0101/BefolkningNy).
POPULATION_CODE = "BE0101N1"
_WORDS = r"folkmängd(?:en)?|befolkning(?:en)?|invånarantal(?:et)?|folkbokförda|population"
_POPULATION = re.compile(
    r"(?:(?:antal(?:et)?|hela|total[at]?|totalt|number of|the)\s+)*"
    rf"(?:{_WORDS}|invånare|personer|inhabitants|persons|people|residents|{POPULATION_CODE.casefold()})"
    r"(?:,? \(?(?:totalt|total|antal(?: personer| invånare)?|personer|individer|persons|number(?: of persons)?)\)?)*"
)
_OF_POPULATION = re.compile(rf"\b(?:{_WORDS}|befolknings(?:prognos|framskrivning|statistik)\w*)\b")
# What else SCB's tables of the population tell, and what makes a rate or a part of it.
_OTHER = re.compile(
    r"ökning|minskning|tillväxt|utveckling|förändring|täthet|medel|andel|procent|%|överskott|underskott|netto|justering"
    r"|född|födelse|död|flytt|vandr|\bgift|skilsm|skild|\bänk|kvadrat|areal|hushåll|tusen|000-tal|kvot|index"
    r"|sysselsatt|\barbet|förvärv|medborgar|utländsk|asyl|tätort|[0-9]\s*år\b|äldre\b|yngre\b"
    r"|\bper (?:[0-9]|invånare|capita|km|kvm|hektar|square|sq|inhabitant|person)"
    r"|growth|increase|decrease|change|density|average|\bmean\b|share|proportion|per ?cent|surplus|\bnet\b|adjust"
    r"|birth|born|death|dead|migra|\bmov|marri|divorc|\barea\b|household|thousand|1000s|ratio|employ|foreign"
    r"|citizen|urban|years\b|\bold(?:er)?\b|young"
)
_MEN, _WOMEN = re.compile(r"\b(?:män|men|pojkar|boys)\b"), re.compile(r"\b(?:kvinnor|women|flickor|girls)\b")
# What SCB calls the column or dimension that says what is counted.
_OF_CONTENTS = {"contentscode", "tabellinnehåll", "table contents", "contents", "observations"}
# A word for a number that does not say of what.
_PLAIN = {"", "antal", "number", "värde", "value", "totalt", "total"}
_SUBJECT_ENDS = re.compile(r"\s(?:efter|by|fördela\w*)\s")


class Unclear(ValueError):  # noqa: N818 - says what the file is
    """What the file counts is not certain, or not the population; the text is a sentence."""


class Content(Enum):
    """PLAIN: it does not say what is counted. UNKNOWN: it says something that is not understood, or several things."""

    PLAIN = auto()
    POPULATION = auto()
    OTHER = auto()
    UNKNOWN = auto()


def content_of(words: str) -> Content:
    """What a heading counts, by its small words without a period."""
    if words in _PLAIN:
        return Content.PLAIN
    if _POPULATION.fullmatch(words):
        return Content.POPULATION
    return Content.OTHER if _OTHER.search(words) else Content.UNKNOWN


def content_of_title(words: str) -> Content:
    """What a title counts, by its small words up to "efter" or "by". PLAIN: it says nothing of the population."""
    subject = _SUBJECT_ENDS.split(f"{words} ", maxsplit=1)[0].strip()
    is_population = bool(_OF_POPULATION.search(subject) or _POPULATION.fullmatch(subject))
    is_other = bool(_OTHER.search(subject)) or bool(_MEN.search(subject)) != bool(_WOMEN.search(subject))
    if is_population:
        return Content.UNKNOWN if is_other else Content.POPULATION
    return Content.OTHER if is_other else Content.PLAIN


def no_population(found: Iterable[str]) -> str:
    text = _("The file counts “%(found)s”, and the population (Folkmängd) is not there. Choose it in SCB's table.")
    return text % {"found": ", ".join(found)}


def several(found: Iterable[str]) -> str:
    text = _("The file has the population more than once: “%(found)s”. Choose one of them in SCB's table.")
    return text % {"found": ", ".join(found)}


def no_total(column: str, found: object) -> str:
    """About a column of sexes, ages or contents that has values, and none that is about the population as a whole."""
    if column.casefold() in _OF_CONTENTS:
        return no_population([str(found)])
    text = _(
        "The column “%(column)s” has “%(found)s”, and no total. Choose the total there, or leave the column out, "
        "in SCB's table."
    )
    return text % {"column": column or "–", "found": found}


def not_understood(heading: str) -> str:
    text = _(
        "The heading “%(heading)s” is not understood. A year, a quarter or a month was expected, or the population, "
        "or both, for example “2024” or “Folkmängd 2024K3”."
    )
    return text % {"heading": heading}


def another_day(said: str, counted_on: CountedOn) -> str:
    return _("The file says “%(said)s”, but %(chosen)s was chosen.") % {"said": said, "chosen": counted_on.label}


def plain_beside(heading: str, other: str) -> str:
    text = _("The heading “%(heading)s” does not say what it counts, and “%(other)s” does. All or none have to say it.")
    return text % {"heading": heading, "other": other}
