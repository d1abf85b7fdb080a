"""Pages about the yearly call: the secretariat asks, regions answer."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codeofconduct.models import Contract
from followups.actions.calls import answer_as_last_year, answer_call, close_call, open_call, reopen_call, revise_call
from followups.enums.plan import Answering
from followups.forms.calls import AnswerForm, CallEditForm, CallForm, NumbersForm, QuickForm
from followups.models import CallAnswer, ContractCall
from followups.pages.calls import answer_context, call_context, calls_context
from followups.permissions import can_answer_call, can_keep_plan, can_read_answer, can_see_plan
from followups.queries.calls import answer_of, offered_contracts, offered_of
from portal.history.versions import StaleVersionError
from portal.ui.responses import Comparison, at_version, conflict
from portal.ui.templatetags.formats import day
from regions.models import Region
from regions.requests import UserRequest, require, require_role


def visible_call(request: UserRequest, public_id: str) -> ContractCall:
    """The call, otherwise 404."""
    return get_object_or_404(ContractCall.objects.visible_to(request.user), public_id=public_id)


@require_safe
def call_list(request: UserRequest) -> HttpResponse:
    require_role(request)
    require(can_see_plan(request.user))
    return render(request, "followups/call_list.html", calls_context(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
def call_open(request: UserRequest) -> HttpResponse:
    require_role(request)
    require(can_keep_plan(request.user))
    form = CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            call = open_call(by=request.user, **form.cleaned_data)
        except IntegrityError:
            form.add_error("year", _("There is already a call for this year."))
        else:
            messages.success(request, _("The call is open, and the regions are asked by mail."))
            return redirect("followups:call-detail", call.public_id)
    return render(request, "followups/call_open.html", {"form": form})


@require_safe
def call_detail(request: UserRequest, public_id: str) -> HttpResponse:
    call = visible_call(request, public_id)
    return render(request, "followups/call_detail.html", call_context(request.user, call))


@require_http_methods(["GET", "HEAD", "POST"])
def call_edit(request: UserRequest, public_id: str) -> HttpResponse:
    call = visible_call(request, public_id)
    require(can_keep_plan(request.user))
    form = CallEditForm(request.POST or None, call=call)
    if request.method == "POST" and form.is_valid():
        try:
            revise_call(by=request.user, call=call, **form.cleaned_data)
        except StaleVersionError as error:
            return _edit_conflict(request, form, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The call is saved."))
            return redirect("followups:call-detail", call.public_id)
    return render(request, "followups/call_edit.html", {"form": form, "call": call})


def _edit_conflict(request: UserRequest, form: CallEditForm, error: StaleVersionError[ContractCall]) -> HttpResponse:
    stored, typed = error.stored, form.cleaned_data
    again = CallEditForm(at_version(request.POST, stored.version), call=stored)
    comparisons = [
        Comparison(form.fields["answer_by_on"].label, day(typed["answer_by_on"]), day(stored.answer_by_on)),
        Comparison(form.fields["audit_on"].label, day(typed["audit_on"]), day(stored.audit_on)),
        Comparison(form.fields["text"].label, typed["text"], stored.text),
    ]
    return conflict(request, "followups/plan_conflict.html", {"form": again}, comparisons=comparisons)


@require_POST
def call_close(request: UserRequest, public_id: str) -> HttpResponse:
    call = visible_call(request, public_id)
    require(can_keep_plan(request.user))
    close_call(by=request.user, call=call)
    messages.success(request, _("The call is closed: answers can no longer be changed."))
    return redirect("followups:call-detail", call.public_id)


@require_POST
def call_reopen(request: UserRequest, public_id: str) -> HttpResponse:
    call = visible_call(request, public_id)
    require(can_keep_plan(request.user))
    reopen_call(by=request.user, call=call)
    messages.success(request, _("The call is open again."))
    return redirect("followups:call-detail", call.public_id)


def _asked(request: UserRequest, public_id: str, code: str) -> tuple[ContractCall, Region, CallAnswer | None]:
    """The call, the region and its answer; 404 unless the user may read what that region answers."""
    call = visible_call(request, public_id)
    region = get_object_or_404(Region, code=code)
    if not can_read_answer(request.user, region):
        raise Http404
    return call, region, answer_of(call, region)


@require_safe
def answer_detail(request: UserRequest, public_id: str, code: str) -> HttpResponse:
    call, region, answer = _asked(request, public_id, code)
    return render(request, "followups/answer_detail.html", answer_context(request.user, call, region, answer))


@require_http_methods(["GET", "HEAD", "POST"])
def answer_edit(request: UserRequest, public_id: str, code: str) -> HttpResponse:
    call, region, answer = _asked(request, public_id, code)
    require(can_answer_call(request.user, region))
    # What a file named may be more than the page shows: whatever is asked about can be sent.
    contracts, is_cut = offered_contracts(call, region, answer, limited=request.method != "POST")
    form = AnswerForm(request.POST or None, contracts=contracts, answer=answer)
    if request.method == "POST" and form.is_valid():
        try:
            saved = answer_call(by=request.user, call=call, region=region, kind=Answering.CHOSEN, **form.cleaned_data)
        except StaleVersionError as error:
            return _answer_conflict(request, form, error)
        except ValidationError as error:
            form.add_error("contracts" if error.code == "nothing" else None, error)
        else:
            return _answered(request, saved)
    context = {**answer_context(request.user, call, region, answer), "form": form, "is_cut": is_cut}
    return render(request, "followups/answer_edit.html", context)


def _answered(request: UserRequest, answer: CallAnswer) -> HttpResponse:
    """Say what is saved, and go on to the call."""
    count = answer.call_contracts.count()
    told = {"region": answer.region, "count": count}
    if count:
        text = ngettext(
            "The answer of %(region)s is saved: %(count)d contract.",
            "The answer of %(region)s is saved: %(count)d contracts.",
            count,
        )
    else:
        text = _("The answer of %(region)s is saved: no contracts.")
    messages.success(request, text % told)
    return redirect("followups:call-detail", answer.call.public_id)


def _answer_conflict(request: UserRequest, form: AnswerForm, error: StaleVersionError[CallAnswer]) -> HttpResponse:
    stored, typed = error.stored, form.cleaned_data
    contracts, _is_cut = offered_contracts(stored.call, stored.region, stored, limited=False)
    again = AnswerForm(at_version(request.POST, stored.version), contracts=contracts, answer=stored)
    comparisons = [
        Comparison(form.fields["contracts"].label, _listed(typed["contracts"]), _listed(stored.contracts.all())),
        Comparison(form.fields["comment"].label, typed["comment"], stored.comment),
    ]
    return conflict(request, "followups/plan_conflict.html", {"form": again}, comparisons=comparisons)


def _listed(contracts: Any) -> str:
    return "\n".join(sorted(contract.title for contract in contracts)) or "–"


@require_http_methods(["GET", "HEAD", "POST"])
def answer_upload(request: UserRequest, public_id: str, code: str) -> HttpResponse:
    """A file becomes a list to look through; only that list, sent on to `answer_edit`, is saved."""
    call, region, answer = _asked(request, public_id, code)
    require(can_answer_call(request.user, region))
    form = NumbersForm(request.POST or None, request.FILES or None, call=call, region=region)
    context = answer_context(request.user, call, region, answer)
    if request.method == "POST" and form.is_valid():
        found: Any = offered_of(call, Contract.objects.filter(pk__in=form.found))
        listed = AnswerForm(contracts=found, answer=answer, ticked=found)
        context |= {"form": listed, "unknown": form.unknown, "file": form.cleaned_data["file"].name}
        return render(request, "followups/answer_found.html", context)
    return render(request, "followups/answer_upload.html", {**context, "form": form})


@require_POST
def answer_same(request: UserRequest, public_id: str, code: str) -> HttpResponse:
    return _one_click(request, public_id, code, answer_as_last_year)


@require_POST
def answer_none(request: UserRequest, public_id: str, code: str) -> HttpResponse:
    return _one_click(request, public_id, code, answer_call, kind=Answering.NONE)


def _one_click(request: UserRequest, public_id: str, code: str, action: Any, **values: Any) -> HttpResponse:
    call, region, _answer = _asked(request, public_id, code)
    require(can_answer_call(request.user, region))
    form = QuickForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError([str(sentence) for sentence in form.errors["version"]])
        saved = action(by=request.user, call=call, region=region, version=form.cleaned_data["version"], **values)
    except StaleVersionError:
        messages.error(request, _("Someone has answered for the region meanwhile. Look at that answer first."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        return _answered(request, saved)
    return redirect("followups:answer-edit", call.public_id, region.code)
