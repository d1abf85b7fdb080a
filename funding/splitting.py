"""Splitting a fixed sum by inhabitants, to the last öre."""

from collections.abc import Mapping


def split(total_ore: int, inhabitants: Mapping[str, int]) -> dict[str, int]:
    """The sum (öre) split over the regions (by county code; persons) by the method of the largest remainder.

    Each region gets its share rounded down to whole öre; the öre that remain go one each to the largest remainders. At
    equal remainders the region with more inhabitants goes first, for whom an öre weighs least, and after that the lower
    county code, so that the outcome depends on the figures alone. The shares always sum to `total_ore`. Raises ValueError
    for a negative sum, or where nobody lives.
    """
    people = sum(inhabitants.values())
    if total_ore < 0 or people <= 0 or min(inhabitants.values()) < 0:
        raise ValueError("A sum of 0 öre or more is split by inhabitants.")
    shares, remainders = {}, {}
    for code, count in inhabitants.items():
        shares[code], remainders[code] = divmod(total_ore * count, people)
    left = total_ore - sum(shares.values())
    for code in sorted(inhabitants, key=lambda each: (-remainders[each], -inhabitants[each], each))[:left]:
        shares[code] += 1
    return shares
