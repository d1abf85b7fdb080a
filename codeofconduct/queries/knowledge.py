"""Reads over questions, their answers, and guidance."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, DateField, DateTimeField, ExpressionWrapper, F, Q, QuerySet
from django.http import QueryDict

from codeofconduct.enums import Area
from codeofconduct.models import Enquiry, Guidance, GuidanceSection, GuidanceVersion
from codeofconduct.models.knowledge import EnquiryQuerySet
from portal import clock
from portal.search.excerpts import Pieces, excerpt
from portal.search.matching import Fields, Through, matching_or_closest
from portal.search.terms import terms_of
from portal.ui.paging import KeyPage, key_page
from regions.models import User
from regions.permissions import access_of

# The page names the first of the guidance; the rest has a page of its own.
MOST_GUIDANCE = 6


def enquiry_fields(user: User) -> Fields:
    """Where questions are searched."""
    return Fields(names=("subject",), texts=("question", "answer"))


def guidance_fields(user: User) -> Fields:
    """Where guidance is searched: its titles, and the sections of what is in force."""
    sections = GuidanceSection.objects.filter(guidance_version__in=GuidanceVersion.objects.in_force_on(clock.today()))
    texts = Fields(names=("heading_sv", "heading_en"), texts=("body_sv", "body_en"))
    return Fields(names=("title_sv", "title_en"), through=(Through(sections, "guidance_version__guidance", texts),))


@dataclass(frozen=True)
class Answered:
    """An answered question as the list shows it, with the place of its text that was searched for."""

    enquiry: Enquiry
    excerpt: Pieces


def answers_listed(user: User, criteria: dict[str, Any]) -> QuerySet[Enquiry]:
    """Answers that the user may read, narrowed by `criteria` (a cleaned KnowledgeForm)."""
    visible = Enquiry.objects.visible_to(user).answered()
    return matching_or_closest(_about(visible, criteria), criteria.get("q", ""), enquiry_fields(user))


def answers_page(user: User, criteria: dict[str, Any], query: QueryDict) -> KeyPage[Answered]:
    """A page of them, the latest first."""
    visible, found = Enquiry.objects.visible_to(user).answered(), answers_listed(user, criteria)
    by = ExpressionWrapper(F("answered_at"), output_field=DateTimeField())
    page = key_page(found.select_related("category"), query, by=by, newest_first=True, among=visible)
    terms = terms_of(criteria.get("q", ""))
    rows = [Answered(row, excerpt(row.answer, terms)) for row in page.rows]
    return KeyPage(rows, page.previous_url, page.next_url)


def guidance_in_force(user: User, criteria: dict[str, Any]) -> QuerySet[Guidance]:
    """Lines of guidance in force today that the user may read, the latest first, narrowed by `criteria`."""
    versions = GuidanceVersion.objects.visible_to(user).in_force_on(clock.today())
    lines = Guidance.objects.filter(pk__in=versions.values("guidance"))
    found = matching_or_closest(_about(lines, criteria), criteria.get("q", ""), guidance_fields(user))
    return found.select_related("category").order_by("-pk")


@dataclass(frozen=True)
class AreaCount:
    """What there is about one of the four areas."""

    area: Area
    guidance: int
    answers: int


def area_counts(user: User) -> list[AreaCount]:
    """Of the guidance in force and the answers that the user may read. Two queries."""
    guidance = _by_area(guidance_in_force(user, {}))
    answers = _by_area(Enquiry.objects.visible_to(user).answered())
    return [AreaCount(area, guidance.get(area, 0), answers.get(area, 0)) for area in Area]


def waiting_page(query: QueryDict) -> KeyPage[Enquiry]:
    """Questions without an answer, for those who answer: the oldest first."""
    waiting = Enquiry.objects.unanswered().select_related("region", "category", "created_by")
    by = ExpressionWrapper(F("asked_on"), output_field=DateField())
    return key_page(waiting, query, by=by, among=Enquiry.objects.all())


def longest_waiting() -> Enquiry | None:
    return Enquiry.objects.unanswered().order_by("asked_on", "pk").first()


def own_listed(user: User) -> QuerySet[Enquiry]:
    """The user's own questions and those of the own region."""
    own = Q(created_by__user=user) | Q(region__in=access_of(user).regions)
    return Enquiry.objects.visible_to(user).filter(own)


def own_page(user: User, query: QueryDict) -> KeyPage[Enquiry]:
    """A page of them, the latest first."""
    return key_page(own_listed(user).select_related("region", "category", "created_by"), query, newest_first=True)


def enquiries_of_guidance(user: User, guidance: Guidance) -> EnquiryQuerySet:
    """The answers that the guidance was made of, as far as the user may read them."""
    return Enquiry.objects.visible_to(user).filter(guidance=guidance)


def _about(rows: Any, criteria: dict[str, Any]) -> Any:
    """Narrowed to an area and a category."""
    kept = {name: criteria[name] for name in ("area", "category") if criteria.get(name)}
    return rows.filter(**kept)


def _by_area(rows: QuerySet[Any]) -> dict[str, int]:
    counted = rows.order_by().values("area").annotate(number=Count("pk"))
    return {row["area"]: row["number"] for row in counted}
