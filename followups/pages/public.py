"""What the pages for the public show. Read from editions alone: nothing of a follow-up that was not published."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from codeofconduct.models import PurchaseCategory
from followups.addresses import address_of_summary
from followups.enums.follow_ups import Colour
from followups.models import Summary, SummaryEdition
from followups.queries.summaries import (
    CategoryCount,
    categories_published,
    colours_published,
    edition_at,
    in_category,
    published,
)
from portal.search.ordering import swedish
from portal.ui.paging import KeyPage, key_page
from portal.ui.prose import plain

ON_FIRST_PAGE = 6


@dataclass(frozen=True)
class Listed:
    """An edition in a list, with how its text begins."""

    edition: SummaryEdition
    lead: str


def _listed(editions: Any) -> list[Listed]:
    return [Listed(edition, lead_of(edition.text)) for edition in editions]


def lead_of(text: str, length: int = 220) -> str:
    """The beginning of a text in words, for a list: its first paragraph that is no heading."""
    lines = [line for line in plain(text).split("\n") if line.strip()]
    first = next((line for line in lines if len(line) > 40), " ".join(lines))
    return first if len(first) <= length else f"{first[:length].rsplit(' ', 1)[0]} …"


def list_context(language: str) -> dict[str, Any]:
    """Three queries, however much is published."""
    categories: list[CategoryCount] = categories_published()
    counts = colours_published()
    return {
        "language": language,
        "categories": categories,
        "total": sum(counts.values()),
        "lights": [(colour.value, counts[colour.value]) for colour in reversed(Colour)],
        "latest": _listed(published()[:ON_FIRST_PAGE]),
    }


def category_context(language: str, category: PurchaseCategory, query: QueryDict) -> dict[str, Any]:
    page = key_page(in_category(category), query, by=swedish("supplier_name"))
    return {
        "language": language,
        "category": category,
        "page": KeyPage(_listed(page.rows), page.previous_url, page.next_url),
    }


def detail_context(language: str, summary: Summary) -> dict[str, Any]:
    """The last edition with what stood before it; of one that was withdrawn only when and why."""
    edition = edition_at(summary)
    if edition is None:
        raise SummaryEdition.DoesNotExist
    earlier = summary.editions.filter(number__gt=1, number__lte=edition.number).order_by("-number")
    return {
        "language": language,
        "edition": edition,
        "summary": summary,
        "corrections": list(earlier),
        "first": summary.editions.order_by("number").first(),
        "address": address_of_summary(summary.public_id, language),
        "has_pdf": edition.withdrawn_at is None and edition.pdfs.filter(language=language).exists(),
    }
