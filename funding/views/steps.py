"""The steps of a funding year: proposing, deciding, closing, and reopening by two."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from funding.actions import steps as actions
from funding.enums import TRANSITIONS, Transition, YearState
from funding.forms.steps import StepForm
from funding.models import FundingYear, Reopening
from funding.permissions import can_answer_reopening, can_move_year
from funding.queries.figures import year_figures
from funding.queries.steps import Unfinished
from funding.views.closed import closed_page
from funding.views.years import year_of
from regions.models import User
from regions.requests import UserRequest, require


@require_http_methods(["GET", "HEAD", "POST"])
def year_move(request: UserRequest, year: int, target: str) -> HttpResponse:
    """One step of a year; of a closed year only the question whether it may be reopened."""
    funding_year = year_of(request.user, year)
    require(can_move_year(request.user))
    move = TRANSITIONS.get((YearState(funding_year.state), YearState(target)))
    if move is None:
        told = {"year": year, "state": funding_year.get_state_display()}
        sentence = _("Funding year %(year)s is “%(state)s” by now, so this step cannot be taken.") % told
        if request.POST.get("reason"):
            back = next(each for each in TRANSITIONS.values() if each.needs_reason)
            return closed_page(request, funding_year, StepForm(request.POST, move=back), sentence)
        messages.error(request, sentence)
        return redirect(funding_year)
    unfinished = Unfinished(funding_year, year_figures(funding_year)) if move.target == YearState.CLOSED else None
    form = StepForm(request.POST or None, move=move, unfinished=bool(unfinished))
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, _moved(request.user, funding_year, move, form))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(funding_year)
    context = {"year": funding_year, "move": move, "form": form, "unfinished": unfinished}
    return render(request, "funding/year_move.html", context)


def _moved(by: User, year: FundingYear, move: Transition, form: StepForm) -> str:
    """Take the step, and what to tell about it."""
    if move.needs_two:
        actions.ask_to_reopen(by=by, funding_year=year, reason=form.cleaned_data["reason"])
        return _("You have asked for %(year)s to be reopened. Another administrator has to confirm it.") % {
            "year": year.year
        }
    actions.move_year(by=by, funding_year=year, target=move.target, **form.values)
    return _("Funding year %(year)s is now “%(state)s”.") % {"year": year.year, "state": move.target.label}


@require_POST
def reopening_confirm(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    """Reopen the year that another administrator asked for."""
    reopening = _reopening(request.user, year, public_id)
    require(can_answer_reopening(request.user))
    try:
        actions.confirm_reopening(by=request.user, reopening=reopening)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Funding year %(year)s is reopened.") % {"year": year})
    return redirect(reopening.funding_year)


@require_POST
def reopening_decline(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    """Leave the year closed."""
    reopening = _reopening(request.user, year, public_id)
    require(can_answer_reopening(request.user))
    try:
        actions.decline_reopening(by=request.user, reopening=reopening)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Funding year %(year)s stays closed.") % {"year": year})
    return redirect(reopening.funding_year)


def _reopening(user: User, year: int, public_id: str) -> Reopening:
    rows = Reopening.objects.filter(funding_year=year_of(user, year)).select_related("funding_year")
    return get_object_or_404(rows, public_id=public_id)
