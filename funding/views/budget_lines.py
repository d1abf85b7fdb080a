"""Setting a budget line, and its entries voucher by voucher."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from funding import permissions
from funding.actions import budget as actions
from funding.forms.budget import LineForm, RevisionForm
from funding.models import BudgetLine, OutcomeEntry
from funding.pages.history import told
from funding.presentation import line_comparisons
from funding.queries.budget import difference_of, entries_of, lines_with_outcome, standing_of
from funding.queries.moment import one_moment
from funding.views.closed import closed_page
from funding.views.years import year_of
from portal.history.queries import Ever, changes_of
from portal.history.versions import StaleVersionError
from portal.ui.paging import key_page
from portal.ui.responses import at_version, conflict
from regions.models import User
from regions.requests import UserRequest, require


def line_of(user: User, year: int, public_id: str) -> BudgetLine:
    lines = BudgetLine.objects.visible_to(user).select_related("funding_year")
    return get_object_or_404(lines, funding_year__year=year, public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def line_add(request: UserRequest, year: int) -> HttpResponse:
    """A new line of the year's budget."""
    funding_year = year_of(request.user, year)
    require(permissions.can_set_budget(request.user))
    form = LineForm(request.POST or None)
    if funding_year.is_closed:
        return closed_page(request, funding_year, form)
    if request.method == "POST" and form.is_valid():
        try:
            line = actions.add_line(by=request.user, funding_year=funding_year, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The line “%(line)s” is in the budget.") % {"line": line})
            return redirect("funding:budget-detail", year)
    return render(request, "funding/line_form.html", {"form": form, "year": funding_year})


@require_safe
def line_detail(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    """A line with its entries and its history, for the secretariat."""
    with one_moment():
        funding_year = year_of(request.user, year)
        standing = standing_of(funding_year)
        lines = lines_with_outcome([standing], request.user).filter(funding_year=funding_year)
        line = get_object_or_404(lines, public_id=public_id)
        require(permissions.can_see_entries(request.user))
        page = key_page(entries_of(line, request.user), request.GET, newest_first=True)
        ever = Ever(OutcomeEntry, line=line)
        changes = changes_of(line, ever, before=request.GET.get("older", ""), size=10)
    context = {
        "line": line,
        "year": line.funding_year,
        "standing": standing,
        "difference": difference_of(line),
        "page": page,
        "changes": told(changes, by_name=True).rows,
        "older_url": f"?{urlencode({'older': changes.older})}" if changes.older else "",
        "can_set": permissions.can_set_budget(request.user) and not funding_year.is_closed,
        "can_enter": permissions.can_enter_outcome(request.user) and not funding_year.is_closed,
    }
    return render(request, "funding/line_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def line_revise(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    """Another budget, text or forecast, with the reason."""
    line = line_of(request.user, year, public_id)
    require(permissions.can_set_budget(request.user))
    held = {name: getattr(line, name) for name in ("text", "budget_ore", "forecast_rule", "forecast_ore", "version")}
    form = RevisionForm(request.POST or None, initial=held)
    if line.funding_year.is_closed:
        return closed_page(request, line.funding_year, form)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revise_line(by=request.user, line=line, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except StaleVersionError as lost:
            comparisons = line_comparisons(form.cleaned_data, lost.stored)
            form.data = at_version(request.POST, lost.stored.version)
            return conflict(
                request, context={"form": form, "comparisons": comparisons, "back_url": line.get_absolute_url()}
            )
        else:
            messages.success(request, _("The line “%(line)s” is revised.") % {"line": form.cleaned_data["text"]})
            return redirect(line)
    return render(request, "funding/line_form.html", {"form": form, "year": line.funding_year, "line": line})
