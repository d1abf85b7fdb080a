"""Exporting a funding report, and fetching it."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from funding.actions import reports as actions
from funding.models import FundingReport
from funding.permissions import can_export_report
from funding.views.years import year_of
from portal.files.responses import serve
from regions.requests import UserRequest, require


@require_POST
def report_export(request: UserRequest, year: int) -> HttpResponse:
    """Start the rendering of the report; its page shows how far it is."""
    funding_year = year_of(request.user, year)
    require(can_export_report(request.user))
    return redirect(actions.export_report(by=request.user, funding_year=funding_year))


@require_safe
def report_download(request: UserRequest, year: int, public_id: str) -> HttpResponseBase:
    """A report that was exported, as it was then."""
    reports = FundingReport.objects.visible_to(request.user).select_related("file")
    return serve(get_object_or_404(reports, funding_year__year=year, public_id=public_id).file)
