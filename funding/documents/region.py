"""Documents of a year of which every region gets its own: how they are made, one by one or all in one go."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from funding.models import FundingYear
from funding.queries.moment import one_moment
from portal.jobs.registry import Output


@dataclass(frozen=True)
class RegionDocumentMaker:
    """How a kind is made.

    `read(year)` reads what the documents of all regions show, once, in a number of queries that doesn't grow with them.
    `render(prepared, code, made_by, language)` makes the files of the region with the county code, the PDF first, and asks
    the database for nothing.
    """

    read: Callable[[FundingYear], Any]
    render: Callable[[Any, str, str, str], list[Output]]

    def prepare(self, year: FundingYear) -> Any:
        """What `read` gives, of one moment, and so all the documents are."""
        with one_moment():
            return self.read(year)
