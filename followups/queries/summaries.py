"""Reads for summaries: the facts of a case, what stands in the way of publishing it, and what is published."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from codeofconduct.models import PurchaseCategory
from followups.enums.actions import UNPLANNED
from followups.enums.audits import AuditKind
from followups.enums.follow_ups import Colour, State
from followups.enums.summaries import Method
from followups.masking import Found, excerpt, found_in
from followups.models import Audit, CorrectiveAction, FactCheck, Finding, FollowUp, Summary, SummaryEdition
from followups.queries.follow_ups import row_of, with_progress
from followups.queries.hidden import hidden_names
from portal import clock
from portal.search.ordering import swedish
from portal.ui.templatetags.formats import day
from regions.models import Region

VISITED = {
    State.SELF_ASSESSMENT_SENT: Method.SELF_ASSESSMENT,
    State.ANSWERED: Method.SELF_ASSESSMENT,
    State.AUDITED: Method.OFFICE_AUDIT,
    State.FOLLOW_UP_AUDIT: Method.FOLLOW_UP_AUDIT,
}


def methods_by_state(follow_up: FollowUp) -> list[Method]:
    """By what its trail says that happened. Where audits are registered, they alone say which there were."""
    visited = {VISITED.get(State(target)) for target in follow_up.state_changes.values_list("target", flat=True)}
    if Audit.objects.standing().filter(follow_up=follow_up).exists():
        visited &= {Method.SELF_ASSESSMENT}
    return [method for method in Method if method in visited]


def methods_by_audit(follow_up: FollowUp) -> list[Method]:
    """By the audits that were carried out."""
    carried_out = Audit.objects.standing().filter(follow_up=follow_up, carried_out_at__isnull=False)
    return [AUDITED_BY[AuditKind(kind)] for kind in carried_out.values_list("kind", flat=True)]


AUDITED_BY = {
    AuditKind.OFFICE: Method.OFFICE_AUDIT,
    AuditKind.FACTORY: Method.FACTORY_AUDIT,
    AuditKind.FOLLOW_UP: Method.FOLLOW_UP_AUDIT,
}
# What says how the supplier was followed up.
METHODS: list[Callable[[FollowUp], list[Method]]] = [methods_by_state, methods_by_audit]


def facts_of(follow_up: FollowUp) -> dict[str, Any]:
    """What a published edition says of the case, by its fields: as it is now."""
    told = with_progress(FollowUp.objects.filter(pk=follow_up.pk)).select_related("clause_version").get()
    row = row_of(told)
    if row.light is None:
        raise ValueError(follow_up)
    closing = told.state_changes.filter(target=State.CLOSED).aggregate(at=Max("created_at"))["at"]
    is_closed = told.state == State.CLOSED
    done = {method for read in METHODS for method in read(told)}
    supplier = told.supplier
    return {
        "supplier_name": supplier.name,
        "organisation_number": "" if supplier.is_sole_trader else supplier.told_number[:40],
        "category": told.category,
        "clause": told.clause_version.name,
        "regions": [{"code": region.code, "name": region.name} for region in regions_of(told)],
        "methods": [method.value for method in Method if method in done],
        "followed_from_on": _day(told.created_at),
        "followed_until_on": max(_day(closing), _day(told.created_at)) if is_closed and closing else clock.today(),
        "is_closed": is_closed,
        "colour": row.light.colour.value,
        "deviations": row.progress.findings,
        "severe_deviations": Finding.objects.submitted().severe().filter(follow_up=told).count(),
        "open_deviations": row.progress.open_findings,
        "actions": row.progress.actions,
        "done_actions": row.progress.done_actions,
        **{f"light_{language}": _light_in(language, row.light) for language in ("sv", "en")},
    }


def _light_in(language: str, light: Any) -> str:
    """In a few words. Who set a light by hand, and why, is not for the public."""
    with translation.override(language):
        if light.by_hand:
            return str(_("judged by the secretariat"))
        return str(light.text)


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.STOCKHOLM).date()


def regions_of(follow_up: FollowUp) -> QuerySet[Region]:
    """The lead region and those that take part, in Swedish order."""
    return Region.objects.filter(pk__in=follow_up.concerned_regions).order_by(swedish("name"), "code")


# --- What stands in the way -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Occurrence:
    """A name that must go, and where: in which of the texts, with the words around it."""

    where: str
    found: Found
    before: str
    name: str
    after: str


def occurrences(follow_up: FollowUp, texts: dict[str, str]) -> list[Occurrence]:
    """Every hidden name in the texts, by their labels."""
    names, own = hidden_names(follow_up), (follow_up.supplier.name,)
    return [
        Occurrence(label, found, *excerpt(text, found))
        for label, text in texts.items()
        for found in found_in(text, names, allowed=own)
    ]


def texts_of(summary: Summary, **more: str) -> dict[str, str]:
    """The texts as their labels name them, those of a form included."""
    return {_("Swedish text"): summary.text_sv, _("English text"): summary.text_en, **more}


def gate(follow_up: FollowUp) -> str:
    """Product rule 5: completed, or with a dated action plan, which is one that has been accepted.

    The sentence that says why not; "" where it is open.
    """
    if follow_up.state == State.CLOSED:
        return ""
    if follow_up.state == State.ABORTED:
        return _("The follow-up was aborted: there is no result to publish.")
    actions = CorrectiveAction.objects.filter(finding=OuterRef("pk"), done_at__isnull=True)
    planned, unplanned = actions.exclude(state__in=UNPLANNED), actions.filter(state__in=UNPLANNED)
    unresolved = Finding.objects.unresolved().filter(follow_up=follow_up)
    undated = unresolved.filter(~Exists(planned) | Exists(unplanned)).count()
    if undated:
        return ngettext(
            "%(count)d deviation has no accepted action plan with a date.",
            "%(count)d deviations have no accepted action plan with dates.",
            undated,
        ) % {"count": undated}
    if not Finding.objects.submitted().filter(follow_up=follow_up).exists():
        return _("The follow-up is not closed, and has no action plan with dates.")
    return ""


def latest_check(summary: Summary) -> FactCheck | None:
    return summary.fact_checks.order_by("-created_at", "-pk").first()


def has_passed(check: FactCheck | None) -> bool:
    """The supplier has answered, or the days have passed."""
    return check is not None and (check.answered_at is not None or check.due_on < clock.today())


def lacking(summary: Summary) -> list[str]:
    """A sentence for each thing that stands in the way of publishing, hidden names apart."""
    follow_up, sentences = summary.follow_up, []
    if why := gate(follow_up):
        sentences.append(why)
    if follow_up.supplier.is_sole_trader:
        sentences.append(_("The supplier is a sole trader, whose name is personal data. Its summary is not published."))
    if not (summary.text_sv.strip() and summary.text_en.strip()):
        sentences.append(_("The summary needs its text in both languages."))
    check = latest_check(summary)
    if check is None:
        sentences.append(_("The supplier has not been asked to check the facts."))
    elif not has_passed(check):
        sentences.append(
            _("The supplier checks the facts until %(day)s and has not answered.") % {"day": day(check.due_on)}
        )
    return sentences


# --- What is published ------------------------------------------------------------------------------------------


def editions_of(summary: Summary) -> QuerySet[SummaryEdition]:
    return summary.editions.select_related("category", "published_by", "withdrawn_by").order_by("-number")


def published() -> QuerySet[SummaryEdition]:
    """What the public reads today, the latest first."""
    return SummaryEdition.objects.standing().select_related("summary", "category").order_by("-published_at", "-pk")


def told_to_the_public() -> QuerySet[SummaryEdition]:
    """Of each summary the last edition, withdrawn ones included, the latest event first."""
    latest = SummaryEdition.objects.latest().select_related("summary", "category")
    return latest.annotate(told_at=Coalesce("withdrawn_at", "published_at")).order_by("-told_at", "-pk")


@dataclass(frozen=True)
class CategoryCount:
    """A category with how many summaries stand in it, by their light."""

    category: PurchaseCategory
    total: int
    lights: dict[str, int] = field(default_factory=dict)


def categories_published() -> list[CategoryCount]:
    """Categories with summaries, in Swedish order: one query."""
    standing = SummaryEdition.objects.standing().order_by()
    counts: dict[int, dict[str, int]] = {}
    for category, colour, count in standing.values_list("category", "colour").annotate(n=Count("pk")):
        counts.setdefault(category, {})[colour] = count
    found = PurchaseCategory.objects.filter(pk__in=counts).in_swedish_order()
    return [
        CategoryCount(
            category,
            sum(counts[category.pk].values()),
            {colour.value: counts[category.pk].get(colour.value, 0) for colour in reversed(Colour)},
        )
        for category in found
    ]


def in_category(category: PurchaseCategory) -> QuerySet[SummaryEdition]:
    """Those of the category that stand, by supplier in Swedish order."""
    return published().filter(category=category).order_by(swedish("supplier_name"), "pk")


def edition_at(summary: Summary) -> SummaryEdition | None:
    """What its page shows: the last edition, withdrawn or not."""
    return summary.editions.select_related("category", "summary").order_by("-number").first()


def categories_told() -> QuerySet[PurchaseCategory]:
    """Those with a page: anything was ever published in them."""
    return PurchaseCategory.objects.filter(pk__in=SummaryEdition.objects.values("category"))


def colours_published() -> dict[str, int]:
    """How many stand with each light."""
    return SummaryEdition.objects.standing().aggregate(
        **{colour.value: Count("pk", filter=Q(colour=colour)) for colour in Colour}
    )
