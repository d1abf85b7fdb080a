"""Decisions as sources of reminders: one that is awaited, and a step that has run its time (product rule 7)."""

from collections.abc import Collection, Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups.addresses import whole
from followups.enums.follow_ups import SETTLED
from followups.enums.outcome import Remedy
from followups.models import FollowUp, SanctionDecision, SanctionRecommendation
from followups.queries.outcome import awaiting
from portal.reminders.schedule import Steps
from portal.reminders.sources import Deadline, Due, Source
from portal.ui.templatetags.formats import day as written_day
from regions.models import User
from regions.permissions import access_of
from regions.queries import at_work

AWAITED = "sanction_decision_awaited"
PASSING = "sanction_step_passes"
STEPS = Steps()


def _buyers_of(region_id: int, day: date, known: dict[int, list[User]]) -> list[User]:
    if region_id not in known:
        known[region_id] = list(at_work(day, Q(region=region_id)))
    return known[region_id]


def due_awaited(day: date) -> Iterator[Due]:
    """Recommendations near or past their day: for the buyers of each region that has not decided, once a region."""
    recommendations = (
        SanctionRecommendation.objects.in_force()
        .filter(decide_by_on__lte=STEPS.latest_due_on(day))
        .exclude(follow_up__state__in=SETTLED)
    )
    waiting: dict[int, set[int]] = {}
    for follow_up, region in awaiting(recommendations).values_list("follow_up", "contract__region"):
        waiting.setdefault(follow_up, set()).add(region)
    buyers: dict[int, list[User]] = {}
    for recommendation in recommendations.select_related("follow_up").order_by("decide_by_on", "pk"):
        step = STEPS.on(recommendation.decide_by_on, day)
        if step is None:
            continue
        people = {
            person.pk: person
            for region in sorted(waiting.get(recommendation.follow_up_id, ()))
            for person in _buyers_of(region, day, buyers)
        }
        for person in people.values():
            yield Due(
                person,
                step,
                recommendation.public_id,
                recommendation.decide_by_on,
                within=recommendation.follow_up.public_id,
            )


def text_awaited(due: Due) -> tuple[str, str]:
    """Supplier, recommended step and day; what others decided stands in no letter."""
    recommendation = SanctionRecommendation.objects.select_related("follow_up__supplier", "follow_up__category").get(
        public_id=due.public_id
    )
    follow_up = recommendation.follow_up
    names = {
        "supplier": follow_up.supplier,
        "category": follow_up.category,
        "step": recommendation.get_remedy_display(),
        "date": written_day(recommendation.decide_by_on),
    }
    late = due.step.startswith("+")
    subject = (
        _("%(supplier)s: your region's decision was wanted by %(date)s")
        if late
        else _("%(supplier)s: your region's decision is wanted by %(date)s")
    ) % names
    opening = (
        _(
            "The secretariat has recommended a step in the follow-up of %(supplier)s (%(category)s): %(step)s. "
            "Your region decides for its own contracts."
        )
        % names
    )
    return subject, f"{opening}\n\n{_where_to(follow_up.public_id)}\n"


def due_passing(day: date) -> Iterator[Due]:
    """Decisions that hold and whose step runs out: for the buyers of the region that decided."""
    decisions = (
        SanctionDecision.objects.standing()
        .filter(passes_on__lte=STEPS.latest_due_on(day))
        .exclude(follow_up__state__in=SETTLED)
        .select_related("follow_up")
        .order_by("passes_on", "pk")
    )
    buyers: dict[int, list[User]] = {}
    for decision in decisions:
        step = STEPS.on(decision.passes_on, day) if decision.passes_on else None
        if step is not None and decision.passes_on:
            for person in _buyers_of(decision.region_id, day, buyers):
                yield Due(person, step, decision.public_id, decision.passes_on, within=decision.follow_up.public_id)


def text_passing(due: Due) -> tuple[str, str]:
    """Which step runs out when, and what the clause gives the right to then."""
    decision = SanctionDecision.objects.select_related("follow_up__supplier", "follow_up__category", "contract").get(
        public_id=due.public_id
    )
    names = {
        "supplier": decision.follow_up.supplier,
        "category": decision.follow_up.category,
        "contract": decision.contract.title,
        "step": decision.get_remedy_display(),
        "date": written_day(decision.passes_on),
    }
    subject = _("%(supplier)s: %(step)s is to be decided anew by %(date)s") % names
    opening = (
        _("Your region decided on %(step)s for the contract %(contract)s with %(supplier)s. It runs until %(date)s.")
        % names
    )
    right = {
        Remedy.PENALTY: _("With the highest penalty reached, the contract can be terminated."),
        Remedy.CALL_OFF_STOP: _("A stop of that length gives the right to terminate the contract."),
    }.get(Remedy(decision.remedy), "")
    body = " ".join(part for part in (opening, right) if part)
    return subject, f"{body}\n\n{_where_to(decision.follow_up.public_id)}\n"


def _where_to(public_id: str) -> str:
    link = whole(reverse("followups:follow-up-detail", args=[public_id]))
    return _("Open the follow-up and register what your region decides: %(link)s") % {"link": link}


def awaited_among(public_ids: Collection[str]) -> set[str]:
    """Recommendations that a region still has to answer."""
    found = SanctionRecommendation.objects.in_force().filter(public_id__in=public_ids)
    found = found.exclude(follow_up__state__in=SETTLED)
    waiting = found.filter(follow_up__in=awaiting(found).values("follow_up"))
    return set(waiting.values_list("public_id", flat=True))


def passing_among(public_ids: Collection[str]) -> set[str]:
    """Decisions that no later one has followed."""
    found = SanctionDecision.objects.standing().filter(public_id__in=public_ids)
    return set(found.exclude(follow_up__state__in=SETTLED).values_list("public_id", flat=True))


def awaited_url(public_id: str) -> str:
    return _page_of(SanctionRecommendation.objects.select_related("follow_up").get(public_id=public_id).follow_up)


def passing_url(public_id: str) -> str:
    return _page_of(SanctionDecision.objects.select_related("follow_up").get(public_id=public_id).follow_up)


def _page_of(follow_up: FollowUp) -> str:
    return whole(reverse("followups:follow-up-detail", args=[follow_up.public_id]))


def passing_deadlines(user: User) -> Iterator[Deadline]:
    """Steps of the own region that hold and run out."""
    decisions = SanctionDecision.objects.visible_to(user).standing().exclude(follow_up__state__in=SETTLED)
    own = decisions.filter(region__in=access_of(user).regions, passes_on__isnull=False)
    for decision in own.select_related("follow_up__supplier").order_by("passes_on", "pk"):
        names = {"supplier": decision.follow_up.supplier, "step": decision.get_remedy_display()}
        title = _("%(supplier)s: %(step)s is to be decided anew") % names
        if decision.passes_on:
            yield Deadline(decision.public_id, decision.passes_on, title, _page_of(decision.follow_up))


def awaited_deadlines(user: User) -> Iterator[Deadline]:
    """Recommendations that the own region has not answered."""
    own = access_of(user).regions
    visible = SanctionRecommendation.objects.visible_to(user).exclude(follow_up__state__in=SETTLED)
    waiting = awaiting(visible).filter(contract__region__in=own).values("follow_up")
    for made in visible.in_force().filter(follow_up__in=waiting).select_related("follow_up__supplier"):
        title = _("%(supplier)s: your region decides on a recommended step") % {"supplier": made.follow_up.supplier}
        yield Deadline(made.public_id, made.decide_by_on, title, _page_of(made.follow_up))


DECISIONS_AWAITED = Source(
    AWAITED,
    gettext_lazy("Decisions on a recommended step"),
    due_awaited,
    text_awaited,
    awaited_among,
    awaited_url,
    awaited_deadlines,
)
STEPS_PASSING = Source(
    PASSING,
    gettext_lazy("Steps that run out"),
    due_passing,
    text_passing,
    passing_among,
    passing_url,
    passing_deadlines,
)
