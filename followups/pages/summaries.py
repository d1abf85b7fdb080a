"""What the pages of a summary in the making show."""

from dataclasses import dataclass
from typing import Any

from followups.enums.summaries import Standing
from followups.masking import Piece, found_in, pieces_of
from followups.models import AccessLink, FactCheck, FollowUp, Summary, SummaryEdition
from followups.permissions import can_publish_summary, can_write_summary
from followups.queries.hidden import hidden_names
from followups.queries.summaries import (
    editions_of,
    facts_of,
    gate,
    has_passed,
    lacking,
    latest_check,
    occurrences,
    texts_of,
)
from regions.models import User


@dataclass(frozen=True)
class Preview:
    """A text in a language, whole, in parts: the names that have to go apart."""

    language: str
    text: str
    pieces: list[Piece]

    @property
    def is_marked(self) -> bool:
        return any(piece.hidden for piece in self.pieces)


def previews(summary: Summary) -> list[Preview]:
    names, own = hidden_names(summary.follow_up), (summary.follow_up.supplier.name,)
    return [
        Preview(language, text, pieces_of(text, found_in(text, names, allowed=own)))
        for language, text in (("sv", summary.text_sv), ("en", summary.text_en))
    ]


def standing_of(editions: list[SummaryEdition]) -> Standing:
    """`editions`: the latest first."""
    return editions[0].standing if editions else Standing.DRAFT


def summary_context(user: User, follow_up: FollowUp, summary: Summary | None) -> dict[str, Any]:
    """Of the page where a summary is made; without one yet, what it would need."""
    may_write = can_write_summary(user, follow_up)
    if summary is None:
        return {"follow_up": follow_up, "summary": None, "gate": gate(follow_up), "may_write": may_write}
    editions = list(editions_of(summary))
    checks = list(summary.fact_checks.select_related("answered_by", "link", "created_by").order_by("-created_at"))
    check = checks[0] if checks else None
    found = occurrences(follow_up, texts_of(summary))
    missing = lacking(summary)
    standing = standing_of(editions)
    return {
        "follow_up": follow_up,
        "summary": summary,
        "editions": editions,
        "standing": standing,
        "is_public": standing == Standing.PUBLISHED,
        "checks": checks,
        "check": check,
        "check_has_passed": has_passed(check),
        "changed_since_check": check is not None
        and (check.text_sv, check.text_en) != (summary.text_sv, summary.text_en),
        "changed_since_edition": bool(editions)
        and (editions[0].text_sv, editions[0].text_en) != (summary.text_sv, summary.text_en),
        "previews": previews(summary),
        "occurrences": found,
        "lacking": missing,
        "may_write": may_write,
        "may_publish": can_publish_summary(user) and not missing and not found,
        "may_withdraw": can_publish_summary(user) and standing == Standing.PUBLISHED,
        "is_staff": can_publish_summary(user),
    }


def publish_context(summary: Summary) -> dict[str, Any]:
    """What the page that asks before publishing shows: the texts and the facts as they will stand."""
    return {
        "follow_up": summary.follow_up,
        "summary": summary,
        "facts": facts_of(summary.follow_up),
        "check": latest_check(summary),
        "lacking": lacking(summary),
        "occurrences": occurrences(summary.follow_up, texts_of(summary)),
    }


def section(user: User, follow_up: FollowUp) -> tuple[str, dict[str, Any]] | None:
    """On the follow-up's page, for those who work in it: where its summary is."""
    if not can_write_summary(user, follow_up):
        return None
    summary = Summary.objects.filter(follow_up=follow_up).prefetch_related("editions").first()
    editions = sorted(summary.editions.all(), key=lambda each: -each.number) if summary else []
    return "followups/_summary_section.html", {
        "follow_up": follow_up,
        "summary": summary,
        "standing": standing_of(editions),
        "edition": editions[0] if editions else None,
    }


def outside_section(link: AccessLink) -> tuple[str, dict[str, Any]] | None:
    """For the supplier's contact: the text that waits for an answer, or what was answered."""
    check = checks_of(link).order_by("-created_at", "-pk").first()
    return ("followups/outside/_check_section.html", {"check": check, "link": link}) if check else None


def checks_of(link: AccessLink) -> Any:
    """The fact checks of the link's own follow-up, sent to whomever of the supplier."""
    return FactCheck.objects.filter(summary__follow_up=link.follow_up_id).select_related("summary__follow_up__supplier")
