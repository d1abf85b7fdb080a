"""The arithmetic of scenarios: what a rate gives and what that pays for. Integers alone; nothing is read or written."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from funding.outside import Reach


def whole_kronor(population: int, ore_per_inhabitant: int) -> int:
    """Inhabitants × rate in öre, rounded to whole kronor with 50 öre upwards, as `with_amounts` rounds a year's amounts."""
    return (population * ore_per_inhabitant + 50) // 100 * 100


def continued(first: int, last: int, years: int, ahead: int) -> int:
    """Persons `ahead` years after `last`, at the mean yearly growth of the `years` from `first` to `last`.

    Rounded to whole persons, a half upwards; never below 0. Raises ValueError where no year lies between the two.
    """
    if years < 1:
        raise ValueError("A trend needs figures of two years.")
    return max(0, (2 * (last * years + (last - first) * ahead) + years) // (2 * years))


def grown(count: int, tenths: int, years: int) -> int:
    """Persons after so many years at a growth of so many tenths of per cent a year, compounded.

    Rounded to whole persons once, a half upwards.
    """
    whole = 1000**years
    return (2 * count * (1000 + tenths) ** years + whole) // (2 * whole)


@dataclass(frozen=True)
class Assumptions:
    """What one scenario stands on. Money in öre, posts in tenths; a cost that nobody has said is None."""

    ore_per_inhabitant: int
    tenths_of_posts: int
    post_ore: int | None
    other_ore: int
    audit_ore: int | None

    @property
    def staff_ore(self) -> int | None:
        """To whole öre, half an öre upwards; None while it isn't said what a post costs."""
        if self.tenths_of_posts == 0:
            return 0
        return None if self.post_ore is None else (self.tenths_of_posts * self.post_ore + 5) // 10


@dataclass(frozen=True)
class Outcome:
    """What comes out in a year. Money in öre; what hangs on a cost that nobody has said is None.

    `contributions`: by region id. `balance_ore`: contributions less staff and other costs, below 0 where they don't
    suffice. `audits`: how many of them the balance pays, whole ones. `reached`: how many of the `targets` audits at that
    pace reach within the window of months, each audit one target, and never more than there are.
    """

    contributions: Mapping[int, int]
    population: int
    sum_ore: int
    staff_ore: int | None
    other_ore: int
    balance_ore: int | None
    audits: int | None
    reached: int | None
    targets: int

    @property
    def left_ore(self) -> int | None:
        """For audits."""
        return None if self.balance_ore is None else max(0, self.balance_ore)

    @property
    def lacking_ore(self) -> int | None:
        """None as long as not all costs are told."""
        return None if self.balance_ore is None else max(0, -self.balance_ore)

    @property
    def coverage(self) -> Decimal | None:
        """The share reached, of one, rounded down to a tenth of a per cent; None without targets."""
        return None if self.reached is None else share(self.reached, self.targets)


def share(part: int, whole: int) -> Decimal | None:
    """Of one, rounded down to a tenth of a per cent; None where there is no whole."""
    return Decimal(part * 1000 // whole) / 1000 if whole else None


def outcome(counts: Mapping[int, int], assumptions: Assumptions, reach: Reach) -> Outcome:
    """`counts`: inhabitants (persons) by region id."""
    contributions = {region: whole_kronor(count, assumptions.ore_per_inhabitant) for region, count in counts.items()}
    total, staff = sum(contributions.values()), assumptions.staff_ore
    balance = None if staff is None else total - staff - assumptions.other_ore
    audits = _audits(balance, assumptions.audit_ore)
    return Outcome(
        contributions=contributions,
        population=sum(counts.values()),
        sum_ore=total,
        staff_ore=staff,
        other_ore=assumptions.other_ore,
        balance_ore=balance,
        audits=audits,
        reached=None if audits is None else min(reach.targets, audits * reach.months // 12),
        targets=reach.targets,
    )


def _audits(balance_ore: int | None, audit_ore: int | None) -> int | None:
    if balance_ore is None:
        return None
    if balance_ore <= 0:
        return 0
    return balance_ore // audit_ore if audit_ore else None
