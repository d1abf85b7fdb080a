"""What the decision brief of a year says, and where its texts begin."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

from funding.models import BriefText, FundingYear, RatePart
from portal import clock

DATA = Path(__file__).parent.parent / "data" / "brief"
BLOCKS, LANGUAGES = ("background", "proposal", "gives"), ("sv", "en")
TEXT_FIELDS = tuple(f"{block}_{language}" for block, language in product(BLOCKS, LANGUAGES))


@dataclass(frozen=True)
class BriefTexts:
    """A year's texts by the name of their field, with the row that holds them, None where they are only a suggestion.

    `suggested_by`: the earlier year whose texts are suggested.
    """

    texts: dict[str, str] = field(default_factory=dict)
    stored: BriefText | None = None
    suggested_by: int | None = None


def brief_texts(year: FundingYear) -> BriefTexts:
    """As the secretariat wrote them; until then those of the latest year before that has any, and else our own sentences.

    From its proposal on a year has texts of its own (`funding.actions.briefs.keep_brief_text`).
    """
    rows = BriefText.objects.select_related("funding_year", "changed_by")
    latest = rows.filter(funding_year__year__lte=year.year).order_by("funding_year__year").last()
    if latest is None:
        return BriefTexts(_first_texts())
    texts = {name: getattr(latest, name) for name in TEXT_FIELDS}
    is_own = latest.funding_year_id == year.pk
    return BriefTexts(texts, latest if is_own else None, None if is_own else latest.funding_year.year)


def parts_of_year(year: FundingYear) -> Sequence[RatePart]:
    """What the year's rate pays for, as the registered rate named it when the year was opened; none where it had its own rate."""
    return [RatePart(**part) for part in year.rate_parts]


def work_period(year: FundingYear) -> tuple[date, date]:
    """The days of which a brief tells what the cooperation did: the calendar year before the funding year, up to today."""
    until = min(date(year.year - 1, 12, 31), clock.today())
    return date(until.year, 1, 1), until


@cache
def _first_texts() -> dict[str, str]:
    return {name: (DATA / f"{name}.md").read_text("utf-8").strip() for name in TEXT_FIELDS}
