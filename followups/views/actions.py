"""Pages about corrective actions and the plan for them, for those who work in the follow-up."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from codeofconduct.models import SupplierContact
from followups.actions.action_plans import answer_plan, ask_for_plan
from followups.actions.corrective_actions import move_action
from followups.enums.actions import MOVES, ActionState, Move
from followups.forms.actions import ActionMoveForm, AnswerForm, AskPlanForm
from followups.models import ActionPlan, CorrectiveAction, DeliveryFile, FollowUp
from followups.pages.action_plans import action_context
from followups.permissions import can_ask_for_plan, can_move_action, can_work
from followups.queries.action_plans import plan_of, proposed_deadline, with_proposals
from followups.queries.audits import to_verify_in
from followups.views.follow_ups import visible
from portal import clock
from portal.files.responses import serve
from portal.history.versions import StaleVersionError
from portal.ui.responses import Comparison, at_version, conflict
from portal.ui.templatetags.formats import day
from regions.requests import UserRequest, require


def _visible_action(request: UserRequest, public_id: str) -> CorrectiveAction:
    actions = CorrectiveAction.objects.visible_to(request.user).select_related(
        "finding__follow_up__supplier",
        "finding__follow_up__category",
        "finding__severity",
        "finding__requirement",
        "done_by",
        "verified_in",
    )
    return get_object_or_404(actions, public_id=public_id)


def _require_work(request: UserRequest, follow_up: FollowUp) -> None:
    may = can_work if request.method == "POST" else can_ask_for_plan
    require(may(request.user, follow_up))


@require_safe
def action_detail(request: UserRequest, public_id: str) -> HttpResponse:
    action = _visible_action(request, public_id)
    return render(request, "followups/action_detail.html", action_context(request.user, action))


@require_http_methods(["GET", "HEAD", "POST"])
def action_move(request: UserRequest, public_id: str, move: str) -> HttpResponse:
    """One of the moves of the table: asked about, then made."""
    action = _visible_action(request, public_id)
    if move not in Move.values or Move(move) not in MOVES:
        raise Http404
    rule = MOVES[Move(move)]
    allowed = can_move_action(request.user, action, rule)
    # What an old page sends is answered with a sentence, not with a 403.
    require(allowed or (request.method == "POST" and can_work(request.user, action.finding.follow_up)))
    audits = to_verify_in(request.user, action.finding.follow_up)
    form = ActionMoveForm(request.POST or None, action=action, rule=rule, audits=audits)
    if request.method == "POST" and form.is_valid():
        try:
            moved = move_action(by=request.user, action=action, move=Move(move), **form.cleaned_data)
        except StaleVersionError as error:
            return _move_conflict(request, form, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, _("The corrective action is now: %(state)s.") % {"state": moved.get_state_display()}
            )
            return redirect("followups:action-detail", action.public_id)
    context = {"form": form, "action": action, "finding": action.finding, "rule": rule}
    return render(request, "followups/action_move.html", context)


def _move_conflict(
    request: UserRequest, form: ActionMoveForm, error: StaleVersionError[CorrectiveAction]
) -> HttpResponse:
    stored = error.stored
    audits = to_verify_in(request.user, stored.finding.follow_up)
    again = ActionMoveForm(at_version(request.POST, stored.version), action=stored, rule=form.rule, audits=audits)
    comparison = Comparison(_("State"), str(form.rule.leads_to(form.action.state).label), stored.get_state_display())
    dates = Comparison(_("Due date"), day(form.cleaned_data.get("due_on")), day(stored.due_on))
    context = {"form": again, "follow_up": stored.finding.follow_up}
    return conflict(request, "followups/conflict.html", context, comparisons=[comparison, dates])


@require_http_methods(["GET", "HEAD", "POST"])
def action_plan_ask(request: UserRequest, public_id: str) -> HttpResponse:
    """Ask the supplier for its plan: to whom, and by when."""
    follow_up = visible(request, public_id)
    _require_work(request, follow_up)
    contacts = SupplierContact.objects.visible_to(request.user).current().filter(supplier=follow_up.supplier_id)
    plan, proposed = plan_of(follow_up), proposed_deadline(follow_up, clock.today())
    fields: dict[str, Any] = {"contacts": contacts.order_by("name", "pk"), "plan": plan, "due_on": proposed}
    form = AskPlanForm(request.POST or None, **fields)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("recipients", "due_on", "version")}
        try:
            ask_for_plan(by=request.user, follow_up=follow_up, **values)
        except StaleVersionError as error:
            return _ask_conflict(request, form, error, fields)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The supplier is asked for its action plan. The link is on its way."))
            return redirect("followups:follow-up-detail", follow_up.public_id)
    context = {"form": form, "follow_up": follow_up, "plan": plan}
    return render(request, "followups/action_plan_ask.html", context)


def _ask_conflict(
    request: UserRequest, form: AskPlanForm, error: StaleVersionError[ActionPlan], fields: dict[str, Any]
) -> HttpResponse:
    stored = error.stored
    again = AskPlanForm(at_version(request.POST, stored.version), **fields)
    comparison = Comparison(form.fields["due_on"].label, day(form.cleaned_data["due_on"]), day(stored.due_on))
    context = {"form": again, "follow_up": stored.follow_up}
    return conflict(request, "followups/conflict.html", context, comparisons=[comparison])


@require_http_methods(["GET", "HEAD", "POST"])
def action_plan_answer(request: UserRequest, public_id: str) -> HttpResponse:
    """Every plan that the supplier has sent, on one page: accept, or ask for completion."""
    follow_up = visible(request, public_id)
    _require_work(request, follow_up)
    forms, stale = _answer_forms(request, follow_up), False
    valid = [form.is_valid() for form in forms]  # each of them, so that every fault is told
    if request.method == "POST" and all(valid):
        answers = {form.action: form.answer for form in forms if form.answer}
        try:
            count = answer_plan(by=request.user, follow_up=follow_up, answers=answers)
        except StaleVersionError:
            forms, stale = _answer_forms(request, follow_up, as_stored=True), True
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            text = ngettext("%(count)d plan is answered.", "%(count)d plans are answered.", count)
            messages.success(request, text % {"count": count})
            return redirect("followups:follow-up-detail", follow_up.public_id)
    context = {
        "forms": forms,
        "form": next((form for form in forms if form.errors), forms[0] if forms else None),
        "stale": stale,
        "follow_up": follow_up,
    }
    return render(request, "followups/action_plan_answer.html", context, status=409 if stale else 200)


def _answer_forms(request: UserRequest, follow_up: FollowUp, *, as_stored: bool = False) -> list[AnswerForm]:
    """One for each plan that waits, and for each that was answered here while someone else did; `as_stored`: going on
    from what stands by now."""
    typed = request.POST.copy()
    actions = [
        each
        for each in with_proposals(follow_up)
        if each.state == ActionState.PROPOSED or f"{each.public_id}-move" in typed
    ]
    if as_stored:
        for action in actions:
            typed[f"{action.public_id}-version"] = str(action.version)
    return [AnswerForm(typed or None, action=action) for action in actions]


@require_safe
def delivery_file(request: UserRequest, public_id: str) -> FileResponse:
    files = DeliveryFile.objects.visible_to(request.user).select_related("file")
    return serve(get_object_or_404(files, public_id=public_id).file)
