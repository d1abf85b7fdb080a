"""What the money buys, as this room hears of it: it knows no follow-ups and no contracts, `portal.home.work` hands them in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True)
class RegionWork:
    """What the cooperation did for one region in a period.

    `contracts`: of the region, joint ones included, that run on its last day. `follow_ups`: begun in the period and not
    aborted, that the region led (`led`) or took part in with a contract. `avoided`: follow-ups that it was spared by
    another's result, with their standard costs (öre, excluding VAT); `uncosted`: how many of these had none.
    """

    contracts: int = 0
    follow_ups: int = 0
    led: int = 0
    avoided: int = 0
    avoided_ore: int = 0
    uncosted: int = 0


@dataclass(frozen=True)
class Spending:
    """What audits at the cooperation's expense cost in a year, for one category, lead region, kind and month of the invoices.

    In öre, excluding VAT. `expected_ore`: the invoice where it has come, otherwise the price of the order; `actual_ore`:
    invoices alone. `unpriced`: audits with neither, which the sums leave out. `month`: 1 to 12, None of those not invoiced.
    """

    category: str
    region_id: int
    kind: str
    kind_label: str
    audits: int
    invoiced: int
    unpriced: int
    expected_ore: int
    actual_ore: int
    month: int | None


@dataclass(frozen=True)
class Reach:
    """How much of what should be followed up has been.

    `targets`: pairs of supplier and prioritised category with a contract that runs on the day. `covered`: those of them
    with a follow-up carried out within `months` before. `audit_ore`: what an audit has cost on average (öre, excluding
    VAT) over all that are invoiced, None where none is.
    """

    targets: int
    covered: int
    months: int
    audit_ore: int | None


class Work(Protocol):
    """What is handed in. Nothing in it names a supplier, a contract or a person."""

    def by_region(self, since: date, until: date) -> Mapping[int, RegionWork]:
        """By region id, for every region, from the first day to the last."""

    def spending(self, year: int) -> Sequence[Spending]:
        """Of the year, by category in Swedish order."""

    def spending_by_year(self, years: Collection[int]) -> Mapping[int, Sequence[Spending]]:
        """The same of each of the years, read at once."""

    def kind_label(self, kind: str) -> str:
        """What a kind of audit is called, in the language in use."""

    def reach(self, day: date) -> Reach:
        """On the day."""


_handed_in: list[Work] = []


def hand_in(work: Work) -> None:
    """Called once, by the room on top, when the portal starts."""
    _handed_in[:] = [work]


def work() -> Work:
    """What was handed in. Raises LookupError where nothing was."""
    if not _handed_in:
        raise LookupError("Nothing tells what the cooperation does: see portal.home.")
    return _handed_in[0]
