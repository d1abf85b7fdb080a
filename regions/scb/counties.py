"""Sweden's counties and municipalities as Statistics Sweden writes them: code and name, and how many each county has.

Source: SCB, Län och kommuner i kodnummerordning (the division since 2007-01-01, when Heby moved to Uppsala county; the 290
municipalities' names are in data/municipalities.csv).
"""

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path

MUNICIPALITIES = Path(__file__).parents[1] / "data" / "municipalities.csv"
# code: (name of the county, number of municipalities)
COUNTIES: dict[str, tuple[str, int]] = {
    "01": ("Stockholms län", 26),
    "03": ("Uppsala län", 8),
    "04": ("Södermanlands län", 9),
    "05": ("Östergötlands län", 13),
    "06": ("Jönköpings län", 13),
    "07": ("Kronobergs län", 8),
    "08": ("Kalmar län", 12),
    "09": ("Gotlands län", 1),
    "10": ("Blekinge län", 5),
    "12": ("Skåne län", 33),
    "13": ("Hallands län", 6),
    "14": ("Västra Götalands län", 49),
    "17": ("Värmlands län", 16),
    "18": ("Örebro län", 12),
    "19": ("Västmanlands län", 10),
    "20": ("Dalarnas län", 15),
    "21": ("Gävleborgs län", 10),
    "22": ("Västernorrlands län", 7),
    "23": ("Jämtlands län", 8),
    "24": ("Västerbottens län", 15),
    "25": ("Norrbottens län", 14),
}
COUNTRY_CODES, COUNTRY_NAMES = {"00"}, {"riket", "hela riket", "sweden", "the whole country"}


def county_of(text: str) -> str | None:
    """The code of a county by its name, with "Region", "län" or neither; None where it names none."""
    return _BY_NAME.get(_bare(text))


@cache
def _municipalities() -> dict[str, str]:
    """Code by name."""
    with MUNICIPALITIES.open(encoding="utf-8", newline="") as file:
        return {row["name"].casefold(): row["code"] for row in csv.DictReader(file)}


def municipality_of(text: str) -> str | None:
    """The code of a municipality by its name, with "kommun" or without; None where it names none."""
    name = text.casefold().strip()
    bare = name.removesuffix(" municipality").removesuffix(" kommun").removesuffix(" stad")
    return _municipalities().get(bare) or (_municipalities().get(bare.removesuffix("s")) if bare != name else None)


def tells_municipalities(texts: Iterable[str]) -> bool:
    """Whether a file of names alone tells municipalities, so that "Kalmar" is one and not the county.

    It does where it names one that no county is called after, or one as a municipality.
    """
    return any(municipality_of(text) and county_of(text) is None for text in texts)


def _bare(name: str) -> str:
    words = name.casefold().replace("region ", "").removesuffix(" län").removesuffix(" county").split()
    return " ".join(word.removesuffix("s") if len(words) == 1 else word for word in words)


_BY_NAME = {_bare(name): code for code, (name, _municipalities) in COUNTIES.items()}
# Regions that are not called after their county.
_BY_NAME |= {
    "sörmland": "04",
    "västra götaland": "14",
    "jämtland härjedalen": "23",
    "västra götalandsregionen": "14",
}
