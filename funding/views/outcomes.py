"""Entering what was spent, correcting and withdrawing it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from funding.actions import budget as actions
from funding.forms.budget import CorrectionForm, OutcomeForm, WithdrawEntryForm
from funding.models import OutcomeEntry
from funding.permissions import can_enter_outcome
from funding.presentation import entry_comparisons
from funding.views.budget_lines import line_of
from funding.views.closed import closed_page
from portal.history.versions import StaleVersionError
from portal.ui.responses import at_version, conflict
from portal.ui.templatetags.formats import kronor
from regions.models import User
from regions.requests import UserRequest, require


@require_http_methods(["GET", "HEAD", "POST"])
def outcome_enter(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    """One voucher on a line."""
    line = line_of(request.user, year, public_id)
    require(can_enter_outcome(request.user))
    form = OutcomeForm(request.POST or None, year=line.funding_year)
    if line.funding_year.is_closed:
        return closed_page(request, line.funding_year, form)
    if request.method == "POST" and form.is_valid():
        try:
            entry = actions.enter_outcome(by=request.user, line=line, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            told = {"amount": kronor(entry.amount_ore), "voucher": entry.voucher}
            messages.success(request, _("%(amount)s by the voucher %(voucher)s is entered.") % told)
            return redirect(line)
    return render(request, "funding/outcome_form.html", {"form": form, "line": line, "year": line.funding_year})


@require_http_methods(["GET", "HEAD", "POST"])
def outcome_correct(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    """An entry as it should have been."""
    entry = _entry(request.user, year, public_id)
    require(can_enter_outcome(request.user))
    held = {name: getattr(entry, name) for name in ("booked_on", "amount_ore", "voucher", "text", "version")}
    form = CorrectionForm(request.POST or None, year=entry.funding_year, initial={**held, "line": entry.line.public_id})
    if entry.funding_year.is_closed:
        return closed_page(request, entry.funding_year, form)
    if request.method == "POST" and form.is_valid():
        try:
            corrected = actions.correct_outcome(by=request.user, entry=entry, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except StaleVersionError as lost:
            comparisons = entry_comparisons(form.cleaned_data, lost.stored)
            form.data = at_version(request.POST, lost.stored.version)
            return conflict(
                request, context={"form": form, "comparisons": comparisons, "back_url": entry.line.get_absolute_url()}
            )
        else:
            messages.success(request, _("The voucher %(voucher)s is corrected.") % {"voucher": corrected.voucher})
            return redirect(corrected.line)
    context = {"form": form, "entry": entry, "line": entry.line, "year": entry.funding_year}
    return render(request, "funding/outcome_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def outcome_withdraw(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    """Let an entry count no more, with the reason."""
    entry = _entry(request.user, year, public_id)
    require(can_enter_outcome(request.user))
    form = WithdrawEntryForm(request.POST or None)
    if entry.funding_year.is_closed:
        return closed_page(request, entry.funding_year, form)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_outcome(by=request.user, entry=entry, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The voucher %(voucher)s is withdrawn.") % {"voucher": entry.voucher})
            return redirect(entry.line)
    context = {"form": form, "entry": entry, "line": entry.line, "year": entry.funding_year}
    return render(request, "funding/outcome_withdraw.html", context)


def _entry(user: User, year: int, public_id: str) -> OutcomeEntry:
    rows = OutcomeEntry.objects.visible_to(user).select_related("funding_year", "line", "line__funding_year")
    return get_object_or_404(rows, funding_year__year=year, public_id=public_id)
