"""Pages about the year's plan and its candidates, and what it is checked against."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codeofconduct.models import ClauseVersion
from followups.actions.plan import (
    agree_candidate,
    agree_candidates,
    agree_plan,
    decide_candidate,
    draw_up_plan,
    open_candidate,
    open_planned,
    record_clause_terms,
    set_months_past_audit,
    set_unannounced,
)
from followups.forms.follow_ups import BesideForm
from followups.forms.plan import CandidateFilterForm, CandidateForm, SettingForm, TermsForm, UnannouncedForm
from followups.models import Candidate, ClauseTerms, FollowUp, FollowUpPlan
from followups.pages.plan import candidate_context, opening_context, plan_context
from followups.permissions import can_assign, can_decide_candidate, can_keep_plan, can_see_plan
from followups.queries.plan import (
    can_agree_candidate,
    candidate_page,
    clauses_with_rights,
    groups_with_coordinators,
    may_agree_for,
    settings_listed,
    why_not_opened,
)
from followups.views.calls import visible_call
from followups.views.follow_ups import visible
from portal import clock
from portal.history.versions import StaleVersionError
from portal.ui.responses import Comparison, at_version, conflict
from portal.ui.templatetags.formats import shown
from regions.models import PurchasingGroup
from regions.requests import UserRequest, require, require_role


def _visible_plan(request: UserRequest, public_id: str) -> FollowUpPlan:
    plans = FollowUpPlan.objects.visible_to(request.user).select_related("call", "agreed_by")
    return get_object_or_404(plans, public_id=public_id)


def _visible_candidate(request: UserRequest, public_id: str) -> Candidate:
    candidates = Candidate.objects.visible_to(request.user).select_related(
        "plan__call", "supplier", "category", "lead_region", "handler", "decided_by", "agreed_by", "follow_up"
    )
    return get_object_or_404(candidates, public_id=public_id)


@require_POST
def plan_draw_up(request: UserRequest, public_id: str) -> HttpResponse:
    call = visible_call(request, public_id)
    require(can_keep_plan(request.user))
    plan = draw_up_plan(by=request.user, call=call)
    count = plan.candidates.count()
    text = ngettext("The plan has %(count)d candidate.", "The plan has %(count)d candidates.", count)
    messages.success(request, text % {"count": count})
    return redirect("followups:plan-detail", plan.public_id)


@require_safe
def plan_detail(request: UserRequest, public_id: str) -> HttpResponse:
    plan = _visible_plan(request, public_id)
    form = CandidateFilterForm(request.GET, plan=plan)
    form.is_valid()
    context = {
        **plan_context(request.user, plan),
        "form": form,
        "page": candidate_page(request.user, plan, form.cleaned_data, request.GET),
        "is_narrowed": any(form.cleaned_data.get(name) for name in ("choice", "group", "category")),
    }
    return render(request, "followups/plan_detail.html", context)


@require_safe
def candidate_detail(request: UserRequest, public_id: str) -> HttpResponse:
    candidate = _visible_candidate(request, public_id)
    return render(request, "followups/candidate_detail.html", candidate_context(request.user, candidate))


@require_http_methods(["GET", "HEAD", "POST"])
def candidate_decide(request: UserRequest, public_id: str) -> HttpResponse:
    candidate = _visible_candidate(request, public_id)
    require(can_decide_candidate(request.user, candidate))
    form = CandidateForm(request.POST or None, candidate=candidate)
    if request.method == "POST" and form.is_valid():
        try:
            decide_candidate(by=request.user, candidate=candidate, **form.cleaned_data)
        except StaleVersionError as error:
            return _decide_conflict(request, form, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The choice and its reason are saved."))
            return redirect("followups:candidate-detail", candidate.public_id)
    context = {**candidate_context(request.user, candidate), "form": form}
    return render(request, "followups/candidate_decide.html", context)


def _decide_conflict(request: UserRequest, form: CandidateForm, error: StaleVersionError[Candidate]) -> HttpResponse:
    stored, typed = error.stored, form.cleaned_data
    again = CandidateForm(at_version(request.POST, stored.version), candidate=stored)
    names = ("is_chosen", "reason", "lead_region", "handler", "planned_on", "is_unannounced")
    comparisons = [
        Comparison(form.fields[name].label, shown(typed[name]), shown(getattr(stored, name)))
        for name in names
        if typed[name] != getattr(stored, name)
    ]
    return conflict(request, "followups/plan_conflict.html", {"form": again}, comparisons=comparisons)


@require_POST
def candidate_agree(request: UserRequest, public_id: str) -> HttpResponse:
    candidate = _visible_candidate(request, public_id)
    require(can_agree_candidate(request.user, candidate))
    try:
        agree_candidate(by=request.user, candidate=candidate)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The candidate is agreed."))
    return redirect("followups:candidate-detail", candidate.public_id)


@require_POST
def plan_agree_group(request: UserRequest, public_id: str, letter: str) -> HttpResponse:
    plan = _visible_plan(request, public_id)
    group = get_object_or_404(PurchasingGroup, letter=letter)
    require(may_agree_for(request.user, group.pk, groups_with_coordinators()))
    candidates = Candidate.objects.visible_to(request.user).filter(plan=plan).of_group(group.pk)
    count = agree_candidates(by=request.user, candidates=candidates)
    text = ngettext("%(count)d candidate is agreed.", "%(count)d candidates are agreed.", count)
    messages.success(request, text % {"count": count})
    return redirect("followups:plan-detail", plan.public_id)


@require_POST
def plan_agree(request: UserRequest, public_id: str) -> HttpResponse:
    plan = _visible_plan(request, public_id)
    require(can_keep_plan(request.user))
    try:
        agree_plan(by=request.user, plan=plan)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The secretariat has agreed the plan."))
    return redirect("followups:plan-detail", plan.public_id)


@require_POST
def plan_open(request: UserRequest, public_id: str) -> HttpResponse:
    """Create the follow-ups of what both sides have agreed; what was left out is said."""
    plan = _visible_plan(request, public_id)
    require(can_keep_plan(request.user))
    try:
        done = open_planned(by=request.user, plan=plan)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("followups:plan-detail", plan.public_id)
    text = ngettext("%(count)d follow-up is created.", "%(count)d follow-ups are created.", done.opened)
    messages.success(request, text % {"count": done.opened})
    if done.waiting:
        text = ngettext(
            "%(count)d candidate waits for its area coordinator.",
            "%(count)d candidates wait for their area coordinators.",
            done.waiting,
        )
        messages.info(request, text % {"count": done.waiting})
    for candidate in done.beside:
        text = _(
            "%(candidate)s: something exists that could be used instead. Open it on its own page, with the reason."
        )
        messages.warning(request, text % {"candidate": candidate})
    for candidate in done.empty:
        text = _("%(candidate)s has no contract that still runs, so no follow-up was created.")
        messages.warning(request, text % {"candidate": candidate})
    return redirect("followups:plan-detail", plan.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def candidate_open(request: UserRequest, public_id: str) -> HttpResponse:
    """What exists already for the candidate's supplier; its follow-up is opened all the same, with the reason."""
    candidate = _visible_candidate(request, public_id)
    require(can_keep_plan(request.user))
    if candidate.follow_up is not None:
        return redirect("followups:follow-up-detail", candidate.follow_up.public_id)
    if why := why_not_opened(candidate, candidate.plan):
        messages.error(request, why)
        return redirect("followups:candidate-detail", candidate.public_id)
    context = opening_context(request.user, candidate)
    form = BesideForm(request.POST or None, usable=context["usable"])
    if request.method == "POST" and form.is_valid():
        try:
            follow_up = open_candidate(by=request.user, candidate=candidate, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The follow-up is open."))
            return redirect("followups:follow-up-detail", follow_up.public_id)
    return render(request, "followups/candidate_open.html", {**context, "form": form})


@require_safe
def plan_conditions(request: UserRequest) -> HttpResponse:
    """How long contracts must run, and what each clause gives: read by all who plan, kept by the secretariat."""
    require_role(request)
    require(can_see_plan(request.user))
    context = {
        "settings": settings_listed(),
        "clauses": clauses_with_rights(request.user),
        "may_keep": can_keep_plan(request.user),
    }
    return render(request, "followups/plan_conditions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def setting_add(request: UserRequest) -> HttpResponse:
    """From which day contracts must run so long past the audit."""
    require_role(request)
    require(can_keep_plan(request.user))
    form = SettingForm(request.POST or None, initial={"valid_from": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            set_months_past_audit(by=request.user, **form.cleaned_data)
        except IntegrityError:
            form.add_error("valid_from", _("Another number holds from this day."))
        else:
            messages.success(request, _("The condition is saved."))
            return redirect("followups:plan-conditions")
    return render(request, "followups/setting_add.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def terms_edit(request: UserRequest, public_id: str) -> HttpResponse:
    if not can_see_plan(request.user):
        raise Http404
    clause = get_object_or_404(ClauseVersion.objects.visible_to(request.user).adopted(), public_id=public_id)
    require(can_keep_plan(request.user))
    terms = ClauseTerms.objects.filter(clause_version=clause).first()
    form = TermsForm(request.POST or None, clause_version=clause, terms=terms)
    if request.method == "POST" and form.is_valid():
        try:
            record_clause_terms(by=request.user, clause_version=clause, **form.cleaned_data)
        except StaleVersionError as error:
            return _terms_conflict(request, form, error)
        messages.success(request, _("What the clause gives is recorded."))
        return redirect("followups:plan-conditions")
    return render(request, "followups/terms_edit.html", {"form": form, "clause": clause, "terms": terms})


def _terms_conflict(request: UserRequest, form: TermsForm, error: StaleVersionError[ClauseTerms]) -> HttpResponse:
    stored, typed = error.stored, form.cleaned_data
    again = TermsForm(at_version(request.POST, stored.version), clause_version=stored.clause_version, terms=stored)
    comparisons = [
        Comparison(form.fields[name].label, shown(typed[name]), shown(getattr(stored, name)))
        for name in ("gives_audit", "gives_sanctions", "source")
        if typed[name] != getattr(stored, name)
    ]
    return conflict(request, "followups/plan_conflict.html", {"form": again}, comparisons=comparisons)


@require_http_methods(["GET", "HEAD", "POST"])
def unannounced_set(request: UserRequest, public_id: str) -> HttpResponse:
    follow_up = visible(request, public_id)
    require(can_assign(request.user, follow_up))
    form = UnannouncedForm(request.POST or None, follow_up=follow_up)
    if request.method == "POST" and form.is_valid():
        try:
            set_unannounced(by=request.user, follow_up=follow_up, **form.cleaned_data)
        except StaleVersionError as error:
            return _unannounced_conflict(request, form, error)
        messages.success(request, _("It is saved whether the audit is unannounced."))
        return redirect("followups:follow-up-detail", follow_up.public_id)
    return render(request, "followups/unannounced_set.html", {"form": form, "follow_up": follow_up})


def _unannounced_conflict(
    request: UserRequest, form: UnannouncedForm, error: StaleVersionError[FollowUp]
) -> HttpResponse:
    stored, typed = error.stored, form.cleaned_data["is_unannounced"]
    again = UnannouncedForm(at_version(request.POST, stored.version), follow_up=stored)
    comparison = Comparison(form.fields["is_unannounced"].label, shown(typed), shown(stored.is_unannounced))
    context = {"form": again, "follow_up": stored}
    return conflict(request, "followups/conflict.html", context, comparisons=[comparison])
