"""Rows in the numbers that the portal is built for: always the same ones, so that two runs can be compared."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from stdnum import luhn

from codeofconduct.enums import Scheme
from codeofconduct.models import PurchaseCategory, Supplier, SupplierIdentifier
from portal.exchange.writing import Heading, write_xlsx
from portal.history.models import SystemActor, actor_of
from regions.models import Region

SUPPLIERS = 100_000
CONTRACTS = 20_000
FIRST = [
    "Norr",
    "Syd",
    "Väst",
    "Öst",
    "Mälar",
    "Jämt",
    "Skåne",
    "Åre",
    "Göta",
    "Svea",
    "Vätter",
    "Kalmar",
    "Bohus",
    "Uppland",
    "Dal",
    "Värm",
    "Gäst",
    "Häls",
    "Ång",
    "Lapp",
]
SECOND = [
    "med",
    "vård",
    "tex",
    "kem",
    "lab",
    "dental",
    "tvätt",
    "mat",
    "kött",
    "bygg",
    "data",
    "energi",
    "plast",
    "stål",
    "optik",
    "farma",
    "logistik",
    "rent",
    "miljö",
    "skydd",
]
FORM = [
    "AB",
    "HB",
    "KB",
    "Aktiebolag",
    "Sverige",
    "Nordic",
    "Group",
    "Handel",
    "Service",
    "Industri",
]
CITIES = [
    "Östersund",
    "Umeå",
    "Luleå",
    "Malmö",
    "Göteborg",
    "Stockholm",
    "Örebro",
    "Västerås",
    "Kalmar",
    "Växjö",
    "Gävle",
    "Falun",
]
HEADINGS = [
    "region",
    "registration_number",
    "title",
    "supplier",
    "categories",
    "clause_version",
    "starts_on",
    "ends_on",
    "yearly_value",
    "options",
]


def number_of(place: int) -> str:
    """A legal person's organisation number, another one for each place."""
    digits = f"556{place:06d}"
    return f"{digits[:6]}-{digits[6:]}{luhn.calc_check_digit(digits)}"


def make_suppliers() -> None:
    """The register: names that share words, as real ones do."""
    chance, by = random.Random(2026), actor_of(SystemActor("benchmark"))
    for start in range(0, SUPPLIERS, 5_000):
        made = Supplier.objects.bulk_create(
            Supplier(
                name=f"{chance.choice(FIRST)}{chance.choice(SECOND)} {chance.choice(FORM)} {place}",
                city=chance.choice(CITIES),
                created_by=by,
            )
            for place in range(start, start + 5_000)
        )
        SupplierIdentifier.objects.bulk_create(
            SupplierIdentifier(supplier=row, scheme=Scheme.ORGANISATION_NUMBER, value=number_of(start + place))
            for place, row in enumerate(made)
        )


def contract_rows(*, wrong_each: int = 0) -> Iterator[list[Any]]:
    """Contracts as a region would list them; with `wrong_each` each so many rows has a wrong check digit or date."""
    chance = random.Random(20)
    regions = list(Region.objects.values_list("name", flat=True))
    categories = list(PurchaseCategory.objects.values_list("name", flat=True))
    for place in range(CONTRACTS):
        starts = date(2024, 1, 1) + timedelta(days=chance.randrange(700))
        supplier: Any = number_of(chance.randrange(SUPPLIERS))
        ends: Any = starts + timedelta(days=chance.randrange(365, 1_460))
        if wrong_each and place % wrong_each == 0:
            supplier, ends = f"{supplier[:-1]}{(int(supplier[-1]) + 1) % 10}", "31 febuari"
        yield [
            chance.choice(regions),
            f"RS/{place}-2026",
            f"{chance.choice(SECOND).capitalize()}avtal {place}",
            supplier.replace("-", "") if place % 2 else supplier,
            "; ".join(chance.sample(categories, 2)),
            "2023",
            starts,
            ends,
            chance.randrange(50_000, 9_000_000),
            "1 + 1 år",
        ]


def contract_file(folder: Path, name: str, *, wrong_each: int = 0) -> Path:
    path = folder / name
    write_xlsx([Heading(text) for text in HEADINGS], contract_rows(wrong_each=wrong_each), path)
    return path
