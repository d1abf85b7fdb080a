"""What those outside see when they have opened their link: a section of each part that has something for them."""

from collections.abc import Callable
from typing import Any, TypeAlias

from followups.models import AccessLink
from followups.pages import assessments, audits, outside_actions, outside_severe, summaries

Section: TypeAlias = tuple[str, dict[str, Any]]
# Each answers with its template and what that needs, or None where it has nothing for this link.
SECTIONS: tuple[Callable[[AccessLink], Section | None], ...] = (
    assessments.outside_section,
    audits.outside_section,
    summaries.outside_section,
    outside_actions.section,
    outside_severe.section,
)


def start_context(link: AccessLink) -> dict[str, Any]:
    """Of a link with its follow-up or contract."""
    found = [section(link) for section in SECTIONS]
    return {"link": link, "about": link.follow_up or link.contract, "sections": [each for each in found if each]}
