"""Files as Statistics Sweden's table service writes them, with figures of our own."""

import io
import json

from portal.exchange.writing import Heading, write_xlsx
from regions.scb.counties import COUNTIES


def count_of(code: str, year: int = 2022) -> int:
    """An invented number of inhabitants that grows by a hundred a year."""
    return 100_000 + 1_000 * int(code) + 100 * (year - 2022)


def rows(years=(2021, 2022)) -> list[list]:
    return [[f"{code} {name}", *(count_of(code, year) for year in years)] for code, (name, _n) in COUNTIES.items()]


def csv(separator=";", years=(2021, 2022), title="Folkmängd efter region och år", mark="", encoding="cp1252", extra=()):
    """A column for each period, a title above and notes below."""
    lines = [[title], [], ["region", *(f"{year}{mark}" for year in years)], ["00 Riket", *([9_999_999] * len(years))]]
    lines += [*rows(years), *extra, [], ["Folkmängden avser förhållandena den 31 december."], ["Källa: SCB"]]
    quoted = (separator.join(f'"{cell}"' if isinstance(cell, str) else str(cell) for cell in line) for line in lines)
    return "\r\n".join(quoted).encode(encoding)


def long_csv(periods=("2024K2", "2024K3")) -> bytes:
    """A row for each period, as the table service writes what is not turned."""
    lines = ['"region","kön","kvartal","Folkmängd"']
    for code, (name, _n) in COUNTIES.items():
        for period in periods:
            lines += [f'"{code} {name}","män","{period}",1', f'"{code} {name}","totalt","{period}",{count_of(code)}']
    return "\n".join(lines).encode()


def table(*headings: str, cells=(), title="", notes=()) -> bytes:
    """CSV with these headings, and in the row of each county `cells`, or else the same figure below each."""
    cells = cells or ["5000"] * (len(headings) - 1)
    lines = [[title], []] if title else []
    lines += [headings, *([name, *cells] for name, _n in COUNTIES.values()), *([note] for note in notes)]
    return "\n".join(";".join(line) for line in lines).encode()


def workbook(*headings: str, above: tuple[str, ...] = (), cells=(), title="Folkmängd efter region") -> bytes:
    """The same as XLSX; `above`: a row of headings more."""
    target = io.BytesIO()
    body = [[None, *row] for row in (above, headings) if row]
    body += [[name, *(cells or [5000] * len(headings))] for name, _n in COUNTIES.values()]
    write_xlsx([Heading(title), *([Heading("")] * len(headings))], body, target)
    return target.getvalue()


def xlsx(years=(2021, 2022)) -> bytes:
    """As the service's workbook: the columns of region and sex have no headings, and each region stands once."""
    target = io.BytesIO()
    body = [[None, None, *map(str, years)]]
    for name, *counts in rows(years):
        body += [[name, "män", *([1] * len(years))], [None, "totalt", *counts]]
    write_xlsx([Heading("Folkmängd efter region, kön och år"), *([Heading("")] * (1 + len(years)))], body, target)
    return target.getvalue()


def json_stat(years=("2021", "2022"), *, table="BefolkningNy", **changed) -> bytes:
    codes = ["00", *COUNTIES]
    labels = {"00": "Riket"} | {code: name for code, (name, _n) in COUNTIES.items()}
    told = {
        "version": "2.0",
        "class": "dataset",
        "label": "Folkmängd efter region och år",
        "id": ["Region", "ContentsCode", "Tid"],
        "size": [len(codes), 1, len(years)],
        "dimension": {
            "Region": {"category": {"index": {code: at for at, code in enumerate(codes)}, "label": labels}},
            "ContentsCode": {"category": {"index": {"BE0101N1": 0}, "label": {"BE0101N1": "Folkmängd"}}},
            "Tid": {"category": {"index": {year: at for at, year in enumerate(years)}, "label": {y: y for y in years}}},
        },
        "value": [9_999_999 if code == "00" else count_of(code, int(year[:4])) for code in codes for year in years],
        "extension": {"px": {"tableid": table}},
    }
    return json.dumps(told | changed).encode()


def json_stat_of(*contents: str, dimension="ContentsCode", years=("2021", "2022"), **changed) -> bytes:
    """A table of these contents (or of categories of another dimension): 1 000 of the first each, 1 001 of the next."""
    told = json.loads(json_stat(years))
    categories = {f"X{at}": text for at, text in enumerate(contents)}
    told["dimension"][dimension] = {"category": {"label": categories}}
    told |= {"id": ["Region", dimension, "Tid"], "size": [len(COUNTIES) + 1, len(contents), len(years)]}
    told["value"] = [1000 + at for _ in range(len(COUNTIES) + 1) for at in range(len(contents)) for _year in years]
    return json.dumps(told | changed).encode()
