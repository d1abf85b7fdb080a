"""The money's pages."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from funding import actions, queries
from funding.forms import BasisForm, OpenYearForm, SuggestionForm
from funding.models import Contribution, FundingReport, FundingYear, Rate
from funding.permissions import can_enter_basis, can_export_report, can_open_year, can_see_funding
from funding.presentation import basis_comparisons, contribution_bars, source_notes, with_notes
from portal.files.responses import serve
from portal.ui.responses import at_version, conflict
from regions.models import User
from regions.requests import UserRequest, require


def _year_of(user: User, year: int) -> FundingYear:
    return get_object_or_404(FundingYear.objects.visible_to(user).select_related("opened_by"), year=year)


@require_safe
def year_list(request: UserRequest) -> HttpResponse:
    """Every funding year with its sum, and the registered rates."""
    if not can_see_funding(request.user):
        raise Http404
    context = {
        "years": queries.years_visible_to(request.user),
        "rates": Rate.objects.all(),
        "can_open": can_open_year(request.user),
    }
    return render(request, "funding/year_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def year_open(request: UserRequest) -> HttpResponse:
    """Open a funding year: the contributions of all regions are computed at once."""
    if not can_see_funding(request.user):
        raise Http404
    require(can_open_year(request.user))
    asked = SuggestionForm(request.GET)
    form = OpenYearForm(
        request.POST or None,
        suggested_year=(asked.cleaned_data["year"] if asked.is_valid() else None) or queries.next_year_to_open(),
        dates=queries.basis_dates(),
        rates=list(Rate.objects.all()),
    )
    if request.method == "POST" and form.is_valid():
        try:
            year = actions.open_year(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Funding year %(year)s is open.") % {"year": year.year})
            return redirect("funding:year-detail", year.year)
    return render(request, "funding/year_open.html", {"form": form})


@require_safe
def year_detail(request: UserRequest, year: int) -> HttpResponse:
    """What each region pays, and what the figures stand on."""
    funding_year = _year_of(request.user, year)
    figures = queries.year_figures(funding_year)
    notes = source_notes(figures)
    context = {
        "year": funding_year,
        "figures": figures,
        "notes": notes,
        "rows": with_notes(figures, notes),
        "bars": contribution_bars(figures),
        "reports": queries.reports_of(funding_year, request.user),
        "job": queries.pending_report_job(funding_year, request.user),
        "can_enter": can_enter_basis(request.user, funding_year),
        "can_export": can_export_report(request.user),
    }
    return render(request, "funding/year_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def basis_enter(request: UserRequest, year: int, code: str) -> HttpResponse:
    """Enter the population figure that a region's contribution is to stand on."""
    contributions = Contribution.objects.visible_to(request.user).select_related(
        "funding_year", "region", "basis", "basis__created_by"
    )
    contribution = get_object_or_404(contributions, funding_year__year=year, region__code=code)
    require(can_enter_basis(request.user, contribution.funding_year))
    form = BasisForm(request.POST or None, initial={"version": contribution.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.enter_basis(by=request.user, contribution=contribution, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except actions.LostRace as lost:
            return conflict(request, context=_lost(request, form, lost.contribution))
        else:
            messages.success(request, _("%(region)s has a new population basis.") % {"region": contribution.region})
            return redirect("funding:year-detail", year)
    earlier = queries.earlier_bases(contribution)
    return render(request, "funding/basis_enter.html", {"form": form, "contribution": contribution, "earlier": earlier})


def _lost(request: UserRequest, form: BasisForm, stored: Contribution) -> dict[str, object]:
    """The form to go on from, and what differs."""
    form.data = at_version(request.POST, stored.version)
    return {
        "form": form,
        "comparisons": basis_comparisons(form.cleaned_data, stored.basis),
        "back_url": stored.funding_year.get_absolute_url(),
    }


@require_POST
def report_export(request: UserRequest, year: int) -> HttpResponse:
    """Start the rendering of the report; its page shows how far it is."""
    funding_year = _year_of(request.user, year)
    require(can_export_report(request.user))
    return redirect(actions.export_report(by=request.user, funding_year=funding_year))


@require_safe
def report_download(request: UserRequest, year: int, public_id: str) -> HttpResponseBase:
    """A report that was exported, as it was then."""
    reports = FundingReport.objects.visible_to(request.user).select_related("file")
    return serve(get_object_or_404(reports, funding_year__year=year, public_id=public_id).file)
