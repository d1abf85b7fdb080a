"""Degrees of harmonisation as the page shows them."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from codeofconduct.models import PurchaseCategory
from codeofconduct.queries.harmonisation import (
    Degree,
    categories_with_contracts,
    degrees_by_category,
    degrees_by_region,
    total_degree,
)
from portal.search.ordering import swedish
from portal.ui.charts import Bar
from portal.ui.paging import key_page
from portal.ui.templatetags.formats import per_cent
from regions.models import Region, User
from regions.permissions import has_role

NONE = Degree()


@dataclass(frozen=True)
class Line:
    """A region or a category with its degree."""

    of: Any
    degree: Degree


def degree_page(query: QueryDict, *, region: Region | None, category: PurchaseCategory | None) -> dict[str, Any]:
    """The total of the choice; by region unless one is chosen; by category, page by page, unless one is chosen."""
    context: dict[str, Any] = {"total": total_degree(region=region, category=category)}
    if region is None:
        by_region = degrees_by_region(category=category)
        lines = [Line(each, by_region.get(each.pk, NONE)) for each in Region.objects.in_swedish_order()]
        context |= {"regions": lines, "bars": [_bar(line) for line in lines if line.degree.share is not None]}
    if category is None:
        page = key_page(categories_with_contracts(), query, by=swedish("name"))
        by_category = degrees_by_category((row.pk for row in page.rows), region=region)
        context |= {"page": page, "categories": [Line(row, by_category.get(row.pk, NONE)) for row in page.rows]}
    return context


def region_section(user: User, region: Region) -> tuple[str, dict[str, Any]] | None:
    """The region's degree on its page, to anyone with a role."""
    if not has_role(user):
        return None
    return "codeofconduct/_region_degree.html", {"region": region, "degree": total_degree(region=region)}


def _bar(line: Line) -> Bar:
    """As long as the share of one in a thousand parts."""
    share = line.degree.share or 0
    return Bar(str(line.of), int(share * 1000), per_cent(line.degree.share))
