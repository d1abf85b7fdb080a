"""Pages where a summary is made: drafted, edited, checked by the supplier, published, withdrawn."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from codeofconduct.models import SupplierContact
from followups.actions.summaries import (
    answer_check,
    ask_for_check,
    draft_summary,
    edit_summary,
    publish_summary,
    withdraw_summary,
)
from followups.enums.links import Holder
from followups.forms.summaries import AnswerForm, CheckForm, PublishForm, SummaryForm, WithdrawForm
from followups.models import FollowUp, Summary
from followups.outside import LinkRequest, by_link
from followups.pages.summaries import checks_of, publish_context, summary_context
from followups.permissions import can_publish_summary, can_write_summary
from followups.queries.summaries import editions_of, latest_check
from followups.views.follow_ups import visible
from portal.history.versions import StaleVersionError
from portal.ui.responses import Comparison, at_version, conflict
from regions.requests import UserRequest, require

PAGE = ["GET", "HEAD", "POST"]


def _follow_up(request: UserRequest, public_id: str) -> FollowUp:
    """One that the user works in: to others whom it is shared with, what is in the making isn't there."""
    follow_up = visible(request, public_id)
    if not FollowUp.objects.workable_by(request.user).filter(pk=follow_up.pk).exists():
        raise Http404
    return follow_up


def _summary(request: UserRequest, public_id: str) -> Summary:
    found = Summary.objects.visible_to(request.user).select_related(
        "follow_up__supplier", "follow_up__category", "follow_up__lead_region", "follow_up__handler"
    )
    return get_object_or_404(found, follow_up__public_id=public_id)


@require_safe
def summary_detail(request: UserRequest, public_id: str) -> HttpResponse:
    """Where the summary is: the texts as the public will read them, what is missing, the checks, the editions."""
    follow_up = _follow_up(request, public_id)
    summary = Summary.objects.select_related("follow_up__supplier").filter(follow_up=follow_up).first()
    return render(request, "followups/summary_detail.html", summary_context(request.user, follow_up, summary))


@require_POST
def summary_draft(request: UserRequest, public_id: str) -> HttpResponse:
    follow_up = _follow_up(request, public_id)
    require(can_write_summary(request.user, follow_up))
    try:
        draft_summary(by=request.user, follow_up=follow_up)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("followups:summary-detail", public_id)
    messages.success(request, _("The summary is drafted from the case. Read it through and write on."))
    return redirect("followups:summary-edit", public_id)


@require_http_methods(PAGE)
def summary_edit(request: UserRequest, public_id: str) -> HttpResponse:
    summary = _summary(request, public_id)
    require(can_write_summary(request.user, summary.follow_up))
    form = SummaryForm(request.POST or None, summary=summary)
    if request.method == "POST" and form.is_valid():
        try:
            edit_summary(by=request.user, summary=summary, **form.cleaned_data)
        except StaleVersionError as error:
            return _edit_conflict(request, form, error)
        messages.success(request, _("The summary is saved."))
        return redirect("followups:summary-detail", public_id)
    return render(request, "followups/summary_edit.html", {"form": form, "follow_up": summary.follow_up})


def _edit_conflict(request: UserRequest, form: SummaryForm, error: StaleVersionError[Summary]) -> HttpResponse:
    stored, typed = error.stored, form.cleaned_data
    again = SummaryForm(at_version(request.POST, stored.version), summary=stored)
    comparisons = [
        Comparison(form.fields[name].label, typed[name], getattr(stored, name))
        for name in ("text_sv", "text_en")
        if typed[name] != getattr(stored, name)
    ]
    context = {"form": again, "follow_up": stored.follow_up}
    return conflict(request, "followups/conflict.html", context, comparisons=comparisons)


@require_http_methods(PAGE)
def summary_check(request: UserRequest, public_id: str) -> HttpResponse:
    """Ask the supplier to check the facts."""
    summary = _summary(request, public_id)
    require(can_write_summary(request.user, summary.follow_up))
    contacts = SupplierContact.objects.visible_to(request.user).current().filter(supplier=summary.follow_up.supplier)
    form = CheckForm(request.POST or None, contact=contacts.order_by("pk").first())
    if request.method == "POST" and form.is_valid():
        try:
            check = ask_for_check(by=request.user, summary=summary, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The text is on its way to %(name)s.") % {"name": check.link})
            return redirect("followups:summary-detail", public_id)
    return render(request, "followups/summary_check.html", {"form": form, "follow_up": summary.follow_up})


@require_http_methods(PAGE)
def summary_answer(request: UserRequest, public_id: str) -> HttpResponse:
    """Register an answer that came another way, by mail or telephone."""
    summary = _summary(request, public_id)
    require(can_write_summary(request.user, summary.follow_up))
    check = latest_check(summary)
    if check is None or check.answered_at is not None:
        raise Http404
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer_check(by=request.user, check=check, **form.cleaned_data)
        messages.success(request, _("The supplier's answer is registered."))
        return redirect("followups:summary-detail", public_id)
    context = {"form": form, "follow_up": summary.follow_up, "check": check}
    return render(request, "followups/summary_answer.html", context)


@require_http_methods(PAGE)
def summary_publish(request: UserRequest, public_id: str) -> HttpResponse:
    summary = _summary(request, public_id)
    require(can_publish_summary(request.user))
    check, last = latest_check(summary), editions_of(summary).first()
    form = PublishForm(
        request.POST or None,
        summary=summary,
        is_correction=last is not None,
        has_comment=bool(check and check.comment),
    )
    if request.method == "POST" and form.is_valid():
        try:
            publish_summary(by=request.user, summary=summary, **form.cleaned_data)
        except StaleVersionError:
            messages.error(request, _("Someone has changed or published the summary meanwhile. Look at it once more."))
            return redirect("followups:summary-detail", public_id)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The summary is published. Its PDFs are being made."))
            return redirect("followups:summary-detail", public_id)
    context = publish_context(summary) | {"form": form, "last": last}
    return render(request, "followups/summary_publish.html", context)


@require_http_methods(PAGE)
def summary_withdraw(request: UserRequest, public_id: str) -> HttpResponse:
    """404 where nothing is published, as after someone else has withdrawn it."""
    summary = _summary(request, public_id)
    require(can_publish_summary(request.user))
    edition = editions_of(summary).first()
    if edition is None or edition.withdrawn_at is not None:
        raise Http404
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_summary(by=request.user, edition=edition, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The summary is withdrawn. Its page says when and why."))
            return redirect("followups:summary-detail", public_id)
    context = {"form": form, "follow_up": summary.follow_up, "edition": edition}
    return render(request, "followups/summary_withdraw.html", context)


@require_http_methods(PAGE)
@by_link(Holder.SUPPLIER)
def outside_check(request: LinkRequest, public_id: str) -> HttpResponse:
    """The supplier reads the text and says whether the facts are right."""
    check = get_object_or_404(checks_of(request.link), public_id=public_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and check.answered_at is None and form.is_valid():
        answer_check(by=request.link.actor, check=check, **form.cleaned_data)
    if request.method == "POST" and (check.answered_at is not None or form.is_valid()):
        return redirect("followups:outside-fact-check", request.link.public_id, check.public_id)
    return render(request, "followups/outside/fact_check.html", {"link": request.link, "check": check, "form": form})
