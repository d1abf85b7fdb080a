"""Pages of the supplier by its link: the plan, what it hands in, and its replies."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from followups.actions.action_plans import deliver, propose_plan, save_plan_draft
from followups.actions.replies import write_reply
from followups.enums.actions import CARRYING_OUT, PLANNING
from followups.enums.links import Holder
from followups.forms.actions import DeliveryForm, ProposalForm, ReplyForm
from followups.models import CorrectiveAction, PlanDraft, SupplierReply
from followups.outside import LinkRequest, by_link
from followups.queries.action_plans import actions_shown, drafts_of, findings_shown, last_answer, with_rounds
from portal.history.versions import StaleVersionError
from portal.ui.responses import Comparison, at_version, conflict
from portal.ui.templatetags.formats import day


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(Holder.SUPPLIER)
def outside_plan(request: LinkRequest) -> HttpResponse:
    """The plan for every action that waits for one: kept as a draft, or sent."""
    shown = with_rounds(actions_shown(request.link))
    # What was typed for a plan that a colleague has sent meanwhile is answered too, not dropped.
    actions = [each for each in shown if each.state in PLANNING or f"{each.public_id}-version" in request.POST]
    drafts, sends = drafts_of(actions), "send" in request.POST
    forms = [
        ProposalForm(request.POST or None, action=each, draft=drafts.get(each.pk), sends=sends) for each in actions
    ]
    valid = [form.is_valid() for form in forms]  # each of them, so that every fault is told
    if request.method == "POST" and all(valid):
        begun = [form for form in forms if form.is_begun]
        try:
            return _send(request, begun) if sends else _keep(request, forms)
        except StaleVersionError as error:
            return _plan_conflict(request, forms, error)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    context = {
        "link": request.link,
        "rows": [(form, last_answer(form.action)) for form in forms],
        "form": next((form for form in forms if form.errors), forms[0] if forms else None),
        "forms": forms,
    }
    return render(request, "followups/outside/plan.html", context)


def _keep(request: LinkRequest, forms: list[ProposalForm]) -> HttpResponse:
    with transaction.atomic():
        for form in forms:
            version = form.cleaned_data["draft_version"]
            save_plan_draft(by=request.link.actor, action=form.action, version=version, proposal=form.proposal)
    messages.success(request, _("Your draft is kept. Only you at the supplier see it until you send it."))
    return redirect("followups:outside-plan-send", request.link.public_id)


def _send(request: LinkRequest, forms: list[ProposalForm]) -> HttpResponse:
    if not forms:
        messages.error(request, _("Nothing was sent: write the plan for at least one corrective action."))
        return redirect("followups:outside-plan-send", request.link.public_id)
    proposals = {form.action: (form.cleaned_data["version"], form.proposal) for form in forms}
    assert request.link.follow_up is not None  # noqa: S101 - a supplier's link has one
    count = propose_plan(by=request.link.actor, follow_up=request.link.follow_up, proposals=proposals)
    text = ngettext("The plan for %(count)d action is sent.", "The plan for %(count)d actions is sent.", count)
    messages.success(request, text % {"count": count})
    return redirect("followups:outside-start", request.link.public_id)


def _plan_conflict(
    request: LinkRequest, forms: list[ProposalForm], error: StaleVersionError[CorrectiveAction | PlanDraft]
) -> HttpResponse:
    """A colleague, or the region, was quicker with this action: both texts, and the form to go on from."""
    stored = error.stored
    action = stored if isinstance(stored, CorrectiveAction) else stored.action
    form = next(form for form in forms if form.action == action)
    again = request.POST.copy()
    name = "version" if isinstance(stored, CorrectiveAction) else "draft_version"
    again[form.add_prefix(name)] = str(stored.version)
    comparisons = [
        Comparison(form.fields[field].label, _shown(form.cleaned_data[field]), _shown(theirs))
        for field in ProposalForm.FIELDS
        if (theirs := _stored(stored, field)) != form.cleaned_data[field]
    ]
    return conflict(
        request,
        "followups/outside/plan_conflict.html",
        {"link": request.link, "fields": [item for item in again.items() if item[0] != "csrfmiddlewaretoken"]},
        comparisons=comparisons,
    )


def _stored(stored: CorrectiveAction | PlanDraft, field: str) -> object:
    if field == "due_on" and isinstance(stored, CorrectiveAction):
        return stored.proposed_due_on
    return getattr(stored, field)


def _shown(value: object) -> str:
    return (value if isinstance(value, str) else day(value)) or "–"  # type: ignore[arg-type]


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(Holder.SUPPLIER)
def outside_action(request: LinkRequest, public_id: str) -> HttpResponse:
    """One corrective action: what was agreed, what was handed in, and the way to hand in more."""
    action = get_object_or_404(with_rounds(actions_shown(request.link)), public_id=public_id)
    form = DeliveryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            deliver(by=request.link.actor, action=action, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Thank you. What you handed in has arrived."))
            return redirect("followups:outside-action-deliver", request.link.public_id, action.public_id)
    context = {
        "link": request.link,
        "action": action,
        "form": form,
        "may_deliver": action.state in CARRYING_OUT or form.is_bound,
        "answer": last_answer(action),
    }
    return render(request, "followups/outside/action.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(Holder.SUPPLIER)
def outside_reply(request: LinkRequest, public_id: str) -> HttpResponse:
    """The supplier's reply to a finding; what it said before is kept."""
    finding = get_object_or_404(findings_shown(request.link), public_id=public_id)
    replies = list(finding.replies.all())
    form = ReplyForm(request.POST or None, reply=replies[0] if replies else None)
    if request.method == "POST" and form.is_valid():
        try:
            write_reply(by=request.link.actor, finding=finding, **form.cleaned_data)
        except StaleVersionError as error:
            return _reply_conflict(request, form, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Your reply is kept beside the finding."))
            return redirect("followups:outside-start", request.link.public_id)
    context = {"link": request.link, "finding": finding, "form": form, "replies": replies}
    return render(request, "followups/outside/reply.html", context)


def _reply_conflict(request: LinkRequest, form: ReplyForm, error: StaleVersionError[SupplierReply]) -> HttpResponse:
    stored = error.stored
    again = ReplyForm(at_version(request.POST, stored.version), reply=stored)
    comparison = Comparison(form.fields["text"].label, form.cleaned_data["text"], stored.text)
    context = {"form": again, "link": request.link}
    return conflict(request, "followups/outside/conflict.html", context, comparisons=[comparison])
