"""The list of funding years, opening one, and a year at a glance."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from funding import permissions
from funding.actions.years import open_year
from funding.documents.makers import offered_kinds
from funding.forms.documents import MakeDocumentsForm
from funding.forms.years import OpenYearForm, SuggestionForm
from funding.models import FundingYear, Rate
from funding.presentation import contribution_bars, contribution_map, path_of, source_notes, with_shares
from funding.queries import documents, opening, reports, steps
from funding.queries import figures as figure_queries
from regions.models import User
from regions.permissions import access_of
from regions.requests import UserRequest, require, require_role


def year_of(user: User, year: int) -> FundingYear:
    return get_object_or_404(FundingYear.objects.visible_to(user).select_related("opened_by"), year=year)


@require_safe
def year_list(request: UserRequest) -> HttpResponse:
    """Every funding year with its sum, and the registered rates."""
    require_role(request)
    context = {
        "years": figure_queries.years_visible_to(request.user),
        "rates": opening.rates(),
        "can_register_rate": permissions.can_register_rate(request.user),
        "can_see_invoicing": permissions.can_see_invoicing(request.user),
        "can_open": permissions.can_open_year(request.user),
        "can_see_entries": permissions.can_see_entries(request.user),
    }
    return render(request, "funding/year_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def year_open(request: UserRequest) -> HttpResponse:
    """Open a funding year: the contributions of all regions are computed at once."""
    require_role(request)
    require(permissions.can_open_year(request.user))
    asked = SuggestionForm(request.GET)
    form = OpenYearForm(
        request.POST or None,
        suggested_year=(asked.cleaned_data["year"] if asked.is_valid() else None) or opening.next_year_to_open(),
        dates=opening.basis_dates(),
        rates=list(Rate.objects.all()),
    )
    if request.method == "POST" and form.is_valid():
        try:
            year = open_year(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Funding year %(year)s is open.") % {"year": year.year})
            return redirect("funding:year-detail", year.year)
    return render(request, "funding/year_open.html", {"form": form})


@require_safe
def year_detail(request: UserRequest, year: int) -> HttpResponse:
    """What each region pays, and what the figures stand on."""
    funding_year = year_of(request.user, year)
    figures = figure_queries.year_figures(funding_year)
    notes, taken = source_notes(figures), list(steps.steps_of(funding_year))
    context = {
        "year": funding_year,
        "figures": figures,
        "notes": notes,
        "rows": with_shares(figures, notes),
        "bars": contribution_bars(figures),
        "map": contribution_map(figures, access_of(request.user).regions),
        "reports": reports.reports_of(funding_year, request.user),
        "job": reports.pending_report_job(funding_year, request.user),
        "made": documents.made_documents(funding_year, request.user),
        "made_job": documents.latest_documents_job(funding_year, request.user),
        "make_form": MakeDocumentsForm(kinds=offered_kinds()) if permissions.can_make_documents(request.user) else None,
        "can_write": permissions.can_write_brief(request.user),
        "can_import": permissions.can_import_payments(request.user),
        "can_see_invoicing": permissions.can_see_invoicing(request.user),
        "can_export": permissions.can_export_report(request.user),
        "path": path_of(funding_year, taken),
        "taken": taken,
        "moves": permissions.moves_open_to(request.user, funding_year),
        "asked": steps.asked_reopening(funding_year),
        "by_name": permissions.can_see_names(request.user),
        "can_answer": permissions.can_answer_reopening(request.user),
    }
    return render(request, "funding/year_detail.html", context)
